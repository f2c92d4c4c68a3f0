"""Visits: what a phone takes along, what it sends, the look it waits for, photos. Routes and answers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import JSONResponse

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, NoSuchDeviceError, Registry, Writing, there
from camera_registry.api.once import Answered, Once, earlier, keep
from camera_registry.importing.columns import FILES
from camera_registry.importing.mistakes import Mistake
from camera_registry.sealing import SealedForUs, SealError
from camera_registry.services import photos, sealed_for_us, visit_schools, visits
from camera_registry.services.as_cells import NoSuchRowError
from camera_registry.services.device_login import LoginUnusableError, held
from camera_registry.services.judge_places import judge_changed
from camera_registry.services.look_now import look_now
from camera_registry.services.registering import ImportRefusedError, Terms, permit_of
from camera_registry.services.sweeps import Scope, SweepError, ask
from camera_registry.store import devices
from camera_registry.vault import Vault
from probes.outgoing import Networks
from standards.model import LANGUAGES

Code = Annotated[str, Field(max_length=40)]
Cell = Annotated[str, Field(max_length=1000)]
MOST_CHANNELS = 256


@dataclass(frozen=True)
class Visiting:
    """What the routes of visits use beside the registry: the vault, where devices may be connected to, the clock."""

    vault: Callable[[], Vault]
    outgoing: Callable[[], Networks]
    now: Callable[[], datetime]
    editions: Asked


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SealedBody(_Body):
    """A password as a browser sealed it: number of the pair; point, nonce and cipher text in base64."""

    key: int = Field(ge=1, le=2**31)
    point: str = Field(max_length=120)
    nonce: str = Field(max_length=24)
    cipher: str = Field(max_length=2000)


class LoginBody(_Body):
    """The login of the device: the password as it was typed, or sealed; never given back."""

    username: str = Field(max_length=80)
    password: str = Field("", max_length=1024)
    sealed: SealedBody | None = None


class RowBody(_Body):
    """What is said of one row: cells by field (docs/registry.md), and the version that was seen; null: a new one."""

    cells: dict[str, Cell]
    seen: int | None = Field(None, ge=1)


class VisitBody(_Body):
    """A device of a school, its channels and its login. `id` is the sender's own name for this visit; `by` the login of
    who made it, where a browser sends what somebody entered earlier.
    """

    id: str = Field(pattern="^[0-9A-Za-z-]{8,64}$")
    by: str = Field("", max_length=80)
    school: Code
    device: RowBody
    channels: list[RowBody] = Field(default_factory=list, max_length=MOST_CHANNELS)
    login: LoginBody | None = None


class PhotoBody(_Body):
    """A photo of the mounting place of a channel: a JPEG in base64, at most 1280 pixels a side; `by`: as in a visit."""

    by: str = Field("", max_length=80)
    school: Code
    device: Code
    index: int = Field(ge=1, le=MOST_CHANNELS)
    jpeg: str = Field(max_length=700_000)


class SchoolAnswer(BaseModel):
    """A school by code and name, and its unit."""

    code: str
    name: str
    unit: str


class KeyAnswer(BaseModel):
    """What passwords are sealed to: see docs/visits.md."""

    number: int
    point: str


class TakenAnswer(SchoolAnswer):
    """A school with all that is registered of it: rows as `cells` by field with their `version`."""

    photos: bool
    sites: list[dict[str, str]]
    devices: list[dict[str, Any]]


class SchoolsAnswer(BaseModel):
    """Who asks, the schools that may be visited, and the key to seal passwords to (null: none was made yet)."""

    login: str
    schools: list[SchoolAnswer]
    key: KeyAnswer | None


class EnteredAnswer(BaseModel):
    """What was taken: the code of the device, the versions now; `notices` are worth a look."""

    code: str
    version: int
    channels: dict[str, int]
    notices: list[dict[str, Any]]
    changed: bool
    held: bool


class LookAnswer(BaseModel):
    """The newest look at a device: how it stands, step by step, and the channels as they are known now."""

    sweep_id: int | None
    state: str
    over: bool
    lonely: bool
    by_agent: bool
    reason: dict[str, str]
    steps: list[dict[str, Any]]
    make: str
    model: str
    channels: list[dict[str, Any]]


class NumberAnswer(BaseModel):
    """The number of what was made."""

    number: int


_OTHERS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such school, or no such device."},
    409: {"description": "Rows stand otherwise than they were seen; `conflicts` names both texts of each."},
    422: {"description": "Something in the rows is wrong; `mistakes` names all of it, and nothing was written."},
}


_REFUSED = (visits.ConflictsError, ImportRefusedError, LoginUnusableError, SealError)


def add(made: APIRouter, registry: Registry, writing: Writing, visiting: Visiting) -> None:
    """The routes are in `made`."""

    @made.get("/visits/schools")
    def schools_to_visit() -> SchoolsAnswer:
        """The schools that are seen, by name, and the key that passwords are sealed to."""
        with registry() as session:
            found, key = visit_schools.named(session), sealed_for_us.known(session, visiting.vault)
        return SchoolsAnswer(
            login=current().login,
            schools=[SchoolAnswer(**asdict(each)) for each in found],
            key=KeyAnswer(**asdict(key)) if key else None,
        )

    @made.get("/visits/schools/{code}", responses={404: _OTHERS[404]})
    def school_to_visit(code: str) -> TakenAnswer:
        """Everything that is registered of one school."""
        with registry() as session:
            found = visit_schools.taken(session, code)
        if found is None:
            raise NoSuchDeviceError(f"there is no school {code[:50]}; use codes that are registered")
        return TakenAnswer(**asdict(found))

    @made.post("/visits/key")
    def key_to_seal_to() -> KeyAnswer:
        """The key that passwords are sealed to, which is made where there is none yet."""
        with writing("register", what="sealing key") as session:
            return KeyAnswer(**asdict(sealed_for_us.made(session, visiting.vault(), visiting.now())))

    @made.post("/visits", responses=_OTHERS, response_model=EnteredAnswer)
    def enter(body: VisitBody) -> EnteredAnswer | JSONResponse:
        """A device with its channels and its login stands in the registry; the same sent again changes nothing."""
        if body.by and body.by != current().login:
            return _other_account()
        wrong = [name for row in (body.device, *body.channels) for name in _unknown(body, row)]
        if wrong:
            return JSONResponse({"detail": [f"cells: there is no field {name[:50]}" for name in wrong]}, 422)
        try:
            with writing("register", school=body.school, device=body.device.cells.get("device.code", "")) as session:
                return _once(session, body, visiting)
        except NoSuchRowError:
            raise NoSuchDeviceError(f"there is no school {body.school[:50]}") from None
        except _REFUSED as error:
            return _refused(error)

    _add_photos(made, writing, visiting)
    _add_look(made, registry, writing, visiting)


def _add_photos(made: APIRouter, writing: Writing, visiting: Visiting) -> None:
    @made.post("/visits/photos", status_code=201, responses=_OTHERS, response_model=NumberAnswer)
    def add_photo(body: PhotoBody) -> NumberAnswer | JSONResponse:
        """A photo of a mounting place is kept, where the school allows it; the same one once."""
        if body.by and body.by != current().login:
            return _other_account()
        place = (body.school, body.device, body.index)
        try:
            data = base64.b64decode(body.jpeg, validate=True)
            with writing("photo_add", school=body.school, device=body.device, channel=body.index) as session:
                there(session, body.school, body.device)
                row = photos.take(session, visiting.vault(), place, data, visiting.now(), current().name)
                return NumberAnswer(number=row.id or 0)
        except ValueError:  # no base64, or no JPEG
            return JSONResponse({"detail": ["jpeg: this is no JPEG"], "photo": "no_jpeg"}, 422)
        except photos.PhotoError as error:
            return JSONResponse({"detail": [f"jpeg: {error.kind}"], "photo": error.kind}, 422)


def _add_look(made: APIRouter, registry: Registry, writing: Writing, visiting: Visiting) -> None:
    @made.get("/devices/{school}/{code}/look", responses={404: _OTHERS[404]})
    def newest_look(school: str, code: str) -> LookAnswer:
        """The newest look at the device: asked for again and again while a person waits for it."""
        with registry() as session:
            found = look_now(session, school, code, visiting.now())
        if found is None:
            raise NoSuchDeviceError(f"school {school[:50]} has no device {code[:50]}; use codes that are registered")
        return LookAnswer(**asdict(found))

    @made.post("/devices/{school}/{code}/look", status_code=202, responses={404: _OTHERS[404]})
    def ask_for_look(school: str, code: str) -> NumberAnswer:
        """A look at the device is asked for, to begin at once; the one that is under way where there is one."""
        with writing("sweep_ask", school=school, device=code) as session:
            there(session, school, code)
            try:
                sweep = ask(session, Scope(school=school, device=code), current().name, visiting.now())
            except SweepError as error:
                raise NoSuchDeviceError(str(error)) from None
            return NumberAnswer(number=sweep.id or 0)


def _once(session: Session, body: VisitBody, visiting: Visiting) -> EnteredAnswer:
    """What was answered to this very visit before, when its answer was lost on the way; else what is taken now. A
    device for which the phone knows no code yet is the one that this visit has made.
    """
    now, asked = visiting.now(), Once(f"visit/{body.school}/{body.id}", _digest(body), "")
    before = earlier(session, asked.key, now)
    if before is not None and asked.digest and before.digest == asked.digest:
        return EnteredAnswer(**json.loads(before.body))
    if before is not None and not body.device.cells.get("device.code"):
        body = body.model_copy(deep=True)
        body.device.cells["device.code"] = json.loads(before.body)["code"]
    done = _entered(session, body, visiting)
    keep(session, asked, body.school, Answered(done.model_dump(mode="json")), now)
    return done


def _digest(body: VisitBody) -> str:
    """Of what was sent; empty where a password stands in it in clear, of which no digest is kept."""
    if body.login is not None and body.login.password:
        return ""
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()


def _entered(session: Session, body: VisitBody, visiting: Visiting) -> EnteredAnswer:
    viewer, now = current(), visiting.now()
    terms = Terms(now, visiting.outgoing(), viewer.name, permit_of(session, viewer))
    vault = visiting.vault() if body.login is not None else None
    done = visits.enter(session, _visit(body), vault, terms, viewer.account_id)
    if done.changed:
        judge_changed(session, [body.school], visiting.editions(), now)
    device = devices.by_code(session, body.school, done.code)
    waits = device is not None and body.login is not None and held(session, device, now)
    return EnteredAnswer(
        code=done.code,
        version=done.version,
        channels=dict(done.channels),
        notices=[mistake_said(notice) for notice in done.notices],
        changed=done.changed,
        held=waits,
    )


def _other_account() -> JSONResponse:
    """What somebody entered is not sent in the name of who happens to be signed in."""
    return JSONResponse({"detail": ["by: somebody else is signed in"], "account": "other"}, 409)


def _refused(error: Exception) -> JSONResponse:
    """Why a visit was not taken, as the page of it needs it."""
    match error:
        case visits.ConflictsError():
            return JSONResponse({"detail": [str(error)], "conflicts": [_conflict(c) for c in error.conflicts]}, 409)
        case ImportRefusedError():
            said = [mistake_said(mistake) for mistake in error.mistakes]
            return JSONResponse({"detail": [f"{m['field']}: {m['what']['en']}" for m in said], "mistakes": said}, 422)
        case LoginUnusableError():
            return JSONResponse({"detail": [f"login.{error.field}: cannot be used"], "login": error.field}, 422)
        case _:
            return JSONResponse({"detail": [f"login.sealed: {error}"], "login": "sealed"}, 422)


def _visit(body: VisitBody) -> visits.Visit:
    login = None
    if body.login is not None:
        sealed = SealedForUs(**body.login.sealed.model_dump()) if body.login.sealed else None
        login = visits.LoginSaid(body.login.username, body.login.password, sealed)
    rows = [visits.RowSaid(row.cells, row.seen) for row in (body.device, *body.channels)]
    return visits.Visit(body.id, body.school, rows[0], rows[1:], login)


def _unknown(body: VisitBody, row: RowBody) -> list[str]:
    return [name for name in row.cells if name not in FILES["devices.csv" if row is body.device else "channels.csv"]]


def mistake_said(mistake: Mistake) -> dict[str, Any]:
    """A mistake: of which file and row (as they were sent, from 1), field, value, what is wrong, what to do."""
    return {
        "file": mistake.file, "row": mistake.row, "field": mistake.column, "value": mistake.value, "kind": mistake.kind,
        "what": {lang: mistake.what(lang) for lang in LANGUAGES},
        "remedy": {lang: mistake.remedy(lang) for lang in LANGUAGES},
    }  # fmt: skip


def _conflict(conflict: visits.Conflict) -> Mapping[str, Any]:
    said = asdict(conflict)
    return {**said, "key": list(conflict.key), "at": conflict.at.isoformat() if conflict.at else None}
