"""One polite request: conditional, limited in time and size, tried again with care, never half an answer.

It knows nothing of what is fetched. Standard library only (urllib, so that proxies of the environment hold).
"""

from __future__ import annotations

import http.client
import random
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from skyhold import __version__

USER_AGENT = f"skyhold/{__version__} (python-urllib; asks again no sooner than the server's usage policy)"
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
CHUNK_BYTES = 65_536
SAID_CHARACTERS = 160
TOO_SLOW = "too slow: the time allowed in all is over"


@dataclass(frozen=True)
class Limits:
    """When to give up: seconds to connect, between two pieces, in all; and how often and how long to try
    again."""

    connect_s: float = 10.0
    read_s: float = 30.0
    total_s: float = 300.0
    attempts: int = 4
    first_wait_s: float = 2.0
    longest_wait_s: float = 60.0


@dataclass(frozen=True)
class Answer:
    """What came: the body (None: not changed since) and what to send with the next request."""

    body: bytes | None
    etag: str
    last_modified: str


DEFAULT_LIMITS = Limits()


class FetchError(Exception):
    """A request that failed.

    `status` is the HTTP status if there was one, `retry_after_s` what the server said about coming back;
    `unreachable` says that no connection stood at all.
    """

    def __init__(
        self,
        problem: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        unreachable: bool = False,
    ):
        super().__init__(problem)
        self.status, self.retry_after_s, self.unreachable = status, retry_after_s, unreachable


class _Passing(FetchError):
    """A failure that may pass."""


def fetch(
    url: str,
    max_bytes: int,
    *,
    etag: str = "",
    last_modified: str = "",
    limits: Limits = DEFAULT_LIMITS,
    sleep: Callable[[float], None] = time.sleep,
    uniform: Callable[[float, float], float] = random.uniform,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Answer:
    """Get the address, conditionally where a validator is given (RFC 9110, section 13).

    Failures that may pass are tried again after a wait that doubles, with jitter, or that the server names
    (Retry-After); a wait longer than `limits.longest_wait_s` is not waited for. Raises `FetchError`.
    """
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    request = urllib.request.Request(url, headers=headers)
    for attempt in range(limits.attempts):
        try:
            return _once(request, max_bytes, limits, now)
        except _Passing as failure:
            backoff = min(limits.longest_wait_s, limits.first_wait_s * 2**attempt)
            wait = uniform(0.5 * backoff, backoff) if failure.retry_after_s is None else failure.retry_after_s
            if attempt + 1 == limits.attempts or wait > limits.longest_wait_s:
                raise
            sleep(wait)
    raise ValueError("limits.attempts must be at least 1")


def _once(
    request: urllib.request.Request, max_bytes: int, limits: Limits, now: Callable[[], datetime]
) -> Answer:
    """One attempt."""
    ends = time.monotonic() + limits.total_s
    try:
        with _opened(request, limits) as response:
            body = _body(response, max_bytes, ends)
            return Answer(body, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
    except urllib.error.HTTPError as error:
        with error:
            return _refused(error, request, now)
    except urllib.error.URLError as error:
        raise _unreachable(error.reason, limits) from None
    except TimeoutError:
        raise _Passing(f"silent for {limits.read_s:g} s") from None
    except (http.client.HTTPException, OSError) as error:
        raise _Passing(f"the connection broke: {error or type(error).__name__}") from None


def _unreachable(reason: object, limits: Limits) -> FetchError:
    """No connection; an unknown name or a bad certificate is not mended by waiting."""
    if isinstance(reason, TimeoutError):
        return _Passing(f"no connection within {limits.connect_s:g} s", unreachable=True)
    if isinstance(reason, (socket.gaierror, ssl.SSLCertVerificationError)):
        return FetchError(f"no connection: {reason}", unreachable=True)
    return _Passing(f"no connection: {reason}", unreachable=True)


def _refused(
    error: urllib.error.HTTPError, request: urllib.request.Request, now: Callable[[], datetime]
) -> Answer:
    """304 is an answer; other codes are failures, some of which may pass."""
    if error.code == 304:
        etag, modified = (error.headers.get(key, "") for key in ("ETag", "Last-Modified"))
        return Answer(None, etag or request.get_header("If-none-match", ""), modified)
    problem = f"the server answered {error.code} {error.reason}"
    if "text/plain" in (error.headers.get("Content-Type") or ""):
        with suppress(OSError, http.client.HTTPException):
            said = " ".join(error.read(SAID_CHARACTERS).decode("utf-8", "replace").split())
            problem += f": {said[:SAID_CHARACTERS]}"
    after = _retry_after_s(error.headers.get("Retry-After"), now())
    if error.code in TRANSIENT:
        raise _Passing(problem, status=error.code, retry_after_s=after)
    raise FetchError(problem, status=error.code, retry_after_s=after)


def _retry_after_s(text: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After field: a number or a date (RFC 9110, 10.2.3); None if it is neither."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _body(response: Any, max_bytes: int, ends: float) -> bytes:
    """The whole body, or an error: too long, too late, or shorter than it was said to be."""
    declared = response.headers.get("Content-Length")
    if declared is not None and declared.isdecimal() and int(declared) > max_bytes:
        raise FetchError(f"the answer has {int(declared):,} bytes, more than the {max_bytes:,} allowed")
    body = bytearray()
    while chunk := response.read1(CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise FetchError(f"the answer has more than the {max_bytes:,} bytes allowed")
        if time.monotonic() > ends:
            raise _Passing(TOO_SLOW)
    if declared is not None and declared.isdecimal() and len(body) < int(declared):
        raise _Passing(f"truncated: {len(body):,} of {int(declared):,} bytes came")
    return bytes(body)


@contextmanager
def _opened(request: urllib.request.Request, limits: Limits) -> Iterator[Any]:
    """The response once its head is read; a head that drips is cut off when the time in all is over."""
    connections: list[http.client.HTTPConnection] = []
    opener = urllib.request.build_opener(*_handlers(limits, connections))
    late = threading.Event()

    def cut_off() -> None:
        late.set()
        for connection in connections:
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limits.total_s, cut_off)
    timer.daemon = True
    timer.start()
    try:
        response = opener.open(request, timeout=limits.connect_s)
    except (OSError, http.client.HTTPException):
        if not late.is_set():
            raise
        raise _Passing(TOO_SLOW) from None
    finally:
        timer.cancel()
    with response:
        if late.is_set():
            raise _Passing(TOO_SLOW)
        yield response


def _handlers(
    limits: Limits, connections: list[http.client.HTTPConnection]
) -> tuple[urllib.request.BaseHandler, ...]:
    """Handlers whose connections wait `read_s` between pieces once they stand, and are listed when made."""

    class Plain(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            self.sock.settimeout(limits.read_s)
            connections.append(self)

    class Secure(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            self.sock.settimeout(limits.read_s)
            connections.append(self)

    class PlainHandler(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Plain, req)

    class SecureHandler(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(Secure, req)

    class NoDowngrade(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
            if req.full_url.startswith("https:") and not newurl.startswith("https:"):
                raise FetchError(f"the server sends to {newurl}, which is not encrypted")
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return PlainHandler(), SecureHandler(), NoDowngrade()
