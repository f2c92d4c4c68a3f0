"""The least that could be done: SOAP requests prepared beforehand, and packets that are counted and thrown away.

What a probe costs more than these is what it knows more. Both log in as ours does: by Digest, signed once a request.
"""

import asyncio
import hashlib
import re
import secrets
from urllib.parse import urlsplit

from lxml import etree

from benchmarks.contenders import spent

_ENVELOPE = (
    b'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)
_PATH = "/onvif/device_service"
_CHALLENGE = re.compile(r'(realm|nonce)="([^"]*)"')
_SESSION = re.compile(r"Session: ([^;\s]+)")
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


def _md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _digest(challenge, method, uri, password, count=0):
    """An Authorization header; with a count of requests by qop=auth, as over HTTP."""
    told = dict(_CHALLENGE.findall(challenge))
    first, second = _md5(f"admin:{told['realm']}:{password}"), _md5(f"{method}:{uri}")
    shown = f'Digest username="admin", realm="{told["realm"]}", nonce="{told["nonce"]}", uri="{uri}"'
    if not count:
        answer = _md5(f"{first}:{told['nonce']}:{second}")
        return f'{shown}, response="{answer}"'
    ours = secrets.token_hex(8)
    answer = _md5(f"{first}:{told['nonce']}:{count:08x}:{ours}:auth:{second}")
    return f'{shown}, response="{answer}", qop=auth, nc={count:08x}, cnonce="{ours}"'


async def _reply(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head.decode("latin-1"), await reader.readexactly(int(length.group(1))) if length else b""


async def _soap(camera, requests):
    """`requests` requests for who the device is, each signed and its reply parsed."""
    reader, writer = await asyncio.open_connection(camera["host"], camera["onvif_port"])
    head = f"POST {_PATH} HTTP/1.1\r\nHost: {camera['host']}\r\nContent-Type: application/soap+xml\r\n"
    head += f"Content-Length: {len(_ENVELOPE)}\r\n"
    writer.write(f"{head}\r\n".encode() + _ENVELOPE)
    challenge, _ = await _reply(reader)
    for count in range(1, requests):
        signed = _digest(challenge, "POST", _PATH, camera["password"], count)
        writer.write(f"{head}Authorization: {signed}\r\n\r\n".encode() + _ENVELOPE)
        told, body = await _reply(reader)
        assert " 200 " in told.split("\r\n", 1)[0], told
        assert etree.fromstring(body).find(".//{*}SerialNumber") is not None
    writer.close()


class _Reader(asyncio.Protocol):
    """Counts interleaved packets."""

    def __init__(self):
        self.replies, self.packets, self.bytes = asyncio.Queue(), 0, 0
        self._rest, self._playing = b"", False

    def data_received(self, data):
        """Steps over whole packets; what is none is a reply."""
        data, at = self._rest + data, 0
        while at + 4 <= len(data):
            if data[at] == 0x24:
                end = at + 4 + (data[at + 2] << 8 | data[at + 3])
                if end > len(data):
                    break
                self.packets += 1
                self.bytes += end - at - 4
            else:
                ends = data.find(b"\r\n\r\n", at)
                if ends < 0:
                    break
                length = _LENGTH.search(data, at, ends)
                end = ends + 4 + (int(length.group(1)) if length else 0)
                if end > len(data):
                    break
                self.replies.put_nowait(data[at:end].decode("latin-1"))
            at = end
        self._rest = data[at:]


async def _packets(camera, seconds):
    """The main stream, played for so many seconds; its packets."""
    address = urlsplit(camera["stream"])
    transport, reader = await asyncio.get_running_loop().create_connection(_Reader, address.hostname, address.port)
    challenge, session, count = "", "", 0

    async def ask(method, uri, more=""):
        nonlocal count
        count += 1
        signed = f"Authorization: {_digest(challenge, method, uri, camera['password'])}\r\n" if challenge else ""
        transport.write(f"{method} {uri} RTSP/1.0\r\nCSeq: {count}\r\n{session}{signed}{more}\r\n".encode())
        return await reader.replies.get()

    uri = camera["stream"]
    challenge = await ask("DESCRIBE", uri)
    described = await ask("DESCRIBE", uri)
    track = re.findall(r"a=control:(\S+)", described)[-1]
    track = track if "://" in track else f"{uri}/{track}"
    answer = await ask("SETUP", track, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n")
    session = f"Session: {_SESSION.search(answer).group(1)}\r\n"
    assert " 200 " in await ask("PLAY", uri)
    await asyncio.sleep(seconds)
    counted = reader.packets
    await ask("TEARDOWN", uri)
    transport.close()
    return counted


async def _costs(look, cameras, much):
    """CPU ms a camera of looking at all but the first, which warms up; and what the looks gave."""
    await look(cameras[0], much)
    before = spent()
    gave = await asyncio.gather(*(look(camera, much) for camera in cameras))
    return {"cpu_ms": 1000 * (spent() - before) / len(cameras), "gave": gave}


async def send_requests(cameras, requests):
    """What `requests` requests to each camera cost."""
    return await _costs(_soap, cameras, requests)


async def read_packets(cameras, seconds):
    """What reading each main stream for `seconds` costs."""
    return await _costs(_packets, cameras, seconds)
