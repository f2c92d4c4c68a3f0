"""A sweep that goes on beside the pages: looks at devices of the city, stored and judged 200 at a time.

    python -m benchmarks.pages_sweep URL DEVICES

Strategy: what a worker does with the registry when results come in, in transactions as large as a worker's, by the real
service. Between two it waits as long as the last one took: a worker waits for cameras, too. Ends when it is told to.
"""

import sys
import time
from datetime import timedelta
from itertools import count
from random import Random

from benchmarks import city
from benchmarks.judged_city import EDITIONS, INPUTS
from camera_registry.database import open_database, writing
from camera_registry.daylight import always
from camera_registry.services.record import record
from camera_registry.store import devices

AT_ONCE = 200


def looks(random):
    """What is seen of recorders and of cameras, some of each."""
    at = city.NIGHT + timedelta(days=1)
    return {
        kind: [city.look(random, city.wrong_of(random, inputs), at, "night") for _ in range(20)]
        for kind, inputs in (("nvr", INPUTS), ("ip_camera", 1))
    }


def main():
    """Writes until it is stopped."""
    engine, number, random = open_database(sys.argv[1]), int(sys.argv[2]), Random(5)
    seen = looks(random)
    for batch in count():
        began = time.monotonic()
        now = city.NOW + timedelta(days=1, seconds=batch)
        with writing(engine) as session:
            for _ in range(AT_ONCE):
                device = devices.get(session, random.randrange(1, number))
                observation = random.choice(seen[device.kind])
                record(session, device.id, observation, EDITIONS, now, always)
        took = time.monotonic() - began
        print(f"{AT_ONCE} results in {took:.1f} s", flush=True)
        time.sleep(took)  # it waits for cameras


if __name__ == "__main__":
    main()
