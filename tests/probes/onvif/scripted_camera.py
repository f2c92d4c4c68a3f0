"""A camera that answers with prepared bytes: for quirks that the simulator does not have."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from probes.onvif.look import OnvifLook, look
from probes.target import Address, Credential, Limits, Remembered, Target
from probes.visit import Visit
from tests.probes.onvif.onvif_replies import envelope, fault, h264, profile, profiles, services, source, stream_uri

DIGEST = {"WWW-Authenticate": 'Digest realm="r", nonce="n1", qop="auth"'}
CREDENTIAL = Credential("v1", "admin", "se:same")
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_OPERATION = re.compile(rb"<[\w:-]*Body[^>]*>\s*<(?:[\w-]+:)?(\w+)")


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    operation: str
    text: str

    @property
    def signed(self) -> bool:
        """True when it carried a login."""
        return "UsernameToken" in self.text or "\nauthorization:" in self.text.lower()


@dataclass(frozen=True)
class Said:
    """One reply: body, status, headers; with `raw` whole as it leaves, and then the connection is closed. It leaves
    `after_s` seconds late.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] | None = None
    raw: bool = False
    after_s: float = 0.0


Answer = Said | Callable[[Asked], Said]
REFUSED = Said(fault(), 400)
NEVER_WHOLE = Said(b"", 200, {"Content-Length": "5"})
"""The beginning of a reply that never ends."""
CLOSED = Said(b"", -1)
"""The connection is closed without an answer."""


def clock(ahead: timedelta = timedelta()) -> Callable[[Asked], Said]:
    """GetSystemDateAndTime of a camera whose clock is `ahead` of true time."""

    def say(_: Asked) -> Said:
        now = datetime.now(UTC) + ahead
        time = f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
        date = f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
        both = f"{time}<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date>{date}</tt:Date>"
        utc = f"<tt:UTCDateTime>{both}</tt:UTCDateTime>"
        inner = f"<tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>{utc}</tds:SystemDateAndTime>"
        return Said(envelope(f"<tds:GetSystemDateAndTimeResponse>{inner}</tds:GetSystemDateAndTimeResponse>"))

    return say


def information(model: str = "M-1") -> Said:
    """GetDeviceInformation."""
    inner = f"<tds:Manufacturer>Maker</tds:Manufacturer><tds:Model>{model}</tds:Model>"
    return Said(envelope(f"<tds:GetDeviceInformationResponse>{inner}</tds:GetDeviceInformationResponse>"))


OPEN: dict[str, Answer] = {
    "GetSystemDateAndTime": clock(),
    "GetServices": Said(services()),
    "GetDeviceInformation": information(),
    "GetProfiles": Said(profiles(profile("P1", source(), h264()))),
    "GetStreamUri": Said(stream_uri("rtsp://192.0.2.9/a")),
}
"""A Media1 camera that wants no login and knows nothing else."""


def behind(login: Callable[[Asked], bool], refusal: Said = REFUSED, **answers: Answer) -> dict[str, Answer]:
    """OPEN with `answers`, where all but clock and services want a login that `login` approves."""

    def guarded(answer: Answer) -> Callable[[Asked], Said]:
        def say(asked: Asked) -> Said:
            if not (asked.signed and login(asked)):
                return refusal
            return answer if isinstance(answer, Said) else answer(asked)

        return say

    free = ("GetSystemDateAndTime", "GetServices", "GetCapabilities")
    return {o: a if o in free else guarded(a) for o, a in {**OPEN, **answers}.items()}


class ScriptedCamera:
    """Answers each operation by the script; what the script does not know is not supported."""

    def __init__(self, script: Mapping[str, Answer], connections: int | None = None) -> None:
        self.script = script
        self._left = connections
        self.asked: list[Asked] = []
        self.port = 0

    @property
    def signed(self) -> list[Asked]:
        """The requests that carried a login."""
        return [a for a in self.asked if a.signed]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ScriptedCamera]:
        """The camera listens on 127.0.0.1 until the block ends."""
        self._server = server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._left is not None:
            self._left -= 1
            if not self._left:
                self._server.close()
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length.group(1)) if length else 0)
                said = self._said(head, body)
                if said is CLOSED:
                    return
                await asyncio.sleep(said.after_s)
                writer.write(said.body if said.raw else _with_head(said))
                await writer.drain()
                if said.raw:
                    writer.close()
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # cancelled at the end of the loop: asyncio would print it
        finally:
            writer.transport.abort()

    def _said(self, head: bytes, body: bytes) -> Said:
        operation = _OPERATION.search(body)
        asked = Asked(
            head.split()[1].decode(), operation.group(1).decode() if operation else "", (head + body).decode()
        )
        self.asked.append(asked)
        answer = self.script.get(asked.operation, Said(fault("ter:ActionNotSupported", "", "s:Receiver"), 500))
        return answer if isinstance(answer, Said) else answer(asked)


def _with_head(said: Said) -> bytes:
    headers = {"Content-Length": len(said.body), **(said.headers or {})}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {said.status} x", *lines, "", ""]).encode() + said.body


def look_at(
    script: Mapping[str, Answer],
    *credentials: Credential,
    remembered: Remembered | None = None,
    path: str = "/onvif/device_service",
    limits: Limits | None = None,
    camera: ScriptedCamera | None = None,
) -> tuple[OnvifLook, Visit, ScriptedCamera]:
    """One look at a camera that follows `script`."""
    camera = camera or ScriptedCamera(script)

    async def run() -> tuple[OnvifLook, Visit, ScriptedCamera]:
        async with camera.running():
            address = Address("onvif", "127.0.0.1", onvif_port=camera.port, onvif_path=path)
            target = Target("k", address, credentials, remembered or Remembered(), limits=limits or Limits(read_s=5.0))
            visit = Visit(target)
            return await look(visit), visit, camera

    return asyncio.run(run())


def changed(credential: Credential = CREDENTIAL, **fields: object) -> Credential:
    """`credential` with other fields."""
    return replace(credential, **fields)  # type: ignore[arg-type]
