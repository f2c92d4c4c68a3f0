"""The plan: what comes first, what is left out and why, what a site needs, and how ties are told apart."""

from fractions import Fraction

import pytest

from standards.planning.costs import Need
from standards.planning.plan import Goal, make_plan
from standards.planning.prices_load import MOST_IN_ALL
from standards.planning.tables import FAR
from tests.standards.planning.books import book, camera, item, use, work

SWITCH, LABOUR, NEW, RECORDER = item("switch", 80), item("labour", 10), item("camera", 100), item("recorder", 500)
LINE = item("line", 300, charged="yearly")
BOOK = book(
    work("reconfigure"),
    work("repair", use(LABOUR)),
    work("network", use(LINE, "site"), rule="uplink"),
    work("replace", use(NEW, "device"), use(SWITCH, "site", serves=2), device_kind="ip_camera"),
    work("replace", use(RECORDER, "device"), device_kind="dvr"),
)
ALL = Goal("channels", share=Fraction(1))


def _keys(cameras):
    return [camera.key for camera in cameras]


def _plan(goal, *cameras, prices=BOOK):
    return make_plan(cameras, prices, goal)


@pytest.mark.parametrize(
    ("goal", "total", "needed"),
    [
        (Goal("channels", share=Fraction(9, 10)), 11, 10),
        (Goal("channels", share=Fraction(9, 10)), 10, 9),
        (Goal("channels", share=Fraction(1, 3)), 3, 1),
        (Goal("channels", share=Fraction(1)), 0, 0),
        (Goal("schools", number=4), 3, 4),
        (Goal("channels", ceiling=5), 7, 7),
    ],
)
def test_a_share_is_rounded_up_to_whole_ones(goal, total, needed):
    """90 % of eleven are ten."""
    assert goal.needed(total) == needed


def test_what_needs_no_money_is_told_whatever_the_goal():
    """Those a supplier pays for are among them, and counted apart."""
    cameras = camera("a", "reconfigure"), camera("b", "replace", supplier="B"), camera("c", "repair"), camera("d")
    plan = _plan(Goal("channels", number=1), *cameras)
    assert (plan.ready, plan.reached, plan.total) == (1, 3, 4)
    assert (_keys(plan.free), plan.free_by_supplier) == (["a", "b"], 1)
    assert (_keys(plan.chosen), _keys(plan.later)) == (["a", "b"], ["c"])
    assert plan.met


def test_a_cheap_camera_is_taken_before_a_dear_one():
    """And of two that cost the same always the same."""
    cameras = camera("a", "replace"), camera("b", "repair"), camera("c", "repair")
    assert _keys(_plan(Goal("channels", number=1), *cameras).chosen) == ["b"]
    assert _keys(_plan(Goal("channels", number=2), *cameras).chosen) == ["b", "c"]


def test_a_switch_is_worth_filling():
    """Four cameras at two sites: two at one site share a switch; one at each would take two."""
    cameras = [camera(f"{site}{n}", "replace", site=site) for site in "st" for n in range(2)]
    plan = _plan(Goal("channels", number=2), *cameras)
    assert len({one.home.site for one in plan.chosen}) == 1
    assert plan.cost.first_year == 280


def test_a_recorder_is_replaced_when_enough_channels_gain_by_it():
    """Its channels that only need settings are ready with it; they alone never make it be replaced."""
    recorder = {"device": "dvr", "kind": "dvr"}
    channels = [camera("a", "replace", **recorder), *(camera(name, "firmware", **recorder) for name in "bcd")]
    plan = _plan(Goal("channels", number=4), *channels)
    assert (_keys(plan.chosen), plan.cost.first_year) == (["a", "b", "c", "d"], 500)
    alone = _plan(ALL, *channels[1:])
    assert (alone.chosen, {out.why for out in alone.left_out}, alone.met) == ((), {"no_price"}, False)


def test_a_site_with_a_slow_line_needs_the_line_before_any_camera_is_ready():
    """The line is paid once, also for cameras with which nothing is wrong."""
    uplink = {"of_site": (Need("network", "uplink"),)}
    cameras = camera("a", **uplink), camera("b", "repair", **uplink), camera("c", "repair", site="other")
    plan = _plan(Goal("channels", number=1), *cameras)
    assert (plan.ready, _keys(plan.chosen)) == (0, ["c"])
    plan = _plan(ALL, *cameras)
    assert (plan.cost.yearly.total, plan.cost.once.total) == (300, 20)


def test_what_is_not_known_is_never_made_ready_and_said_with_its_reason():
    """No work in the book, a survey first, not told, not judged: all are listed apart."""
    cameras = (
        camera("a", "credentials"),
        camera("b", "survey"),
        camera("c", "repair", Need(None, "picture")),
        camera("d", judged=False),
    )
    plan = _plan(ALL, *cameras)
    assert (plan.chosen, plan.reached, plan.met) == ((), 0, False)
    assert {out.camera.key: out.why for out in plan.left_out} == {
        "a": "no_price",
        "b": "survey",
        "c": "not_known",
        "d": "not_known",
    }
    without = _plan(ALL, camera("a", "reconfigure"), prices=None)
    assert [out.why for out in without.left_out] == ["no_price"]


def test_whole_schools_are_taken_cheapest_first():
    """One with a camera of unknown cost is none; what needs no money is taken along."""
    cameras = (
        camera("a", "repair", school="A"),
        camera("b", "replace", school="B", site="B"),
        camera("c", "reconfigure", school="C", site="C"),
        camera("d", "survey", school="D", site="D"),
        camera("e", school="E", site="E"),
    )
    plan = _plan(Goal("schools", share=Fraction(3, 5)), *cameras)
    assert (_keys(plan.chosen), plan.reached, plan.wanted) == (["a", "c"], 3, 3)
    plan = _plan(Goal("schools", share=Fraction(1)), *cameras)
    assert (plan.reached, plan.met) == (4, False)
    assert _keys(_plan(Goal("schools", number=1), *cameras).chosen) == ["c"]
    assert _keys(_plan(Goal("schools", ceiling=180), *cameras).chosen) == ["a", "c"]


def test_without_cameras_there_is_a_plan_of_nothing():
    """Nothing is wanted, nothing is paid."""
    plan = _plan(ALL)
    assert (plan.total, plan.chosen, plan.cost.first_year, plan.met) == (0, (), 0, True)
    assert _plan(Goal("channels", ceiling=10), camera("a")).reached == 1


@pytest.mark.parametrize("per", ["channel", "device", "site"])
def test_the_dearest_works_that_a_book_may_hold_are_counted_exactly(per):
    """Whole sites of them, and the ceiling is kept to; a million such channels that need their line too cost less than
    what stands for a number that cannot be reached.
    """
    prices = book(work("repair", use(item("dear", MOST_IN_ALL), per, serves=0 if per == "channel" else 1)))
    cameras = [camera(f"{site}-{n}", "repair", site=site) for site in "stu" for n in range(50)]
    assert _plan(ALL, *cameras, prices=prices).cost.first_year == 150 * MOST_IN_ALL
    assert len(_plan(Goal("channels", ceiling=150 * MOST_IN_ALL - 1), *cameras, prices=prices).chosen) == 149
    assert 2 * 1_000_000 * MOST_IN_ALL < FAR
