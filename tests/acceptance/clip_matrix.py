"""Clips of many encoders, sizes, rates and profiles, as packets of payloaders that nobody here wrote.

Strategy: each clip is encoded once a run by Debian's FFmpeg or GStreamer. GStreamer writes its own packets; a clip of
FFmpeg goes through FFmpeg's RTP muxer, which writes one packet at a time into what it is given. The packets are then
replayed on a synthetic clock, so that a clip of a second costs no second.
"""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import av

from tests.acceptance.foreign import SYSTEM_PYTHON

_PACKET = "1400"
_REPORTS = range(200, 205)


@dataclass(frozen=True)
class Clip:
    """One clip: which program encodes it, its size and rate, frames of a group, and what else the encoder is told."""

    program: str
    encoder: str
    width: int
    height: int
    fps: str = "25/1"
    gop: int = 12
    frames: int = 40
    profile: str = ""
    format: str = ""
    options: tuple[str, ...] = field(default=())

    @property
    def rate(self) -> float:
        """Frames a second."""
        above, below = self.fps.split("/")
        return int(above) / int(below)


def _x264(width, height, fps="25/1", *, params="", **more):
    extra = ("-preset", "ultrafast", "-x264-params", f"scenecut=0:{params}".rstrip(":"))
    return Clip("ffmpeg", "libx264", width, height, fps, options=extra, **more)


def _x265(width, height, fps="25/1", *, params="bframes=0", **more):
    fixed = "scenecut=0:pools=1:frame-threads=1:log-level=none:repeat-headers=1"
    extra = ("-preset", "ultrafast", "-x265-params", f"{fixed}:{params}")
    return Clip("ffmpeg", "libx265", width, height, fps, options=extra, **more)


def _gst(encoder, width, height, fps="25/1", **more):
    return Clip("gstreamer", encoder, width, height, fps, **more)


CLIPS: dict[str, Clip] = {
    "x264-baseline": _x264(352, 288, "5/1", profile="baseline", gop=5),
    "x264-main": _x264(704, 576, "25/2", profile="main"),
    "x264-high": _x264(1280, 720, profile="high", params="8x8dct=1"),
    "x264-high-1080p": _x264(1920, 1080, "30/1", profile="high", params="8x8dct=1"),
    "x264-high-4mp": _x264(2560, 1440, "20/1", frames=26, params="8x8dct=1"),
    "x264-4k": _x264(3840, 2160, "15/1", frames=26, params="8x8dct=1"),
    "x264-cropped": _x264(1366, 768, "15/1", params="8x8dct=1"),
    "x264-odd-crop": _x264(322, 242, "30000/1001"),
    "x264-960h": _x264(944, 480, "20/1", profile="main"),
    "x264-upright": _x264(480, 848, "25/1", profile="main"),
    "x264-60": _x264(640, 480, "60/1", gop=30, frames=70),
    "x264-1": _x264(640, 480, "1/1", gop=2, frames=14),
    "x264-bframes": _x264(640, 360, params="bframes=3:b-adapt=0:b-pyramid=normal"),
    "x264-open-gop": _x264(640, 360, params="bframes=2:b-adapt=0:open-gop=1", frames=50),
    "x264-slices": _x264(640, 360, params="slices=4"),
    "x264-high-10": _x264(640, 360, format="yuv420p10le"),
    "x264-high-422": _x264(640, 360, format="yuv422p"),
    "x264-high-444": _x264(640, 360, format="yuv444p"),
    "x264-fields": _x264(704, 576, params="interlaced=1"),
    "x264-no-vui": _x264(640, 360, "25/1", params="nal-hrd=none:force-cfr=0"),
    "x265-main": _x265(640, 360, "15/1"),
    "x265-1080p": _x265(1920, 1080, "25/1", frames=30),
    "x265-4mp": _x265(2560, 1440, "12/1", frames=26),
    "x265-cropped": _x265(418, 250, "12/1"),
    "x265-main-10": _x265(640, 360, "20/1", format="yuv420p10le"),
    "x265-444": _x265(640, 360, "25/1", format="yuv444p"),
    "x265-bframes": _x265(640, 360, "30/1", params="bframes=3:b-adapt=0:open-gop=0"),
    "x265-open-gop": _x265(640, 360, "25/1", params="bframes=2:b-adapt=0:open-gop=1", frames=50),
    "x265-slices": _x265(640, 360, "25/1", params="bframes=0:slices=4"),
    "ffmpeg-mjpeg": Clip("ffmpeg", "mjpeg", 640, 480, "10/1", format="yuvj420p", options=("-huffman", "0")),
    "ffmpeg-mpeg4": Clip("ffmpeg", "mpeg4", 352, 288, "15/1"),
    "xvid": Clip("ffmpeg", "libxvid", 640, 480, "10/1"),
    "gst-x264-baseline": _gst("x264", 320, 240, "10/1", profile="constrained-baseline"),
    "gst-x264-main": _gst("x264", 720, 576, "25/1", profile="main"),
    "gst-x264-high": _gst("x264", 1280, 960, "20/1", profile="high"),
    "gst-openh264": _gst("openh264", 640, 360, "12/1", profile="constrained-baseline"),
    "gst-openh264-high": _gst("openh264", 1920, 1080, "25/1", profile="high", frames=30),
    "gst-x265": _gst("x265", 704, 480, "15/1"),
    "gst-x265-10": _gst("x265", 1280, 720, "30000/1001", format="I420_10LE"),
    "gst-mjpeg": _gst("mjpeg", 640, 480, "10/1"),
    "gst-mjpeg-422": _gst("mjpeg", 1280, 720, "15/1", format="Y42B"),
}


def made(folder: Path, clips: dict[str, Clip] = CLIPS) -> dict[str, Path]:
    """Name -> the file of each clip, encoded now; beside those of GStreamer lie their packets."""
    gst = {
        name: {key: getattr(c, key) for key in ("encoder", "width", "height", "fps", "gop", "frames", "profile")}
        | {"format": c.format or "I420"}
        for name, c in clips.items()
        if c.program == "gstreamer"
    }
    script = str(Path(__file__).with_name("gst_clips.py"))
    with subprocess.Popen([SYSTEM_PYTHON, script, str(folder), json.dumps(gst)], stderr=subprocess.PIPE) as other:
        files = {name: _by_ffmpeg(folder, name, clip) for name, clip in clips.items() if clip.program == "ffmpeg"}
        _, errors = other.communicate(timeout=120)
    assert other.returncode == 0, errors.decode()
    return files | {name: folder / f"{name}.mkv" for name in gst}


def _by_ffmpeg(folder: Path, name: str, clip: Clip) -> Path:
    # A transport stream keeps the parameter sets in the stream, as cameras send them; it has no JPEG.
    path = folder / (f"{name}.nut" if clip.encoder == "mjpeg" else f"{name}.ts")
    source = f"testsrc2=size={clip.width}x{clip.height}:rate={clip.fps}"
    command = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-frames:v", str(clip.frames)]
    command += ["-c:v", clip.encoder, "-g", str(clip.gop), "-pix_fmt", clip.format or "yuv420p", "-threads", "1"]
    command += [*(("-profile:v", clip.profile) if clip.profile else ()), *clip.options, str(path)]
    subprocess.run(command, check=True, timeout=120)
    return path


class _Written:
    """A file that keeps what is written, call by call: FFmpeg's RTP muxer writes one packet each time."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keeps one packet."""
        self.packets.append(bytes(data))
        return len(data)


def packets(path: Path) -> list[bytes]:
    """The RTP packets of a clip, in order; RTCP left out."""
    dump = path.with_suffix(".rtp")
    found = _of_rfc_4571(dump.read_bytes()) if dump.exists() else _by_muxer(path)
    return [packet for packet in found if packet[1] not in _REPORTS]


def _by_muxer(path: Path) -> list[bytes]:
    out = _Written()
    with av.open(str(path)) as source, av.open(out, "w", format="rtp", options={"packetsize": _PACKET}) as muxer:
        stream = source.streams.video[0]
        track = muxer.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = track
                muxer.mux(packet)
    return out.packets


def _of_rfc_4571(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at + 2 <= len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    return found


def probed(path: Path) -> dict:
    """What ffprobe says of the file: its stream, and its packets with time and key flag."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-select_streams", "v", "-show_streams", "-show_packets"]
    done = subprocess.run([*command, str(path)], capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)
