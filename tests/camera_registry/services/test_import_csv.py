"""Import: what is wrong between rows, and what becomes of rows that are imported again, changed."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from camera_registry.database import reading, rehearsing, writing
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.services.import_csv import import_files
from camera_registry.services.registering import ImportRefusedError
from probes.outgoing import Networks
from tests.camera_registry.csv_files import FILES

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _import(engine, files, **options):
    with writing(engine) as session:
        return import_files(session, {n: t.encode() for n, t in files.items()}, NOW, **options)


def _wrong(engine, files, **options):
    with pytest.raises(ImportRefusedError) as caught:
        _import(engine, files, **options)
    mistakes = caught.value.mistakes
    assert all(m.what(lang) and m.remedy(lang) for m in mistakes for lang in ("vi", "en"))
    return [(m.file.removesuffix(".csv"), m.row, m.column, m.kind) for m in mistakes]


def _changed(name, old, new):
    assert old in FILES[name]
    return {**FILES, name: FILES[name].replace(old, new)}


@pytest.mark.parametrize(
    ("file", "old", "new", "mistake"),
    [
        ("schools.csv", '"10,8231",106.6297', '"106,6297",10.8231', ("schools", 2, "lat", "swapped")),
        ("schools.csv", '"10,8231",106.6297', '"10,8231",', ("schools", 2, "lon", "half_position")),
        ("schools.csv", '"10,8231"', "2", ("schools", 2, "lat", "out_of_range")),
        ("schools.csv", "Cơ sở 2", "", ("schools", 3, "school.code", "row_twice")),
        ("schools.csv", "Số 1,TH; THCS,Công lập,UBND phường A,,,Cơ", "Số 9,TH,Công lập,UBND phường A,,,Cơ", None),
        ("schools.csv", "192.168.1.0/24", "8.8.8.0/24; 192.168.1.0/24", ("schools", 2, "networks", "public_network")),
        ("devices.csv", "0790124,,CAM-1", "790124,,CAM-1", ("devices", 4, "school", "unknown_school")),
        ("devices.csv", "0790123,,CAM-1", "0790123,Cơ sở 3,CAM-1", ("devices", 3, "site", "unknown_site")),
        ("devices.csv", "0790123,,CAM-1", "0790123,,DG-01", ("devices", 3, "device.code", "row_twice")),
        ("devices.csv", "192.168.1.65", "", ("devices", 3, "host", "no_host")),
        ("devices.csv", "192.168.1.65", "192.168.2.65", ("devices", 3, "host", "outside_networks")),
        ("devices.csv", "192.168.1.65", "113.160.1.1", ("devices", 3, "host", "public_host")),
        ("devices.csv", "192.168.1.65", "169.254.169.254", ("devices", 3, "host", "special_host")),
        ("devices.csv", "192.168.1.65", "192.168.1.255", ("devices", 3, "host", "special_host")),
        ("devices.csv", "192.168.1.65", "fd00:ec2::254", ("devices", 3, "host", "special_host")),
        ("devices.csv", "192.168.1.65", "127.0.0.1", ("devices", 3, "host", "loopback_host")),
        ("devices.csv", "192.168.1.65", "0x7f000001", ("devices", 3, "host", "loopback_host")),
        ("schools.csv", "192.168.1.0/24", "169.254.0.0/16", ("schools", 2, "networks", "refused_network")),
        ("devices.csv", "192.168.1.65,8080,", "192.168.1.64,80,554", ("devices", 3, "host", "same_address")),
        ("channels.csv", "0790124,CAM-1", ",CAM-1", ("channels", 6, "school", "which_school")),
        ("channels.csv", "0790123,CAM-1", "0790123,CAM-7", ("channels", 5, "device", "unknown_device")),
        ("channels.csv", "DG-01,5", "DG-01,", ("channels", 4, "index", "index_missing")),
        ("channels.csv", "DG-01,2,", "DG-01,1,", ("channels", 3, "index", "row_twice")),
        ("channels.csv", "CAM-1,,Cổng phụ", "CAM-1,,cổng  CHÍNH", ("channels", 5, "name", "name_twice")),
        ("channels.csv", "Lớp học,,", "Lớp học,Có,", ("channels", 3, "scope", "reason_missing")),
        ("channels.csv", "DG-01/5", "DG-01/6", ("channels", 5, "recorded_as", "unknown_channel")),
        ("channels.csv", "DG-01/5", "CAM-1/1", ("channels", 5, "recorded_as", "itself")),
    ],
)
def test_one_fault_between_rows_is_told_in_its_place(engine, file, old, new, mistake):
    """Each by its kind; nothing is written."""
    found = _wrong(engine, _changed(file, old, new))
    if mistake is None:
        assert {m[3] for m in found} == {"rows_differ"}
    else:
        assert mistake in found
    with reading(engine) as session:
        assert session.exec(select(School)).all() == []


def test_references_reach_into_the_registry(engine):
    """Devices and channels may come later, alone, for schools that are registered."""
    for name in FILES:
        _import(engine, {name: FILES[name]})
    with reading(engine) as session:
        assert len(session.exec(select(Channel)).all()) == 5
    assert _import(engine, FILES).changed_nothing


def test_an_address_and_a_name_that_are_registered_are_not_taken_again(engine):
    """A second device at the same address, and a second camera of the same name at the site, are told."""
    _import(engine, FILES)
    device = "school,device.code,kind,host,rtsp_port\n0790123,X,NVR,192.168.1.64,554\n"
    channel = "school,device,index,name,area\n0790123,DG-01,9,Cổng chính,Cổng\n"
    assert _wrong(engine, {"devices.csv": device}) == [("devices", 2, "host", "same_address")]
    assert _wrong(engine, {"channels.csv": channel}) == [("channels", 2, "name", "name_twice")]


def test_other_ports_of_one_host_are_other_devices(engine):
    """Behind one address of a router stand several recorders."""
    _import(engine, _changed("devices.csv", "192.168.1.65", "192.168.1.64"))


def test_an_empty_cell_and_a_missing_column_leave_what_stands(engine):
    """Only what is written is changed; a decision on a scope is not undone by an empty cell."""
    _import(engine, FILES)
    assert _import(engine, {"channels.csv": "school,device,index,name,area\n0790123,DG-01,1,Cổng A,Cổng\n"}).counts[
        "channel"
    ] == {"new": 0, "changed": 1, "same": 0}
    with reading(engine) as session:
        gate = session.get(Channel, 1)
    assert (gate.name, gate.scope, gate.heading) == ("Cổng A", "offered", 90)


def test_a_changed_scope_says_who_when_and_why(engine):
    """A classroom that is offered with a reason keeps the reason."""
    _import(engine, FILES)
    row = "school,device,index,name,area,scope,note\n0790123,DG-01,2,Lớp 6A,Lớp học,Có,Hội đồng trường đồng ý\n"
    _import(engine, {"channels.csv": row}, by="officer")
    with reading(engine) as session:
        room = session.get(Channel, 2)
    assert (room.scope, room.scope_by, room.scope_at, room.scope_why) == (
        "offered",
        "officer",
        NOW,
        "Hội đồng trường đồng ý",
    )


def test_rows_without_a_code_get_one_and_are_known_again(engine):
    """A school by its name and unit, a device by its address; the second time nothing is new."""
    files = {
        "schools.csv": "name,levels,kind,managed_by\nTrường X,TH,Công lập,A\nTrường Y,TH,Công lập,A\n",
    }
    _import(engine, files)
    device = {"devices.csv": "school,kind,host\nTAM-0002,NVR,10.0.0.1\nTAM-0002,NVR,10.0.0.2\n"}
    _import(engine, device)
    assert _import(engine, {**files, **device}).changed_nothing
    with reading(engine) as session:
        assert session.exec(select(School.code)).all() == ["TAM-0001", "TAM-0002"]
        assert session.exec(select(Device.code)).all() == ["TB-01", "TB-02"]


def test_a_unit_is_found_by_code_and_by_name_and_two_of_a_name_are_a_choice(engine):
    """A code or a name; an ambiguous name offers the codes."""
    with writing(engine) as session:
        session.add_all([District(code="1", name="UBND phường A"), District(code="2", name="ubnd phường a")])
    assert ("schools", 2, "managed_by", "ambiguous_unit") in _wrong(engine, FILES)
    _import(engine, {"schools.csv": FILES["schools.csv"].replace("UBND phường A", "2")})
    with reading(engine) as session:
        assert {s.managed_by for s in session.exec(select(School)).all()} == {2}


def test_a_school_that_changes_its_unit_is_dated(engine):
    """The day of the import stands beside the new unit."""
    _import(engine, FILES)
    _import(engine, {"schools.csv": FILES["schools.csv"].replace("UBND phường A", "Sở GDĐT")})
    with reading(engine) as session:
        assert {s.managed_since for s in session.exec(select(School)).all()} == {NOW.date()}


def test_a_device_of_a_school_with_named_sites_alone_gets_a_main_one(engine):
    """A device always has a site."""
    school = "code,name,levels,kind,managed_by,site\n1,X,TH,Công lập,A,Cơ sở 1\n"
    _import(engine, {"schools.csv": school, "devices.csv": "school,device.code,kind,host\n1,D,NVR,10.0.0.1\n"})
    with reading(engine) as session:
        assert sorted(session.exec(select(Site.name)).all()) == ["", "Cơ sở 1"]


def test_what_is_worth_a_look_hinders_nothing(engine):
    """A MAC of zeros, a telephone number without its 0, and a second school of a name are noticed."""
    files = _changed("devices.csv", "00-11-22-AA-BB-CC", "000000000000")
    files["schools.csv"] = FILES["schools.csv"].replace("0901234567", "901234567").replace("TH Số 2", "THCS Số 1")
    assert {n.kind for n in _import(engine, files).notices} == {"no_mac", "lost_zero", "similar_name"}
    with reading(engine) as session:
        assert session.get(Device, 1).mac == ""


def test_the_networks_that_may_be_looked_at_are_an_argument(engine):
    """The demo allows loopback addresses by its own setting; the import of a city never does."""
    files = {
        "schools.csv": "code,name,levels,kind,managed_by,networks\n1,X,TH,Công lập,A,127.0.0.0/8\n",
        "devices.csv": "school,device.code,kind,host\n1,D,NVR,127.0.0.9\n",
    }
    assert [m[3] for m in _wrong(engine, files)] == ["refused_network", "loopback_host"]
    _import(engine, files, outgoing=Networks(loopback=True))


def test_the_networks_of_the_server_are_no_networks_of_a_school(engine):
    """A network in them, and an address in them within a larger one, are told before anything is written."""
    files = {
        "schools.csv": "code,name,levels,kind,managed_by,networks\n1,X,TH,Công lập,A,10.1.0.0/16\n",
        "devices.csv": "school,device.code,kind,host\n1,D,NVR,10.1.0.9\n",
    }
    server = Networks(refused=("10.1.0.0/24",))
    assert [m[3] for m in _wrong(engine, files, outgoing=server)] == ["server_host"]
    files["schools.csv"] = files["schools.csv"].replace("10.1.0.0/16", "10.1.0.0/25")
    assert [m[3] for m in _wrong(engine, files, outgoing=server)] == ["refused_network", "server_host"]


def test_registered_devices_that_new_networks_leave_outside_are_named(engine):
    """The file of schools alone is taken, and says whom nobody will look at; with a new address in it, nobody."""
    _import(engine, FILES)
    narrow = _changed("schools.csv", "192.168.1.0/24", "192.168.1.64/32")["schools.csv"]
    (notice,) = [n for n in _import(engine, {"schools.csv": narrow}).notices if n.kind == "left_outside"]
    assert "CAM-1 (192.168.1.65)" in notice.what("vi")
    wide = narrow.replace("192.168.1.64/32", "192.168.1.0/24")
    assert "left_outside" not in {n.kind for n in _import(engine, {"schools.csv": wide}).notices}


def test_a_rehearsal_counts_and_leaves_nothing(engine):
    """The counts are those of the import that follows."""
    with rehearsing(engine) as session:
        counts = import_files(session, {n: t.encode() for n, t in FILES.items()}, NOW).counts
    with reading(engine) as session:
        assert session.exec(select(District)).all() == []
    assert _import(engine, FILES).counts == counts
