"""`make bench`: the stored facts of a whole city judged on one core, and a what-if over them on two.

The registry (`city`) is made anew, with 100,000 channels. Judged is what is stored: read from the database, opened, and
held against the edition that decides. Beside it, in the same run: the same bodies only read, unpacked and taken apart
as JSON, which no judging can do without. Exit status 1 when less was reached than was promised.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
import zlib
from datetime import UTC
from functools import partial
from pathlib import Path

from benchmarks import city
from camera_registry import app
from camera_registry.collector import look_seldom
from camera_registry.config import Settings
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.services.compare import Asked, Part, compare, devices_of
from camera_registry.services.judging import cases
from camera_registry.store import observations
from standards import evaluate, load_edition

CHANNELS = 100_000
PROMISED_PER_S = 5_000
PROMISED_S = 60
FLAT = 1.15
"""Peak memory at the end over that after a tenth: more than this is not flat."""
STRICTER = """id = "stricter"
version = "1"
extends = "hcmc-3288"
title = { vi = "Bản thử", en = "A trial" }
[[rule]]
id = "frame-rate-main"
expect = { fact = "measured.fps", at_least = 20, tolerance = 1 }
[[rule]]
id = "resolution-main"
expect = { fact = "measured.size", covers = [{ short = 1440, long = 2560 }] }
"""


def peak_mb():
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def judged(engine, edition, sun_up, ids):
    """Channels, CPU seconds, and peak memory after a tenth and at the end."""
    began, channels, first = time.process_time(), 0, 0.0
    for start in range(0, len(ids), 250):
        with reading(engine) as session:
            for case in cases(session, ids[start : start + 250], sun_up):
                case.verdicts(evaluate(edition, case.sheet, case.register, case.answers, city.NOW))
                channels += len(case.registered)
        if not first and start >= len(ids) / 10:
            first = peak_mb()
    return channels, time.process_time() - began, first, peak_mb()


def only_read(engine, ids):
    """CPU seconds to read, unpack and take apart the same bodies."""
    began = time.process_time()
    for start in range(0, len(ids), 250):
        with reading(engine) as session:
            for body in observations.bodies(session, ids[start : start + 250]).values():
                json.loads(zlib.decompress(body))
    return time.process_time() - began


def main():
    """Prints what each took; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=CHANNELS)
    wanted = parser.parse_args().channels
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/registry.db"
        engine = open_database(url)
        upgrade(engine)
        with writing(engine) as session:
            city.fill(session, wanted)
        devices = devices_of(engine, None, None)
        ids = [device for _, device in devices]
        settings, edition = Settings(), load_edition("hcmc-3288")
        look_seldom()
        channels, seconds, first, last = judged(engine, edition, app.sun_up(settings), ids)
        plain = only_read(engine, ids)
        rate = channels / seconds
        print(f"{channels} channels of {len(ids)} devices, {len(edition.rules)} rules, one core")
        print(f"  judged: {seconds:.1f} s CPU, {rate:.0f} channels/s (promised {PROMISED_PER_S})")
        print(f"  only read and taken apart as JSON: {plain:.1f} s CPU; judging takes {seconds / plain:.2f} times that")
        print(f"  peak memory: {first:.0f} MB after a tenth, {last:.0f} MB at the end")
        other = Path(folder) / "stricter.toml"
        other.write_text(STRICTER, encoding="utf-8")
        now = city.NOW.astimezone(UTC)
        asked = Asked(url, "hcmc-3288", str(other), now, partial(app.sun_up, settings))
        began, whole, flips = time.monotonic(), Part(), 0
        for part in compare(asked, devices):
            whole += part
            flips += len(part.flipped)
        waited = time.monotonic() - began
        print(f"what-if, two processes: {waited:.1f} s (promised {PROMISED_S}), {flips} verdicts are others")
        engine.dispose()
    missed = rate < PROMISED_PER_S or waited > PROMISED_S or last > first * FLAT
    print("missed" if missed else "reached")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
