"""What hangs on a school, and how all of it is deleted.

Strategy: one ordered table, children first. A row belongs to the school when one of the named columns points at a row
that does; a test walks the models and fails when a table or a column that leads to a school is missing here. What is
not reached by keys is named apart: acceptances that lost their last channel, sweeps that were asked for this school
alone, batches of changes that were of it alone, answers of the API about several schools. References from the data of
other schools are emptied.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col

from camera_registry.models import Acceptance, AcceptanceChannel, Batch, Edit, GivenAnswer, Sweep, Table
from camera_registry.store.places import Sql, choose

SCHOOL = "school"


@dataclass(frozen=True)
class Hangs:
    """A table whose rows belong to a school through these columns, each with the table that it points at."""

    table: str
    by: Mapping[str, str]


ERASED: tuple[Hangs, ...] = (
    Hangs("foundunit", {f"{kind}_id": kind for kind in ("school", "site")}),
    Hangs("discovery", {f"{kind}_id": kind for kind in ("school", "site")}),
    Hangs("proposedpair", {"channel_id": "channel", "recorded_id": "channel", "school_id": "school"}),
    Hangs(
        "notsame",
        {"device_id": "device", "other_id": "device", "channel_id": "channel", "other_channel_id": "channel"},
    ),
    Hangs("edit", {"school_id": "school", "batch_id": "batch"}),
    Hangs("sending", {"school_id": "school"}),
    Hangs("givenanswer", {"school_id": "school", "account_id": "account"}),
    Hangs("delivery", {"news_id": "newsitem"}),
    Hangs("newsitem", {"school_id": "school"}),
    Hangs("outage", {"school_id": "school"}),
    Hangs("maintenance", {"school_id": "school"}),
    Hangs("mailed", {"account_id": "account"}),
    Hangs("mailbox", {"account_id": "account"}),
    Hangs("handover", {"school_id": "school", "channel_id": "channel"}),
    Hangs("photo", {"channel_id": "channel"}),
    Hangs("replyphoto", {"reply_id": "reply"}),
    Hangs("reply", {f"{kind}_id": kind for kind in ("school", "device", "channel")}),
    Hangs("measurement", {"device_id": "device"}),
    Hangs("stream", {"channel_id": "channel"}),
    Hangs("acceptancechannel", {"channel_id": "channel"}),
    Hangs("acceptancelook", {"device_id": "device"}),
    Hangs("onsiterecord", {"channel_id": "channel"}),
    Hangs("answerrecord", {f"{kind}_id": kind for kind in ("school", "site", "device", "channel")}),
    Hangs("waiverrecord", {f"{kind}_id": kind for kind in ("school", "device", "channel")}),
    Hangs("changerecord", {f"{kind}_id": kind for kind in ("device", "channel")}),
    Hangs(
        "listedfinding",
        {f"{kind}_id": kind for kind in ("school", "device", "channel")} | {"finding_id": "findingrecord"},
    ),
    Hangs("schoolsum", {"school_id": "school"}),
    Hangs("findingrecord", {f"{kind}_id": kind for kind in ("school", "site", "device", "channel")}),
    Hangs("verdictrecord", {f"{kind}_id": kind for kind in ("device", "channel")}),
    Hangs("agentorder", {"site_id": "site"}),
    Hangs("agentsite", {"site_id": "site"}),
    Hangs("sweepitem", {f"{kind}_id": kind for kind in ("device", "site")}),
    Hangs("sweepsite", {"site_id": "site"}),
    Hangs("description", {"device_id": "device"}),
    Hangs("sheetrecord", {"device_id": "device"}),
    Hangs("unitrecord", {"device_id": "device"}),
    Hangs("loginrecord", {"credential_id": "credential"}),
    Hangs("credential", {"device_id": "device"}),
    Hangs("batch", {"account_id": "account"}),
    Hangs("bundlerecord", {"school_id": "school", "key_id": "laptopkey"}),
    Hangs("laptopkey", {"account_id": "account"}),
    Hangs("loginsession", {"account_id": "account"}),
    Hangs("apitoken", {"account_id": "account"}),
    Hangs("assignment", {"school_id": "school", "account_id": "account"}),
    Hangs("account", {"school_id": "school"}),
    Hangs("channel", {"device_id": "device"}),
    Hangs("device", {f"{kind}_id": kind for kind in ("school", "site")}),
    Hangs("site", {"school_id": "school"}),
    Hangs(SCHOOL, {}),
)
"""Every table that leads to a school, in the order in which it is emptied."""
LET_GO: tuple[tuple[str, str, str], ...] = (
    ("channel", "recorded_as", "channel"),
    ("credential", "made_by", "account"),
)
"""Columns of rows of others that may point at the school; they are emptied."""
_BY_NAME = {each.table: each for each in ERASED}


def erase(session: Session, school_id: int, code: str) -> dict[str, int]:
    """Everything that hangs on the school is deleted; how many rows of each table. What is deleted is overwritten in
    the file. Raises sqlalchemy.exc.IntegrityError when a table that is not listed points at it.
    """
    overwriting(session)
    connection = session.connection()
    touched, changed = acceptances(session, school_id), batches(session, school_id)
    for name, column, to in LET_GO:
        table = Table.metadata.tables[name]
        connection.execute(update(table).where(_points(name, column, to, school_id)).values({column: None}))
    rows: dict[str, int] = {}
    for each in ERASED:
        table = Table.metadata.tables[each.table]
        rows[each.table] = connection.execute(delete(table).where(_belongs(each.table, school_id))).rowcount
    of_several = col(GivenAnswer.school_id).is_(None)  # of which schools nobody knows any more; they are a day old
    rows["givenanswer"] += connection.execute(delete(GivenAnswer).where(of_several)).rowcount
    rows["acceptance"] = connection.execute(delete(Acceptance).where(*_empty(touched))).rowcount
    rows["batch"] += connection.execute(delete(Batch).where(*_without_edits(changed))).rowcount
    rows["sweep"] = connection.execute(delete(Sweep).where(_asked_for(code))).rowcount
    session.expire_all()
    return rows


def overwriting(session: Session) -> None:
    """What this session deletes from now on is overwritten with zeros in the file, where the database can: PostgreSQL
    keeps it until `database.scrub`, or until the place is needed.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def acceptances(session: Session, school_id: int) -> list[int]:
    """The ids of the acceptances that are about a channel of the school."""
    ids = choose(col(AcceptanceChannel.acceptance_id)).where(_belongs("acceptancechannel", school_id)).distinct()
    return list(session.connection().execute(ids).scalars())


def batches(session: Session, school_id: int) -> list[int]:
    """The ids of the batches that changed something at the school."""
    ids = choose(col(Edit.batch_id)).where(col(Edit.school_id) == school_id, col(Edit.batch_id).is_not(None))
    return list(session.connection().execute(ids.distinct()).scalars())


def _belongs(name: str, school_id: int) -> Sql:
    """The condition of a row that belongs to the school."""
    if name == SCHOOL:
        return Table.metadata.tables[SCHOOL].c.id == school_id
    return or_(*(_points(name, column, to, school_id) for column, to in _BY_NAME[name].by.items()))


def _points(name: str, column: str, to: str, school_id: int) -> Sql:
    """The condition of a row whose `column` points at a row of `to` that belongs to the school."""
    pointing = Table.metadata.tables[name].c[column]
    (key,) = pointing.foreign_keys
    return pointing.in_(choose(key.column).where(_belongs(to, school_id)).correlate(None))


def _empty(touched: Collection[int]) -> tuple[Sql, Sql]:
    """The condition of an acceptance that has lost its last channel."""
    left = choose(col(AcceptanceChannel.channel_id)).where(col(AcceptanceChannel.acceptance_id) == Acceptance.id)
    return col(Acceptance.id).in_(touched), ~left.exists()


def _without_edits(changed: Collection[int]) -> tuple[Sql, Sql]:
    """The condition of a batch that changed nothing elsewhere: the name of its file may tell of the school."""
    left = choose(col(Edit.id)).where(col(Edit.batch_id) == Batch.id)
    return col(Batch.id).in_(changed), ~left.exists()


def _asked_for(code: str) -> Sql:
    """The condition of a sweep over this school, or over one device of it, alone."""
    of_device = col(Sweep.scope).startswith(f"device:{code}/", autoescape=True)
    return (col(Sweep.scope) == f"school:{code}") | of_device
