"""How to log in to a device: versions of its login, and which door may be tried with which.

Strategy: a changed username or password is a new version with a login record of its own; the one before is retired, and
never opened again. A probe knows a credential by `name_of`. `trying` is committed before a password leaves, and counts
the try as one without an answer until `learned` says otherwise: after a crash in between, a login counts as good where
it was good, else it gets one more try, ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from camera_registry.models import Credential, LoginRecord, SweepItem
from camera_registry.store.known import forget
from camera_registry.store.schools import chunks
from camera_registry.vault import Opener, Place, Vault, VaultError
from probes.login import DOORS, DoorState, LoginState
from probes.target import Credential as Login

ALL_DOORS = ",".join(DOORS)
REFUSALS_A_DAY = 2
"""What one device may refuse in 24 h over all its credentials."""


@dataclass(frozen=True)
class InForce:
    """A login in force, by the id of its credential, with what is known of it; the password is sealed."""

    id: int
    username: str
    sealed: bytes = field(repr=False)
    joined_doors: str
    version: int
    device_id: int
    state: LoginState

    @property
    def name(self) -> str:
        """The version by which probes know it: see `name_of`."""
        return str(self.id)

    @property
    def doors(self) -> tuple[str, ...]:
        """Where it may go."""
        return tuple(self.joined_doors.split(","))

    @property
    def place(self) -> Place:
        """Where its password is sealed."""
        return Place(self.device_id, self.joined_doors, self.version)


@dataclass(frozen=True)
class Trial:
    """Logins with which a probe begins: their states by name, and how many the device may still refuse today."""

    logins: list[InForce]
    states: dict[str, LoginState]
    left: int


def name_of(credential: Credential) -> str:
    """The version by which probes know a credential: unique, and the same as long as the login is."""
    return str(credential.id)


def place_of(row: Credential) -> Place:
    """Where the password of this credential is sealed."""
    return Place(row.device_id, row.doors, row.version)


def current(session: Session, device_id: int) -> list[Credential]:
    """The credentials in force of a device, in the order in which they were made."""
    wanted = select(Credential).where(Credential.device_id == device_id, col(Credential.retired_at).is_(None))
    return list(session.exec(wanted.order_by(col(Credential.id))).all())


def is_current(session: Session, vault: Vault, device_id: int, username: str, password: str) -> bool:
    """True where the login of all doors is this one already, so that `put` would change nothing."""
    rows = (row for row in current(session, device_id) if (row.doors, row.username) == (ALL_DOORS, username))
    return any(_password(vault, row) == password for row in rows)


def put(
    session: Session,
    vault: Vault,
    device_id: int,
    username: str,
    password: str,
    now: datetime,
    doors: str = ALL_DOORS,
    by: int | None = None,
) -> Credential:
    """The credential of these doors is this login: the one in force when nothing changed, else a new version.

    A new version retires those in force that share a door with it, and all its doors are unknown. One in force that
    was sealed with another key is another login.
    """
    before = [c for c in current(session, device_id) if set(c.doors.split(",")) & set(doors.split(","))]
    for row in before:
        if (row.doors, row.username) == (doors, username) and _password(vault, row) == password:
            return row
    for row in before:
        row.retired_at = now
        session.add(row)
    version = _last_version(session, device_id, doors) + 1
    sealed = vault.seal(password, Place(device_id, doors, version))
    made = Credential(
        device_id=device_id,
        doors=doors,
        version=version,
        username=username,
        sealed=sealed,
        made_at=now,
        made_by=by,
    )
    session.add(made)
    session.flush()
    session.add(LoginRecord(credential_id=made.id or 0))
    session.flush()
    return made


def opened(session: Session, vault: Opener, device_id: int, *, basic_in_clear: bool = False) -> tuple[Login, ...]:
    """The logins of a device as a probe needs them, passwords opened. Raises VaultError for another key."""
    return open_all(in_force(session, device_id), vault, basic_in_clear=basic_in_clear)


def open_all(logins: Iterable[InForce], vault: Opener, *, basic_in_clear: bool = False) -> tuple[Login, ...]:
    """These logins as a probe needs them, passwords opened. Raises VaultError for another key."""
    return tuple(
        Login(each.name, each.username, vault.open(each.sealed, each.place), each.doors, basic_in_clear)
        for each in logins
    )


def in_force(session: Session, device_id: int) -> list[InForce]:
    """The logins in force of a device with what is known of them, in the order in which they were made."""
    rows = session.execute(_IN_FORCE, {"device": device_id})
    return [InForce(row.id, row.username, row.sealed, row.doors, row.version, device_id, _state(row)) for row in rows]


def login_states(session: Session, device_id: int) -> dict[str, LoginState]:
    """What is known of each login in force, by its name."""
    return {each.name: each.state for each in in_force(session, device_id)}


def trying(session: Session, device_id: int, now: datetime) -> dict[str, LoginState]:
    """The states with which a probe may begin now: see `in_trial`."""
    return in_trial(session, device_id, now).states


def in_trial(session: Session, device_id: int, now: datetime, *, mark: bool = True) -> Trial:
    """The logins with the states with which a probe may begin now; every one not known to be good is marked as being
    tried, unless whoever sends it keeps that mark (`mark`: an agent does, where it looks).

    To be committed before the probe begins. Where the device has refused twice within 24 h, nothing more is tried.
    """
    left = refusals_left(session, device_id, now)
    trial = Trial(in_force(session, device_id), {}, left)
    for each in trial.logins:
        state = each.state if left else _withheld(each.state)
        trial.states[each.name] = state
        if mark and not _good_anywhere(state) and any(state.may_send(d) for d in DOORS if d in each.doors):
            _put_state(session, each.id, replace(each.state, unanswered=state.left_unanswered().unanswered))
    return trial


def learned(session: Session, device_id: int, states: Mapping[str, LoginState]) -> dict[str, LoginState]:
    """What a probe learned of its logins; a login that was changed while the probe ran keeps its own state. What was
    known of each before.
    """
    before = in_force(session, device_id)
    for each in before:
        state = states.get(each.name)
        if state is None:
            continue
        spared = "refused" not in (state.onvif, state.rtsp, state.https)  # a door withheld for today alone
        kept: dict[str, Any] = {d: each.state.state(d) for d in DOORS if spared and state.state(d) == "withheld"}
        after = replace(state, zone_try_used=each.state.zone_try_used or state.zone_try_used, **kept)
        if after != each.state:
            _put_state(session, each.id, after)
    return {each.name: each.state for each in before}


def try_again(session: Session, device_id: int, *, at_stream: bool = False) -> bool:
    """A person said so: one more try, where the login was refused, or `at_stream` although ONVIF has refused it. Of
    several logins, each that was refused may be sent once more; the refusals of a day hold all the same. False where
    there was nothing to try again.
    """
    changed = False
    for credential in current(session, device_id):
        state = _state(_record(session, credential))
        doors = [door for door in DOORS if door in credential.doors.split(",")]
        stopped = any(state.state(door) not in ("good", "unknown") for door in doors)
        if at_stream and "rtsp" in doors:
            _keep(session, credential, state.again_at("rtsp"))
        elif not at_stream and (stopped or state.unanswered):
            _keep(session, credential, state.again())
        else:
            continue
        changed = True
    session.flush()
    return changed


def reseal(session: Session, vault: Vault, row: Credential, doors: str, now: datetime) -> Credential:
    """The same login for other doors, as a new version: what is known of a door that stays is known on, but what was
    withheld there is unknown, because a person has said which account belongs where. Raises VaultError.
    """
    before, username, password = _record(session, row), row.username, vault.open(row.sealed, place_of(row))
    kept = {door: getattr(before, door) for door in doors.split(",") if door in row.doors.split(",")}
    made = put(session, vault, row.device_id, username, password, now, doors)
    record = _record(session, made)
    for door, state in kept.items():
        setattr(record, door, "unknown" if state in ("withheld", "asked") else state)
    record.unanswered = before.unanswered
    session.add(record)
    session.flush()
    return made


def retire(session: Session, row: Credential, now: datetime) -> None:
    """This login is in force no more."""
    row.retired_at = now
    session.add(row)
    session.flush()


def retire_all(session: Session, device_ids: Collection[int], now: datetime) -> None:
    """No login of these devices is in force any more."""
    for chunk in chunks(device_ids):
        wanted = _CREDENTIALS.c.device_id.in_(chunk) & _CREDENTIALS.c.retired_at.is_(None)
        ids = session.connection().execute(sa_select(_CREDENTIALS.c.id).where(wanted)).scalars().all()
        session.connection().execute(update(_CREDENTIALS).where(wanted).values(retired_at=now))
        forget(session, Credential, ids)


def had_one(session: Session, device_id: int) -> bool:
    """True where a login was typed for the device once, in force or not."""
    wanted = select(Credential.id).where(Credential.device_id == device_id).limit(1)
    return session.exec(wanted).first() is not None


def refusals_since(session: Session, device_id: int, since: datetime) -> int:
    """How many requests with a login the device has refused since then, over all its credentials."""
    return session.execute(_REFUSALS, {"device": device_id, "since": since}).scalar_one() or 0


def refusals_left(session: Session, device_id: int, now: datetime) -> int:
    """How many requests with a login the device may still refuse within these 24 h."""
    return max(0, REFUSALS_A_DAY - refusals_since(session, device_id, now - timedelta(days=1)))


def _password(vault: Vault, row: Credential) -> str | None:
    try:
        return vault.open(row.sealed, place_of(row))
    except VaultError:
        return None


def _last_version(session: Session, device_id: int, doors: str) -> int:
    last = select(func.max(Credential.version)).where(Credential.device_id == device_id, Credential.doors == doors)
    return session.exec(last).one() or 0


def _record(session: Session, credential: Credential) -> LoginRecord:
    return session.get_one(LoginRecord, credential.id)


def _put_state(session: Session, credential_id: int, state: LoginState) -> None:
    new = {f"new_{name}": value for name, value in vars(state).items()}
    session.connection().execute(_PUT_STATE, {"credential": credential_id, **new})
    forget(session, LoginRecord, [credential_id])


def _state(record: Any) -> LoginState:
    onvif, rtsp, https = (_door(getattr(record, door)) for door in DOORS)
    return LoginState(onvif, rtsp, https, record.zone_try_used, record.unanswered)


def _keep(session: Session, credential: Credential, state: LoginState) -> None:
    record = _record(session, credential)
    for door in DOORS:
        setattr(record, door, state.state(door))
    record.unanswered = state.unanswered
    session.add(record)


def _good_anywhere(state: LoginState) -> bool:
    return any(state.state(door) == "good" for door in DOORS)


def _door(text: str) -> DoorState:
    match text:
        case "good" | "refused" | "withheld" | "asked":
            return text
    return "unknown"


def _withheld(state: LoginState) -> LoginState:
    """`state` without a try left today: doors that are good stay open."""
    onvif, rtsp, https = ("withheld" if state.state(d) in ("unknown", "asked") else state.state(d) for d in DOORS)
    return LoginState(onvif, rtsp, https, state.zone_try_used, state.unanswered)


_OF_CREDENTIAL = (getattr(Credential, name) for name in ("id", "username", "sealed", "doors", "version"))
_OF_RECORD = (getattr(LoginRecord, name) for name in (*DOORS, "zone_try_used", "unanswered"))
_IN_FORCE = (
    sa_select(*_OF_CREDENTIAL, *_OF_RECORD)
    .join(LoginRecord, col(LoginRecord.credential_id) == col(Credential.id))
    .where(col(Credential.device_id) == bindparam("device"), col(Credential.retired_at).is_(None))
    .order_by(col(Credential.id))
)
_REFUSALS = sa_select(func.sum(SweepItem.refusals)).where(
    col(SweepItem.device_id) == bindparam("device"),
    (col(SweepItem.ended_at) >= bindparam("since"))
    | (col(SweepItem.ended_at).is_(None) & (col(SweepItem.started_at) >= bindparam("since"))),
)
_LOGINS: Any = LoginRecord.__table__  # type: ignore[attr-defined]  # SQLModel gives it to every table
_CREDENTIALS: Any = Credential.__table__  # type: ignore[attr-defined]  # as above
_PUT_STATE = (
    update(_LOGINS)
    .where(_LOGINS.c.credential_id == bindparam("credential"))
    .values({name: bindparam(f"new_{name}") for name in (*DOORS, "zone_try_used", "unanswered")})
)
