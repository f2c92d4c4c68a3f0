"""GStreamer's RTSP server on one loopback port: run with the system's Python, which has its bindings.

    /usr/bin/python3 gst_server.py '{"name": {"encoder": …, "width": …, "height": …, "fps": …}, …}' [USER PASSWORD]

Prints `listening PORT` once it serves, and serves until standard input ends. Nothing here is ours but the pipelines:
the server, the payloaders, the encoders and the login are GStreamer's.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ENCODERS = {
    "x264": "x264enc key-int-max={gop} speed-preset=ultrafast bframes={bframes} bitrate=1500 ! "
    "video/x-h264,profile={profile} ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=0",
    "openh264": "openh264enc gop-size={gop} bitrate=1500000 ! h264parse ! rtph264pay name=pay0 pt=96",
    "x265": "x265enc key-int-max={gop} speed-preset=ultrafast bitrate=1000 "
    "option-string=bframes=0:scenecut=0:open-gop=0:pools=1 ! h265parse ! rtph265pay name=pay0 pt=96",
    "mjpeg": "jpegenc quality=70 ! rtpjpegpay name=pay0 pt=26",
}


def pipeline(spec):
    """The launch line of one stream: a live test picture with a moving ball, encoded and paid."""
    encoder = ENCODERS[spec["encoder"]].format(
        gop=spec.get("gop", 30), bframes=spec.get("bframes", 0), profile=spec.get("profile", "high")
    )
    return (
        "( videotestsrc is-live=true pattern=ball ! "
        f"video/x-raw,format=I420,width={spec['width']},height={spec['height']},framerate={spec['fps']}/1 ! {encoder} )"
    )


def protect(server, username, password):
    """Asks for Digest (MD5) on every stream."""
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(username, password, token())
    server.set_auth(auth)


def token():
    """A token that allows a user to see and to build the streams."""
    made = GstRtspServer.RTSPToken()
    made.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    return made


def main():
    """Serves until standard input ends."""
    Gst.init(None)
    specs = json.loads(sys.argv[1])
    login = sys.argv[2:4]
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    for name, spec in specs.items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(pipeline(spec))
        factory.set_shared(False)
        if spec.get("udp_only"):
            factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
        if login:
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role("viewer", "media.factory.access", True)
            permissions.add_permission_for_role("viewer", "media.factory.construct", True)
            factory.set_permissions(permissions)
        server.get_mount_points().add_factory(f"/{name}", factory)
    if login:
        protect(server, *login)
    server.attach(None)
    print("listening", server.get_bound_port(), flush=True)
    loop = GLib.MainLoop()
    GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, lambda *_: loop.quit())
    loop.run()


if __name__ == "__main__":
    main()
