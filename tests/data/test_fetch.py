"""Against a server on 127.0.0.1 that is slow, wrong, cut off, too large, or not there."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from skyhold.data.fetch import USER_AGENT, FetchError, Limits, fetch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUICK = Limits(connect_s=2.0, read_s=0.2, total_s=1.0, attempts=3)


def ask(server, *, limits=QUICK, max_bytes=1000, **validators):
    waits = []
    try:
        result = fetch(
            server.url,
            max_bytes,
            limits=limits,
            sleep=waits.append,
            uniform=lambda low, high: high,
            now=lambda: NOW,
            **validators,
        )
    except FetchError as error:
        return error, waits
    return result, waits


def test_a_good_answer_and_a_named_client(server):
    server.answers = [server.reply(ETag='"1"', Last_Modified="Sun, 01 Mar 2026 00:00:00 GMT")]
    result, waits = ask(server)
    assert (result.body, result.etag, waits) == (b"good", '"1"', [])
    assert result.last_modified.startswith("Sun")
    assert server.requests[0]["user-agent"] == USER_AGENT
    assert "if-none-match" not in server.requests[0]


def test_a_conditional_request_and_nothing_new(server):
    server.answers = [server.reply(304, b"")]
    result, _ = ask(server, etag='"1"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    assert (result.body, result.etag) == (None, '"1"')
    assert server.requests[0]["if-none-match"] == '"1"'
    assert server.requests[0]["if-modified-since"].startswith("Sun")


def test_failures_that_pass_are_tried_again_with_growing_waits(server):
    server.answers = [server.reply(500), server.reply(503), server.reply()]
    result, waits = ask(server)
    assert result.body == b"good"
    assert waits == [2.0, 4.0]


def test_the_server_says_how_long_to_wait(server):
    date = "Sun, 01 Mar 2026 12:00:30 GMT"
    server.answers = [server.reply(429, Retry_After="7"), server.reply(503, Retry_After=date), server.reply()]
    result, waits = ask(server)
    assert result.body == b"good"
    assert waits == [7.0, 30.0]


def test_a_long_wait_is_not_waited_for(server):
    server.answers = [server.reply(429, Retry_After="3600")]
    error, waits = ask(server)
    assert isinstance(error, FetchError)
    assert (error.status, error.retry_after_s, waits, len(server.requests)) == (429, 3600.0, [], 1)


@pytest.mark.parametrize("text", ["soon", "-5", ""])
def test_a_retry_after_that_says_nothing_is_ignored(server, text):
    server.answers = [server.reply(503, Retry_After=text), server.reply()]
    _, waits = ask(server)
    assert waits == [2.0]


def test_attempts_end(server):
    server.answers = [server.reply(500)]
    error, waits = ask(server)
    assert "500" in str(error)
    assert (len(waits), len(server.requests)) == (2, 3)


def test_a_refusal_is_final_and_its_words_are_kept(server):
    words = b"GP data has not updated\nsince your last download"
    server.answers = [server.reply(403, words, Content_Type="text/plain")]
    error, waits = ask(server)
    assert "not updated since your last download" in str(error)
    assert (error.status, waits, len(server.requests)) == (403, [], 1)


@pytest.mark.parametrize("declared", [True, False])
def test_too_large_is_refused_without_reading_it_all(server, declared):
    sent = []

    def flood(handler):
        handler.send_response(200)
        if declared:
            handler.send_header("Content-Length", "100000000")
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 50_000)
            sent.append(1)

    server.answers = [flood]
    error, waits = ask(server, max_bytes=100_000)
    assert "bytes" in str(error)
    assert "allowed" in str(error)
    assert (waits, len(server.requests)) == ([], 1)
    assert len(sent) < 2000


def test_a_cut_off_answer_is_tried_again(server):
    server.answers = [server.reply(body=b"half", Content_Length="8"), server.reply()]
    result, waits = ask(server)
    assert (result.body, len(waits)) == (b"good", 1)
    server.answers = [server.reply(body=b"half", Content_Length="8")]
    error, _ = ask(server)
    assert "4 of 8 bytes" in str(error)


def test_a_cut_off_chunk_is_tried_again(server):
    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"ff\r\nonly this")

    server.answers = [chunked, server.reply()]
    result, waits = ask(server)
    assert (result.body, len(waits)) == (b"good", 1)


def test_silence_ends_with_the_time_between_pieces(server):
    released = threading.Event()
    server.answers = [lambda handler: released.wait(5) and None]
    error, _ = ask(server, limits=Limits(read_s=0.1, total_s=5.0, attempts=1))
    released.set()
    assert "silent for 0.1 s" in str(error)


def drip(before_head):
    def send(handler):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
        handler.wfile.write(head if before_head else head + b"\r\n")
        for _ in range(100):
            handler.wfile.write(b"X: y\r\n" if before_head else b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    return send


@pytest.mark.parametrize("before_head", [True, False])
def test_a_dripping_answer_ends_with_the_time_in_all(server, before_head):
    server.answers = [drip(before_head)]
    error, _ = ask(server, limits=Limits(read_s=1.0, total_s=0.3, attempts=1))
    assert "too slow" in str(error)


def test_a_connection_that_is_dropped_is_tried_again(server):
    server.answers = [lambda handler: handler.connection.shutdown(socket.SHUT_RDWR), server.reply()]
    result, waits = ask(server)
    assert (result.body, len(waits)) == (b"good", 1)


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="no connection") as caught:
        fetch(f"http://127.0.0.1:{port}/", 10, limits=QUICK, sleep=lambda s: None)
    assert caught.value.unreachable


def test_a_redirect_is_followed(server):
    server.answers = [server.reply(302, b"", Location="/there"), server.reply()]
    result, _ = ask(server)
    assert result.body == b"good"
    assert server.requests[1]["path"] == "/there"


def test_attempts_must_be_one_at_least(server):
    with pytest.raises(ValueError, match="attempts"):
        fetch(server.url, 10, limits=Limits(attempts=0))
