"""Clips by GStreamer's encoders, twice each: in a file, and as packets of GStreamer's own payloaders.

    /usr/bin/python3 gst_clips.py FOLDER '{"name": {"encoder": …, "width": …, "height": …, "fps": "25/1", …}, …}'

Makes NAME.mkv and NAME.rtp (RFC 4571: two bytes of length before each packet) of every clip, all at the same time.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import Gst  # noqa: E402  (the version is chosen first)

SECONDS = 60 * Gst.SECOND
ENCODERS = {
    "x264": "x264enc key-int-max={gop} speed-preset=ultrafast bframes=0 threads=1 option-string=scenecut=0 ! "
    "video/x-h264,profile={profile} ! h264parse config-interval=-1",
    "openh264": "openh264enc gop-size={gop} bitrate=1500000 ! video/x-h264,profile={profile} ! "
    "h264parse config-interval=-1",
    "x265": "x265enc key-int-max={gop} speed-preset=ultrafast "
    "option-string=bframes=0:scenecut=0:open-gop=0:pools=1:frame-threads=1 ! h265parse config-interval=-1",
    "mjpeg": "jpegenc quality=60 ! jpegparse",
}
PAYLOADERS = {
    "x264": "rtph264pay config-interval=-1",
    "openh264": "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
    "x265": "rtph265pay config-interval=-1 aggregate-mode=zero-latency",
    "mjpeg": "rtpjpegpay",
}


def pipeline(folder, name, spec):
    """The launch line of one clip: a moving ball, encoded once, into a file and into packets."""
    kind = spec["encoder"]
    encoder = ENCODERS[kind].format(gop=spec["gop"], profile=spec.get("profile", ""))
    return (
        f"videotestsrc pattern=ball num-buffers={spec['frames']} ! "
        f"video/x-raw,format={spec.get('format', 'I420')},width={spec['width']},height={spec['height']},"
        f"framerate={spec['fps']} ! {encoder} ! tee name=t "
        f"t. ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! matroskamux ! "
        f"filesink location={folder}/{name}.mkv "
        f"t. ! queue max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! {PAYLOADERS[kind]} mtu=1400 ! "
        f"rtpstreampay ! filesink location={folder}/{name}.rtp"
    )


def main():
    """Every clip is there, or the reason is told and the status is 1."""
    Gst.init(None)
    folder, specs = sys.argv[1], json.loads(sys.argv[2])
    running = {name: Gst.parse_launch(pipeline(folder, name, spec)) for name, spec in specs.items()}
    for made in running.values():
        made.set_state(Gst.State.PLAYING)
    for name, made in running.items():
        wanted = Gst.MessageType.EOS | Gst.MessageType.ERROR
        message = made.get_bus().timed_pop_filtered(SECONDS, wanted)
        if message is None or message.type == Gst.MessageType.ERROR:
            sys.exit(f"{name}: {message.parse_error() if message else 'no end'}")
        made.set_state(Gst.State.NULL)


if __name__ == "__main__":
    main()
