"""`make bench`: what a channel costs a night, averaged over as many nights as a picture may wait, beside bare readers.

Simulated 1080p cameras (H.264 and H.265, main and sub stream) in a process of their own are looked at night after
night, each with what the night before has remembered and a clock that is a day on. The first nights settle: the first
look asks and decodes everything, the second knows what stands still. Then as many nights are counted as a picture may
wait. Beside ours, in the same run, a bare SOAP client sends as many requests, and a bare reader reads packets of the
same streams for as long. CPU is that of a process and its children; machines are shared, so the ratios are what holds.
Exit status 1 when a promise is missed.
"""

import asyncio
import gc
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

from benchmarks.bare import read_packets, send_requests
from benchmarks.cameras import running
from benchmarks.contenders import spent
from probes.simulator.presets import good_h264, good_h265_media2_only

NIGHTS = 3
SETTLING = 3
RATES = (("h264", 2048), ("h264", 4096), ("h265", 1536), ("h265", 2048))
"""Codec and kbit/s of the main streams."""
OF_EACH = 8
"""Cameras, all at the same time: a night has hundreds, and one wake-up serves all that have sent something."""
PROMISED = {"with picture": 40.0, "without": 20.0}
"""CPU ms a channel, with a picture every so many nights and with none."""
RTSP_LOGINS, UNSIGNED = 5, 2
"""Signed requests over RTSP a look, and those over ONVIF that carry no login."""
PROMISED_MB = 2.2
CITY, NIGHT_S, LINE_MBPS, SPARE = 100_000, 7 * 3600, 100, 0.30


def specs():
    """The cameras: usual settings of a school."""
    made = {"h264": good_h264, "h265": good_h265_media2_only}
    for codec, kbps in RATES * OF_EACH:
        spec = made[codec]()
        (channel,) = spec.channels
        main, sub = channel.streams
        streams = (replace(main, bitrate_kbps=kbps, sent_kbps=kbps), replace(sub, bitrate_kbps=512, sent_kbps=448))
        yield replace(spec, channels=(replace(channel, streams=streams),))


async def one(camera, wanted, night, remembered, looker, picture):
    """One look at one camera for what is `wanted`, `night` days from now."""
    from probes import run
    from probes.target import Credential, Limits, Target, parse_address
    from probes.visit import Visit, utc_now

    target = Target(
        key=camera["host"],
        address=parse_address(f"{camera['host']}:{camera['onvif_port']}"),
        credentials=(Credential("1", "admin", camera["password"]),),
        needs=wanted,
        limits=Limits(picture=picture, picture_nights=NIGHTS, ask_nights=NIGHTS),
        remembered=remembered,
    )
    return await run.look_on(Visit(target, now=lambda: utc_now() + timedelta(days=night)), looker)


async def ours(cameras, picture):
    """Costs of each night, over all cameras: CPU ms and bytes a channel, requests, pictures; bytes by codec."""
    from probes.image.decode import Looker
    from probes.onvif.client import warm_up
    from probes.target import Remembered
    from standards import load_edition, needs

    warm_up()
    wanted = needs(load_edition("hcmc-3288"))
    looker, memory, nights = Looker() if picture else None, [Remembered()] * len(cameras), []
    for night in range(SETTLING + NIGHTS):
        gc.collect()
        before = spent()
        seen = await asyncio.gather(
            *(one(c, wanted, night, m, looker, picture) for c, m in zip(cameras, memory, strict=True))
        )
        memory = [observation.remembered for observation in seen]
        nights.append({"cpu_ms": 1000 * (spent() - before) / len(cameras), **_counted(seen)})
    if looker is not None:
        await looker.aclose()
    return nights


def _counted(seen):
    """What one night moved: bytes a channel in all, of packets, and beside them; and how it ended."""
    mains = [observation.channels[0].streams[0] for observation in seen]
    assert all(m.measured and m.measured.stop_reason == "needs_met" for m in mains), [o.failures for o in seen]
    media = [m.measured.bytes for m in mains]
    moved = [o.ledger.bytes_in + o.ledger.bytes_out for o in seen]
    return {
        "bytes": moved,
        "media": media,
        "pictures": sum(m.image is not None for m in mains),
        "asked_in_full": sum(m.capable is not None for m in mains),
        "logins": sum(o.ledger.logins for o in seen) / len(seen),
        "seconds": sum(m.measured.seconds for m in mains) / len(seen),
        "packets": sum(m.measured.packets for m in mains) / len(seen),
    }


def contender(name, cameras):
    """What one contender in a process of its own printed."""
    command = [sys.executable, "-m", "benchmarks.nights_of_probes", name]
    done = subprocess.run(command, input=json.dumps(cameras), capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def run(name):
    """The contender called `name`, over the cameras on standard input."""
    given = json.load(sys.stdin)
    if name in ("with picture", "without"):
        return asyncio.run(ours(given, name == "with picture"))
    return asyncio.run((send_requests if name == "bare SOAP" else read_packets)(given["cameras"], given["much"]))


def mean(nights, what):
    """The mean of a number over counted nights."""
    return sum(night[what] for night in nights) / len(nights)


def main():
    """Prints the tables; the exit status."""
    with running(list(specs())) as cameras:
        results = {name: contender(name, cameras) for name in ("with picture", "without")}
        counted = {name: nights[SETTLING:] for name, nights in results.items()}
        without = counted["without"]
        requests = round(mean(without, "logins")) - RTSP_LOGINS + UNSIGNED
        bare_soap = contender("bare SOAP", {"cameras": cameras, "much": requests})
        bare_packets = contender("bare packets", {"cameras": cameras, "much": mean(without, "seconds")})
    bare = bare_soap["cpu_ms"] + bare_packets["cpu_ms"]
    print(f"{len(cameras)} simulated cameras, 1920x1080, CPU ms a channel and night, mean of {NIGHTS} nights")
    print(f"bare: {requests} SOAP requests {bare_soap['cpu_ms']:.1f}, packets {bare_packets['cpu_ms']:.1f}")
    missed = False
    for name, nights in counted.items():
        cpu = mean(nights, "cpu_ms")
        missed |= cpu > PROMISED[name]
        first = results[name][0]["cpu_ms"]
        full, pictures = mean(nights, "asked_in_full"), mean(nights, "pictures")
        print(
            f"{name:13}{cpu:6.1f}  to reach {PROMISED[name]:.0f}  of bare {cpu / bare:5.2f}  first night {first:.1f}",
            end="",
        )
        print(f"  asked in full {full:.1f}, decoded {pictures:.1f} of {len(cameras)} a night")
    return 1 if missed | _bytes(counted["with picture"]) else 0


def _bytes(nights):
    """Prints where the bytes went; True when there were too many."""
    print(f"{'':24}{'MB a channel':>14}{'of it packets':>15}{'beside them kB':>16}")
    for number, (codec, kbps) in enumerate(RATES):
        mine = [(n["bytes"][i], n["media"][i]) for n in nights for i in range(number, OF_EACH * len(RATES), len(RATES))]
        moved, media = (sum(column) / len(mine) for column in zip(*mine, strict=True))
        print(f"{codec} at {kbps} kbit/s".ljust(24), end="")
        print(f"{moved / 1e6:14.2f}{media / 1e6:15.2f}{(moved - media) / 1e3:16.1f}")
    mean_mb = sum(sum(n["bytes"]) / len(n["bytes"]) for n in nights) / len(nights) / 1e6
    share = mean_mb * 8 * CITY / (NIGHT_S * LINE_MBPS)
    print(f"mean {mean_mb:.2f} MB (promised {PROMISED_MB}): {CITY:,} channels take {share:.0%} of a {LINE_MBPS} Mbit/s")
    print(f"line over 7 hours (promised {1 - SPARE:.0%})")
    return mean_mb > PROMISED_MB or share > 1 - SPARE


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(run(sys.argv[1])))
    else:
        sys.exit(main())
