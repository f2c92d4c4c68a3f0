"""The list of what is not compliant as files: 20,000 rows of a registry, and what each form takes.

    python -m benchmarks.exports [ROWS]

A process of its own writes each form, as the route does: rows read from the registry, with waivers and costs, to a
file. Printed are the seconds of one core and of the clock, and the peak of memory of that process. Exit status 1 when
XLSX takes longer or more than was promised.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from camera_registry.api import list_files
from camera_registry.database import open_database, reading, writing
from camera_registry.models import Channel, Device, FindingRecord
from camera_registry.reports.listing_columns import UNIT, Shown
from camera_registry.services.listed import Filter
from camera_registry.services.listing_whole import all_units
from camera_registry.services.row_costs import Pricing
from camera_registry.services.waivers import Desk
from standards.planning.prices_load import load_prices
from standards.waiving.waivers import Terms
from tests.camera_registry import fleet
from tests.camera_registry.new_registry import new_registry
from tests.standards.sheets import HCMC

ROWS, PROMISED_S, PROMISED_MB = 20_000, 15, 200
FORMS = ("xlsx", "csv", "json", "pdf")
SCHOOLS, CHANNELS = 50, 20
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BOOK = Path(__file__).parents[1] / "docs/examples/prices-example.toml"


def fill(path, rows):
    """A registry with so many rows of the list, in schools of recorders with channels."""
    engine = new_registry(path)
    texts = {"expected": '{"vi": "từ 1920×1080", "en": "1920×1080 or more"}', "why": '{"vi": "Nhỏ.", "en": "Small."}'}
    known = {"rule": "resolution-main", "outcome": "fail", "decides": True, "fix": "replace", "actor": "manager",
             "fact": "measured.size", "seen": "[1280, 720]", "seen_at": NOW, "since": NOW - timedelta(days=3),
             "fails_since": NOW - timedelta(days=3), "state": "A", "edition": "hcmc-3288@draft-1", "sha256": "a" * 64,
             "subject": "channel", **texts}  # fmt: skip
    for number in range(SCHOOLS):
        with writing(engine) as session:
            school = fleet.school(session, f"A-{number:03}", f"Trường Trung học cơ sở Số {number}")
            first = fleet.device(session, school, "DG", channels=())
            wanted = rows // SCHOOLS
            boxes = [
                Device(school_id=school.id, site_id=first.site_id, code=f"DG-{n:02}", kind="nvr", host="192.168.1.64",
                       make="Hikvision", model="DS-7608NI-K1")
                for n in range(-(-wanted // CHANNELS))
            ]  # fmt: skip
            session.add_all(boxes)
            session.flush()
            channels = [
                Channel(
                    device_id=boxes[n // CHANNELS].id, index=n % CHANNELS + 1, name=f"Hành lang tầng {n}", area="yard"
                )
                for n in range(wanted)
            ]
            session.add_all(channels)
            session.flush()
            session.add_all(FindingRecord(device_id=c.device_id, channel_id=c.id, **known) for c in channels)
    engine.dispose()


def write(path, form, out):
    """One form of the whole list; prints CPU seconds, seconds, and the peak of memory in MB."""
    desk, pricing = Desk(NOW, Terms(), "UTC"), Pricing(load_prices(BOOK), UTC)
    began, cpu = time.perf_counter(), time.process_time()
    with reading(open_database(f"sqlite:///{path}")) as session, Path(out).open("wb") as file:
        above = list_files.heading(session, "non-compliant", Filter(), HCMC, desk)
        rows = all_units(session, Filter(), HCMC, desk, pricing)
        list_files.write(form, file, UNIT, rows, above, Shown("vi", ZoneInfo("Asia/Ho_Chi_Minh")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.process_time() - cpu:.1f} {time.perf_counter() - began:.1f} {peak:.0f}")


def main():
    """Prints what each form took; the exit status."""
    if len(sys.argv) > 2:
        write(*sys.argv[1:])
        return 0
    rows, missed = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.db"
        fill(path, rows)
        print(f"{rows} rows; PDF the first 2,000 of them")
        print(f"{'':8}{'CPU s':>9}{'seconds':>9}{'peak MB':>9}{'file MB':>9}")
        for form in FORMS:
            out = Path(folder) / f"list.{form}"
            words = [sys.executable, "-m", "benchmarks.exports", str(path), form, str(out)]
            said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            cpu, seconds, peak = map(float, said.split())
            print(f"{form:8}{cpu:>9.1f}{seconds:>9.1f}{peak:>9.0f}{out.stat().st_size / 1e6:>9.1f}")
            missed |= form == "xlsx" and rows <= ROWS and (cpu > PROMISED_S or peak > PROMISED_MB)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
