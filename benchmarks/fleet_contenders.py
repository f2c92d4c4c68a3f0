"""Ways to look at a whole fleet: the plain script alone and in threads, ffprobe in processes, and our probes.

`python -m benchmarks.fleet_contenders NAME` reads devices as JSON from standard input, looks at each, and prints what
that cost: CPU of itself and its children, seconds by the clock, and how many streams it read. The first device warms
everybody up (imports, service descriptions) and is not counted, because a night has thousands.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import quote

from benchmarks.contenders import FRAMES, spent

AT_ONCE = 400
PATIENCE_S = 10
"""What the script and ffprobe are given as time limit: as people write them, they wait for ever for a silent device."""


def with_login(device):
    """The main stream's address as OpenCV and ffprobe want it."""
    stream = next(iter(device["streams"].values()))
    return stream.replace("rtsp://", f"rtsp://{device['username']}:{quote(device['password'], safe='')}@")


def script(device):
    """`ONVIFCamera` and `cv2.VideoCapture`, 25 frames of the first profile; False when it could not be had."""
    import cv2
    from onvif import ONVIFCamera
    from zeep.transports import Transport

    login = (device["username"], device["password"])
    transport = Transport(timeout=PATIENCE_S, operation_timeout=PATIENCE_S)
    try:
        camera = ONVIFCamera(device["host"], device["onvif_port"], *login, transport=transport)
        camera.devicemgmt.GetDeviceInformation()
        media = camera.create_media_service()
        setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
        media.GetStreamUri({"StreamSetup": setup, "ProfileToken": media.GetProfiles()[0].token})
    except Exception:  # noqa: BLE001  whatever it is, people catch it and go on to the next device
        return False
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 1000 * PATIENCE_S, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 1000 * PATIENCE_S]
    capture = cv2.VideoCapture(with_login(device), cv2.CAP_FFMPEG, limits)
    frames = sum(capture.read()[0] for _ in range(FRAMES)) if capture.isOpened() else 0
    capture.release()
    return frames == FRAMES


def ffprobe(device):
    """`ffprobe -show_streams`: what the stream says of itself, and no ONVIF."""
    options = ["-v", "error", "-rtsp_transport", "tcp", "-timeout", str(PATIENCE_S * 1_000_000)]
    command = ["ffprobe", *options, "-show_streams", with_login(device)]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def in_threads(look, threads):
    """A way to look at all devices: `look` in so many threads."""

    def everybody(devices):
        with ThreadPoolExecutor(threads) as pool:
            return sum(pool.map(look, devices))

    return everybody


def probes(devices, picture=False):
    """`probes.run.look` with the needs of the standard, four hundred at a time; `picture`: one looked at in each."""
    from probes import run
    from probes.image.decode import Looker
    from probes.target import Credential, Limits, Target, parse_address
    from standards import load_edition, needs

    wanted = needs(load_edition("hcmc-3288"))

    async def look(device, free, looker):
        login = (Credential("1", device["username"], device["password"]),)
        address = parse_address(f"{device['host']}:{device['onvif_port']}")
        limits = Limits(picture=picture)
        async with free:
            seen = await run.look(Target(device["host"], address, login, needs=wanted, limits=limits), looker=looker)
        streams = [stream for channel in seen.channels for stream in channel.streams]
        return any(stream.measured is not None and stream.measured.frames >= FRAMES for stream in streams)

    async def everybody():
        free = asyncio.Semaphore(AT_ONCE)
        looker = Looker()
        try:
            return sum(await asyncio.gather(*(look(device, free, looker) for device in devices)))
        finally:
            await looker.aclose()

    return asyncio.run(everybody())


CONTENDERS = {
    "plain script": in_threads(script, 1),
    "plain script, 16 threads": in_threads(script, 16),
    "ffprobe, 16 processes": in_threads(ffprobe, 16),
    "ours, probes alone": probes,
    "probes with pictures": partial(probes, picture=True),
}


def main():
    """Looks at the devices on standard input in the way named on the command line."""
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"
    devices, look = json.load(sys.stdin), CONTENDERS[sys.argv[1]]
    look(devices[:1])
    cpu_s, began = spent(), time.monotonic()
    read = look(devices[1:])
    wall_s = time.monotonic() - began
    print(json.dumps({"devices": len(devices) - 1, "cpu_s": spent() - cpu_s, "wall_s": wall_s, "read": read}))


if __name__ == "__main__":
    main()
