"""Tables of the registry. They map to the values of the probes and the standards and never inherit from them.

Strategy: one class a table, columns only. Times are UTC (`UtcDateTime`). Public keys are codes: of a district, of a
school, of a device in its school, and the index of a channel. What a person typed and what a probe saw stand in
different columns or tables, so that a probe never overwrites a person.

    District <- School <- Site <- Device <- Channel        what people registered
    Credential, LoginRecord                                how to log in, and which door may be tried
    UnitRecord                                             which box stood there, since when
    SheetRecord, Description, Measurement                  what was seen: merged facts, settings, numbers of a night
    ModelEncoding                                          what devices of a model have shown that they can do
    FindingRecord, VerdictRecord                           what it is worth, as intervals
    EditionRecord, ConfirmationRecord                      by which text it was judged, and who confirmed its values
    AnswerRecord, OnSiteRecord, WaiverRecord               what people said: answers, "seen on site", exceptions
    ChangeRecord                                           what happened to a device that no interval tells
    Acceptance <- AcceptanceChannel, AcceptanceLook        several probes over a day, before a contractor is paid
    Sweep <- SweepSite, SweepItem                          the work of a night, and its ledger
    AuditRecord <- AuditValues, AuditErased                who did what: a chain, its values apart, what was erased
    Account <- Assignment, LoginSession, ApiToken          who may sign in, where they work, and from where they did
    LoginThrottle                                          how often signing in failed
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Index, LargeBinary, MetaData, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Refuses a moment without a zone: it could mean any."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy passes it)
        """Puts UTC back."""
        return None if value is None else value.replace(tzinfo=UTC)


def moment(**options: Any) -> Any:
    """A column that holds a moment in UTC."""
    return Field(sa_type=UtcDateTime, **options)


class Table(SQLModel):
    """What all tables share: constraints have names, without which a later migration cannot change them in SQLite."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class District(Table, table=True):
    """A unit that manages schools: a ward committee or the Department."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    parent_id: int | None = Field(default=None, foreign_key="district.id")


class School(Table, table=True):
    """A school. `levels` are joined with "; ". `private` schools stay outside the budget total."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    levels: str = ""
    kind: str = ""
    private: bool = False
    managed_by: int = Field(foreign_key="district.id", index=True)
    managed_since: date | None = None
    located_in: str = ""
    former_district: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


class Site(Table, table=True):
    """A place of a school; the main one has an empty name. `networks` are CIDR ranges joined with "; "; `uplink_mbps`
    is what the line sends. `day_window` marks a site whose power is cut at night.
    """

    __table_args__ = (UniqueConstraint("school_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    name: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    networks: str = ""
    uplink_mbps: float | None = None
    day_window: bool = False


class Device(Table, table=True):
    """One box with one management address, as people registered it.

    An empty `host` means that it can only be seen through the maker's cloud. `stream_path` is the path of a device that
    is looked at over RTSP alone. `username` is the login people registered; its password is a `Credential`.
    `remembered` is what probes learned (JSON), handed back to them unread; login states stand in `LoginRecord`.
    """

    __table_args__ = (UniqueConstraint("school_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    site_id: int = Field(foreign_key="site.id", index=True)
    code: str
    kind: str
    make: str = ""
    model: str = ""
    serial: str = ""
    mac: str = ""
    host: str = ""
    onvif_port: int = 80
    rtsp_port: int | None = None
    stream_path: str = ""
    username: str = ""
    onvif_account: str = "same"
    basic_in_clear: bool = False
    owner: str = ""
    maintainer: str = ""
    in_use_since: int | None = None
    warranty_until: date | None = None
    funding: str = ""
    price: int | None = None
    remembered: str = "{}"
    last_answered_at: datetime | None = moment(default=None)
    silent_nights: int = 0


class Channel(Table, table=True):
    """One video source of a device. `token` is what the device calls it, `scope` whether it is offered to the city.
    `found` is true for one that a probe found and nobody registered.
    """

    __table_args__ = (UniqueConstraint("device_id", "index"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    index: int
    token: str | None = None
    name: str = ""
    found: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    area: str = ""
    scope: str = "undecided"
    scope_by: str = ""
    scope_at: datetime | None = moment(default=None)
    scope_why: str = ""
    recorded_as: int | None = Field(default=None, foreign_key="channel.id")
    signal: str = ""
    outdoor: bool | None = None
    heading: int | None = None
    height_m: float | None = None
    scene_width_m: float | None = None
    note: str = ""


class Stream(Table, table=True):
    """One encoded flow of a channel, by the id the device gives it."""

    __table_args__ = (UniqueConstraint("channel_id", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    key: str
    role: str = ""
    uri: str = ""


class Credential(Table, table=True):
    """One version of a login of a device; `sealed` is the password under AES-GCM, never shown again.

    `doors` says where it may go, joined with ",". `made_by` is the account that typed it.
    """

    __table_args__ = (UniqueConstraint("device_id", "doors", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    doors: str = "onvif,rtsp,https"
    version: int
    username: str
    sealed: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = moment()
    retired_at: datetime | None = moment(default=None)
    made_by: int | None = Field(default=None, foreign_key="account.id", index=True)


class LoginRecord(Table, table=True):
    """The doors of a device for one version of its login; `unanswered` tries are counted before a password leaves."""

    credential_id: int = Field(primary_key=True, foreign_key="credential.id")
    onvif: str = "unknown"
    rtsp: str = "unknown"
    https: str = "unknown"
    zone_try_used: bool = False
    unanswered: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SheetRecord(Table, table=True):
    """The merged facts of a device: the newest of each path, with its time (compressed JSON of `facts.DeviceSheet`)."""

    device_id: int = Field(primary_key=True, foreign_key="device.id")
    at: datetime = moment()
    body: bytes = Field(sa_type=LargeBinary)


class UnitRecord(Table, table=True):
    """A unit that stood at the place of a device from `since`, seen last at `seen_at`: what it said of itself (empty:
    nothing). The newest row is the one that stands there now.
    """

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    since: datetime = moment()
    seen_at: datetime = moment()
    manufacturer: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = Field(default="", index=True)
    mac: str = ""
    endpoint: str = ""


class Description(Table, table=True):
    """Identity, declared and capable of a device, stored when they changed."""

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    at: datetime = moment()
    digest: str
    body: bytes = Field(sa_type=LargeBinary)


class Measurement(Table, table=True):
    """The numbers of one stream in one probe; null is unknown."""

    __table_args__ = (UniqueConstraint("stream_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    stream_id: int = Field(foreign_key="stream.id")
    at: datetime = moment()
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_kbps: float | None = None
    keyframe_interval_s: float | None = None
    seconds: float | None = None
    packets: int | None = None
    packets_lost: int | None = None
    longest_gap_s: float | None = None
    light: str | None = None


class ModelEncoding(Table, table=True):
    """One encoding (JSON of `facts.Encoding`) that a device of this model has shown: before one of them is called too
    old, the others are asked.
    """

    __table_args__ = (UniqueConstraint("manufacturer", "model", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    manufacturer: str
    model: str
    digest: str
    body: str


class FindingRecord(Table, table=True):
    """One rule on one subject from `since` until `until` (null: still). A row begins when outcome, expected value, fix
    or edition changes. `subject` is `device`, `channel`, `stream`, `site` or `school`; `stream` its id. Texts are
    {vi, en} JSON. `nights` counts the nights in which a failure was seen, `night` is the last of them; `fails_since` is
    when it began, whatever edition judged it since.

    `seen`, `seen_at`, `how` and `why` are of the look that began the interval; while a rule fails or does not apply,
    they are kept fresh, because the lists show them.
    """

    __table_args__ = (Index("finding_now", "device_id", "until"), Index("finding_by_rule", "rule", "outcome", "until"))
    id: int | None = Field(default=None, primary_key=True)
    device_id: int | None = Field(default=None, foreign_key="device.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    subject: str
    stream: str = ""
    rule: str
    edition: str
    sha256: str
    outcome: str
    decides: bool
    fix: str | None = None
    actor: str = ""
    fact: str | None = None
    expected: str = "{}"
    seen: str = "null"
    seen_at: datetime | None = moment(default=None)
    how: str = ""
    why: str = "{}"
    state: str = "A"
    nights: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    night: date | None = None
    fails_since: datetime | None = moment(default=None)
    since: datetime = moment()
    until: datetime | None = moment(default=None)


class VerdictRecord(Table, table=True):
    """The verdict of a channel (of a device without channels: null) from `since` until `until` (null: still)."""

    __table_args__ = (Index("verdict_now", "until", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    edition: str
    name: str
    complete: bool
    since: datetime = moment()
    until: datetime | None = moment(default=None)


class EditionRecord(Table, table=True):
    """The text of an edition that judged something or was made here, by the SHA-256 of its bytes: kept for ever, so
    that every finding can be explained by the text it was judged with. `made_from` is the SHA-256 of the edition that
    a confirmation changed; null for one that came with the product or from a file.
    """

    sha256: str = Field(primary_key=True)
    edition: str = Field(index=True)
    version: str
    body: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = moment()
    made_from: str | None = None


class ConfirmationRecord(Table, table=True):
    """A person with the document in hand confirms a rule of the edition with the SHA-256 `of`: clause, quoted sentence,
    `value` (JSON of the keys of the rule that become others), SHA-256 of the scan. State: asked, approved, refused; who
    decides is another person. `made` is the SHA-256 of the edition that came of it.
    """

    id: int | None = Field(default=None, primary_key=True)
    of: str = Field(index=True)
    edition: str
    rule: str
    clause: str
    quote: str
    value: str = "{}"
    scan_sha256: str
    asked_by: str
    asked_at: datetime = moment()
    state: str = "asked"
    decided_by: str = ""
    decided_at: datetime | None = moment(default=None)
    note: str = ""
    made: str | None = None


class AnswerRecord(Table, table=True):
    """What a person said to a manual rule about a school, a site, a device or a channel (`subject`; its id stands in
    the column of that kind, and the ids of what it stands in beside it). `met` null: the person could not tell. Never
    changed: a newer answer is a new row.
    """

    __table_args__ = (Index("answer_by_rule", "rule", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    rule: str
    subject: str
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    met: bool | None = None
    by: str
    at: datetime = moment()
    note: str = ""
    attachment_name: str = ""
    attachment_sha256: str = ""


class OnSiteRecord(Table, table=True):
    """A technician stood before this camera and saw that it has to be replaced ("Đã xác nhận tại chỗ")."""

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id", index=True)
    by: str
    at: datetime = moment()
    note: str = ""
    attachment_name: str = ""
    attachment_sha256: str = ""


class WaiverRecord(Table, table=True):
    """An exception with an end: one rule, for a channel, a device, a model, a school or a district (`scope`; what it is
    stands in the column of that kind). `begins` and `ends` are days, both included, in `zone`. State: asked, approved,
    refused, withdrawn; whether it is in force, about to lapse or lapsed is worked out when it is read. `level` is who
    was asked first: school, district, city. Each thing happens once and is never changed: who decided, when and why
    stays when it is withdrawn.
    """

    __table_args__ = (Index("waiver_by_rule", "rule", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    rule: str
    scope: str
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    device_id: int | None = Field(default=None, foreign_key="device.id", index=True)
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    make: str = ""
    model: str = ""
    reason: str
    begins: date
    ends: date
    zone: str
    level: str
    asked_by: str
    asked_at: datetime = moment()
    state: str = "asked"
    decided_by: str = ""
    decided_level: str = ""
    decided_at: datetime | None = moment(default=None)
    note: str = ""
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = moment(default=None)
    withdrawn_note: str = ""


class ChangeRecord(Table, table=True):
    """Something that happened to a device or one of its channels, told by comparing two looks (`kind` is one of
    `standards.changes`); `body` is JSON of what was and what is.
    """

    __table_args__ = (Index("change_of_device", "device_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    channel_id: int | None = Field(default=None, foreign_key="channel.id", index=True)
    at: datetime = moment()
    kind: str
    body: str = "{}"


class Acceptance(Table, table=True):
    """Chosen channels looked at several times from `begins` until `ends` and judged by one edition. `looks` is how many
    looks at each device are wanted. State: running, closed, cancelled; a closed one has its result (compressed
    canonical JSON) with the SHA-256 of the JSON, and never changes.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    edition_sha256: str
    asked_by: str
    begins: datetime = moment()
    ends: datetime = moment()
    looks: int
    state: str = Field(default="running", index=True)
    closed_at: datetime | None = moment(default=None)
    closed_by: str = ""
    result: bytes | None = Field(default=None, sa_type=LargeBinary)
    result_sha256: str = ""


class AcceptanceChannel(Table, table=True):
    """A channel that an acceptance is about."""

    acceptance_id: int = Field(primary_key=True, foreign_key="acceptance.id")
    channel_id: int = Field(primary_key=True, foreign_key="channel.id")


class AcceptanceLook(Table, table=True):
    """One look at a device for an acceptance: every finding and value of it (compressed JSON), judged by itself."""

    __table_args__ = (UniqueConstraint("acceptance_id", "device_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    acceptance_id: int = Field(foreign_key="acceptance.id")
    device_id: int = Field(foreign_key="device.id")
    at: datetime = moment()
    body: bytes = Field(sa_type=LargeBinary)


class Sweep(Table, table=True):
    """One pass over many devices. `night` is a date for the nightly one (its uniqueness elects who plans it), else an
    id. `kind`: night, light (by day, for what needs light) or asked (by a person). `scope` says which devices: all,
    district:CODE, school:CODE, device:SCHOOL/CODE. What has not begun at `ends_by` is skipped. State: planned, running,
    paused, cancelled, done.
    """

    id: int | None = Field(default=None, primary_key=True)
    night: str = Field(unique=True)
    kind: str = "night"
    state: str = Field(default="planned", index=True)
    scope: str = Field(default="all", sa_column_kwargs={"server_default": "all"})
    asked_by: str = ""
    ends_by: datetime | None = moment(default=None)
    planned_at: datetime = moment()
    started_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)


class SweepSite(Table, table=True):
    """A lease: one worker has one site until `leased_until`. State: waiting, leased, done."""

    __table_args__ = (Index("sweep_site_state", "sweep_id", "state"),)
    sweep_id: int = Field(primary_key=True, foreign_key="sweep.id")
    site_id: int = Field(primary_key=True, foreign_key="site.id")
    state: str = "waiting"
    owner: str = ""
    leased_until: datetime | None = moment(default=None)
    rank: int = 0


class SweepItem(Table, table=True):
    """One device in one sweep, with what it cost the device. State: waiting, leased, done (it answered), failed
    (`reason` is a kind of failure), skipped (`reason` is one of `store.sweeps.SKIPPED`).
    """

    __table_args__ = (UniqueConstraint("sweep_id", "device_id"), Index("item_of_device", "device_id", "ended_at"))
    id: int | None = Field(default=None, primary_key=True)
    sweep_id: int = Field(foreign_key="sweep.id", index=True)
    site_id: int = Field(foreign_key="site.id")
    device_id: int = Field(foreign_key="device.id")
    state: str = "waiting"
    reason: str = ""
    attempts: int = 0
    started_at: datetime | None = moment(default=None)
    ended_at: datetime | None = moment(default=None)
    connections: int = 0
    logins: int = 0
    tries: int = 0
    refusals: int = 0
    session_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    failures: str = "[]"


class AuditRecord(Table, table=True):
    """One entry of the audit log: what was done and when, bound to its values by `digest` and to the entry before by
    `previous` (see `audit.chain`). The database itself refuses to change or delete one.
    """

    number: int = Field(primary_key=True)
    at: datetime = moment(index=True)
    action: str = Field(index=True)
    digest: str
    previous: str
    hash: str


class AuditValues(Table, table=True):
    """Who did it to what, from where (`body`, JSON), with the salt of its digest: what can be erased. `school` and
    `account` say by code and by name whose it is. The database refuses to change one, and to delete one before an
    `AuditErased` says so.
    """

    number: int = Field(primary_key=True, foreign_key="auditrecord.number")
    salt: str
    body: str
    school: str = Field(default="", index=True)
    account: str = Field(default="", index=True)


class AuditErased(Table, table=True):
    """The values of an entry were erased; the entry `erased_by` says when and why."""

    number: int = Field(primary_key=True, foreign_key="auditrecord.number")
    erased_by: int = Field(foreign_key="auditrecord.number", index=True)


class Account(Table, table=True):
    """A person who may sign in. `login` is unique and never changes; `name` is what others see, and `seen_name` the
    same as it is compared: no two people of the registry look like one. `password` is an Argon2id hash; `totp` the
    sealed secret of the second factor, `totp_step` the newest time step that was used. An account is never erased
    while something was done by it: it is closed.
    """

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    seen_name: str = Field(unique=True)
    role: str
    district_id: int | None = Field(default=None, foreign_key="district.id", index=True)
    school_id: int | None = Field(default=None, foreign_key="school.id", index=True)
    password: str
    must_change: bool = False
    totp: bytes | None = Field(default=None, sa_type=LargeBinary)
    totp_step: int = 0
    made_by: str = ""
    made_at: datetime = moment()
    closed_at: datetime | None = moment(default=None)


class Assignment(Table, table=True):
    """A technician works at a school from `begins` until `ends` (days, both included; null: until it is ended), for a
    company, by a contract.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    school_id: int = Field(foreign_key="school.id", index=True)
    begins: date
    ends: date | None = None
    company: str = ""
    contract: str = ""


class LoginSession(Table, table=True):
    """Someone has signed in at a browser: `token` is the SHA-256 of what the browser holds. `waits_for` is what is
    still to be done before anything else: `code`, `second_factor`, `password`; empty: nothing.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token: str = Field(unique=True)
    waits_for: str = ""
    begun_at: datetime = moment()
    seen_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    address: str = ""
    browser: str = ""


class ApiToken(Table, table=True):
    """A program may ask in the name of a person until `ends_at`: `token` is the SHA-256 of what it holds. Scope: read,
    or write (what the person may).
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    token: str = Field(unique=True)
    scope: str = "read"
    made_at: datetime = moment()
    ends_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    used_at: datetime | None = moment(default=None)


class LoginThrottle(Table, table=True):
    """How often signing in failed of late, for a login that was typed or an address it came from (`key`: a digest)."""

    key: str = Field(primary_key=True)
    failures: int = 0
    last_at: datetime = moment()
    until: datetime | None = moment(default=None)
