"""Which rows a viewer sees: of every table those of the own schools, and of no other."""

from dataclasses import dataclass
from datetime import date

import pytest
from sqlmodel import SQLModel, func, select, update

from camera_registry import models
from camera_registry.access.viewer import NoViewerError, Viewer, current, viewing
from camera_registry.database import reading, writing
from camera_registry.models import Device, District, School, Sweep, SweepItem, SweepSite
from camera_registry.store import devices, schools, sweeps
from camera_registry.store.rows import LIMITS, OF_ALL, limit
from tests.camera_registry import town

TABLES = [table for table in vars(models).values() if isinstance(table, type) and issubclass(table, SQLModel)
          and getattr(table, "__tablename__", None) and hasattr(table, "__table__")]  # fmt: skip
MINE, OTHER = "79760001", "79770001"


@dataclass(frozen=True)
class _Town:
    engine: object
    viewers: dict


@pytest.fixture
def known(tmp_path, registries, town_made):
    """The town, and viewers of one school, of one unit, of two schools, and of all."""
    with registries(tmp_path, like=town_made) as engine:
        yield _Town(engine, _viewers(engine))


def _viewers(engine):
    with reading(engine) as session:
        mine, other = schools.by_code(session, MINE), schools.by_code(session, OTHER)
        return {
            "school": Viewer(1, "a", "A", "school", school_ids=frozenset({mine.id})),
            "technician": Viewer(2, "b", "B", "technician", school_ids=frozenset({mine.id, other.id})),
            "nobody": Viewer(3, "c", "C", "technician"),
            "district": Viewer(4, "d", "D", "district", district_id=mine.managed_by),
            "city": Viewer(5, "e", "E", "city"),
        }


def test_every_table_is_limited_or_of_all():
    """A table that somebody adds has to say which of its rows belong to whom."""
    assert len(TABLES) > 25
    assert {t.__name__ for t in TABLES} == {t.__name__ for t in {*LIMITS, *OF_ALL}}
    assert not set(LIMITS) & OF_ALL


def _of_school(session, ids):
    """How many rows of each table hang on these schools, found without the limits: by following foreign keys."""
    seen = {School: {s for (s,) in session.execute(select(School.id)).all() if s in ids}}
    by_table = {t.__table__: t for t in TABLES}
    for table in (models.Site, Device, models.Channel, models.Stream, models.Credential, models.LoginRecord,
                  models.SheetRecord, models.UnitRecord, models.Description, models.Measurement, models.VerdictRecord,
                  SweepItem):  # fmt: skip
        rows = session.exec(select(table)).all()
        keys = [(c, by_table[next(iter(c.foreign_keys)).column.table]) for c in table.__table__.c if c.foreign_keys]
        keys = [(c, to) for c, to in keys if to in seen]
        first = next((c, to) for c, to in keys if to is not Sweep)
        own = [c.name for c in table.__table__.primary_key]
        seen[table] = {r.id if hasattr(r, "id") else tuple(getattr(r, name) for name in own) for r in rows
                       if getattr(r, first[0].name) in seen[first[1]]}  # fmt: skip
    return {table: len(rows) for table, rows in seen.items()}


@pytest.mark.parametrize("who", ["school", "technician", "nobody", "district", "city"])
def test_a_viewer_sees_the_rows_of_the_own_schools(known, who):
    """Counted from the other side, by foreign keys; every way of asking gives the same."""
    viewer = known.viewers[who]
    with reading(known.engine) as session:
        ids = set(viewer.school_ids)
        everywhere = session.exec(select(School)).all()
        if who == "district":
            ids = {s.id for s in everywhere if s.managed_by == viewer.district_id}
        if who == "city":
            ids = {s.id for s in everywhere}
        wanted = _of_school(session, ids)
    assert (wanted[Device] > 0) is (who != "nobody")
    with reading(known.engine) as session:
        limit(session, viewer)
        for table, number in wanted.items():
            assert len(session.exec(select(table)).all()) == number, table.__name__
            assert session.exec(select(func.count()).select_from(table)).one() == number, table.__name__
        assert len(session.exec(select(District)).all()) == ({"nobody": 0, "technician": 2, "city": 3}.get(who, 1))


def test_one_row_of_another_school_is_not_there_in_any_way(known):
    """By code, by id, through a join, in a count, in an EXISTS, by an update."""
    with reading(known.engine) as session:
        theirs = devices.by_code(session, OTHER, "DG-01")
        their_id, their_school = theirs.id, theirs.school_id
    with writing(known.engine) as session:
        limit(session, known.viewers["school"])
        assert devices.by_code(session, OTHER, "DG-01") is None
        assert session.get(Device, their_id) is None
        assert schools.by_code(session, OTHER) is None
        joined = select(School.name).join(Device, Device.school_id == School.id).where(Device.id == their_id)
        assert session.exec(joined).all() == []
        there = select(func.count()).select_from(Device).where(Device.school_id == their_school)
        assert session.exec(there).one() == 0
        assert not session.exec(select(select(Device.id).where(Device.id == their_id).exists())).one()
        session.execute(update(Device).where(Device.id == their_id).values(host="10.0.0.1"))
    with reading(known.engine) as session:
        assert session.get(Device, their_id).host != "10.0.0.1"


def test_a_sweep_is_seen_by_its_part_and_changed_only_as_a_whole(known):
    """A school follows its own devices in the check of the city, and cannot pause that."""
    with reading(known.engine) as session:
        sites = {code: devices.by_code(session, code, "DG-01").site_id for code in (MINE, OTHER)}
        ids = {code: devices.by_code(session, code, "DG-01").id for code in (MINE, OTHER)}
    with writing(known.engine) as session:
        for night, codes in (("both", (MINE, OTHER)), ("mine", (MINE,)), ("theirs", (OTHER,))):
            sweep = Sweep(night=night, scope=night, planned_at=town.NOW)
            items = [{"site_id": sites[c], "device_id": ids[c]} for c in codes]
            sweeps.add(session, sweep, {sites[c]: 0 for c in codes}, items)
    with reading(known.engine) as session:
        limit(session, known.viewers["school"])
        seen = {s.night: s.id for s in sweeps.unfinished(session)}
        assert set(seen) == {"both", "mine"}
        assert [sweeps.whole(session, seen[night]) for night in ("both", "mine")] == [False, True]
        assert sum(sweeps.counts(session, seen["both"]).values()) == 1
        assert len(session.exec(select(SweepSite)).all()) == 3  # of these two, and of the night of the town


def test_without_a_viewer_there_is_nobody_to_read_for():
    """What passes by the gate fails, and shows nothing."""
    with pytest.raises(NoViewerError):
        current()
    with viewing(Viewer(1, "a", "A", "city")):
        assert current().login == "a"
    with pytest.raises(NoViewerError):
        current()


def test_waivers_of_others_are_not_there_and_those_of_all_are(known):
    """One for a model covers every school; one for a unit its schools."""
    w = models.WaiverRecord
    with writing(known.engine) as session:
        mine, other = schools.by_code(session, MINE), schools.by_code(session, OTHER)
        for scope, values in (("model", {}), ("district", {"district_id": mine.managed_by}),
                              ("district", {"district_id": other.managed_by}), ("school", {"school_id": mine.id}),
                              ("school", {"school_id": other.id})):  # fmt: skip
            session.add(w(rule="codec-main", scope=scope, reason="x", begins=date(2026, 11, 1), ends=date(2026, 12, 1),
                          zone="UTC", level="city", asked_by="A", asked_at=town.NOW, **values))  # fmt: skip
    with reading(known.engine) as session:
        limit(session, known.viewers["school"])
        assert [row.scope for row in session.exec(select(w).order_by(w.id)).all()] == ["model", "district", "school"]
