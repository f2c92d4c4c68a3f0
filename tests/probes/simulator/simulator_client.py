"""A small client of one's own for the tests of the simulator: raw SOAP over HTTP, and raw RTSP over a socket.

Strategy: plain enough to be seen right at a glance. Tests that ask whether the simulator speaks a standard use software
that nobody here wrote (ffprobe, ffmpeg, requests, zeep, onvif-util) instead.
"""

import base64
import hashlib
import http.client
import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree

NS = {
    "env": "http://www.w3.org/2003/05/soap-envelope",
    "tt": "http://www.onvif.org/ver10/schema",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
}
PATHS = {"tds": "/onvif/device_service", "trt": "/onvif/media_service", "tr2": "/onvif/media2_service"}
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"


@dataclass(frozen=True)
class Answer:
    """A reply to a SOAP request: status, headers, body."""

    status: int
    headers: list
    body: bytes

    @property
    def tree(self):
        """The body as XML."""
        return etree.fromstring(self.body)

    def texts(self, path):
        """The texts of every element at `path`."""
        return [one.text for one in self.tree.findall(f".//{path}", NS)]

    @property
    def subcode(self):
        """The innermost fault code, without its prefix."""
        return self.texts("env:Value")[-1].split(":")[1]

    def challenges(self):
        """The values of all WWW-Authenticate headers."""
        return [value for name, value in self.headers if name == "WWW-Authenticate"]


def token(username, password, created=None, nonce=b"0123456789abcdef"):
    """A WS-Security header with a UsernameToken made at `created` (now)."""
    text = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    proof = base64.b64encode(hashlib.sha1(nonce + text.encode() + password.encode()).digest()).decode()
    return (
        f'<wsse:Security xmlns:wsse="{_WSS}wssecurity-secext-1.0.xsd" xmlns:wsu="{_WSS}wssecurity-utility-1.0.xsd">'
        f"<wsse:UsernameToken><wsse:Username>{username}</wsse:Username>"
        f'<wsse:Password Type="{_WSS}username-token-profile-1.0#PasswordDigest">{proof}</wsse:Password>'
        f"<wsse:Nonce>{base64.b64encode(nonce).decode()}</wsse:Nonce><wsu:Created>{text}</wsu:Created>"
        "</wsse:UsernameToken></wsse:Security>"
    )


def envelope(operation, inner="", header=""):
    """The bytes of a request for `operation` such as `tds:GetScopes`."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    body = f"<env:Body><{operation}>{inner}</{operation}></env:Body>"
    return f"<env:Envelope {declared}><env:Header>{header}</env:Header>{body}</env:Envelope>".encode()


def post(camera, data, path="/onvif/device_service", headers=()):
    """The reply of `camera` to these bytes."""
    connection = http.client.HTTPConnection(camera.host, camera.onvif_port, timeout=20)
    try:
        connection.request("POST", path, data, dict(headers))
        reply = connection.getresponse()
        return Answer(reply.status, reply.getheaders(), reply.read())
    finally:
        connection.close()


def ask(camera, operation, inner="", **said):
    """The reply to `operation`, logged in with a fresh UsernameToken unless `header` says otherwise."""
    header = said.pop("header", None)
    if header is None:
        created = datetime.now(UTC) + timedelta(seconds=camera.spec.clock_offset_s)
        nonce = hashlib.sha256(f"{operation}{created}".encode()).digest()[:16]
        header = token(camera.spec.username, camera.spec.password, created, nonce)
    return post(camera, envelope(operation, inner, header), PATHS[operation.split(":")[0]], **said)


class Rtsp:
    """One RTSP connection to a stream of `camera`, with the login it was told to use."""

    def __init__(self, camera, stream_token="main", password=None):
        self.url = camera.rtsp_url(stream_token)
        self.camera, self.password = camera, camera.spec.password if password is None else password
        self._socket = socket.create_connection((camera.host, camera.rtsp_port), timeout=20)
        self._file = self._socket.makefile("rb")
        self.sequence, self.session, self.challenge = 0, None, None

    def close(self):
        """The connection is closed."""
        self._file.close()
        self._socket.close()

    def send(self, method, url=None, version="RTSP/1.0", **headers):
        """One request is on its way, with exactly these headers besides CSeq."""
        self.sequence += 1
        lines = [f"{method} {url or self.url} {version}", f"CSeq: {self.sequence}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())

    def receive(self):
        """The next thing on the connection: (channel, packet) or (status, headers, body)."""
        first = self._file.read(1)
        if first == b"$":
            channel, length = self._file.read(1)[0], int.from_bytes(self._file.read(2), "big")
            return channel, self._file.read(length)
        status = int((first + self._file.readline()).split()[1])
        headers = []
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.decode().partition(":")
            headers.append((name.lower(), value.strip()))
        return status, headers, self._file.read(int(dict(headers).get("content-length", 0)))

    def plain(self, method, url=None, **headers):
        """The reply to one request; media in front of it are passed over."""
        self.send(method, url, **headers)
        while len(reply := self.receive()) != 3:
            pass
        if "session" in dict(reply[1]):
            self.session = dict(reply[1])["session"].split(";")[0]
        return reply

    def ask(self, method, url=None, **headers):
        """The reply to one request with the login and the session of this connection."""
        if self.session:
            headers.setdefault("Session", self.session)
        if self.challenge is None and self.camera.spec.rtsp_auth != "none":
            _, said, _ = self.plain("DESCRIBE")
            self.challenge = dict(said)["www-authenticate"]
        if self.challenge:
            headers["Authorization"] = self.login(method, url or self.url)
        return self.plain(method, url, **headers)

    def login(self, method, url):
        """The Authorization value for one request, for Basic and for Digest without qop."""
        if self.challenge.startswith("Basic"):
            return "Basic " + base64.b64encode(f"{self.camera.spec.username}:{self.password}".encode()).decode()
        return digest(self.challenge, self.camera.spec.username, self.password, method, url)

    def play(self, track="trackID=0", channels="0-1"):
        """The statuses of DESCRIBE, SETUP and PLAY, in which media begin."""
        described = self.ask("DESCRIBE")[0]
        transport = f"RTP/AVP/TCP;unicast;interleaved={channels}"
        setup = self.ask("SETUP", f"{self.url}/{track}", Transport=transport)[0]
        return described, setup, self.ask("PLAY")[0]

    def packets(self, count, channel=0):
        """The next `count` packets of a channel."""
        found = []
        while len(found) < count:
            got = self.receive()
            if got[0] == channel:
                found.append(got[1])
        return found


@contextmanager
def rtsp(camera, stream_token="main", password=None):
    """An RTSP connection that is closed at the end of the block."""
    connection = Rtsp(camera, stream_token, password)
    try:
        yield connection
    finally:
        connection.close()


def digest(challenge, username, password, method, uri, count=1):
    """A Digest answer (RFC 7616, or RFC 2069 when the challenge has no qop)."""
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
    algorithm = fields.get("algorithm", "MD5")
    make = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm]

    def hashed(text):
        return make(text.encode()).hexdigest()

    first = hashed(f"{username}:{fields['realm']}:{password}")
    second = hashed(f"{method}:{uri}")
    said = {"username": username, "realm": fields["realm"], "nonce": fields["nonce"], "uri": uri}
    shown = ", ".join(f'{name}="{value}"' for name, value in said.items()) + f", algorithm={algorithm}"
    if "qop" not in fields:
        response = hashed(":".join((first, fields["nonce"], second)))
        return f'Digest {shown}, response="{response}"'
    nc = f"{count:08x}"
    response = hashed(f"{first}:{fields['nonce']}:{nc}:own:auth:{second}")
    return f'Digest {shown}, qop=auth, nc={nc}, cnonce="own", response="{response}"'
