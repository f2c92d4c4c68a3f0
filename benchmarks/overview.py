"""What the overview costs: its numbers from the sums that are kept, beside counting them anew, in one run.

    python -m benchmarks.overview URL

The registry at URL is a city (`benchmarks.pages` makes one, or `judged_city`). Both ways are asked in turn, and the
medians of their CPU are compared; beside it stand the parts that a city asks for after its page: the reasons of what
could not be checked, and what changed last night.
"""

import sys
import time
from datetime import UTC, datetime
from statistics import median

from camera_registry.database import open_database, reading
from camera_registry.services.overview import over_time, overview
from camera_registry.services.unchecked import by_reason
from camera_registry.services.what_changed import counted, since_last_night
from camera_registry.store.school_numbers import numbers
from camera_registry.store.sums import all_schools

ROUNDS = 9


def counted_anew(session):
    """The numbers of every school, from its channels."""
    schools = [id_ for part in all_schools(session) for id_ in part]
    return session.connection().execute(numbers(schools), {"day": None}).all()


def from_sums(session):
    """All that the page reads of the sums."""
    return overview(session), over_time(session, None, datetime.now(UTC))


def changes(session):
    """How many changes there are since the last night."""
    since = since_last_night(session)
    return counted(session, since) if since else None


def spent(engine, work):
    """CPU ms of this work in a session of its own."""
    with reading(engine) as session:
        began = time.process_time()
        work(session)
        return (time.process_time() - began) * 1000


def main():
    """Prints the table."""
    engine = open_database(sys.argv[1])
    ways = (counted_anew, from_sums, by_reason, changes)
    found = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            found[way].append(spent(engine, way))
    for way, each in found.items():
        print(f"{way.__name__:16}{median(each):10.1f} ms CPU (least {min(each):.1f}, most {max(each):.1f})")
    print(f"ratio {median(found[from_sums]) / median(found[counted_anew]):.3f}")


if __name__ == "__main__":
    main()
