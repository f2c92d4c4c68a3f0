"""A town in which everything that is of a school carries a mark of that school, to see it where it must not be.

Strategy: the town is filled as ever; then every free text of a school gets its mark, and three schools (the viewer's
own, one of the same unit, one of another) get what people make: waivers, answers, acceptances, checks that run, and
people of their own. It is made once; whoever changes something works on a copy.
"""

import base64
import json
import shutil
import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from camera_registry.access.roles import ROLES
from camera_registry.bundles.signing import fingerprint
from camera_registry.database import open_database, scrub, writing
from camera_registry.models import Discovery, FoundUnit
from tests.camera_registry import town
from tests.camera_registry.bundles.packed import HOST, KEY, bundle, look
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.people import signed_in
from tests.camera_registry.web.served import NOW, VAULT, client

OWN, NEAR, OTHER = "79760001", "79760002", "79770001"
NAMES = {code: name for code, name, *_ in town.SCHOOLS}
UNIT_OF = {code: unit for code, _, _, unit in town.SCHOOLS}
UNIT = UNIT_OF[OWN]
SEEN = {"technician": {OWN}, "school": {OWN}, "district": {code for code, unit in UNIT_OF.items() if unit == UNIT}}
"""Which schools each role sees here; who is not named sees all."""
MARKS = {code: f"ẩn{n:02d}ký" for n, code in enumerate(NAMES)}
"""The mark of each school, in everything that somebody may have typed about it."""
_OF_SCHOOL = {
    "school": ("contact_name", "contact_phone", "contact_email"),
    "site": ("address",),
    "device": ("serial", "mac", "owner", "maintainer", "funding", "username"),
    "channel": ("note", "scope_why", "name"),
}
_OF_DEVICE = "device_id IN (SELECT id FROM device WHERE school_id = :school)"
_BELONGS = {
    "school": "id = :school",
    "site": "school_id = :school",
    "device": "school_id = :school",
    "channel": _OF_DEVICE,
}
_UNIT = "SELECT code FROM district WHERE name = :name"
_ASKING = {"ends": "2026-12-24"}
_CONFIRMING = {"edition": "hcmc-3288", "rule": "codec-main", "clause": "Mục 3", "quote": "H.264"}
_PERIOD = {"school_year": "2026-2027", "kind": "plan"}
MIXED = "HD-79"
"""An acceptance of channels of schools of two units: only who sees both sees it."""


@dataclass(frozen=True)
class Neighbours:
    """The file of the town, and by role the token of a browser in which a person of the own school is signed in."""

    file: Path
    tokens: dict

    def copied(self, to: Path) -> Engine:
        """A registry of its own with the same content; whoever asks for it disposes of it."""
        shutil.copy(self.file, to)
        return open_database(f"sqlite:///{to}")

    def browser(self, engine: Engine, role: str):
        """A browser at the pages of this registry, in which the person of this role is signed in."""
        made = client(engine, role="")
        made.cookies.set("session", self.tokens[role], domain="localhost.local")
        return made


def make(folder: Path) -> Neighbours:
    """The town with its marks and its people, in a file of this folder."""
    file = folder / "neighbours.db"
    engine = new_registry(file)
    with writing(engine) as session:
        town.fill(session, VAULT)
        for code in NAMES:
            _mark(session, code)
        unit = session.scalar(text(_UNIT), {"name": UNIT})
    for number, school in enumerate((OWN, NEAR, OTHER), 1):
        _make(engine, school, number)
        _find(engine, school)
    _make_of_all(engine)
    _report(engine, unit)
    of = {"district": {"district": unit}, "school": {"schools": (OWN,)}, "technician": {"schools": (OWN,)}}
    tokens = {role: signed_in(engine, role, f"Người {role}", **of.get(role, {}), now=NOW) for role in ROLES}
    scrub(engine)
    engine.dispose()
    with closing(sqlite3.connect(file)) as plain:  # one file, that can be copied
        plain.execute("PRAGMA journal_mode=DELETE")
    return Neighbours(file, tokens)


def _mark(session, code):
    school, mark = session.scalar(text("SELECT id FROM school WHERE code = :code"), {"code": code}), MARKS[code]
    for table, columns in _OF_SCHOOL.items():
        changes = ", ".join(f"{column} = trim({column} || ' ' || :mark)" for column in columns)
        where = {"school": school, "mark": mark}
        session.execute(text(f"UPDATE {table} SET {changes} WHERE {_BELONGS[table]}"), where)
    for table in ("sheetrecord", "description"):
        key = "device_id" if table == "sheetrecord" else "id"
        rows = session.execute(text(f"SELECT {key}, body FROM {table} WHERE {_OF_DEVICE}"), {"school": school}).all()
        for number, body in rows:
            said = zlib.compress(zlib.decompress(body).replace(town.HIKVISION.serial.encode(), mark.encode()))
            session.execute(text(f"UPDATE {table} SET body = :said WHERE {key} = :id"), {"said": said, "id": number})


def _make(engine, school, number):
    """What people make of this school: asked for by its school, and once by the city."""
    mark = MARKS[school]
    with client(engine, "school", f"Trường {mark}", schools=(school,)) as own:
        camera = {"kind": "device", "school": school, "device": "CAM-01"}
        for scope, rule in (({"kind": "school", "school": school}, "codec-main"), (camera, "frame-rate-main")):
            asked = own.post("/api/v1/waivers", json={**_ASKING, "rule": rule, "scope": scope, "reason": mark})
            assert asked.status_code == 201, asked.text
        answered = own.post(f"/api/v1/schools/{school}/answers", json={"rule": "retention", "met": "yes", "note": mark})
        assert answered.status_code == 201, answered.text
    with client(engine, "technician", f"Thợ {mark}", schools=(school,)) as there:
        seen = there.post(f"/api/v1/devices/{school}/CAM-02/channels/1/seen-on-site", json={"note": mark})
        assert seen.status_code in (201, 409, 422), seen.text
        row = f"school,device.code,kind,tags\n{school},CAM-02,,{mark}\n".encode()
        assert there.post(f"/api/v1/imports?name={mark}.csv", content=row).status_code == 201
        assert there.post("/sweeps", data={"school": school}).status_code == 303
        brought = bundle(("CAM-02", HOST, look(at=NOW)), school=school, made_by=mark)
        body = {"content": base64.b64encode(brought).decode(), "fingerprint": fingerprint(KEY.public)}
        assert there.post("/api/v1/bundles", json=body).json()["changed"]
    with client(engine, "city", f"Cán bộ {mark}") as city:
        package = {"code": f"HD-7{number}", "name": f"Gói {mark}", "channels": [f"{school}/CAM-01"]}
        assert city.post("/api/v1/acceptances", json=package).status_code == 201


def _find(engine, school):
    """A discovery of this school goes on; one before it has found something, which somebody has dismissed."""
    mark = MARKS[school]
    with writing(engine) as session:
        of = session.scalar(text("SELECT id FROM school WHERE code = :code"), {"code": school})
        site = session.scalar(text("SELECT id FROM site WHERE school_id = :school"), {"school": of})
        at = {"school_id": of, "site_id": site}
        why = {"dismissed_at": NOW, "dismissed_by": mark, "dismissed_why": mark}
        session.add(FoundUnit(address="10.99.0.7", make=mark, first_seen_at=NOW, last_seen_at=NOW, **why, **at))
        session.add(Discovery(by=mark, asked_at=NOW, state="running", addresses=254, checked=17, **at))


def _make_of_all(engine):
    """What is of several schools or of none; the checks have begun."""
    with client(engine, "city", "Người của thành phố") as city:
        both = {"code": MIXED, "name": f"Gói {MARKS[OTHER]}", "channels": [f"{OWN}/CAM-02", f"{OTHER}/CAM-02"]}
        assert city.post("/api/v1/acceptances", json=both).status_code == 201
        waiting = city.post("/api/v1/confirmations", json={**_CONFIRMING, "scan_sha256": "ab" * 32})
        assert waiting.status_code == 201, waiting.text
    with writing(engine) as session:
        session.execute(text("UPDATE sweep SET state = 'running', started_at = planned_at WHERE kind = 'asked'"))


def _report(engine, unit):
    """Figures of the own unit, of another one and of the city are frozen."""
    with client(engine, "city", "Người của thành phố") as city:
        days = {"cut_off": "2026-10-04", "due_unit": "2026-10-04", "due_city": "2026-10-10"}
        assert city.post("/papers/periods", data={**_PERIOD, **days}).status_code == 303
        assert city.post("/papers/freeze", data=_PERIOD).status_code == 303
    for code in (unit, "so-giao-duc-va-dao-tao"):
        with client(engine, "district", f"Cán bộ {code}", district=code) as officer:
            assert officer.post("/papers/freeze", data=_PERIOD).status_code == 303


def hidden(engine: Engine, role: str) -> frozenset[str]:
    """What a person of this role must never read: codes, names, marks and addresses of the schools that are not seen,
    and units of which no school is.
    """
    unseen = set(NAMES) - SEEN.get(role, set(NAMES))
    units = set(UNIT_OF.values()) - {UNIT_OF[code] for code in set(NAMES) - unseen}
    rows = "SELECT d.host FROM device d JOIN school s ON s.id = d.school_id WHERE s.code = :code AND d.host != ''"
    with engine.connect() as connection:
        hosts = {host for code in unseen for host in connection.scalars(text(rows), {"code": code})}
        units |= {code for name in units for code in connection.scalars(text(_UNIT), {"name": name})}
    names = {NAMES[code] for code in unseen} | {MARKS[code] for code in unseen}
    return frozenset(unseen | units | hosts | names | ({MIXED} if unseen else set()))


def leaked(answer: str, asked: str, marks: frozenset[str]) -> set[str]:
    """The marks that stand in an answer and were not asked with."""
    told = {mark for mark in marks if mark in answer or json.dumps(mark)[1:-1] in answer}
    return {mark for mark in told if mark not in asked}
