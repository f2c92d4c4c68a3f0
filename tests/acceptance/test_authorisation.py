"""Proof: role x action x own or other school and unit -> allowed, or 404. Every route of the table, with forms and
bodies that would be kept, over a town of fourteen schools in three units.
"""

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from sqlmodel import select

from camera_registry.access.roles import MAY, ROLES
from camera_registry.access.routes import routes
from camera_registry.bundles.signing import fingerprint
from camera_registry.database import writing
from camera_registry.models import (
    Account,
    Agent,
    District,
    FoundUnit,
    LoginSession,
    Maintenance,
    Photo,
    Reply,
    ReplyPhoto,
    School,
    Site,
    Webhook,
)
from camera_registry.store import channels, devices, photos, replies
from camera_registry.store.photos import PhotoPlace
from camera_registry.store.replies import ReplyPhotoPlace
from tests.camera_registry import town
from tests.camera_registry.bundles.packed import HOST, KEY, bundle, look
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.people import account_of, signed_in
from tests.camera_registry.web.served import NOW, VAULT, client

OWN, OTHER = "79760001", "79770001"
UNITS = {OWN: "UBND phường Tân Định", OTHER: "UBND phường Bàn Cờ"}
CAMERA = {"kind": "school", "school": OWN}
ASKING = {"rule": "codec-main", "reason": "x", "ends": "2026-12-24"}
CONFIRMING = {"edition": "hcmc-3288@draft-1", "rule": "codec-main", "clause": "Mục 3", "quote": "H.264"}
LAPTOP = fingerprint(KEY.public)
PAGE_BUNDLE, API_BUNDLE = (
    base64.urlsafe_b64encode(bundle(("CAM-01", HOST, look(at=NOW - timedelta(hours=hours))), school=OWN)).decode()
    for hours in (1, 2)
)
NEW_SCHOOL = {"name": "Trường TH Mới", "levels": "TH", "kind": "public", "managed_by": UNITS[OWN]}
CAMERA_ROW = {"kind": "ip_camera", "host": "192.168.0.77"}
PERIOD, UNIT = {"school_year": "2026-2027", "kind": "half_year"}, "ubnd-phuong-tan-dinh"
FORMS = {
    "/bundles/take": {"content": PAGE_BUNDLE, "fingerprint": LAPTOP[-9:]},
    "/new-school": {"name": "Trường THCS Mới", "levels": "THCS", "kind": "public", "managed_by": UNITS[OWN]},
    "/schools/{code}/edit": {"version": "1", "address": "1 Đường A"},
    "/schools/{code}/sites/new": {"site": "Cơ sở 2"},
    "/schools/{code}/devices/new": {**CAMERA_ROW, "device.code": "CAM-88"},
    "/schools/{code}/channels/bulk": {"row": "CAM-01/1", "outdoor": "outdoor"},
    "/devices/bulk": {"row": "{school}/CAM-01", "funding": "Ngân sách"},
    "/devices/{school}/{code}/remove": {"version": "1"},
    "/devices/{school}/{code}/edit": {"version": "1", "funding": "Xã hội hóa"},
    "/devices/{school}/{code}/channels/edit": {"row": "1", "version.1": "1", "note.1": "Đã xem"},
    "/schools/{code}/same-camera": {"camera": "CAM-01/1", "recorded": "DG-01/1"},
    "/schools/{code}/found/{number}/dismiss": {"why": "x"},
    "/schools/{code}/not-same": {"first": "{school}/CAM-01", "second": "{school}/CAM-02"},
    "/schools/{code}/take-over": {"take": "CAM-01//model/1/000000000000"},
    "/schools/{code}/replies": {"rule": "codec-main", "note": "x"},
    "/schools/{code}/answer": {"rule": "retention", "met": "yes"},
    "/schools/{code}/photos": {"allowed": "yes"},
    "/devices/{school}/{code}/login": {"username": "u", "password": "p"},
    "/devices/{school}/{code}/onvif-account": {"account": "none"},
    "/devices/{school}/{code}/certificate": {"fingerprint": "x"},
    "/devices/{school}/{code}/seen-on-site": {"channel": "1"},
    "/devices/{school}/{code}/waiver": {**ASKING, "kind": "device"},
    "/waivers/{number}": {"what": "withdraw", "note": "x"},
    "/papers/periods": {**PERIOD, "cut_off": "2027-01-02", "due_unit": "2027-01-03", "due_city": "2027-01-10"},
    "/papers/sent": {**PERIOD, "sender": UNIT, "sent": "true"},
    "/papers/freeze": PERIOD,
    "/sweeps": {"school": "{school}"},
    "/standards/confirm": CONFIRMING,
    "/handover/propose": {"school": "{school}", "all": "1"},
    "/handover/logins": {"program": "go2rtc", "password": "x"},
    "/accounts": {"login": "moi", "name": "Người mới", "role": "city"},
}
BODIES = {
    "/api/v1/visits": {"id": "visit-0001", "school": OWN, "device": {"cells": {"device.code": "CAM-01"}}},
    "/api/v1/visits/key": {},
    "/api/v1/visits/photos": {"school": OWN, "device": "CAM-01", "index": 1, "jpeg": "eA=="},
    "/api/v1/devices/{school}/{code}/look": {},
    "/api/v1/bundles": {
        "content": API_BUNDLE.replace("-", "+").replace("_", "/"),
        "fingerprint": LAPTOP,
    },
    "/api/v1/schools/{code}/take-over": {"rows": [{"device": "CAM-01", "version": 1, "fields": {"model": "x"}}]},
    "/api/v1/schools": NEW_SCHOOL,
    "/api/v1/changes-of-many": {"rows": [{"school": OWN, "device": "CAM-02"}], "add_tags": "a"},
    "/api/v1/schools/{code}": {"address": "2 Đường A"},
    "/api/v1/schools/{code}/sites": {"site": "Cơ sở 3", "address": "3 Đường A"},
    "/api/v1/schools/{code}/devices": {**CAMERA_ROW, "host": "192.168.0.78", "code": "CAM-89"},
    "/api/v1/schools/{school}/devices/{code}": {"funding": "Ngân sách phường"},
    "/api/v1/schools/{school}/devices/{code}/channels": {"rows": [{"index": 1, "note": "Đã đo"}]},
    "/api/v1/schools/{school}/devices/{code}/channels/{index}": {"note": "Đã đo lại"},
    "/api/v1/schools/{code}/replies": {"rule": "codec-main", "note": "x"},
    "/api/v1/schools/{code}/answers": {"rule": "retention", "met": "yes"},
    "/api/v1/devices/{school}/{code}/channels/{index}/seen-on-site": {},
    "/api/v1/waivers": {**ASKING, "scope": CAMERA},
    "/api/v1/waivers/{number}/decide": {"decision": "refuse", "note": "x"},
    "/api/v1/waivers/{number}/withdraw": {"note": "x"},
    "/api/v1/confirmations": {**CONFIRMING, "edition": "hcmc-3288", "scan_sha256": "ab" * 32},
    "/api/v1/confirmations/{number}/refuse": {"note": "x"},
    "/api/v1/acceptances": {"code": "HD-9", "name": "Gói 9", "channels": [f"{OWN}/CAM-02"]},
}
CHANGED = {"/api/v1/schools/{code}/sites": {"site": "", "address": "4 Đường A"}}
"""What is sent to change something, where a new one is made at the same address."""
QUERIES = {
    "/api/v1/changes": "?since=2026-11-01T00:00:00Z",
    "/api/v1/plan": "?channels=90%25",
    "/plan.xlsx": "?goal=channels&amount=90%25",
    "/plan.docx": "?goal=channels&amount=90%25",
    "/plan.pdf": "?goal=channels&amount=90%25",
    "/api/v1/schools/{school}/devices/{code}/as-of": "?at=2026-11-23T00:00:00Z",
    "/standards/confirm": "?edition=hcmc-3288%40draft-1&rule=codec-main",
    "/papers/freeze": "?school_year=2026-2027&kind=half_year",
    "/waivers": "",
    "/history": f"?school={OWN}",
}
OF_ALL = {
    "/bundles/keys/{number}/end",
    "/accounts/{number}",
    "/account/tokens/{number}/end",
    "/account/sessions/{number}/end",
}
"""Numbers that are of a person and of no school."""
TAGS = count()
ONE_EVENT_S = 0.1
"""A stream of events ends after its first one: else each role would listen for minutes."""

pytestmark = [pytest.mark.xdist_group("authorisation"), pytest.mark.timeout(300)]


@dataclass
class World:
    """The town, and what stands in it of the own and of the other school."""

    engine: object
    names: dict = field(default_factory=dict)

    def values(self, path, school):
        """What stands in the path for this school."""
        if path.startswith(("/accounts/", "/account/")):
            return {"number": self.names["account"], "assignment": self.names["assignment"]}
        if path.startswith("/photos/"):
            return {"number": self._photo(school)}
        if path.startswith("/replies/"):
            return {"number": self._reply(school)}
        if path.startswith("/webhooks/"):
            return {"number": self.names["webhook"]}
        if path.startswith("/agents/"):
            return {"number": self.names["agent"]}
        if "/acceptance" in path:
            return {"code": self.names["acceptance", school], "form": "docx"}
        values = {"school": school, "code": "CAM-01", "index": "1", "change": "pause", "edition": "hcmc-3288"}
        values |= {"frozen": self.names["frozen", school], "kind": "state", "form": "docx"}
        if "{school}" not in path:
            values["code"] = school
        of = {"waivers": ("waiver", school), "/imports/": ("batch", school), "/found/": ("found", school),
              "/maintenance/": ("maintenance", school)}  # fmt: skip
        number = self.names[next((name for part, name in of.items() if part in path), "confirmation")]
        return {**values, "token": "x", "number": number, "sweep_id": self.names["sweep", school]}

    def _reply(self, school):
        """The number of a new reply of this school, with a photo."""
        with writing(self.engine) as session:
            of = session.exec(select(School.id).where(School.code == school)).one()
            row = Reply(school_id=of, rule="codec-main", note="x", by="x", at=NOW)
            replies.put(session, row)
            sealed = VAULT.seal("eA==", ReplyPhotoPlace(row.id, "x"))
            replies.put(session, ReplyPhoto(reply_id=row.id, sha256="x", width=1, height=1, sealed=sealed, at=NOW))
            return row.id

    def _photo(self, school):
        """The number of a new photo of a camera of this school."""
        with writing(self.engine) as session:
            channel = channels.of_device(session, devices.by_code(session, school, "CAM-01").id)[0]
            sealed = VAULT.seal("eA==", PhotoPlace(channel.id, "x"))
            row = Photo(channel_id=channel.id, sha256="x", width=1, height=1, sealed=sealed, at=NOW)
            return photos.put(session, row).id


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The town, with a waiver, a check and an acceptance of each of the two schools, and a confirmation."""
    engine = new_registry(tmp_path_factory.mktemp("world") / "registry.db")
    with writing(engine) as session:
        town.fill(session, VAULT)
        technician = account_of(session, "technician", "Kỹ thuật viên khác", schools=(OWN,), now=NOW)
        made = World(engine, {"account": technician.id})
        made.names["assignment"] = 1
        for school in (OWN, OTHER):
            of = session.exec(select(School).where(School.code == school)).one()
            site = session.exec(select(Site.id).where(Site.school_id == of.id)).one()
            unit = FoundUnit(school_id=of.id, site_id=site, address="10.0.0.9", first_seen_at=NOW, last_seen_at=NOW)
            session.add(unit)
            session.flush()
            made.names["found", school] = unit.id
            window = {"begins": NOW, "ends": NOW + timedelta(hours=1), "why": "x", "by": "x", "at": NOW}
            made.names["maintenance", school] = _kept(session, Maintenance(school_id=of.id, **window))
        hook = {"name": "x", "address": "https://x.example", "kinds": "digest", "made_by": "x", "made_at": NOW}
        made.names["webhook"] = _kept(session, Webhook(active=False, **hook))
        made.names["agent"] = _kept(session, Agent(code="x", name="x", state="stopped", made_by="x", made_at=NOW))
    with client(engine, "city", "Người dựng") as city:
        for number, school in enumerate((OWN, OTHER), 1):
            asked = {**ASKING, "scope": {"kind": "school", "school": school}}
            made.names["waiver", school] = city.post("/api/v1/waivers", json=asked).json()["number"]
            package = {"code": f"HD-{number}", "name": "Gói", "channels": [f"{school}/CAM-01"]}
            assert city.post("/api/v1/acceptances", json=package).status_code == 201
            made.names["acceptance", school] = f"HD-{number}"
            made.names["batch", school] = _import(city, school).json()["number"]
            sent = city.post("/sweeps", data={"school": school}).headers["location"]
            made.names["sweep", school] = sent.rpartition("sweep=")[2]
        assert city.post("/papers/periods", data=FORMS["/papers/periods"]).status_code == 303
        body = BODIES["/api/v1/confirmations"]
        made.names["confirmation"] = city.post("/api/v1/confirmations", json=body).json()["id"]
    made.names["frozen", OWN] = _frozen(engine, "district", district=UNIT)
    made.names["frozen", OTHER] = _frozen(engine, "city")
    yield made
    engine.dispose()


def _frozen(engine, role, **place):
    """The number of figures that a person of this role freezes."""
    with client(engine, role, f"Người chốt {role}", **place) as browser:
        answer = browser.post("/papers/freeze", data=PERIOD)
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def _kept(session, row):
    """The number of a new row."""
    session.add(row)
    session.flush()
    return row.id


def _import(browser, school):
    """A list that changes the tags of a device."""
    row = f"school,device.code,kind,tags\n{school},CAM-01,,t{next(TAGS)}\n"
    return browser.post("/api/v1/imports?name=devices.csv", content=row.encode())


def _person(role, world):
    """A person of this role whose own school is OWN."""
    with writing(world.engine) as session:
        code = session.exec(select(District.code).where(District.name == UNITS[OWN])).one()
    place = {"district": {"district": code}, "school": {"schools": (OWN,)}, "technician": {"schools": (OWN,)}}
    return client(world.engine, role, f"Người {role}", **place.get(role, {}), listens_s=ONE_EVENT_S)


def _asked(browser, method, path, values, school):
    address = path.format(**values) + QUERIES.get(path, "")
    if method == "GET":
        return browser.get(address)
    if path in BODIES:
        if method == "POST":
            return browser.post(address, json=BODIES[path], headers={"If-Match": "*"})
        if method == "DELETE":
            return browser.delete(address, headers={"If-Match": "*"})
        body = CHANGED.get(path, BODIES[path])
        return browser.request(method, address, json=body, headers={"If-Match": "*"})
    if path == "/api/v1/imports":
        return _import(browser, school)
    form = {k: v.format(school=school) for k, v in FORMS.get(path, {}).items()}
    return browser.post(address, data=form) if form else browser.post(address, headers={"Content-Length": "0"})


ROUTES = [(a, m, p) for a, m, p in routes() if a not in ("public", "signing_in")]
OF_EDITIONS = ("{edition}", "confirmations")
"""In paths of what is of no school."""


def _of_a_school(method, path):
    """True for a route that names a school, or something of one."""
    if (
        path in OF_ALL
        or path == "/papers/{kind}.{form}"
        or path.startswith(("/accounts", "/import/files/"))
        or any(part in path for part in OF_EDITIONS)
    ):
        return False
    return "{" in path or (method, path) == ("POST", "/sweeps")


BY_SCHOOL = [(a, m, p) for a, m, p in ROUTES if _of_a_school(m, p)]


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_do_is_not_there(world, role):
    """404 on the own school too, for every route of every action that the table does not give to it."""
    denied = [(m, p) for a, m, p in ROUTES if role not in MAY[a]]
    assert denied
    with _person(role, world) as browser:
        for method, path in denied:
            answer = _asked(browser, method, path, world.values(path, OWN), OWN)
            assert answer.status_code == 404, (method, path, answer.status_code)


@pytest.mark.parametrize("role", ["technician", "school", "district"])
def test_what_is_of_another_school_or_unit_is_not_there(world, role):
    """404 for every route of every action that the role has, with what would be kept for the own school."""
    asked = [(m, p) for a, m, p in BY_SCHOOL if role in MAY[a]]
    assert len(asked) > 15
    with _person(role, world) as browser:
        for method, path in asked:
            values = world.values(path, OTHER)
            answer = _asked(browser, method, path, values, OTHER)
            if method == "GET" and answer.status_code == 303:  # the address of a form leads back to its page
                answer = browser.get(answer.headers["location"].replace("/waivers?", "/nothing?"))
                if answer.headers.get("location") == f"/schools/{OWN}":  # where a headmaster begins
                    answer = browser.get(answer.headers["location"])
                assert answer.status_code in (404, 200), (method, path)
                continue
            assert answer.status_code == 404, (method, path, answer.status_code)
    _nothing_of_the_other_school_has_changed(world)


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_is_done_on_the_own_school(world, role):
    """Not 401, 403, 404, 405 or 5xx: kept, shown, or told what is wrong with it."""
    asked = [(m, p) for a, m, p in ROUTES if role in MAY[a]]
    asked.sort(key=lambda route: route[0])  # what changes comes last
    with _person(role, world) as browser:
        for method, path in asked:
            values = world.values(path, OWN)
            token = signed_in(world.engine, role, f"Người {role}")  # one that the route before has not ended
            browser.cookies.set("session", token, domain="localhost.local")
            if path == "/account/sessions/{number}/end":
                values["number"] = _another_session(world, f"Người {role}")
            if path == "/account/tokens/{number}/end":
                browser.post("/account/tokens", data={"name": "x"})
                values["number"] = browser.get("/account").text.split("/account/tokens/")[-1].split("/")[0]
            if path == "/bundles/keys/{number}/end":
                browser.post("/bundles/take", data=FORMS["/bundles/take"])
                values["number"] = browser.get("/bundles").text.split("/bundles/keys/")[1].split("/")[0]
            answer = _asked(browser, method, path, values, OWN)
            said = (method, path, answer.status_code, answer.text[-400:])
            assert answer.status_code in (200, 201, 202, 303, 409, 422), said


def test_nobody_at_all_gets_in(world):
    """Every route but those of signing in: to the login, or 401."""
    with client(world.engine, role="") as browser:
        for _, method, path in ROUTES:
            answer = _asked(browser, method, path, world.values(path, OWN), OWN)
            if path.startswith("/api/") or path == "/metrics":
                assert answer.status_code == 401, path
            else:
                assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login"), path


def _another_session(world, name):
    """The number of a second session of this person."""
    with writing(world.engine) as session:
        account = session.exec(select(Account).where(Account.name == name)).one()
        row = LoginSession(account_id=account.id, token=f"t{NOW}", begun_at=NOW, seen_at=NOW - timedelta(minutes=1))
        row.token = f"{account.id}-{id(row)}"
        session.add(row)
        session.flush()
        return row.id


def _nothing_of_the_other_school_has_changed(world):
    """What would have been kept is not there."""
    with client(world.engine, "city", "Người dựng") as city:
        waiver = city.get(f"/api/v1/waivers/{world.names['waiver', OTHER]}").json()
        assert (waiver["state"], city.get("/api/v1/acceptances/HD-2").json()["state"]) == ("asked", "running")
        answers = city.get(f"/api/v1/schools/{OTHER}/answers").json()
        assert answers["given"] == []
        page = city.get(f"/devices/{OTHER}/CAM-01").text
        assert "<strong>u</strong>" not in page
