"""Ways to look at a camera: the plain script as people write it today, ffprobe, and ours.

`python -m benchmarks.contenders NAME` reads cameras as JSON from standard input, looks at each, and prints what it
cost a camera: CPU of itself and its children, and the largest process. The first camera warms everybody up (imports,
service descriptions) and is not counted, because a night has thousands.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from urllib.parse import quote

import psutil

FRAMES = 25


def spent():
    """CPU seconds of this process, to the nanosecond, and of all its children so far, ended or not, to 10 ms."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(sum(process.cpu_times()[:4]) for process in psutil.Process().children())
    return time.process_time() + ended.ru_utime + ended.ru_stime + living


def warmed(look, cameras):
    """CPU seconds of looking at all cameras but the first, which is looked at before."""
    look(cameras[:1])
    before = spent()
    look(cameras[1:])
    return spent() - before


def with_login(camera):
    """The stream's address as OpenCV and ffprobe want it."""
    return camera["stream"].replace("rtsp://", f"rtsp://admin:{quote(camera['password'], safe='')}@")


def plain_script(cameras):
    """`ONVIFCamera` and `cv2.VideoCapture`, 25 frames, one camera after the other."""
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"
    import cv2
    from onvif import ONVIFCamera

    def look(cameras):
        for camera in cameras:
            device = ONVIFCamera(camera["host"], camera["onvif_port"], "admin", camera["password"])
            device.devicemgmt.GetDeviceInformation()
            media = device.create_media_service()
            profile = media.GetProfiles()[0]
            setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
            media.GetStreamUri({"StreamSetup": setup, "ProfileToken": profile.token})
            capture = cv2.VideoCapture(with_login(camera), cv2.CAP_FFMPEG)
            frames = sum(capture.read()[0] for _ in range(FRAMES))
            capture.release()
            assert frames == FRAMES, f"{frames} frames of {camera['stream']}"

    return warmed(look, cameras)


def ffprobe(cameras):
    """`ffprobe -show_streams` in a process a camera: what the stream says of itself, and no ONVIF."""

    def look(cameras):
        for camera in cameras:
            command = ["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_streams", with_login(camera)]
            subprocess.run(command, check=True, capture_output=True, timeout=60)

    return warmed(look, cameras)


def ours(cameras, picture=False):
    """`probes.run` over ONVIF and RTSP with the needs of the standard, all cameras at once."""
    from probes import run
    from probes.image.decode import Looker
    from probes.target import Credential, Limits, Target, parse_address
    from standards import load_edition, needs

    wanted = needs(load_edition("hcmc-3288"))

    async def one(camera, looker):
        target = Target(
            key=camera["host"],
            address=parse_address(f"{camera['host']}:{camera['onvif_port']}"),
            credentials=(Credential("1", "admin", camera["password"]),),
            needs=wanted,
            limits=Limits(picture=picture),
        )
        observation = await run.look(target, looker)
        measured = observation.channels[0].streams[0].measured
        assert measured is not None, observation.failures
        assert measured.frames >= FRAMES

    async def everyone():
        looker = Looker() if picture else None
        try:
            await one(cameras[0], looker)
            before = spent()
            await asyncio.gather(*(one(camera, looker) for camera in cameras[1:]))
            return spent() - before
        finally:
            if looker is not None:
                await looker.aclose()

    return asyncio.run(everyone())


CONTENDERS = {
    "plain script": plain_script,
    "ffprobe": ffprobe,
    "ours": ours,
    "ours with picture": lambda cameras: ours(cameras, picture=True),
}


def main():
    """Looks at the cameras on standard input by the way named on the command line."""
    cameras = json.load(sys.stdin)
    cpu_s = CONTENDERS[sys.argv[1]](cameras)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"cpu_ms": 1000 * cpu_s / (len(cameras) - 1), "peak_mb": peak / 1024}))


if __name__ == "__main__":
    main()
