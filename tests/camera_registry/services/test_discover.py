"""Where to look at a school: its registered networks and devices, and what is refused."""

from ipaddress import IPv4Network

import pytest

from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import Device, School, Site
from camera_registry.services.discover import DiscoveryError, place
from camera_registry.store import schools
from probes.discovery.ranges import RangeError
from probes.outgoing import PRIVATE_ONLY
from tests.camera_registry.registered import device

SCHOOL = "079-DG-01"


@pytest.fixture
def engine():
    """A school with two sites, and a device at the first."""
    made = open_database("sqlite://")
    upgrade(made)
    with writing(made) as session:
        one = device(session, mac="a4:14:37:0b:22:c1")
        schools.site(session, one.site_id).networks = "192.168.1.0/24; fd00::/64"
        session.add(Site(school_id=one.school_id, name="Cơ sở 2", networks="192.168.2.0/24"))
    yield made
    made.dispose()


def _place(engine, school=SCHOOL, site=None, part=None):
    with reading(engine) as session:
        return place(session, school, site, part=part and IPv4Network(part), outgoing=PRIVATE_ONLY)


def test_all_sites_of_a_school_or_one(engine):
    """Networks and devices of the sites that are meant; an IPv6 network is left out."""
    whole, second = _place(engine), _place(engine, site="Cơ sở 2")
    assert whole.networks == (IPv4Network("192.168.1.0/24"), IPv4Network("192.168.2.0/24"))
    assert [(d.name, d.host, d.known["mac"]) for d in whole.registered] == [
        ("079-DG-01/DG-01", "192.168.1.64", "a4:14:37:0b:22:c1")
    ]
    assert (second.networks, second.registered) == ((IPv4Network("192.168.2.0/24"),), ())
    assert _place(engine, site="").networks == (IPv4Network("192.168.1.0/24"),)


def test_the_registered_ports_of_a_host_are_those_of_all_its_devices(engine):
    """ONVIF's and RTSP's; a port that nobody registered is none."""
    with writing(engine) as session:
        one = session.get(Device, 1)
        two = Device(school_id=one.school_id, site_id=one.site_id, code="DG-02", kind="camera", host=one.host)
        two.onvif_port, two.rtsp_port = 8080, 10554
        session.add(two)
    assert _place(engine).ports == {"192.168.1.64": (80, 8080, 10554)}


def test_a_part_lies_within_what_is_registered(engine):
    """A network beside it is refused, and those that are registered are named."""
    assert _place(engine, part="192.168.2.16/28").networks == (IPv4Network("192.168.2.16/28"),)
    with pytest.raises(DiscoveryError, match=r"192\.168\.1\.0/24"):
        _place(engine, part="192.168.3.0/28")


def test_what_is_not_there_is_said_with_what_there_is(engine):
    """A school, a site, a network."""
    with pytest.raises(DiscoveryError, match="no school"):
        _place(engine, school="9")
    with pytest.raises(DiscoveryError, match="Cơ sở 2"):
        _place(engine, site="Cơ sở 3")
    with writing(engine) as session:
        for site in schools.sites(session, {1}).values():
            site.networks = ""
    with pytest.raises(DiscoveryError, match="no network is registered"):
        _place(engine)


def test_registered_networks_are_held_to_the_same_limits(engine):
    """One that is public, by whatever way it came into the registry, is not asked."""
    with writing(engine) as session:
        next(iter(schools.sites(session, {1}).values())).networks = "8.8.8.0/24"
    with pytest.raises(RangeError, match="no private network"):
        _place(engine)


def test_a_network_without_a_school_is_compared_with_every_school_that_has_it(engine):
    """Several schools may use the same private range; the devices of all of them are meant."""
    with writing(engine) as session:
        school = School(code="079-DG-02", name="Trường THCS Số 2", managed_by=1)
        session.add(school)
        session.flush()
        site = Site(school_id=school.id, networks="192.168.1.0/26")
        session.add(site)
        session.flush()
        session.add(Device(school_id=school.id, site_id=site.id, code="DG-02", kind="nvr", host="192.168.1.9"))
    found = _place(engine, school=None, part="192.168.1.0/28")
    assert found.networks == (IPv4Network("192.168.1.0/28"),)
    assert [d.name for d in found.registered] == ["079-DG-01/DG-01", "079-DG-02/DG-02"]


@pytest.mark.parametrize("part", ["192.168.3.0/28", "192.168.0.0/16", "10.0.0.0/29"])
def test_a_network_that_nobody_registered_is_refused(engine, part):
    """Beside the registered ones, and wider than them."""
    with pytest.raises(DiscoveryError, match="registered"):
        _place(engine, school=None, part=part)
