"""A receiver of webhooks on loopback: it keeps what is posted, and answers what it is told to answer."""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Posted:
    """What came, as (path, headers, body); `answers` are the next statuses (200 when there are none), each with
    headers.
    """

    address: str = ""
    came: list = field(default_factory=list)
    answers: list = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.came.append((self.path, dict(self.headers.items()), body))
        status, headers = self.server.posted.answers.pop(0) if self.server.posted.answers else (200, {})
        self.send_response(status)
        for name, value in {"content-length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        """Nothing is logged."""


@contextmanager
def hook_server(context=None, host="127.0.0.1"):
    """The receiver, while the block goes on; with `context` over TLS, as localhost."""
    with ThreadingHTTPServer((host, 0), _Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme, name = ("https", "localhost") if context is not None else ("http", host)
        server.posted = Posted(f"{scheme}://{name}:{server.server_address[1]}/hook")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.posted
        finally:
            server.shutdown()
            thread.join()
