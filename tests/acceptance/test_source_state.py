"""Proof: wherever a required value is shown, how well it is known is shown beside it.

Strategy: an edition of which one rule is confirmed, one restated and the others are working values judges one camera;
then every output that a person or a program reads is searched for the values, and each has its own state beside it.
"""

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from lxml import html
from rich.console import Console

from camera_registry import daylight
from camera_registry.database import open_database, upgrade, writing
from camera_registry.reports.inspection import inspection_json
from camera_registry.reports.inspection_table import inspection_table
from camera_registry.services.inspect import Inspection
from camera_registry.services.record import record
from probes.facts import merge
from probes.target import parse_address
from standards import Editions, RegisterFacts, evaluate, load_edition, sum_up
from standards.model import STATES
from tests.acceptance.command import run
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client
from tests.standards.sheets import HD_ONLY, Missing, observed, size

EDITION = """
id      = "mixed"
version = "1"
extends = "hcmc-3288"
[[rule]]
id     = "resolution-main"
source = { document = "Văn bản 1", state = "P", clause = "Mục 2", quote = "không thấp hơn 1920×1080" }
[[rule]]
id     = "frame-rate-main"
source = { document = "Văn bản 2", state = "S" }
"""
NOW = datetime.now(UTC).replace(microsecond=0)
CHANGES = {
    **size(1280, 720),
    "capable.encodings": (HD_ONLY,),
    "measured.fps": 9.0,
    "measured.codec": "mjpeg",
    "declared.codec": "mjpeg",
}
STATE_OF = {
    "từ 1920×1080 hoặc tương đương": "P",
    "tối thiểu 15 hình/giây (cho phép lệch 1 hình/giây)": "S",
    "H.264 hoặc H.265": "A",
}
"""Required values, each of another rule, and the state of its source."""
WORDS = {state: text["vi"] for state, text in STATES.items()}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a registry, in which one camera was judged by the edition of mixed states."""
    folder = tmp_path_factory.mktemp("states")
    (folder / "mixed.toml").write_text(EDITION, encoding="utf-8")
    (folder / "var").mkdir()
    engine = open_database(f"sqlite:///{folder / 'var' / 'registry.db'}")
    upgrade(engine)
    editions = Editions.of(load_edition(folder / "mixed.toml"))
    for code, changes in (("DG-01", CHANGES), ("DG-02", {"measured": Missing("busy"), "image": None})):
        with writing(engine) as session:
            camera = device(session, code, district=code).id
        with writing(engine) as session:
            record(session, camera, observed(changes, NOW), editions, NOW, daylight.always)
    yield folder, engine, editions
    engine.dispose()


def _told(place, *arguments):
    """What a command prints."""
    folder, _, _ = place
    done = run(folder, *arguments, environment={"CAMERA_REGISTRY_STANDARD__DECIDES": str(folder / "mixed.toml")})
    assert done.status in (0, 1, 3), done.err
    return done.out


def _page(place, address):
    """The page at an address."""
    _, engine, editions = place
    with client(engine, editions=lambda: editions, now=lambda: NOW) as browser:
        answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer


def _beside(values, blocks, shown):
    """Each of `values` stands in a block, and whichever block it stands in shows its own state and no other."""
    found = {value: [block for block in blocks if value in block] for value in values}
    assert all(found.values()), {value: len(each) for value, each in found.items()}
    for value, each in found.items():
        for block in each:
            assert shown(STATE_OF[value]) in block, (value, block)


def _judged(value):
    """Every object in JSON that says what is required."""
    if isinstance(value, dict):
        if {"expected", "required"} & set(value):
            yield value
        for each in value.values():
            yield from _judged(each)
    elif isinstance(value, list):
        for each in value:
            yield from _judged(each)


def _in_json(answer):
    """Every object that says what is required says the state too, and the one that belongs to it."""
    found = list(_judged(answer))
    assert found
    seen = set()
    for each in found:
        state = each["source"]["state"] if "source" in each else each["state"]
        assert state in STATES
        wanted = each.get("expected") or each.get("required")
        text = wanted["vi"] if isinstance(wanted, dict) else wanted
        seen.add(text)
        assert state == STATE_OF.get(text, state)
    assert set(STATE_OF) <= seen


def test_inspect_shows_the_state_in_its_json_and_its_table(place):
    """In each row of the tables of findings; and what the letters mean stands below."""
    _, _, editions = place
    look = observed(CHANGES, NOW)
    findings = evaluate(editions.decides, merge(None, look), RegisterFacts(), (), NOW)
    verdict = sum_up(findings)
    inspection = Inspection(parse_address("192.168.1.64"), look, editions.decides, findings, {1: verdict}, verdict)
    _in_json(json.loads(json.dumps(inspection_json(inspection, "vi"))))
    console = Console(width=400, record=True, file=io.StringIO())
    console.print(inspection_table(inspection, "vi", UTC))
    text = console.export_text()
    for state in "PSA":
        assert f"[{state}] {WORDS[state]}" in text
    shown = {f: text.count(f"[{f}]") - text.count(f"[{f}] {WORDS[f]}") for f in "PSA"}
    assert shown == {f: sum(each.source.state == f for each in findings) for f in "PSA"}


def test_check_shows_the_state_beside_every_finding(place):
    """As plain text, in the JSON, and in the whole reasoning."""
    blocks = re.split(r"\n(?=  \S)", _told(place, "check", "079-DG-01/DG-01", "--lang", "vi"))  # one a finding
    _beside([value for value in STATE_OF if "H.264" not in value], blocks, lambda state: f"[{state}: {WORDS[state]}]")
    _in_json(json.loads(_told(place, "check", "079-DG-01/DG-01", "--json")))
    whole = _told(place, "check", "--explain", "079-DG-01/DG-01/1", "--lang", "vi")
    for value, state in STATE_OF.items():
        assert value in whole
        assert WORDS[state] in whole


def test_report_shows_the_state_beside_every_value(place):
    """On the terminal and in a message as words, in the CSV in its own column, in the JSON by its letter."""
    _beside(STATE_OF, _told(place, "report", "--lang", "vi").splitlines(), lambda state: WORDS[state])
    rows = list(
        csv.DictReader(
            io.StringIO(_told(place, "report", "--csv", "-", "--lang", "vi").lstrip("\ufeff")), delimiter=";"
        )
    )
    for value, state in STATE_OF.items():
        stated = [row["Tình trạng căn cứ"] for row in rows if value in row.values()]
        assert stated == [WORDS[state]]
    _in_json(json.loads(_told(place, "report", "--json")))


def test_the_pages_show_the_state_beside_every_value(place):
    """In each row of the list, and in each finding on the page of the device."""
    listed = html.fromstring(_page(place, "/non-compliant").text)
    _beside(STATE_OF, [row.text_content() for row in listed.iter("tr")], lambda state: WORDS[state])
    shown = html.fromstring(_page(place, "/devices/079-DG-01/DG-01").text)
    findings = [each for each in shown.iter("li") if each.get("class") == "finding"]
    assert findings
    _beside(STATE_OF, [each.text_content() for each in findings], lambda state: WORDS[state])
    unseen = html.fromstring(_page(place, "/devices/079-DG-02/DG-02").text)
    together = [each.text_content() for each in unseen.xpath("//li[@class='finding']//li")]
    titles = {rule.title["vi"]: rule.source.state for rule in place[2].decides.rules}
    assert len(together) > 3
    for line in together:
        assert WORDS[next(state for title, state in titles.items() if title in line)] in line


def test_the_routes_tell_the_state_of_every_value(place):
    """Of the list and of the device."""
    _in_json(_page(place, "/api/v1/non-compliant").json())
    _in_json(_page(place, "/api/v1/devices/079-DG-01/DG-01").json())
