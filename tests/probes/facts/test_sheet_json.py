"""Sheets come back from JSON as they were."""

import json

import msgspec
import pytest

from probes.facts import DeviceSheet, paths, sheet_from_json, sheet_to_json
from standards import RegisterFacts, evaluate
from tests.standards.sheets import GOOD, HCMC, NOW, Missing, sheet


@pytest.mark.parametrize("changes", [{}, {"measured": Missing("timeout")}, {"onvif": Missing("not_onvif")}])
def test_a_sheet_comes_back_equal(changes):
    """Facts of every kind, with time, method and the value before; what is missing, with its failure."""
    whole = sheet(changes)
    again = sheet_from_json(sheet_to_json(whole))
    assert again == whole
    assert {type(f.value) for f in _facts(again)} == {type(f.value) for f in _facts(whole)}


def _facts(device):
    return [f for s in (device, *device.channels, *device.channels[0].streams) for f in s.facts.values()]


def test_every_kind_of_value_is_in_that_test():
    """The good camera holds a flag, number, text, texts, numbers, size and encodings."""
    assert {paths()[p].kind for p in GOOD} >= {"flag", "number", "text", "texts", "numbers", "encodings"}


@pytest.mark.parametrize("changes", [{}, {"measured.fps": 8.0}, {"capable": Missing("unsupported")}])
def test_a_sheet_that_came_back_is_judged_the_same(changes):
    """No rule notices that the facts were stored."""
    whole = sheet(changes)
    again = sheet_from_json(sheet_to_json(whole))
    assert evaluate(HCMC, again, RegisterFacts(), (), NOW) == evaluate(HCMC, whole, RegisterFacts(), (), NOW)


def test_an_empty_sheet_comes_back():
    """A device that was never reached has a sheet without facts."""
    assert sheet_from_json(sheet_to_json(DeviceSheet(target="x"))) == DeviceSheet(target="x")


def test_a_path_of_another_version_is_left_out():
    """A fact that no rule can name does no harm."""
    data = json.loads(sheet_to_json(sheet()))
    data["facts"]["clock.colour"] = ["red", 0]
    assert sheet_from_json(json.dumps(data).encode()) == sheet()


@pytest.mark.parametrize("changes", [{}, {"measured": Missing("timeout")}])
def test_a_sheet_of_the_first_form_comes_back_equal(changes):
    """Registries hold sheets in which each fact names its own time and method, and of no other version's paths."""
    whole = sheet(changes)
    data = json.loads(msgspec.json.encode(whole))
    data["facts"]["clock.colour"] = {"value": "red", "at": "2026-11-23T00:00:00Z", "how": "x", "before": None}
    again = sheet_from_json(json.dumps(data, separators=(",", ":")).encode())
    assert again == whole
    assert {type(f.value) for f in _facts(again)} == {type(f.value) for f in _facts(whole)}


@pytest.mark.parametrize("text", [b"", b"[]", b'{"facts": 1}', b'{"facts":1}', b'{"form":2,"facts":{}}', b'{"form":3}'])
def test_anything_else_is_a_value_error(text):
    """Damage is told, not guessed at."""
    with pytest.raises(ValueError, match=r"validation error|truncated|Expected|missing|Invalid"):
        sheet_from_json(text)
