"""The doors of one device, transition by transition (design 3.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.login import DOORS, LoginState

UNKNOWN, GOOD, REFUSED, WITHHELD = "unknown", "good", "refused", "withheld"


def _state(onvif: str, rtsp: str, https: str) -> LoginState:
    return LoginState(onvif, rtsp, https)


TRANSITIONS = [
    # before, what happens at which door, after
    ((UNKNOWN, UNKNOWN, UNKNOWN), "succeeded", "onvif", (GOOD, UNKNOWN, UNKNOWN)),
    ((GOOD, UNKNOWN, UNKNOWN), "succeeded", "rtsp", (GOOD, GOOD, UNKNOWN)),
    ((GOOD, GOOD, GOOD), "succeeded", "https", (GOOD, GOOD, GOOD)),
    # The first refusal withholds every unknown door.
    ((UNKNOWN, UNKNOWN, UNKNOWN), "refused_at", "onvif", (REFUSED, WITHHELD, WITHHELD)),
    ((UNKNOWN, UNKNOWN, UNKNOWN), "refused_at", "rtsp", (WITHHELD, REFUSED, WITHHELD)),
    ((UNKNOWN, UNKNOWN, UNKNOWN), "refused_at", "https", (WITHHELD, WITHHELD, REFUSED)),
    # Good doors stay open.
    ((GOOD, UNKNOWN, UNKNOWN), "refused_at", "rtsp", (GOOD, REFUSED, WITHHELD)),
    ((GOOD, GOOD, UNKNOWN), "refused_at", "https", (GOOD, GOOD, REFUSED)),
    ((UNKNOWN, GOOD, UNKNOWN), "refused_at", "onvif", (REFUSED, GOOD, WITHHELD)),
    # A good door that refuses later: the credential has changed, and every other door is withheld.
    ((GOOD, GOOD, UNKNOWN), "refused_at", "onvif", (REFUSED, WITHHELD, WITHHELD)),
    ((GOOD, GOOD, GOOD), "refused_at", "rtsp", (WITHHELD, REFUSED, WITHHELD)),
    # A door that has refused stays refused, and one that was withheld stays withheld.
    ((GOOD, REFUSED, WITHHELD), "refused_at", "onvif", (REFUSED, REFUSED, WITHHELD)),
    ((REFUSED, WITHHELD, WITHHELD), "refused_at", "onvif", (REFUSED, WITHHELD, WITHHELD)),
    # A person let a withheld door be tried.
    ((REFUSED, WITHHELD, WITHHELD), "succeeded", "rtsp", (REFUSED, GOOD, WITHHELD)),
    ((REFUSED, WITHHELD, WITHHELD), "refused_at", "rtsp", (REFUSED, REFUSED, WITHHELD)),
]


@pytest.mark.parametrize(("before", "happens", "door", "after"), TRANSITIONS)
def test_each_answer_of_a_door_leads_to_one_state(before, happens, door, after):
    """Design 3.2, sentence by sentence."""
    assert getattr(_state(*before), happens)(door) == _state(*after)


@pytest.mark.parametrize(
    ("state", "open_doors"),
    [
        ((UNKNOWN, UNKNOWN, UNKNOWN), {"onvif", "rtsp", "https"}),
        ((GOOD, UNKNOWN, UNKNOWN), {"onvif", "rtsp", "https"}),
        ((GOOD, REFUSED, WITHHELD), {"onvif"}),
        ((GOOD, REFUSED, UNKNOWN), {"onvif"}),
        ((REFUSED, WITHHELD, WITHHELD), set()),
        ((WITHHELD, REFUSED, GOOD), {"https"}),
    ],
)
def test_a_credential_goes_through_good_doors_and_unknown_ones_while_none_has_refused(state, open_doors):
    """An unknown door is closed as soon as another has refused; a good one never is."""
    assert {door for door in DOORS if _state(*state).may_send(door)} == open_doors


@pytest.mark.parametrize(("state", "is_try"), [(UNKNOWN, True), (GOOD, False), (REFUSED, True), (WITHHELD, True)])
def test_a_try_is_a_request_whose_credential_is_not_known_to_be_good(state, is_try):
    """Only at a good door is sending no try."""
    assert _state(state, UNKNOWN, UNKNOWN).is_try("onvif") is is_try


def test_the_second_try_in_true_utc_exists_once():
    """A fresh state has it, and a state that used it keeps that through everything that follows."""
    assert LoginState().zone_try_used is False
    used = LoginState().second_zone_try()
    assert used.zone_try_used
    assert used.succeeded("onvif").refused_at("rtsp").zone_try_used


DOOR_STATES = st.sampled_from([UNKNOWN, GOOD, REFUSED, WITHHELD])


@given(st.builds(LoginState, DOOR_STATES, DOOR_STATES, DOOR_STATES, st.booleans()))
def test_a_state_comes_back_from_json_as_it_went(state):
    """`from_json` is the inverse of `to_json`."""
    assert LoginState.from_json(state.to_json()) == state


@given(st.lists(st.tuples(st.sampled_from(DOORS), st.booleans()), max_size=12))
def test_one_version_costs_at_most_one_refused_try(answers):
    """Whatever the doors answer, in whatever order: of the tries, at most one is refused."""
    state, refused_tries = LoginState(), 0
    for door, accepted in answers:
        if not state.may_send(door):
            continue
        refused_tries += state.is_try(door) and not accepted
        state = state.succeeded(door) if accepted else state.refused_at(door)
    assert refused_tries <= 1
