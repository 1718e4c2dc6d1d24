"""A server on 127.0.0.1 that answers as it is told, badly if need be."""

import threading
from collections.abc import Callable
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Server:
    """A server whose answers are a list of functions of the request, the last one again and again."""

    def __init__(self):
        self.answers: list[Callable[[BaseHTTPRequestHandler], None]] = []
        self.requests: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.requests.append({"path": self.path, **{k.lower(): v for k, v in self.headers.items()}})
                self.close_connection = True
                answer = server.answers[0] if len(server.answers) == 1 else server.answers.pop(0)
                with suppress(OSError):  # the client may hang up, as it should
                    answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/x"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    @staticmethod
    def reply(status=200, body=b"good", **headers):
        """An answer with this head and body."""

        def send(handler):
            handler.send_response(status)
            for key, value in {"Content_Length": str(len(body)), **headers}.items():
                handler.send_header(key.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        return send


@pytest.fixture
def server():
    with closing(Server()) as one:
        yield one
