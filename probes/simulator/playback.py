"""Sending one stream to one viewer in real time.

Strategy: picture n is due at start + n / rate, so lateness never adds up. Time stamps follow the showing order and go
on over the end of the clip. A viewer who reads too slowly misses pictures (the numbers of their packets are used up,
so that it can see the loss); the camera never waits. A clip is repeated, which no living camera does to the byte:
every picture gets a little filling that says nothing, so that its size is another each time.
"""

from __future__ import annotations

import asyncio
import secrets
import struct
from typing import TYPE_CHECKING

from probes.simulator.packets import CLOCK_RATE, FILLING, Packets, Picture, framed
from probes.simulator.spec import StreamSpec
from probes.simulator.state import CameraState
from probes.simulator.udp import UdpWriter

if TYPE_CHECKING:
    from datetime import datetime

_BACKLOG = 4 << 20  # bytes a viewer may be behind before pictures are dropped
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970
_AUDIO_RATE = 8000


class Playback:
    """One run of a stream into a connection; `channels` are the RTP channel of the video and of the audio, if any."""

    def __init__(
        self,
        state: CameraState,
        stream: StreamSpec,
        packets: Packets,
        writer: asyncio.StreamWriter | UdpWriter,
        channels: tuple[int | None, int | None],
        ssrc: int,
    ) -> None:
        self._state, self._stream, self._packets, self._writer = state, stream, packets, writer
        self._video, self._audio = channels
        self._ssrc = ssrc
        self._base = secrets.randbits(32)
        self.sequence = secrets.randbits(16)
        self._index = stream.start_at
        self._numbered = 0  # packets that got a number, lost ones included
        self._octets = 0
        self._heard = 0  # audio samples sent

    @property
    def timestamp(self) -> int:
        """The RTP time stamp of the picture that is sent next."""
        pictures = self._packets.pictures
        rounds, place = divmod(self._index, len(pictures))
        shown = rounds * len(pictures) + pictures[place].shown_at
        rate = self._stream.stamped_fps or self._stream.fps
        return (self._base + round(shown * CLOCK_RATE / rate)) & 0xFFFFFFFF

    async def run(self) -> None:
        """Pictures have been sent until the connection went away; ends otherwise only by being cancelled."""
        if self._state.has("no_media"):
            return
        loop = asyncio.get_running_loop()
        start, sent, reported_at = loop.time(), 0, -1.0
        while not self._writer.is_closing():
            elapsed = max(0.0, sent / self._stream.fps - self._stream.burst_s)
            await asyncio.sleep(start + elapsed - loop.time())
            if self._state.has("hang_mid_stream") and elapsed > 1:
                return
            if elapsed - reported_at >= 1 and sent >= self._stream.burst_s * self._stream.fps:
                reported_at = elapsed
                self._report()
            self._send(self._packets.pictures[self._index % len(self._packets.pictures)])
            sent += 1
            self._index += 1

    def _send(self, picture: Picture) -> None:
        """`picture` is on its way, or its numbers are used up."""
        count = len(picture.offsets)
        slow = self._backlog() > _BACKLOG
        if self._video is not None and not slow:
            block = picture.stamped(self._video, self.sequence, self.timestamp, self._ssrc)
            if not self._state.has("frozen"):
                block = picture.filled(block, FILLING[self._packets.codec] * secrets.randbelow(4))
            self._write(self._without_lost(picture, block))
            self._octets += len(block) - 16 * count  # less "$" framing and RTP headers
        self.sequence = (self.sequence + count) & 0xFFFF
        self._numbered += count
        self._send_audio()

    def _backlog(self) -> int:
        """Bytes that wait to leave."""
        if isinstance(self._writer, UdpWriter):
            return self._writer.backlog()
        return self._writer.transport.get_write_buffer_size()

    def _without_lost(self, picture: Picture, block: bytearray) -> bytes | bytearray:
        """`block` without the packets that the network loses."""
        every = self._stream.lose_every
        if not every:
            return block
        ends = (*picture.offsets[1:], len(block))
        kept = [
            block[begin:end]
            for number, (begin, end) in enumerate(zip(picture.offsets, ends, strict=True), self._numbered + 1)
            if number % every
        ]
        return b"".join(kept)

    def _send_audio(self) -> None:
        """Silence up to the time of the picture just sent."""
        if self._audio is None:
            return
        until = round((self._index - self._stream.start_at + 1) * _AUDIO_RATE / self._stream.fps)
        head = struct.pack("!BBHII", 0x80, 8, self._index & 0xFFFF, self._heard & 0xFFFFFFFF, self._ssrc ^ 1)
        self._write(framed(self._audio, head + b"\xd5" * (until - self._heard)))
        self._heard = until

    def _report(self) -> None:
        """An RTCP sender report with a CNAME (RFC 3550 sections 6.4.1 and 6.5) for the video is on its way."""
        if self._video is None:
            return
        seconds, fraction = _ntp(self._state.now())
        sender = struct.pack(
            "!BBHIIIIII", 0x80, 200, 6, self._ssrc, seconds, fraction, self.timestamp, self._numbered, self._octets
        )
        name = b"\x01\x06camera\x00\x00\x00\x00"  # CNAME, its length, its text, and the end, to a multiple of four
        described = struct.pack("!BBHI", 0x81, 202, 1 + len(name) // 4, self._ssrc) + name
        self._write(framed(self._video + 1, sender + described))
        if self._state.has("stray_packets"):
            stranger = bytearray(sender)
            struct.pack_into("!III", stranger, 4, self._ssrc ^ 0xFFFF, 0, 0)
            self._write(framed(self._video + 1, bytes(stranger)) + framed(200, b"nobody asked for this"))

    def _write(self, data: bytes | bytearray) -> None:
        self._writer.write(data)
        self._state.counters.sent(len(data))


def _ntp(now: datetime) -> tuple[int, int]:
    """`now` as NTP seconds and 1/2^32 fractions."""
    return int(now.timestamp()) + _NTP_EPOCH, int(now.microsecond * (1 << 32) / 1_000_000)
