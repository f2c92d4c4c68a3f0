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
from datetime import timedelta
from urllib.parse import quote

from benchmarks.contenders import FRAMES, spent

AT_ONCE = 400
ASK_NIGHTS = 3
"""As the settings have it."""
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


class Probes:
    """`probes.run.look` with the needs of the standard, four hundred at a time; `picture`: one looked at in each. Each
    time that all devices are looked at is a night, and remembers what the one before has learned.
    """

    def __init__(self, picture):
        self._picture, self._night, self._remembered = picture, 0, {}

    def __call__(self, devices):
        """How many streams were read."""
        self._night += 1
        return asyncio.run(self._everybody(devices))

    async def _everybody(self, devices):
        from probes.image.decode import Looker
        from standards import load_edition, needs

        wanted, free, looker = needs(load_edition("hcmc-3288")), asyncio.Semaphore(AT_ONCE), Looker()
        try:
            return sum(await asyncio.gather(*(self._look(device, wanted, free, looker) for device in devices)))
        finally:
            await looker.aclose()

    async def _look(self, device, wanted, free, looker):
        from probes import run
        from probes.target import Credential, Limits, Remembered, Target, parse_address
        from probes.visit import Visit, utc_now

        host, login = device["host"], (Credential("1", device["username"], device["password"]),)
        address = parse_address(f"{host}:{device['onvif_port']}")
        limits = Limits(picture=self._picture, picture_nights=0, ask_nights=ASK_NIGHTS)
        remembered = self._remembered.get(host, Remembered())
        target = Target(host, address, login, needs=wanted, limits=limits, remembered=remembered)
        night = self._night
        async with free:
            seen = await run.look_on(Visit(target, now=lambda: utc_now() + timedelta(days=night)), looker)
        self._remembered[host] = seen.remembered
        streams = [stream for channel in seen.channels for stream in channel.streams]
        return any(stream.measured is not None and stream.measured.frames >= FRAMES for stream in streams)


CONTENDERS = {
    "plain script": in_threads(script, 1),
    "plain script, 16 threads": in_threads(script, 16),
    "ffprobe, 16 processes": in_threads(ffprobe, 16),
    "ours, probes alone": Probes(picture=False),
    "ours, a later night": Probes(picture=False),
    "probes with pictures": Probes(picture=True),
    "pictures, a later night": Probes(picture=True),
}
LATER = ("ours, a later night", "pictures, a later night")
"""These have looked at all before, as they do every night."""


def main():
    """Looks at the devices on standard input in the way named on the command line."""
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"
    devices, look = json.load(sys.stdin), CONTENDERS[sys.argv[1]]
    look(devices if sys.argv[1] in LATER else devices[:1])
    cpu_s, began = spent(), time.monotonic()
    read = look(devices[1:])
    wall_s = time.monotonic() - began
    print(json.dumps({"devices": len(devices) - 1, "cpu_s": spent() - cpu_s, "wall_s": wall_s, "read": read}))


if __name__ == "__main__":
    main()
