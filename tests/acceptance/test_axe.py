"""Proof: axe-core finds nothing serious on any page, for any role, on a wide screen and on a phone.

Strategy: the pages are those of the table of routes, so that a page which somebody adds is looked at by itself; a route
with a parameter that has no example here fails until it has one; files that are sent are imported for the page of a
file. A page that is built of the same parts as one of its
route that was looked at (other words, other rows of the same kind) is not looked at again.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from camera_registry.access.roles import MAY, ROLES
from camera_registry.access.routes import routes
from camera_registry.database import writing
from camera_registry.models import (
    Agent,
    AgentSite,
    Batch,
    Channel,
    Delivery,
    Device,
    Discovery,
    FindingRecord,
    FoundUnit,
    Handover,
    Maintenance,
    NewsItem,
    ProposedPair,
    Reply,
    School,
    Site,
    WaiverRecord,
    Webhook,
)
from camera_registry.services.period_figures import Source, figures
from camera_registry.services.periods import freeze, proposed, set_period
from camera_registry.services.sweeps import Scope, ask
from camera_registry.services.waivers import Desk
from camera_registry.store.edits import begin_batch
from standards.waiving.waivers import Terms
from tests.acceptance.pages import chromium, fill, served, sign_in
from tests.camera_registry.people import account_of, signed_in
from tests.standards.sheets import EDITIONS

AXE = Path(__file__).parents[2] / "build" / "front" / "axe.min.js"
OWN, UNIT = "79760001", "ubnd-phuong-tan-dinh"
WHERE = {"technician": {"schools": (OWN,)}, "school": {"schools": (OWN,)}, "district": {"district": UNIT}}
EXAMPLES = {"school": OWN, "index": "1", "number": "1", "sweep_id": "2", "change": "cancel", "frozen": "CS-2026-0001"}
PERIOD = "school_year=2026-2027&kind=half_year"
"""Values of parameters; `code` is a school where there is no other parameter for it, else a device."""
QUERIES = {
    "/standards/confirm": ("?edition=hcmc-3288%40draft-1&rule=frame-rate-main",),
    "/found": ("", "?what=never&days=0", "?what=dismissed"),
    "/duplicates": ("", "?what=devices"),
    "/non-compliant": ("", "?q=nothing-has-these-words", "?group=actor", "?columns=school,device,model,state,waiver"),
    "/non-compliant/chosen": ("", "?all=1"),
    "/plan": ("", "?goal=channels&amount=90%25"),
    "/handover": ("", "?state=lost"),
    "/schools/{code}": ("", "?done=same-camera"),
    "/schools/{code}/reply": ("?rule=codec-main&device=CAM-01&channel=1",),
    "/changes": ("", "?kind=appeared"),
    "/map": ("", "?state=few"),
    "/schools": ("", "?q=nothing-has-these-words"),
    "/schools/{code}/channels/bulk": ("", "?row=CAM-01/1"),
    "/devices": ("", "?kind=nvr"),
    "/devices/bulk": ("", f"?device={OWN}/CAM-01"),
    "/devices/{school}/{code}/channels/edit": ("", "?columns=all"),
    "/devices/{school}/{code}/remove": ("", "?channel=1"),
    "/papers": ("", f"?unit={UNIT}"),
    "/papers/freeze": (f"?{PERIOD}",),
    "/history": (f"?school={OWN}", f"?school={OWN}&device=CAM-01"),
}
"""What else of a page is looked at: another state of it, by its query."""
STEPS = {"/login/code": "code", "/login/second-factor": "second_factor", "/login/password": "password"}
"""Pages on which somebody is who has not signed in to the end, with what is waited for."""
NO_PAGES = {
    *("/sweep", "/sweep/events", "/overview/reasons", "/overview/changes", "/schools/{code}/discovery"),
    *("/photos/{number}", "/replies/{number}/photo", "/devices/{school}/{code}/look", "/metrics"),
}
"""Parts of other pages, with which they are looked at, pictures, and figures for programs."""
FILES = (".xlsx", ".zip", ".pdf", ".docx", ".{form}", ".yml", ".yaml")
SENT = {
    "wrong.csv": f"school,device.code,kind,host\n{OWN},CAM-01,no such kind,192.168.0.65\n",
    "right.csv": f"school,device.code,kind,host,maintainer\n{OWN},CAM-01,ip_camera,192.168.0.65,Công ty C\n",
}
"""What is imported: one file with a mistake, and one that changes something."""
STATES = {"states.csv": f"Mã camera,Trạng thái\n{OWN}/CAM-01/1,Tiếp nhận\n{OWN}/DG-01/9,Đã kết nối\n"}
"""What the operations centre sends back: a row that changes something, and one of a camera that there is not."""
WIDTHS = (1280, 360)
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const told = node => node.target.join(" ") + " " + node.html.slice(0, 160);
  return found.violations.filter(v => v.impact == "serious" || v.impact == "critical")
    .map(v => v.id + " (" + v.impact + "): " + v.nodes.map(told).join(" | "));
}"""

pytestmark = [pytest.mark.xdist_group("axe"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town as it was seen tonight, with something on every page; its address, and a token of each role and step."""
    assert AXE.is_file(), "axe-core is not there: make front"
    folder, now = tmp_path_factory.mktemp("axe"), datetime.now(UTC)
    engine = fill(folder)
    with writing(engine) as session:
        _more(session, now)
    tokens = {role: signed_in(engine, role, f"Người {role}", now=now, **WHERE.get(role, {})) for role in ROLES}
    for path, waits_for in STEPS.items():
        tokens[path] = signed_in(engine, "city", f"Chờ {waits_for}", now=now, waits_for=waits_for)
    with served(folder) as address:
        yield address, tokens
    engine.dispose()


def _more(session, now):
    """What discovery found, a pair, devices with one MAC, a device that says another model, in an import that can be
    undone; and a check that runs.
    """
    counts = {"device": {"new": 0, "changed": 3, "same": 0}}
    begin_batch(session, Batch(kind="import", by="Nguyễn Văn A", at=now, name="x.xlsx", counts=json.dumps(counts)))
    school = session.exec(select(School).where(School.code == OWN)).one()
    site = session.exec(select(Site).where(Site.school_id == school.id)).one()
    boxes = {d.code: d for d in session.exec(select(Device).where(Device.school_id == school.id)).all()}
    boxes["CAM-01"].mac = boxes["CAM-02"].mac = "a4:14:37:0b:22:c1"
    boxes["CAM-01"].model = "DS-2CD1023G0E-I"
    boxes["DG-01"].last_answered_at = None
    at = {"school_id": school.id, "site_id": site.id}
    seen = {"first_seen_at": now - timedelta(days=3), "last_seen_at": now, **at}
    session.add(FoundUnit(address="192.168.0.70", onvif_port=80, make="Dahua", model="IPC-1", **seen))
    session.add(FoundUnit(address="192.168.0.71", mac="a4:14:37:0b:22:c1", **seen))
    away = {"dismissed_at": now, "dismissed_by": "Nguyễn Văn A", "dismissed_why": "Camera căng tin"}
    session.add(FoundUnit(address="192.168.0.72", **away, **seen))
    session.add(Discovery(by="Nguyễn Văn A", asked_at=now, state="running", addresses=254, checked=97, **at))
    own, other = (
        session.exec(select(Channel.id).where(Channel.device_id == boxes[code].id)).first()
        for code in ("CAM-01", "DG-01")
    )
    pair = {"channel_id": own, "recorded_id": other, "school_id": school.id}
    session.add(ProposedPair(reason="name", said="x", at=now, **pair))
    days = {"begins": now.date(), "ends": now.date() + timedelta(days=90), "zone": "Asia/Ho_Chi_Minh"}
    asked = {"asked_by": "Nguyễn Văn A", "asked_at": now, "level": "school", "reason": "Thay trong năm học tới"}
    session.add(WaiverRecord(rule="codec-main", scope="school", school_id=school.id, **days, **asked))
    site.latitude, site.longitude = 10.78, 106.7
    school.photos = True
    of = {"device_id": boxes["CAM-01"].id, "channel_id": own, "rule": "codec-main"}
    session.add(Reply(school_id=school.id, note="x", by="x", at=now, **of))
    values = {"outcome": "fail", "decides": True, "edition": "hcmc-3288@draft-1", "sha256": "a", "since": now}
    session.add(FindingRecord(subject="channel", fix="reconfigure", actor="school", **of, **values))
    handed = {"school_id": school.id, "by": "Nguyễn Văn A", "at": now, "day": now.date()}
    session.add(Handover(channel_id=own, state="proposed", **handed))
    window = {"begins": now, "ends": now + timedelta(days=1), "why": "Cắt điện", "by": "Nguyễn Văn A", "at": now}
    session.add(Maintenance(school_id=school.id, **window))
    agent = Agent(
        code="TRAM-1", name="Trạm THCS Số 1", version="1.0", made_by="x", made_at=now, seen_at=now, protocol=0
    )
    session.add(agent)
    session.flush()
    session.add(AgentSite(site_id=site.id, agent_id=agent.id))
    hook = Webhook(name="Trung tâm", address="https://trung-tam.example", made_by="x", made_at=now, active=False)
    hook.kinds = "sweep_ended"
    news = NewsItem(key="x", kind="sweep_ended", at=now)
    session.add_all([hook, news])
    session.flush()
    session.add(Delivery(news_id=news.id, webhook_id=hook.id, state="failed", attempts=8, status=500, next_at=now))
    account_of(session, "technician", "Kỹ thuật viên khác", schools=(OWN,), now=now)
    ask(session, Scope(school=OWN), "Nguyễn Văn A", now)
    for dates in proposed("2026-2027"):
        set_period(session, dates)
    made = figures(session, Source(EDITIONS, None, Desk(now, Terms(), "Asia/Ho_Chi_Minh")), UNIT)
    freeze(session, ("2026-2027", "half_year"), made, "Nguyễn Văn A", date(2026, 12, 31))


def _addresses(path):
    """The addresses of this route that are looked at."""
    names = set(re.findall(r"{(\w+)}", path))
    values = {**EXAMPLES, "code": "CAM-01" if "school" in names else OWN}
    assert names <= {*values, "token"}, f"{path}: write an example of its parameters into EXAMPLES"
    if "token" in names:
        return list(STATES if path.startswith("/handover/") else SENT)
    return [path.format(**values) + query for query in QUERIES.get(path, ("",))]


def _pages(role):
    """Every page of the table that this role may see."""
    return [
        address
        for action, method, path in routes()
        if method == "GET" and path not in NO_PAGES and role in MAY.get(action, ())
        if not path.startswith(("/api/", "/static/")) and not path.endswith(FILES)
        for address in _addresses(path)
    ]


def _sent(page, base, name):
    """The address of the page of a file of SENT or STATES, which is sent by the form of the page before."""
    if name in STATES:
        page.goto(f"{base}/handover")
        page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": STATES[name].encode()})
        page.locator("main form[enctype] button").click()
        page.wait_for_url("**/handover/states/*")
        return page.url.removeprefix(base)
    page.goto(f"{base}/import")
    page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": SENT[name].encode()})
    page.locator("main form[enctype] button").click()
    page.wait_for_url("**/import/files/*")
    page.locator("#counts-title, #mistakes-title").first.wait_for()
    return page.url.removeprefix(base)


def _parts(body):
    """What a page is built of, whatever stands in it: its sections, rows, entries and choices without words and values,
    each once.
    """
    bare = re.sub(r">[^<]*\S[^<]*<", ">x<", re.sub(r"\s+", " ", body))
    bare = re.sub(r'="[^"]*[0-9/][^"]*"', '="x"', bare)
    bare = re.sub(
        r' (value|title|aria-label|data-[a-z]+|placeholder|datetime|hx-get|selected|checked)="[^"]*"', "", bare
    )
    return set(re.split("(?=<(?:tr|li|option|section|dt|form|details|div|p|td)[ >])", bare))


def _is_new(known, answer):
    """True when the page is built of parts that no page of its route had before; they are known after the call."""
    head, main, rest = answer.text().partition('<main id="content"')
    assert main, (answer.url, "no page: if it is a part of one, or a file, write it into NO_PAGES")
    parts = {"": _parts(head[head.index("<body") :]), answer.url.partition("?")[0]: _parts(rest)}
    new = any(not each <= known.get(of, set()) for of, each in parts.items())
    for of, each in parts.items():
        known[of] = known.get(of, set()) | each
    return new


def _looked_at(page, base, address, known):
    """What axe finds at this address in both widths; nothing for what was looked at before."""
    address = _sent(page, base, address) if address in (*SENT, *STATES) else address
    answer = page.request.get(base + address)
    assert answer.status < 400, (address, answer.status, "write values that are there into EXAMPLES")
    if not _is_new(known, answer):
        return []
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(base + address)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found += [(address, width, each) for each in page.evaluate(RUN)]
    return found


@pytest.mark.timeout(600)  # some 150 pages, each in two widths
def test_axe_finds_nothing_serious_on_any_page_of_any_role(town):
    """Every page of the table, in Vietnamese; everything that is folded away is opened first."""
    address, tokens = town
    found, known = [], {}
    with chromium() as browser:
        for who, token in [("", ""), *tokens.items()]:
            context = browser.new_context()
            context.add_init_script(path=AXE)
            sign_in(context, address, token)
            page = context.new_page()
            page.set_default_timeout(60_000)
            pages = ["/login"] if not who else [who] if who in STEPS else _pages(who)
            for each in pages:
                found += _looked_at(page, address, each, known)
            context.close()
    assert len(known) > 35
    assert found == []


def test_axe_would_find_what_is_wrong(town):
    """A picture without words and a field without a name, on a page of ours, are told: the tool works at all."""
    with chromium() as browser:
        context = browser.new_context()
        context.add_init_script(path=AXE)
        page = context.new_page()
        page.goto(f"{town[0]}/login")
        page.evaluate("document.querySelector('#content').innerHTML += '<img src=\"/x\"><input>'")
        told = " ".join(page.evaluate(RUN))
        context.close()
    assert ("image-alt" in told, "label" in told) == (True, True)
