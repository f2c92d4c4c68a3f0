"""Programs that nobody here wrote: is each one installed, and how to get it. In CI nothing may be left out."""

import os
import shutil
import subprocess

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
GST_CHECK = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; "
    "Gst.init(None); import sys; "
    "sys.exit(not all(Gst.ElementFactory.find(n) for n in ('x264enc','openh264enc','x265enc','jpegenc','rtph265pay')))"
)


def left_out(what, packages):
    """Skips the test with one line that says how to get what is missing; in CI it fails instead."""
    words = f"{what} is not installed, so this is left out: apt-get install {packages}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)


def need_gstreamer():
    """GStreamer's RTSP server with its encoders is there, or the test is left out."""
    packages = (
        "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good "
        "gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly"
    )
    try:
        found = subprocess.run([SYSTEM_PYTHON, "-c", GST_CHECK], capture_output=True, timeout=60, check=False)
    except OSError:
        left_out("the system's Python", packages)
    if found.returncode:
        left_out("GStreamer's RTSP server", packages)


def need_ffprobe():
    """FFprobe is there, or the test is left out."""
    if shutil.which("ffprobe") is None:
        left_out("ffprobe", "ffmpeg")
