"""A mail server of our own on loopback: it takes what it is told to take, over STARTTLS or in clear, with a login."""

import base64
import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Received:
    """What came: messages, logins, and whether TLS was on; `refuse` messages are refused first."""

    port: int = 0
    messages: list = field(default_factory=list)
    logins: list = field(default_factory=list)
    tls: list = field(default_factory=list)
    refuse: int = 0


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.secure = False
        self._say("220 loopback")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not getattr(self, f"on_{verb.lower()}", self._unknown)(rest):
                return

    def finish(self):
        super().finish()
        self.connection.close()

    def on_ehlo(self, _rest):
        offered = ["loopback", *(["STARTTLS"] if self.server.context and not self.secure else []), "AUTH PLAIN"]
        self.wfile.write("".join(f"250{' ' if o is offered[-1] else '-'}{o}\r\n" for o in offered).encode())
        return True

    def on_starttls(self, _rest):
        self._say("220 go on")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.secure = True
        return True

    def on_auth(self, rest):
        self.server.received.logins.append(base64.b64decode(rest.split()[1]).split(b"\0")[1:])
        return self._say("235 in")

    def on_mail(self, _rest):
        if self.server.received.refuse:
            self.server.received.refuse -= 1
            return self._say("451 later")
        return self._say("250 ok")

    def on_rcpt(self, _rest):
        return self._say("250 ok")

    def on_rset(self, _rest):
        return self._say("250 ok")

    def on_data(self, _rest):
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.received.messages.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        self.server.received.tls.append(self.secure)
        return self._say("250 taken")

    def on_quit(self, _rest):
        self._say("221 bye")
        return False

    def _unknown(self, _rest):
        return self._say("500 what?")

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())
        return True


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def mail_server(context=None):
    """The server, while the block goes on; `context` makes it offer STARTTLS."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.context, server.received = context, Received(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.received
        finally:
            server.shutdown()
            thread.join()
