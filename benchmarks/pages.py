"""`make bench`: the pages over a city, what each costs the server, at rest and while a sweep writes beside it.

On SQLite and on a PostgreSQL of its own a registry of 100,000 and of 200,000 channels is made (`judged_city`,
`city_past`), or an earlier one is used (`--database URL`). The pages are served by a process of their own
(`pages_server`), and asked as a city officer, an officer of a unit and a school ask them: other filters, orders, words
and pages each time. Exit status 1 when a page that was promised is slower: 100 ms at the 95th percentile at rest,
200 ms while a sweep goes on (`pages_sweep`).
"""

import argparse
import http.client
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, nullcontext
from random import Random
from statistics import median
from urllib.parse import quote

from benchmarks import city_past
from benchmarks import judged_city as city
from camera_registry import models
from camera_registry.access import tokens
from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import Account, LoginSession
from probes.visit import utc_now
from tests import postgresql

SIZES = (100_000, 200_000)
PORT = 8431
ROUNDS = 13
PROMISED_MS, PROMISED_SWEEPING_MS = 100, 200
PROMISED = ("list", "search", "school")
SORTS = ("severity", "district", "school", "device", "rule", "fix", "actor", "seen_at", "since")
FILTERS = (
    "", "fix=reconfigure", "fix=repair", "fix=replace", "verdict=repair", "rule=codec-main", "rule=resolution-main",
    "actor=school", "official=yes", "official=no", "waiver=none", "waiver=in_force", "actor=maintainer&fix=repair",
)  # fmt: skip
SOUGHT = (
    *("nguyen du", "hoa sen", "cam-03", "10.5.33", "cong chinh", "truong tieu hoc", "DG-00", "44:19:b6:00:1f"),
    *("DS-2CD1001-I20191234", "hikvision", "tieu hoc hikvision cam-01", "xyz", ""),
)


def people(engine):
    """A city officer, an officer of a unit and a school are signed in."""
    kinds = {"city": {}, "district": {"district_id": 5}, "school": {"school_id": 100}}
    made, now = {}, utc_now()
    with writing(engine) as session:
        for role, of in kinds.items():
            name = f"{role} {now.timestamp()}"
            account = Account(login=name, name=name, seen_name=name, role=role, password="none", made_at=now, **of)
            session.add(account)
            session.flush()
            made[role] = tokens.new()
            session.add(LoginSession(account_id=account.id, token=tokens.digest(made[role]), begun_at=now, seen_at=now))
    return made | {"API": made["city"]}


def questions(random, places):
    """What is asked: group, who asks, and the address. `places` are codes of schools, each with one of a device."""
    for n in range(ROUNDS):
        rule, sort, words = FILTERS[n % len(FILTERS)], SORTS[n % len(SORTS)], quote(SOUGHT[n % len(SOUGHT)])
        page, far = random.randrange(1, 5), random.randrange(50, 400)
        district, (school, device) = f"26{random.randrange(1, 170):03}", random.choice(places)
        yield "list", "city", f"/non-compliant?{rule}&page={page}"
        yield "list", "city", f"/non-compliant?sort={sort}&direction={('asc', 'desc')[n % 2]}&page={page}"
        yield "list", "city", f"/non-compliant?sort={sort}&page={far}"
        yield "list", "city", f"/non-compliant?district={district}&{rule}"
        yield "list", "city", f"/non-compliant?school={school}"
        yield "list", "city", f"/non-compliant?q={words}&sort={sort}"
        yield "list", "district", f"/non-compliant?{rule}&sort={sort}"
        yield "list", "school", f"/non-compliant?{rule}"
        yield "list", "API", f"/api/v1/non-compliant?{rule}&page={far}"
        yield "search", "city", f"/devices?q={words}&page={page}"
        yield "search", "city", f"/devices?q={quote(f'{random.choice(city.NAMES)} {n}')}"
        yield "search", "city", f"/devices?q=hikvision&page={far}"
        yield "search", "district", f"/devices?q={words}"
        yield "search", "school", f"/devices?q={words}"
        yield "search", "API", f"/api/v1/devices?q={words}&page={page}"
        yield "school", "city", f"/schools/{school}"
        yield "school", "district", f"/schools/79{4 + 170 * random.randrange(20):06}"
        yield "school", "school", "/schools/79000100"
        yield "overview", "city", f"/?page={page}"
        yield "overview", "district", "/"
        yield "not checked", "city", f"/not-checked?page={page}"
        yield "not checked", "city", f"/not-checked?district={district}&fix=network"
        yield "not checked", "district", "/not-checked"
        yield "device", "city", f"/devices/{school}/{device}"


def places_of(engine):
    """Codes of schools with one of a device each."""
    school, device = models.School.__table__, models.Device.__table__
    with reading(engine) as session:
        connection = session.connection()
        codes = {row.id: row.code for row in connection.execute(school.select())}
        found = connection.execute(device.select().where(device.c.id % 97 == 0))
        return [(codes[row.school_id], row.code) for row in found]


class Browser:
    """Asks one thing after another, as these people."""

    def __init__(self, held, port=PORT):
        self._held, self._port = held, port
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, who, address):
        """CPU and time of the server in ms, and the status."""
        self._line.request(
            "GET", address, headers={"Cookie": f"session={self._held[who]}", "Host": f"127.0.0.1:{self._port}"}
        )
        answer = self._line.getresponse()
        body = answer.read()
        spent = dict(part.strip().split(";dur=") for part in answer.headers["Server-Timing"].split(","))
        if answer.status >= 500 or (b"<html" not in body and b"{" not in body):
            raise SystemExit(f"{address}: {answer.status}")
        return float(spent["cpu"]), float(spent["total"]), answer.status


@contextmanager
def serving(url, port=PORT):
    """The pages are served while the block goes on."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.pages_server", url, str(port)])
    try:
        yield _waited(port)
    finally:
        process.terminate()
        process.wait()


def _waited(port):
    for _ in range(3000):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
            return
        except OSError:
            time.sleep(0.1)  # it loads its libraries, and says nothing when it is ready
    raise SystemExit("the pages are not served")


def measured(browser, asked):
    """By group and person: CPU and time in ms of each answer; the slowest answers; CPU ms of a loop that is the same
    on every machine.
    """
    found, slow, loops = {}, [], []
    for number, (group, who, address) in enumerate(asked):
        cpu, total, status = browser.ask(who, address)
        found.setdefault((group, who), []).append((cpu, total))
        slow.append((cpu, total, status, who, address))
        if number % 20 == 0:
            loops.append(_loop_ms())
    return found, sorted(slow, reverse=True), median(loops)


def _loop_ms():
    began = time.process_time()
    sum(number * number for number in range(200_000))
    return (time.process_time() - began) * 1000


def percentile(numbers, share=0.95):
    """The number below which this share of them is."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def shown(found, promised):
    """Prints the table; whether all that was promised was reached."""
    print(f"  {'page':14}{'who':10}{'asked':>6}{'CPU median':>12}{'p95':>8}{'time median':>13}{'p95':>8}  (ms)")
    reached = True
    for (group, who), spent in sorted(found.items(), key=lambda each: each[0][0] not in PROMISED):
        cpu, total = ([each[n] for each in spent] for n in (0, 1))
        missed = group in PROMISED and percentile(total) > promised
        reached &= not missed
        print(f"  {group:14}{who:10}{len(spent):>6}{median(cpu):>12.1f}{percentile(cpu):>8.1f}{median(total):>13.1f}"
              f"{percentile(total):>8.1f}{'  missed' if missed else ''}", flush=True)  # fmt: skip
    return reached


@contextmanager
def sweeping(url, devices):
    """A sweep goes on while the block does."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.pages_sweep", url, str(devices)])
    try:
        time.sleep(5)  # its libraries are loaded, and a first batch is on its way
        yield
    finally:
        process.terminate()
        process.wait()


def run(url, wanted):
    """Asks everything of the registry at `url`; whether all that was promised was reached."""
    engine = open_database(url)
    upgrade(engine)
    held, places = people(engine), places_of(engine)
    engine.dispose()
    asked = [each for each in questions(Random(3), places) if not wanted.only or each[0] in wanted.only]
    reached = True
    with serving(url):
        browser = Browser(held)
        measured(browser, asked[:48])
        for name, beside, promised in (
            ("at rest", nullcontext(), PROMISED_MS),
            ("while a sweep goes on", sweeping(url, 97 * len(places)), PROMISED_SWEEPING_MS),
        ):
            with beside:
                found, slow, loop = measured(browser, asked)
            print(f" {name}; a loop over 200,000 numbers takes {loop:.1f} ms CPU", flush=True)
            reached &= shown(found, promised)
            for row in slow[: wanted.slowest]:
                print("   ", *row)
    return reached


def main():
    """Prints the tables; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, action="append", help="instead of 100,000 and 200,000")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), action="append", help="instead of both databases")
    parser.add_argument("--database", help="use this registry, which is filled already")
    parser.add_argument("--slowest", type=int, default=0, help="show so many of the answers that cost most")
    parser.add_argument("--only", action="append", help="ask only for these pages")
    wanted = parser.parse_args()
    if wanted.database:
        return int(not run(wanted.database, wanted))
    reached = True
    for kind in wanted.on or ON:
        for channels in wanted.channels or SIZES:
            with ON[kind]() as url:
                make(url, channels)
                print(f"{channels} channels, {kind}")
                reached &= run(url, wanted)
    print("reached" if reached else "missed")
    return int(not reached)


@contextmanager
def _in_a_file():
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/registry.db"


@contextmanager
def _on_a_server():
    with postgresql.running() as server:
        yield server.create()


ON = {"sqlite": _in_a_file, "postgresql": _on_a_server}
"""Where a new registry is made, by the name of the database."""


def make(url, channels):
    """The registry at `url` is a city of so many channels."""
    engine = open_database(url)
    upgrade(engine)
    city_past.fill(engine, city.fill(engine, channels))
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
