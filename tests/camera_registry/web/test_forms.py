"""Forms over rows: what was changed is told from what was shown, and nothing that was typed is lost."""

from datetime import UTC, datetime

from starlette.datastructures import FormData

from camera_registry.importing.mistakes import Mistake
from camera_registry.services.by_hand import LastChange
from camera_registry.web.forms import Fields, changed, opened, typed

FIELDS = Fields("devices.csv", ("kind", "make", "funding", "serial"))
LAN = LastChange("Lan", datetime(2026, 11, 23, tzinfo=UTC))


def test_only_what_differs_from_what_was_shown_is_changed():
    """Spaces are none of it; an emptied field is a change."""
    assert changed(
        {"make": "Axis", "serial": "", "funding": "a b"}, {"make": "Axis", "serial": "S", "funding": "a  b"}
    ) == {"serial": ""}


def test_several_values_of_a_field_are_one_cell():
    """Checked boxes, without the empty ones; a field that was not sent is empty."""
    form = FormData([("levels", "TH"), ("levels", "THCS"), ("name.3", " Cổng  chính ")])
    assert typed(form, ("levels", "kind")) == {"levels": "TH; THCS", "kind": ""}
    assert typed(form, ("name",), ".3") == {"name": "Cổng chính"}


def test_what_a_form_carries_is_read_again_and_nonsense_is_nothing():
    """As the form of the page writes it; for one row of many too."""
    form = FIELDS.form({"make": "Đầu “ghi”"}, 3)
    assert opened(FormData([("opened", form.opened)]))["make"] == "Đầu “ghi”"
    assert opened(FormData([("opened.2", form.opened)]), ".2")["make"] == "Đầu “ghi”"
    for nonsense in ("", "[1]", "{", "null"):
        assert opened(FormData([("opened", nonsense)])) == {}


def test_a_mistake_is_at_its_field_and_others_beside_the_form():
    """So that none is hidden."""
    wrong = [Mistake("devices.csv", 1, "kind", "x", "not_in_list", {"choices": ""}),
             Mistake("devices.csv", 1, "host", "", "no_host")]  # fmt: skip
    form = FIELDS.form({"kind": "x"}, 3, wrong)
    assert [m.kind for e in form.entries for m in e.wrong] == ["not_in_list"]
    assert [m.kind for m in form.wrong] == ["no_host"]


def test_who_comes_too_late_sees_what_was_typed_over_what_stands_now():
    """What was not touched is as it stands, and is told; the next version is the one that stands."""
    before = {"kind": "nvr", "make": "Dahua", "funding": "", "serial": ""}
    now = {"kind": "nvr", "make": "Dahua", "funding": "Ngân sách", "serial": "S-1"}
    form = FIELDS.late({**before, "funding": "Xã hội hóa"}, before, now, 4, LAN)
    fields = {e.field: (e.value, e.now and e.now["vi"]) for e in form.entries}
    assert fields["funding"] == ("Xã hội hóa", "Ngân sách")
    assert fields["serial"] == ("S-1", "S-1")
    assert fields["make"] == ("Dahua", None)
    assert [e.field for e in form.entries if e.is_taken] == ["serial"]
    assert (form.version, form.before["funding"], form.late) == (4, "Ngân sách", LAN)
