"""The handover: which cameras stand in it, what is told of them, and how the centre's file is read."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event
from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.importing.book import read_book
from camera_registry.models import Channel, Handover, Site, Stream
from camera_registry.services import handover, handover_states
from camera_registry.services.handed import registered
from camera_registry.services.handover_read import NoStatesError, lines_of, plain
from camera_registry.services.listed import ListingError
from camera_registry.store import handover as store
from camera_registry.store.handover import ALL, Wanted
from tests.camera_registry import fleet

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HEAD = "Mã trường,Mã thiết bị,Kênh số,Trạng thái,Lý do trả lại,Ngày\n"


@pytest.fixture
def two(engine):
    """A recorder of three offered channels that comply, and a camera that is recorded as the second."""
    with writing(engine) as session:
        school = fleet.school(session, "A-01", "Trường A")
        recorder = fleet.device(session, school, "DG-01", channels=(1, 2, 3), kind="nvr", host="10.0.0.1")
        camera = fleet.device(session, school, "CAM-07", host="10.0.0.7")
        for box in (recorder, camera):
            for index in (1, 2, 3) if box is recorder else (1,):
                fleet.verdict(session, box, "compliant", index)
        rows = {(row.device_id, row.index): row for row in session.exec(select(Channel)).all()}
        for row in rows.values():
            row.scope = "offered"
        rows[camera.id, 1].recorded_as = rows[recorder.id, 2].id
        session.add(Stream(channel_id=rows[recorder.id, 1].id, key="a", role="main", uri="rtsp://u:p@9.9.9.9:8554/a"))
    return engine


def _cameras(session, **wanted):
    return [row.key for row in handover.every(session, Wanted(**wanted))]


def _lines(text):
    return lines_of(read_book("centre.csv", (HEAD + text).encode()))


def _kinds(session, text, today=TODAY):
    return [(row.kind, row.why) for row in handover_states.match(session, _lines(text), {}, today)]


def _propose(session, *cameras, day=TODAY):
    ids = store.cameras_at(session, ["A-01"])
    return handover_states.propose(session, [ids["A-01", *c][0] for c in cameras], "Lê An", NOW, day)


def test_a_camera_that_is_registered_twice_stands_once(two):
    """As the channel of the recorder it is recorded as."""
    with reading(two) as session:
        assert _cameras(session) == ["A-01/DG-01/1", "A-01/DG-01/2", "A-01/DG-01/3"]
        assert store.tally(session, ALL) == {("", True): 3}


def test_only_what_is_offered_and_complies_is_ready(two):
    """One that is internal, or fails, is not proposed; nor is one twice."""
    with writing(two) as session:
        session.exec(select(Channel).where(Channel.index == 3)).one().scope = "internal"
        assert len(_propose(session, ("DG-01", 1), ("DG-01", 3))) == 1
        assert _propose(session, ("DG-01", 1)) == []
        assert _cameras(session, state="new") == ["A-01/DG-01/2"]
        assert _cameras(session, state="proposed") == ["A-01/DG-01/1"]


def test_a_camera_that_is_not_ready_any_more_stays_in_the_list(two):
    """Somebody counts on it: it is shown as lost."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1))
        session.exec(select(Channel).where(Channel.index == 1, Channel.recorded_as.is_(None))).one().scope = "internal"
        session.flush()
        assert _cameras(session, state="lost") == ["A-01/DG-01/1"]
        (row,) = handover.page(session, Wanted(state="lost")).rows
        assert (row.is_lost, row.ready, row.ready_since, row.edition) == (True, False, None, "")


def test_addresses_are_at_the_registered_host_and_without_a_login(two):
    """Whatever host, port and login a device writes: its port counts only where it also names the registered host."""
    assert registered("rtsp://u:p@9.9.9.9:8554/a?x=1", "10.0.0.1", 1554) == "rtsp://10.0.0.1:1554/a?x=1"
    assert registered("rtsp://u:p@9.9.9.9:8554/a", "10.0.0.1", None) == "rtsp://10.0.0.1/a"
    assert registered("rtsp://10.0.0.1:8554/a", "10.0.0.1", None) == "rtsp://10.0.0.1:8554/a"
    assert registered("http://x", "10.0.0.1", None) == registered("", "10.0.0.1", None) == ""
    with reading(two) as session:
        assert next(handover.every(session, ALL)).main.address == "rtsp://10.0.0.1/a"


def test_a_position_is_of_the_channel_else_of_the_site(two):
    """And says which; half a position is none."""
    with writing(two) as session:
        assert next(handover.every(session, ALL)).position == ""
        site = session.exec(select(Site)).one()
        site.latitude, site.longitude = 10.5, 106.5
        session.flush()
        assert next(handover.every(session, ALL)).position == "site"
        first = session.exec(select(Channel).where(Channel.index == 1, Channel.recorded_as.is_(None))).one()
        first.latitude, first.longitude = 10.6, 106.6
        session.flush()
        row = next(handover.every(session, ALL))
        assert (row.position, row.latitude, row.longitude) == ("channel", 10.6, 106.6)


def test_a_state_that_there_is_not_is_refused(two):
    """With those there are."""
    with reading(two) as session, pytest.raises(ListingError, match="proposed"):
        handover.page(session, Wanted(state="x"))


def test_each_row_of_the_file_is_told_what_it_comes_to(two):
    """Written, already so, unknown, conflicting, saying nothing, mistaken; nothing is written by looking."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1), ("DG-01", 2), day=date(2026, 11, 20))
        assert _kinds(session, "A-01,DG-01,1,Tiếp nhận,,22/11/2026\nA-01,DG-01,2,đề nghị,,\n") == [
            ("changes", ""), ("same", "")]  # fmt: skip
        assert _kinds(session, "A-01,DG-01,9,Tiếp nhận,,\nA-01,DG-01,3,Tiếp nhận,,\nA-01,DG-01,3,,,\n") == [
            ("unknown", "not_here"), ("conflict", "not_proposed"), ("unsaid", "")]  # fmt: skip
        assert _kinds(session, "A-01,DG-01,1,Trả lại,,\nA-01,DG-01,2,Trả lại,Mờ,\n") == [
            ("conflict", "no_reason"), ("changes", "")]  # fmt: skip
        assert _kinds(session, "A-01,DG-01,1,Tiếp nhận,,19/11/2026\nA-01,DG-01,2,Tiếp nhận,,24/11/2026\n") == [
            ("conflict", "too_early"), ("conflict", "future")]  # fmt: skip
        assert _kinds(session, "A-01,DG-01,1,Tiếp nhận,,\nA-01,DG-01,1,Đã kết nối,,\n") == [("conflict", "twice")] * 2
        assert _kinds(session, "A-01,DG-01,1,Tiếp nhận,,\nA-01,DG-01,1,Tiếp nhận,,\n") == [
            ("changes", ""), ("same", "")]  # fmt: skip
        assert _kinds(session, "A-01,DG-01,x,Tiếp nhận,,\nA-01,DG-01,1,hay,,\nA-01,DG-01,1,Tiếp nhận,,hôm nay\n") == [
            ("mistake", "")] * 3  # fmt: skip
        assert len(session.exec(select(Handover)).all()) == 2


def test_a_camera_by_its_recorded_twin_is_the_same_camera(two):
    """The centre may name the camera itself: it is the channel that it is recorded as."""
    with writing(two) as session:
        _propose(session, ("DG-01", 2))
        (row,) = handover_states.match(session, _lines("A-01,CAM-07,1,Đã kết nối,,\n"), {}, TODAY)
        assert (row.kind, row.before) == ("changes", "proposed")


def test_what_was_written_stays_as_history(two):
    """From proposed to accepted to connected to returned, each with its day; then it may be proposed again."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1), day=date(2026, 11, 20))
        for text in ("Tiếp nhận,,21/11/2026", "Đã kết nối,,22/11/2026", "Trả lại,Hình mờ,23/11/2026"):
            rows = handover_states.match(session, _lines(f"A-01,DG-01,1,{text}\n"), {}, TODAY)
            assert len(handover_states.write(session, rows, "Lê An", NOW)) == 1
        assert _kinds(session, "A-01,DG-01,1,Đã kết nối,,\n") == [("conflict", "returned")]
        assert len(_propose(session, ("DG-01", 1))) == 1
        row = handover.page(session, ALL).rows[0]
        told = [(each.state, f"{each.day:%d}", each.reason) for each in row.history]
        assert told == [("proposed", "23", ""), ("returned", "23", "Hình mờ"), ("connected", "22", ""),
                        ("accepted", "21", ""), ("proposed", "20", "")]  # fmt: skip


def test_two_cameras_that_are_found_to_be_one_go_on_as_one(two):
    """Both were handed over: what either was in is over when the one is in another state, and its history has both."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1), ("DG-01", 3))
        first, third = (session.exec(select(Channel).where(Channel.index == 1, Channel.recorded_as.is_(None))).one(),
                        session.exec(select(Channel).where(Channel.index == 3)).one())  # fmt: skip
        third.recorded_as = first.id
        session.flush()
        rows = handover_states.match(session, _lines("A-01,DG-01,1,Tiếp nhận,,\n"), {}, TODAY)
        assert len(handover_states.write(session, rows, "Lê An", NOW)) == 1
        (held,) = session.exec(select(Handover).where(Handover.until.is_(None))).all()
        assert (held.channel_id, held.state) == (first.id, "accepted")
        assert len(store.history(session, [first.id])[first.id]) == 3


def _asked(engine, *cameras):
    """How many statements read what is handed over while these cameras are proposed."""
    asked = []

    def count(_connection, _cursor, statement, *_):
        asked.append(statement.startswith("SELECT") and "FROM handover" in statement)

    event.listen(engine, "before_cursor_execute", count)
    with writing(engine) as session:
        assert len(_propose(session, *cameras)) == len(cameras)
    event.remove(engine, "before_cursor_execute", count)
    return sum(asked)


def test_many_cameras_are_proposed_with_as_few_reads_as_one(two):
    """What each is in now is read once for all."""
    assert _asked(two, ("DG-01", 1)) == _asked(two, ("DG-01", 2), ("DG-01", 3))


def test_the_cameras_of_a_configuration_are_counted_without_reading_them(two):
    """Those with an address that are ready and were not returned, or are in the state that is wanted."""
    with writing(two) as session:
        assert store.count_streams(session, ALL) == 1
        _propose(session, ("DG-01", 1), ("DG-01", 2))
        assert store.count_streams(session, Wanted(state="proposed")) == 1
        rows = handover_states.match(session, _lines("A-01,DG-01,1,Trả lại,Mờ,\n"), {}, TODAY)
        handover_states.write(session, rows, "Lê An", NOW)
        assert store.count_streams(session, ALL) == 0
        assert store.count_streams(session, Wanted(state="returned")) == 1
        assert store.count_streams(session, Wanted(state="returned", district="none")) == 0


def _by_address(session, head, *rows):
    lines = lines_of(read_book("x.csv", "\n".join([head, *rows]).encode()))
    matched = handover_states.match(session, lines, handover.addresses(session), TODAY)
    return [(row.kind, row.why, row.camera) for row in matched]


def test_an_address_that_two_schools_share_names_no_camera(two):
    """Private addresses are the same in many schools: with its school it is one, alone it is nobody's."""
    with writing(two) as session:
        other = fleet.device(session, fleet.school(session, "B-02"), "DG-09", kind="nvr", host="10.0.0.1")
        fleet.verdict(session, other, "compliant")
        channel = fleet.channel(session, other)
        channel.scope = "offered"
        session.add(Stream(channel_id=channel.id, key="b", role="main", uri="rtsp://8.8.8.8/a"))
    with writing(two) as session:
        _propose(session, ("DG-01", 1))
        mine = store.cameras_at(session, ["A-01"])["A-01", "DG-01", 1][0]
        link = "rtsp://10.0.0.1/a"
        assert _by_address(session, "Link RTSP,Kết quả", f"{link},Tiếp nhận") == [("mistake", "shared", None)]
        assert _by_address(session, "Mã trường,Link RTSP,Kết quả", f"A-01,{link},Tiếp nhận") == [("changes", "", mine)]


def test_a_row_that_names_another_school_or_device_is_not_taken_by_its_address(two):
    """What is named comes first: an unknown code is unknown, whatever stands beside it."""
    head = "Mã trường,Mã thiết bị,Kênh số,Link RTSP,Kết quả"
    with writing(two) as session:
        _propose(session, ("DG-01", 1))
        mine = store.cameras_at(session, ["A-01"])["A-01", "DG-01", 1][0]
        link = "rtsp://10.0.0.1/a,Tiếp nhận"
        assert _by_address(session, "Link RTSP,Kết quả", link) == [("changes", "", mine)]
        rows = (f"Z-99,DG-01,1,{link}", f"A-01,DG-99,,{link}", f"Z-99,,,{link}", f"A-01,DG-01,9,{link}")
        assert _by_address(session, head, *rows) == [("unknown", "not_here", None)] * 4
        assert _by_address(session, head, f"A-01,DG-01,x,{link}") == [("mistake", "", None)]
        assert _by_address(session, head, f"A-01,DG-01,,{link}") == [("changes", "", mine)]


def test_a_row_without_a_channel_is_the_only_one_of_its_device(two):
    """Of several none; how many channels a device has is not which one is meant."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1), ("DG-01", 2))
        assert _kinds(session, "A-01,CAM-07,,Tiếp nhận,,\nA-01,DG-01,,Tiếp nhận,,\n") == [
            ("changes", ""), ("mistake", "no_index")]  # fmt: skip
        head = "Mã trường,Mã thiết bị,Số kênh,Kết quả"
        assert _by_address(session, head, "A-01,DG-01,2,Tiếp nhận") == [("mistake", "no_index", None)]


def test_what_changed_since_it_was_looked_at_is_not_written(two):
    """A row that was seen beside another state is left out."""
    with writing(two) as session:
        _propose(session, ("DG-01", 1))
        seen = handover_states.match(session, _lines("A-01,DG-01,1,Tiếp nhận,,\n"), {}, TODAY)
        again = handover_states.match(session, _lines("A-01,DG-01,1,Đã kết nối,,\n"), {}, TODAY)
        assert len(handover_states.write(session, again, "Lê An", NOW)) == 1
        assert handover_states.write(session, seen, "Lê An", NOW) == []


def test_the_columns_of_the_centre_are_known_by_other_names_too():
    """Title rows above, one cell for the camera, or the address of its stream with a login in it."""
    text = "Danh sách tiếp nhận,,\n,,\nSTT,Link RTSP,Kết quả\n1,rtsp://a:b@10.0.0.1:554/a,Đã tiếp nhận\n"
    (line,) = lines_of(read_book("x.csv", text.encode()))
    assert (line.row, line.address, line.state) == (4, "rtsp://10.0.0.1/a", "accepted")
    (line,) = lines_of(read_book("x.csv", "Mã camera,Tình trạng\nA-01/DG/01/5,Từ chối\n".encode()))
    assert (line.school, line.device, line.index, line.state) == ("A-01", "DG/01", 5, "returned")
    assert plain("http://x") == plain("rtsp://") == plain("rtsp://[") == ""
    with pytest.raises(NoStatesError):
        lines_of(read_book("x.csv", b"a,b\n1,2\n"))
