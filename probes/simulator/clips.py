"""Real video for the simulated cameras: encoded once with FFmpeg's encoders, kept on disk, sent many times.

Strategy: a clip is two closed groups of pictures of a painted scene (`scenes`), as access units in Annex B (or whole
JPEG images). It is a pure function of `ClipKey`, so the file name is a hash of the key. A file is written beside its
place and renamed, so processes that race do the work twice and never read half a file.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import platformdirs

from probes.simulator import scenes
from probes.simulator.spec import Codec, Coding, Scene, StreamSpec

_VERSION = 2  # raise when the same key should give another clip
_BITS_PER_PIXEL = 0.05  # 2.6 Mbit/s for 1080p at 25 frames a second: loopback stays cheap
_CODINGS: dict[Coding, str] = {"frames": "", "fields": ":interlaced=1", "refresh": ":intra-refresh=1"}
_JPEG_QUALITY = "12"  # FFmpeg's scale of 1 (best) to 31


@dataclass(frozen=True)
class ClipKey:
    """All that decides the bytes of a clip."""

    codec: Codec
    width: int
    height: int
    fps: float
    gop: int
    kbps: int
    bframes: int
    scene: Scene
    coding: Coding = "frames"


@dataclass(frozen=True)
class AccessUnit:
    """The bytes of one picture, its place in showing order (frames from the start of the clip), and its kind."""

    data: bytes
    shown_at: int
    key: bool


@dataclass(frozen=True)
class Clip:
    """Pictures in sending order; a player may start again at the first after the last."""

    codec: Codec
    width: int
    height: int
    units: tuple[AccessUnit, ...]


def key_of(stream: StreamSpec) -> ClipKey:
    """The clip that `stream` sends. The rate in the parameter sets is the declared one."""
    modest = round(stream.width * stream.height * stream.said_fps * _BITS_PER_PIXEL / 1000)
    kbps = stream.sent_kbps or max(200, min(stream.bitrate_kbps, modest))
    size = (stream.width, stream.height)
    return ClipKey(stream.codec, *size, stream.said_fps, stream.gop, kbps, stream.bframes, stream.scene, stream.coding)


def folder() -> Path:
    """Where clips are kept: `CAMERA_SIMULATOR_CLIPS`, or the cache folder of the user."""
    said = os.environ.get("CAMERA_SIMULATOR_CLIPS")
    return Path(said) if said else platformdirs.user_cache_path("camera-registry") / "clips"


@functools.lru_cache(maxsize=64)
def load(key: ClipKey) -> Clip:
    """The clip of `key`: read from disk, or encoded now and kept there."""
    path = folder() / f"{_name(key)}.clip"
    try:
        return _unpack(key, path.read_bytes())
    except (OSError, ValueError, KeyError):  # not there, or damaged: both are cured by encoding
        clip = encode(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(_pack(clip))
    Path(beside).replace(path)
    return clip


def encode(key: ClipKey) -> Clip:
    """The clip of `key`, freshly encoded."""
    context = _encoder(key)
    units: list[AccessUnit] = []
    count = 2 * key.gop if key.codec != "mjpeg" else max(2, round(key.fps))
    for index, picture in enumerate(scenes.pictures(key.scene, key.width, key.height, count)):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        if key.scene == "blurred":
            frame = _out_of_focus(frame)
        frame = frame.reformat(key.width, key.height, context.pix_fmt, interpolation="BICUBIC")
        frame.pts = index
        units += [_unit(packet) for packet in context.encode(frame)]
    units += [_unit(packet) for packet in context.encode(None)]
    return Clip(key.codec, key.width, key.height, tuple(units))


def _out_of_focus(frame: av.VideoFrame) -> av.VideoFrame:
    """`frame` at a thirtieth of its size: scaled up again, it is as soft as a lens far out of focus makes it."""
    return frame.reformat(max(8, frame.width // 30), max(8, frame.height // 30), interpolation="AREA")


def _unit(packet: av.Packet[av.VideoStream]) -> AccessUnit:
    return AccessUnit(bytes(packet), packet.pts or 0, bool(packet.is_keyframe))


def _encoder(key: ClipKey) -> av.VideoCodecContext:
    """An open encoder for `key`: key frames exactly every `gop` pictures, parameter sets in front of each."""
    context = av.CodecContext.create({"h264": "libx264", "h265": "libx265", "mjpeg": "mjpeg"}[key.codec], "w")
    assert isinstance(context, av.VideoCodecContext)  # noqa: S101  for the type checker  # nosec B101
    rate = Fraction(key.fps).limit_denominator(1001)
    context.width, context.height = key.width, key.height
    context.framerate, context.time_base = rate, 1 / rate
    context.bit_rate = key.kbps * 1000
    context.pix_fmt = "yuvj420p" if key.codec == "mjpeg" else "yuv420p"
    context.thread_count = 1 if key.codec == "mjpeg" else 2
    gop = f"keyint={key.gop}:min-keyint={key.gop}:scenecut=0:bframes={key.bframes}:b-adapt=0"
    context.options = {
        "h264": {
            "preset": "superfast",
            "profile": "main",
            "x264-params": f"{gop}:open-gop=0:weightp=0{_CODINGS[key.coding]}",
        },
        "h265": {"preset": "ultrafast", "x265-params": f"{gop}:open-gop=0:log-level=none:info=0:repeat-headers=1"},
        # RFC 2435 sends no Huffman tables: only the standard ones may be used.
        "mjpeg": {"huffman": "default", "qmin": _JPEG_QUALITY, "qmax": _JPEG_QUALITY},
    }[key.codec]
    if key.codec == "h264":
        context.gop_size, context.max_b_frames = key.gop, key.bframes
    context.open()
    return context


def _name(key: ClipKey) -> str:
    text = json.dumps([_VERSION, av.__version__, asdict(key)], sort_keys=True)
    return f"{key.codec}-{key.width}x{key.height}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _pack(clip: Clip) -> bytes:
    """One line of JSON with the lengths, then the bytes of all pictures, then their hash."""
    head = json.dumps([[len(u.data), u.shown_at, u.key] for u in clip.units]).encode()
    body = head + b"\n" + b"".join(u.data for u in clip.units)
    return hashlib.sha256(body).digest() + body


def _unpack(key: ClipKey, raw: bytes) -> Clip:
    """The clip in `raw`; ValueError when it is damaged."""
    body = raw[32:]
    if hashlib.sha256(body).digest() != raw[:32]:
        raise ValueError("the clip on disk is damaged")
    head, _, data = body.partition(b"\n")
    units, at = [], 0
    for length, shown_at, is_key in json.loads(head):
        units.append(AccessUnit(data[at : at + length], shown_at, is_key))
        at += length
    return Clip(key.codec, key.width, key.height, tuple(units))
