"""What was found beside what is registered: every state, clones, and what nobody can tell."""

import pytest

from camera_registry.services.compared import Registered, compare
from probes.discovery.found import Found, OpenPort
from probes.discovery.message import Said

ONE, TWO = "a4:14:37:0b:22:c1", "a4:14:37:0b:22:c2"
UUID = "3fa1fe68-b915-4053-a3e1-a414370b22c1"
ASKED = frozenset(f"192.168.1.{n}" for n in range(1, 255))


def _found(last, mac=None, endpoint=None):
    return Found(f"192.168.1.{last}", (Said(mac=mac, endpoint=endpoint, is_video=True),))


def _device(code, last, **known):
    return Registered("0790123", code, f"192.168.1.{last}", known)


def _states(result):
    return {m.found.address.rpartition(".")[2]: (m.state, [d.code for d in m.devices]) for m in result.matches}


def test_a_device_at_its_address_is_registered_even_when_it_says_nothing_of_itself():
    """The address is enough where no identity speaks against it."""
    result = compare([_found(64), _found(65, mac=ONE)], [_device("A", 64, mac=ONE), _device("B", 65)], ASKED)
    assert _states(result) == {"64": ("registered", ["A"]), "65": ("registered", ["B"])}
    assert not result.differs


def test_a_camera_that_nobody_registered_is_said():
    """And a web server that nothing shows to be a camera is something else, and no difference."""
    printer = Found("192.168.1.9", (), (OpenPort(80, "web"),))
    result = compare([_found(64), printer], [], ASKED)
    assert _states(result) == {"64": ("unregistered", []), "9": ("other", [])}
    assert result.differs
    assert not compare([printer], [], ASKED).differs


@pytest.mark.parametrize("known", [{"mac": ONE}, {"endpoint": UUID}, {"mac": TWO, "endpoint": UUID}])
def test_a_device_at_another_address_has_moved(known):
    """By its hardware address or its UUID; it is not missing then."""
    result = compare([_found(99, mac=ONE, endpoint=UUID)], [_device("A", 64, **known)], ASKED)
    assert _states(result) == {"99": ("moved", ["A"])}
    assert (result.not_seen, result.differs) == ((), True)


def test_another_unit_at_a_registered_address_is_said_so():
    """A camera that was swapped without a word: the device is neither found nor silent."""
    result = compare([_found(64, mac=TWO)], [_device("A", 64, mac=ONE)], ASKED)
    assert _states(result) == {"64": ("other_unit", ["A"])}
    assert (result.not_seen, result.differs) == ((), True)


def test_two_devices_that_changed_places_have_both_moved():
    """Each is found where the other is registered."""
    devices = [_device("A", 64, mac=ONE), _device("B", 65, mac=TWO)]
    result = compare([_found(64, mac=TWO), _found(65, mac=ONE)], devices, ASKED)
    assert _states(result) == {"64": ("moved", ["B"]), "65": ("moved", ["A"])}


def test_clones_and_placeholders_move_nobody():
    """An identity that two addresses claim, that two devices are registered with, or that no factory filled in."""
    clones = compare([_found(98, mac=ONE), _found(99, mac=ONE)], [_device("A", 64, mac=ONE)], ASKED)
    twice = compare([_found(99, mac=ONE)], [_device("A", 64, mac=ONE), _device("B", 65, mac=ONE)], ASKED)
    empty = compare([_found(99, mac="00:00:00:00:00:00")], [_device("A", 64, mac="00:00:00:00:00:00")], ASKED)
    for result in (clones, twice, empty):
        assert {state for state, _ in _states(result).values()} == {"unregistered"}
        assert result.not_seen


def test_a_clone_beside_the_registered_device_is_a_camera_of_its_own():
    """The device is at its address; the other one with its UUID is not it."""
    result = compare([_found(64, endpoint=UUID), _found(70, endpoint=UUID)], [_device("A", 64, endpoint=UUID)], ASKED)
    assert _states(result) == {"64": ("registered", ["A"]), "70": ("unregistered", [])}


def test_what_did_not_answer_is_missing_only_where_it_was_asked():
    """An address outside the range and a name are not known to be silent; a cloud device has no address."""
    elsewhere = Registered("0790123", "B", "10.0.0.5")
    named = Registered("0790123", "C", "camera.local")
    cloud = Registered("0790123", "D", "")
    result = compare([], [_device("A", 64), elsewhere, named, cloud], ASKED)
    assert [d.code for d in result.not_seen] == ["A"]
    assert [d.code for d in result.not_asked] == ["B", "C"]
    assert result.differs
    assert not compare([], [elsewhere, named, cloud], ASKED).differs


def test_devices_behind_one_address_are_all_meant():
    """Behind NAT an address is several devices by their ports."""
    result = compare([_found(64)], [_device("A", 64), _device("B", 64)], ASKED)
    assert _states(result) == {"64": ("registered", ["A", "B"])}
