"""`make bench`: the cheapest plan for a city, 3,600 sites with 100,000 cameras, and how long it takes.

The city is made up: recorders with sixteen channels, cameras of their own, a few faults on most of them; the prices are
those of the example. Exit status 1 when it takes longer than was promised.
"""

import resource
import sys
import time
from fractions import Fraction
from pathlib import Path
from random import Random

from standards.planning.costs import Camera, Entry, Need, Unit
from standards.planning.plan import Goal, make_plan
from standards.planning.prices_load import load_prices

SITES, CAMERAS = 3_600, 100_000
PROMISED_S = 60
BOOK = Path(__file__).parents[1] / "docs/examples/prices-example.toml"
FAULTS = (
    ((), 30),
    ((Need("reconfigure", "codec-main"),), 25),
    ((Need("repair", "picture"),), 10),
    ((Need("reconfigure", "frame-rate-main"), Need("network", "rtsp-play")), 8),
    ((Need("replace", "resolution-main"),), 20),
    ((Need("survey", "resolution-main"),), 7),
)
UPLINK = (Need("network", "uplink"),)


def city(random):
    """So many cameras, in devices, in sites, in schools of one site each."""
    needs, weights = zip(*FAULTS, strict=True)
    cameras = []
    for n in range(CAMERAS):
        site = n * SITES // CAMERAS
        recorded = n % 28 < 16
        unit = Unit(f"{n:06}", f"{site}-nvr" if recorded else f"{n}", "dvr" if recorded else "ip_camera", f"{site:04}",
                    random.random() < 0.5)  # fmt: skip
        told = site % 2 == 0  # of every second site all is known
        entries = (Entry(unit, random.choices(needs[: len(needs) - told], weights[: len(needs) - told])[0]),)
        uplink = UPLINK if site % 10 == 0 else ()
        cameras.append(Camera(unit.key, f"{site:04}", entries, uplink, told or n % 10 != 0))
    return cameras


def main():
    """Prints what each goal took; the exit status."""
    cameras, book = city(Random(1)), load_prices(BOOK)
    goals = {
        "60 % of the channels": Goal("channels", share=Fraction(60, 100)),
        "most channels below 5,000,000,000 VND": Goal("channels", ceiling=5_000_000_000),
        "10 % of the schools": Goal("schools", share=Fraction(10, 100)),
    }
    print(f"{len(cameras)} cameras at {SITES} sites, one core")
    print(f"{'':40}{'CPU s':>9}{'ready':>9}{'million VND':>14}")
    slow = False
    for name, goal in goals.items():
        began = time.process_time()
        plan = make_plan(cameras, book, goal)
        took = time.process_time() - began
        slow |= took > PROMISED_S
        print(f"{name:40}{took:9.1f}{plan.reached:9}{plan.cost.first_year / 1e6:14.0f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
