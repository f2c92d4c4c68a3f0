"""Sending one stream to one viewer in real time.

Strategy: picture n is due at start + n / rate, so lateness never adds up. Its numbers are those of a `Tape`. Whoever
has a clock calls `begin` once and `step` whenever a picture is due; `run` is a task of its own that does so. A viewer
who reads too slowly misses pictures (the numbers of their packets are used up, so that it can see the loss); the camera
never waits.
"""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

from probes.simulator.packets import Picture, framed
from probes.simulator.spec import StreamSpec
from probes.simulator.state import CameraState
from probes.simulator.tape import Tape
from probes.simulator.udp import UdpWriter

if TYPE_CHECKING:
    from datetime import datetime

_BACKLOG = 4 << 20  # bytes a viewer may be behind before pictures are dropped
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_AUDIO_RATE = 8000


class Playback:
    """One run of a stream into a connection, from picture `first` of its tape on; `channels` are the RTP channel of the
    video and of the audio, if any.
    """

    def __init__(
        self,
        state: CameraState,
        stream: StreamSpec,
        tape: Tape,
        writer: asyncio.StreamWriter | UdpWriter,
        channels: tuple[int | None, int | None],
        first: int,
    ) -> None:
        self._state, self._stream, self._tape, self._writer = state, stream, tape, writer
        self._video, self._audio = channels
        self._index = self._first = first
        self._began, self._elapsed, self._sent, self._reported_at = 0.0, 0.0, 0, -1.0
        self._frozen, self._hangs = state.has("frozen"), state.has("hang_mid_stream")
        self._octets = 0
        self._heard = 0  # audio samples sent

    @property
    def sequence(self) -> int:
        """The sequence number of the next packet."""
        return self._tape.sequence(self._index)

    @property
    def timestamp(self) -> int:
        """The RTP time stamp of the picture that is sent next."""
        return self._tape.timestamp(self._index)

    async def run(self) -> None:
        """Pictures have been sent until the connection went away; ends otherwise only by being cancelled."""
        loop = asyncio.get_running_loop()
        due = self.begin(loop.time())
        while due is not None:
            await asyncio.sleep(due - loop.time())
            due = self.step()

    def begin(self, now: float) -> float | None:
        """When the first picture is due, by the clock of `now`; None when none will come."""
        self._began = now
        return None if self._state.has("no_media") else now

    def step(self) -> float | None:
        """The picture that is due is on its way; when the next one is due, or None when none will come."""
        elapsed = self._elapsed
        if self._writer.is_closing() or (self._hangs and elapsed > 1):
            return None
        if elapsed - self._reported_at >= 1 and self._sent >= self._stream.burst_s * self._stream.fps:
            self._reported_at = elapsed
            self._report()
        self._send()
        self._sent += 1
        self._index += 1
        self._elapsed = max(0.0, self._sent / self._stream.fps - self._stream.burst_s)
        return self._began + self._elapsed

    def _send(self) -> None:
        """The next picture is on its way, or its numbers are used up."""
        packets = self._tape.packets
        picture = packets.pictures[self._index % len(packets.pictures)]
        if self._video is not None and self._backlog() <= _BACKLOG:
            block = self._tape.block(self._index, self._video, frozen=self._frozen)
            self._write(self._without_lost(picture, block))
            self._octets += len(block) - 16 * len(picture.offsets)  # less "$" framing and RTP headers
        self._send_audio()

    def _numbered(self) -> int:
        """Packets that got a number so far, lost ones included."""
        return self._tape.numbered(self._index) - self._tape.numbered(self._first)

    def _backlog(self) -> int:
        """Bytes that wait to leave."""
        if isinstance(self._writer, UdpWriter):
            return self._writer.backlog()
        return self._writer.transport.get_write_buffer_size()

    def _without_lost(self, picture: Picture, block: bytes | bytearray) -> bytes | bytearray:
        """`block` without the packets that the network loses."""
        every = self._stream.lose_every
        if not every:
            return block
        ends = (*picture.offsets[1:], len(block))
        kept = [
            block[begin:end]
            for number, (begin, end) in enumerate(zip(picture.offsets, ends, strict=True), self._numbered() + 1)
            if number % every
        ]
        return b"".join(kept)

    def _send_audio(self) -> None:
        """Silence up to the time of the picture just sent."""
        if self._audio is None:
            return
        until = round((self._index - self._first + 1) * _AUDIO_RATE / self._stream.fps)
        head = struct.pack("!BBHII", 0x80, 8, self._index & 0xFFFF, self._heard & 0xFFFFFFFF, self._tape.ssrc ^ 1)
        self._write(framed(self._audio, head + b"\xd5" * (until - self._heard)))
        self._heard = until

    def _report(self) -> None:
        """An RTCP sender report with a CNAME (RFC 3550 sections 6.4.1 and 6.5) for the video is on its way."""
        if self._video is None:
            return
        seconds, fraction = _ntp(self._state.now())
        sent = (self.timestamp, self._numbered(), self._octets)
        sender = struct.pack("!BBHIIIIII", 0x80, 200, 6, self._tape.ssrc, seconds, fraction, *sent)
        name = b"\x01\x06camera\x00\x00\x00\x00"  # CNAME, its length, its text, and the end, to a multiple of four
        described = struct.pack("!BBHI", 0x81, 202, 1 + len(name) // 4, self._tape.ssrc) + name
        self._write(framed(self._video + 1, sender + described))
        if self._state.has("stray_packets"):
            stranger = bytearray(sender)
            struct.pack_into("!III", stranger, 4, self._tape.ssrc ^ 0xFFFF, 0, 0)
            self._write(framed(self._video + 1, bytes(stranger)) + framed(200, b"nobody asked for this"))

    def _write(self, data: bytes | bytearray) -> None:
        self._writer.write(data)
        self._state.counters.sent(len(data))


def _ntp(now: datetime) -> tuple[int, int]:
    """`now` as NTP seconds and 1/2^32 fractions."""
    return int(now.timestamp()) + _NTP_EPOCH, int(now.microsecond * (1 << 32) / 1_000_000)
