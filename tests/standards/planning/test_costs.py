"""Costs: what failures cost, what is shared, what makes what unnecessary, and what is not known."""

from collections import Counter

import pytest

from standards.planning.costs import Camera, Entry, Gap, Need, Unit, cost_of, cost_of_channel, needs_of
from standards.planning.prices import Amount
from tests.standards.planning.books import book, camera, item, use, work
from tests.standards.sheets import HCMC, judged

CAMERA, RECORDER, SWITCH = item("camera", 1000, vat=10), item("recorder", 5000), item("switch", 800)
LABOUR, VISIT, LINE = item("labour", 100), item("visit", 50), item("line", 300, charged="yearly")
BOOK = book(
    work("reconfigure"),
    work("repair", use(LABOUR), use(VISIT, "site")),
    work("network", use(VISIT, "site")),
    work("network", use(LINE, "site"), rule="uplink"),
    work("survey", use(VISIT, "site")),
    work("replace", use(CAMERA, "device"), use(SWITCH, "site", serves=2), device_kind="ip_camera"),
    work("replace", use(RECORDER, "device"), device_kind="dvr"),
)


def _of(*cameras):
    cost = cost_of(cameras, BOOK)
    pieces = Counter()
    for line in cost.lines:
        pieces[line.item.id] += line.quantity
    return dict(pieces), [gap.why for gap in cost.gaps]


def test_once_yearly_and_vat_stand_apart():
    """And their sum is what the first year takes."""
    cost = cost_of([camera("a", "replace", of_site=(Need("network", "uplink"),))], BOOK)
    assert (cost.once, cost.yearly) == (Amount(1800, 100), Amount(300, 0))
    assert cost.first_year == 2200
    assert cost.known


def test_a_fix_without_work_in_the_book_is_unknown_and_never_nothing():
    """Without a book everything that is not paid by a supplier is."""
    assert cost_of([camera("a", "firmware")], BOOK).gaps == (Gap(Need("firmware", "firmware"), "no_price"),)
    assert cost_of([camera("a", "reconfigure")], None).gaps == (Gap(Need("reconfigure", "reconfigure"), "no_price"),)
    free = cost_of([camera("a", "reconfigure")], BOOK)
    assert (free.known, free.first_year) == (True, 0)


def test_under_each_fix_stands_what_is_known_of_it_and_what_is_not():
    """What a fix without work in the book costs is unknown there too, and who pays for another is named."""
    cost = cost_of([camera("a", "firmware"), camera("b", "repair"), camera("c", "repair", supplier="B")], BOOK)
    assert (cost.of("firmware").first_year, cost.of("firmware").known) == (0, False)
    assert (cost.of("repair").first_year, cost.of("repair").known) == (150, True)
    assert cost.of("repair").suppliers == (("B", 1),)
    assert not cost_of([camera("a", "survey")], BOOK).of("survey").known
    assert cost_of([camera("a", "reconfigure", Need(None, "x"))], BOOK).of("reconfigure").known


def test_a_recorder_that_is_replaced_once_serves_all_its_channels():
    """And takes their settings with it, but mends no camera behind it."""
    recorder = {"device": "dvr", "kind": "dvr"}
    one, two = camera("a", "replace", **recorder), camera("b", "replace", "reconfigure", **recorder)
    assert _of(one, two) == ({"recorder": 1}, [])
    assert _of(one, camera("c", "firmware", **recorder)) == ({"recorder": 1}, [])
    assert _of(camera("c", "firmware", **recorder)) == ({}, ["no_price"])
    assert _of(one, camera("d", "repair", **recorder)) == ({"recorder": 1, "labour": 1, "visit": 1}, [])


def test_a_camera_that_is_replaced_needs_nothing_else_but_its_network():
    """Neither repair nor survey, nor what could not be told of it."""
    assert _of(camera("a", "replace", "reconfigure", "repair", "survey", Need(None, "x"))) == (
        {"camera": 1, "switch": 1},
        [],
    )
    assert _of(camera("a", "replace", "network")) == ({"camera": 1, "switch": 1, "visit": 1}, [])


def test_a_switch_serves_so_many_cameras_of_its_site():
    """A third camera takes a second one; so does one of another site."""
    cameras = [camera(name, "replace") for name in "abc"]
    assert _of(*cameras[:2])[0]["switch"] == 1
    assert _of(*cameras)[0]["switch"] == 2
    assert _of(cameras[0], camera("d", "replace", site="other"))[0]["switch"] == 2


def test_what_a_site_shares_is_paid_once_whichever_works_name_it():
    """One visit for a repair and a faulty cable; the work on each camera is its own."""
    assert _of(camera("a", "repair"), camera("b", "network"), camera("c", "repair")) == ({"visit": 1, "labour": 2}, [])


def test_two_rules_with_the_same_work_are_one_work():
    """A camera that is repaired is repaired once."""
    cost = cost_of([camera("a", Need("repair", "picture"), Need("repair", "stream-steady"))], BOOK)
    assert cost.first_year == 150


def test_two_works_for_different_cases_are_two_at_one_channel():
    """An outdoor camera with a faulty cable behind a slow line: its own work is for outdoors, that of the line for any
    place, and neither takes the place of the other.
    """
    prices = book(work("network", use(LABOUR)), work("network", use(LABOUR, quantity=20), place="outdoor"))
    own, line = camera("a", "network", outdoor=True), {"of_site": (Need("network", "uplink"),)}
    assert cost_of([own], prices).first_year == 2000
    assert cost_of([camera("a", outdoor=True, **line)], prices).first_year == 100
    assert cost_of([camera("a", "network", outdoor=True, **line)], prices).first_year == 2100
    kind = book(work("network", use(LABOUR)), work("network", use(LABOUR, quantity=20), device_kind="ip_camera"))
    assert cost_of([camera("a", "network", **line)], kind).first_year == 2100


@pytest.mark.parametrize("supplier", ["Công ty B", ""])
def test_what_is_rented_or_under_warranty_costs_nothing_and_names_the_supplier(supplier):
    """The line of the site is paid all the same, and a survey still leaves the rest open."""
    cost = cost_of([camera("a", "replace", supplier=supplier)], BOOK)
    assert (cost.first_year, cost.known, cost.suppliers) == (0, True, ((supplier, 1),))
    assert cost_of([camera("a", "firmware", supplier=supplier)], None).known
    uplink = camera("a", "replace", supplier=supplier, of_site=(Need("network", "uplink"),))
    assert cost_of([uplink], BOOK).first_year == 300
    assert _of(camera("a", "survey", supplier=supplier)) == ({}, ["survey"])


def test_after_a_survey_the_cost_is_still_unknown():
    """The visit is known, what it will find is not."""
    assert _of(camera("a", "survey")) == ({"visit": 1}, ["survey"])


def test_a_rule_that_could_not_be_told_leaves_the_cost_unknown():
    """So does a camera that nobody could judge."""
    assert _of(camera("a", "reconfigure", Need(None, "picture"))) == ({}, ["not_known"])
    assert _of(camera("a", judged=False)) == ({}, ["not_known"])


def test_a_camera_seen_through_a_recorder_too_is_paid_once():
    """What its recorder cannot tell, the camera itself has told; what fails only at the recorder stays."""
    at_recorder = Entry(Unit("r5", "nvr", "nvr", "site"), (Need("survey", "size"), Need("reconfigure", "login")))
    itself = Entry(Unit("c1", "cam", "ip_camera", "site"), (Need("replace", "size"),))
    assert _of(Camera("r5", "school", (at_recorder, itself))) == ({"camera": 1, "switch": 1}, [])
    unknown = Entry(itself.unit, (Need("reconfigure", "other"),))
    assert _of(Camera("r5", "school", (at_recorder, unknown)))[1] == ["survey"]


def test_the_bill_of_two_schools_is_the_sum_of_both():
    """Nothing is shared between sites."""
    here, there = camera("a", "replace"), camera("b", "replace", site="other", school="other")
    assert cost_of([here, there], BOOK).first_year == 2 * cost_of([here], BOOK).first_year


def test_the_findings_of_a_channel_have_a_cost():
    """Deciding failures count; what could not be told counts where something fails."""
    findings = judged({"measured.codec": "mjpeg", "declared.codec": "mjpeg"}).values()
    assert any(f.rule == "codec-main" and f.outcome == "fail" for f in findings)
    needs = needs_of(findings)
    assert {need.rule for need in needs} <= {rule.id for rule in HCMC.rules if rule.decides}
    assert cost_of_channel(findings, Unit("a", "b", "ip_camera", "s"), None).gaps
    assert not needs_of([f for f in findings if f.outcome != "fail"])
