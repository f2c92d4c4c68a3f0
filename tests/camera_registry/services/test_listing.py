"""The list of what is not compliant: its rows, its words, its filters, its order and its pages."""

from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.database import reading, writing
from camera_registry.services.listed import Things
from camera_registry.services.listing import Filter, ListingError, choices, every_non_compliant, non_compliant, totals
from camera_registry.services.record import record
from tests.camera_registry import fleet
from tests.standards.sheets import DAY, EDITIONS, HCMC, HD_ONLY, NOW, observed, size

SMALL = {**size(1280, 720), "capable.encodings": (HD_ONLY,)}


@pytest.fixture
def two_schools(engine):
    """Two schools of two units: a recorder with three channels, one camera, and what is wrong with them."""
    with writing(engine) as session:
        first = fleet.school(session, "B-02", "Trường Tiểu học Nguyễn Du")
        second = fleet.school(session, "A-01", "Trường THPT Trần Phú", district="DOET")
        recorder = fleet.device(session, first, "DG-01", channels=(1, 2, 3), kind="nvr", maintainer="Công ty B")
        camera = fleet.device(session, second, "CAM-07", host="10.0.0.7")
        for index, name in ((1, "replace"), (2, "reconfigure"), (3, "compliant")):
            fleet.verdict(session, recorder, name, index)
        fleet.verdict(session, camera, "repair")
        fleet.finding(session, recorder, 1)
        fleet.finding(session, recorder, 1, "codec-main", fix="reconfigure", actor="maintainer", fact="measured.codec",
                      seen='"mjpeg"')  # fmt: skip
        fleet.finding(session, recorder, 2, "frame-rate-main", fix="reconfigure", actor="maintainer",
                      fact="measured.fps", seen="8.0", seen_at=NOW + DAY)  # fmt: skip
        fleet.finding(session, camera, 1, "picture", fix="repair", actor="supplier", fact="image.black", seen="true")
    return engine


def _listed(engine, **wanted):
    with reading(engine) as session:
        return non_compliant(session, Filter(**wanted), HCMC)


def _short(page):
    return [(row.device_code, row.channel_index, row.rule) for row in page.rows]


ALL = [
    ("DG-01", 1, "resolution-main"),
    ("DG-01", 1, "codec-main"),
    ("CAM-07", 1, "picture"),
    ("DG-01", 2, "frame-rate-main"),
]


def test_a_row_names_the_camera_by_the_channel_it_is_counted_at(engine):
    """The recorder's, where it is recorded there; none of a device as a whole. The list counts as many."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01")
        recorder, camera = fleet.device(session, school, "DG-01", (1, 2)), fleet.device(session, school, "CAM-01")
        fleet.channel(session, camera).recorded_as = fleet.channel(session, recorder, 2).id
        for device, index in ((recorder, 2), (camera, 1), (recorder, 1), (recorder, None)):
            fleet.finding(session, device, index)
    page = _listed(engine, sort="device")
    named = {(row.device_code, row.channel_index): row.camera for row in page.rows}
    assert named == {
        ("CAM-01", 1): "A-01/DG-01/2",
        ("DG-01", 1): "A-01/DG-01/1",
        ("DG-01", 2): "A-01/DG-01/2",
        ("DG-01", None): None,
    }
    assert Things.of(page.rows) == Things(2, 1)
    assert Things.of(page.rows).total == page.units


def test_the_worst_verdict_stands_first(two_schools):
    """Replace, then repair, then reconfigure; rows and channels are counted apart."""
    page = _listed(two_schools)
    assert _short(page) == ALL
    assert [row.verdict for row in page.rows] == ["replace", "replace", "repair", "reconfigure"]
    assert (page.total, page.units, page.page, page.pages) == (4, 3, 1, 1)


def test_a_row_explains_itself(engine):
    """After a real look, everything of the finding stands in the row, in both languages."""
    with writing(engine) as session:
        camera = fleet.device(session, fleet.school(session, "B-02"), "CAM-01")
        record(session, camera.id, observed(SMALL), EDITIONS, NOW, daylight.always)
    (row,) = _listed(engine).rows
    assert (row.district_code, row.district, row.school_code, row.site) == ("26740", "UBND phường 26740", "B-02", "")
    assert (row.device_kind, row.channel_index, row.channel_name, row.scope) == (
        "ip_camera",
        1,
        "Camera 1",
        "undecided",
    )
    assert (row.rule, row.verdict, row.fix, row.actor) == ("resolution-main", "replace", "replace", "manager")
    assert row.title == HCMC.rule("resolution-main").title
    assert row.measured == {"vi": "1280×720", "en": "1280×720"}
    assert row.required["vi"] == "từ 1920×1080 hoặc tương đương"
    assert row.why["en"] == "The measured size is 1280×720; required is 1920×1080 or equivalent."
    assert row.fix_text["vi"] == "Chọn thiết bị đáp ứng yêu cầu: từ 1920×1080 hoặc tương đương."
    assert (row.document, row.clause, row.state, row.edition) == ("3288/UBND-KT", "", "A", "hcmc-3288@draft-1")
    assert (row.seen_at, row.since) == (NOW, NOW)


def test_only_deciding_failures_in_force_are_listed(two_schools):
    """What passed, what is unknown, what is advice and what has ended are no rows."""
    with writing(two_schools) as session:
        camera = fleet.device(session, fleet.school(session, "C-03"), "CAM-01")
        for n, values in enumerate(({"outcome": "pass"}, {"outcome": "unknown"}, {"decides": False}, {"until": NOW})):
            fleet.finding(session, camera, 1, f"rule-{n}", **values)
    assert _short(_listed(two_schools)) == ALL


def test_a_failure_of_the_device_is_one_row_with_the_worst_verdict_of_its_channels(two_schools):
    """It stands before its channels, has no channel, and counts as a unit of its own."""
    with writing(two_schools) as session:
        recorder = session.get(fleet.Device, 1)
        fleet.finding(session, recorder, None, "authentication", fix="reconfigure", fact="access.rtsp_login_required")
    page = _listed(two_schools)
    assert (page.rows[0].channel_index, page.rows[0].channel_name, page.rows[0].verdict) == (None, "", "replace")
    assert (page.total, page.units) == (5, 4)


def test_a_camera_that_is_seen_through_a_recorder_too_is_one_unit(two_schools):
    """Both rows are shown; the camera is counted once, in the list and in the totals."""
    with writing(two_schools) as session:
        own = fleet.channel(session, session.get(fleet.Device, 2))
        own.recorded_as = fleet.channel(session, session.get(fleet.Device, 1), 1).id
        session.add(own)
    assert (_listed(two_schools).total, _listed(two_schools).units) == (4, 2)
    with reading(two_schools) as session:
        counted = totals(session)
    assert (counted.channels, counted.verdicts["replace"], counted.verdicts["repair"]) == (3, 1, 0)


def test_a_rule_that_the_edition_has_no_longer_is_shown_by_its_id(two_schools):
    """No title, no source, no advice: and no crash."""
    with writing(two_schools) as session:
        fleet.finding(session, session.get(fleet.Device, 2), 1, "old-rule", fact="gone.path", seen="5", fix=None)
    (row,) = _listed(two_schools, rule="old-rule").rows
    assert (row.title["vi"], row.document, row.fix_text["vi"], row.fix) == ("old-rule", "", "", "survey")
    assert row.measured == {"vi": "5", "en": "5"}


def test_a_failure_without_a_number_says_what_came_instead(two_schools):
    """A definite answer stands where the number would."""
    with writing(two_schools) as session:
        fleet.finding(session, session.get(fleet.Device, 2), 1, "rtsp-play", fact="measured.first_packet_ms",
                      seen="null", seen_at=None, why='{"vi": "Không có hình.", "en": "No picture."}')  # fmt: skip
    (row,) = _listed(two_schools, rule="rtsp-play").rows
    assert (row.measured, row.seen_at) == ({"vi": "Không có hình", "en": "No picture"}, None)


def test_a_yes_or_no_says_what_it_means(two_schools):
    """A bare yes would not tell whether the picture is black."""
    (row,) = _listed(two_schools, rule="picture").rows
    assert row.measured == {"vi": "hình tối đen", "en": "the picture is black"}


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"district": "DOET"}, [2]),
        ({"school": "B-02"}, [0, 1, 3]),
        ({"rule": "codec-main"}, [1]),
        ({"fix": "reconfigure"}, [1, 3]),
        ({"verdict": "replace"}, [0, 1]),
        ({"actor": "supplier"}, [2]),
        ({"q": "nguyen du 2"}, [0, 1, 3]),
        ({"q": "TRẦN phú"}, [2]),
        ({"q": "10.0.0.7"}, [2]),
        ({"q": "cam-07 camera"}, [2]),
        ({"q": "camera 2"}, [0, 1, 3]),
        ({"q": "%"}, []),
        ({"school": "B-02", "fix": "reconfigure", "verdict": "reconfigure"}, [3]),
        ({"district": "DOET", "school": "B-02"}, []),
    ],
    ids=str,
)
def test_filters(two_schools, wanted, rows):
    """Each filter alone and together; words are found without their marks, and mean themselves."""
    page = _listed(two_schools, **wanted)
    assert _short(page) == [ALL[n] for n in rows]
    assert page.total == len(rows)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({"sort": "severity", "direction": "asc"}, [3, 2, 1, 0]),
        ({"sort": "school"}, [2, 0, 1, 3]),
        ({"sort": "school", "direction": "desc"}, [3, 1, 0, 2]),
        ({"sort": "district"}, [0, 1, 3, 2]),
        ({"sort": "device"}, [2, 0, 1, 3]),
        ({"sort": "rule"}, [1, 3, 2, 0]),
        ({"sort": "fix"}, [1, 3, 2, 0]),
        ({"sort": "actor"}, [1, 3, 0, 2]),
        ({"sort": "seen_at"}, [3, 1, 0, 2]),
        ({"sort": "since", "direction": "desc"}, [3, 1, 0, 2]),
    ],
    ids=str,
)
def test_orders(two_schools, wanted, rows):
    """What is equal stands by school, device and channel; the other direction turns the whole order round."""
    assert _short(_listed(two_schools, **wanted)) == [ALL[n] for n in rows]


@pytest.mark.parametrize("size_of_page", [1, 2, 3])
def test_the_pages_together_are_the_list(two_schools, size_of_page):
    """Every row stands on one page; a page after the last is empty and knows the total."""
    first = _listed(two_schools, size=size_of_page)
    pages = [_listed(two_schools, size=size_of_page, page=n + 1) for n in range(first.pages)]
    assert [row for page in pages for row in _short(page)] == ALL
    after = _listed(two_schools, size=size_of_page, page=first.pages + 1)
    assert (after.rows, after.total) == ((), 4)
    with reading(two_schools) as session:
        whole = list(every_non_compliant(session, Filter(size=size_of_page), HCMC))
    assert tuple(whole) == _listed(two_schools).rows


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"fix": "burn"}, "fix"),
        ({"verdict": "bad"}, "verdict"),
        ({"actor": "nobody"}, "actor"),
        ({"sort": "name"}, "sort"),
        ({"sort": "last_answered"}, "sort"),
        ({"direction": "up"}, "direction"),
        ({"page": 0}, "page"),
        ({"page": 10**9}, "page"),
        ({"size": 0}, "size"),
        ({"size": 201}, "size"),
        ({"q": "a" * 101}, "q"),
        ({"q": "a\0"}, "q"),
        ({"district": "99"}, "district"),
        ({"school": "99"}, "school"),
        ({"rule": "99"}, "rule"),
    ],
    ids=str,
)
def test_what_there_is_not_is_said_with_a_remedy(two_schools, wanted, field):
    """The field and what to write instead, in both languages."""
    with pytest.raises(ListingError) as caught:
        _listed(two_schools, **wanted)
    assert caught.value.field == field
    assert all(caught.value.text[language] for language in ("vi", "en"))


def test_totals_count_every_channel_once_by_its_verdict_now(two_schools):
    """A channel never judged is unverified; verdicts that have ended do not count."""
    with writing(two_schools) as session:
        fleet.device(session, session.get(fleet.School, 1), "NEW", channels=(1, 2))
        fleet.verdict(session, session.get(fleet.Device, 2), "replace", until=NOW - timedelta(days=9))
    with reading(two_schools) as session:
        whole, part, one = totals(session), totals(session, "DOET"), totals(session, None, "B-02")
    assert (whole.schools, whole.devices, whole.channels) == (2, 3, 6)
    assert whole.verdicts == {"unverified": 2, "compliant": 1, "reconfigure": 1, "repair": 1, "replace": 1}
    assert (part.schools, part.devices, part.channels, part.verdicts["repair"]) == (1, 1, 1, 1)
    assert (one.schools, one.devices, one.channels) == (1, 2, 5)


def test_choices_say_how_many_rows_each_would_give(two_schools):
    """Units, schools of the unit, the deciding rules of the edition; fixes and actors by their number of rows."""
    with reading(two_schools) as session:
        found = choices(session, Filter(), HCMC)
        part = choices(session, Filter(district="DOET"), HCMC)
    assert [(c.value, c.rows) for c in found.districts] == [("26740", 3), ("DOET", 1)]
    assert [(c.value, c.rows) for c in found.schools] == [("A-01", 1), ("B-02", 3)]
    assert {c.value: c.rows for c in found.rules if c.rows} == dict.fromkeys((r for _, _, r in ALL), 1)
    assert found.fixes == {"reconfigure": 2, "repair": 1, "replace": 1}
    assert found.actors == {"maintainer": 2, "manager": 1, "supplier": 1}
    assert [c.value for c in part.schools] == ["A-01"]
