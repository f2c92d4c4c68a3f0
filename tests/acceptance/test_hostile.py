"""Proof: no camera, however hostile, makes a look longer than its limit, or hold more memory than is stated, or end a
sweep.

Strategy: every mode of the simulator (`probes.simulator.hostile`) is looked at over real sockets, in a process of its
own whose peak memory is compared with that of a look at an ordinary camera. What each may cost, and what the probe
must say, stands in `hostile_costs`. Those that only wait for the end of a limit are looked at at the same time.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from probes.errors import KINDS
from probes.simulator import hostile, running
from probes.simulator.hostile import HOSTILE
from probes.simulator.hostile.documents import DOCUMENTS, FETCHED, STOLEN
from probes.simulator.hostile.mode import ORDINARY
from probes.simulator.hostile.pictures import PICTURES
from probes.target import Address, Credential, Target
from tests.acceptance.hostile_costs import AT_END_S, COSTS, DECODER_MB, LIMITS, NEEDS, TREE_MB
from tests.acceptance.hostile_probe import probe

MEGABYTE = 1_000_000
AT_ONCE = 8
"""Looks of one worker at the same time; in service `sweep.at_once`."""
MOST_CONNECTIONS = 8
FLOODS = ("body-of-10-gb", "wide-as-allowed")
ENDS_AT_ONCE = [n for n, cost in COSTS.items() if cost.seconds < AT_END_S or cost.says == ""]
DOC = Path(__file__).parents[2] / "docs/hostile.md"

pytestmark = [pytest.mark.xdist_group("hostile"), pytest.mark.timeout(300)]


def _target(key, camera, *, picture):
    login = Credential("1", camera.spec.username, camera.spec.password)
    address = Address("host", camera.host, onvif_port=camera.onvif_port, rtsp_port=camera.rtsp_port)
    return Target(key, address, (login,), needs=NEEDS, limits=replace(LIMITS, picture=picture))


def _groups(targets):
    """The looks in an order in which none has to wait for the processor: what computes in small groups, and what only
    waits at the end, all at once.
    """
    slow_pictures = [targets.pop(name) for name in ("picture-hang", "picture-spin")]
    pictures = [targets.pop(name) for name in PICTURES if name in targets]
    quick = [[targets.pop(name)] for name in ENDS_AT_ONCE if name in targets]
    in_time = [pictures, slow_pictures, *([target] for target in targets.values())]
    return [*(quick[at : at + 6] for at in range(0, len(quick), 6)), in_time]


@pytest.fixture(scope="module")
def cameras():
    """A camera of each mode, and an ordinary one."""
    with running(ORDINARY, *(hostile.camera(name) for name in HOSTILE)) as made:
        yield dict(zip(["ordinary", *HOSTILE], made, strict=True))


@pytest.fixture(scope="module")
def seen(cameras):
    """What a look at each camera came to; and what was printed."""
    targets = {name: _target(name, camera, picture=name in PICTURES) for name, camera in cameras.items()}
    first = targets.pop("ordinary")
    many = [
        [_target(f"{n} {name}", cameras[name], picture=False) for n in range(AT_ONCE)] for name in ("ordinary", *FLOODS)
    ]
    return probe([[[first]], *([job] for job in many), *_groups(targets)])


def test_every_mode_has_its_cost():
    """A mode without a statement is one that nobody has thought about."""
    assert list(COSTS) == list(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.field(16, 17, 23)
def test_a_hostile_camera_costs_no_more_than_is_stated(seen, name):
    """The look says what was wrong, in time, and its peak is no more than so much above that of an ordinary look."""
    one, cost, ordinary = seen[0][name], COSTS[name], seen[0]["ordinary"]
    assert next(iter(one.kinds), "") in cost.says.split(" or "), one.words
    assert one.seconds <= cost.seconds
    assert one.held - ordinary.held <= cost.megabytes * MEGABYTE
    assert one.decoder <= DECODER_MB * MEGABYTE
    assert one.connections <= MOST_CONNECTIONS


@pytest.mark.parametrize("name", [n for n in HOSTILE if n not in DOCUMENTS and HOSTILE[n].camera is ORDINARY])
def test_no_more_comes_than_a_reply_and_a_sample_may_be(seen, name):
    """Whatever is sent: one reply up to its limit, one sample up to its own, and what one tick of it brings."""
    one = seen[0][name]
    assert one.bytes_in <= LIMITS.reply_bytes + LIMITS.sample_bytes + 8 * MEGABYTE


def test_an_ordinary_camera_is_measured_in_the_same_run(seen):
    """The limits are no obstacle to a camera that means no harm."""
    assert seen[0]["ordinary"].kinds == []
    assert "measured=Measured" in seen[0]["ordinary"].text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_opens_no_file_and_fetches_nothing(seen, cameras, name):
    """Neither in a value nor in the words of a failure; and the camera is asked with POST alone."""
    assert STOLEN not in seen[0][name].text
    asked = set(cameras[name].counters.requests)
    assert not [one for one in asked if FETCHED in one or one.startswith("GET")]
    assert any(one.startswith("POST") for one in asked)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("picture-crash", "decoder died (signal 11)"),
        ("picture-abort", "decoder died (signal 6)"),
        ("picture-hang", "stopped after 5 s"),
        ("picture-spin", "stopped after 5 s"),
        ("picture-eat", "the picture takes too much memory"),
        ("picture-fork", "decoder gave no answer"),
        ("picture-leave", "decoder gave no answer"),
    ],
)
def test_the_death_of_a_decoder_is_told(seen, name, words):
    """By its signal or the limit that it met, at the step of the picture alone; what was measured stays."""
    assert seen[0][name].words[0] == f"image.decode: {words}"
    assert "measured=Measured" in seen[0][name].text


def test_nothing_is_printed(seen):
    """No traceback, no warning of a library."""
    assert seen[1] == ""


@pytest.mark.parametrize("name", FLOODS)
def test_many_at_once_hold_no_more_than_their_replies(seen, name):
    """What all looks of a worker hold is bounded: for each, two copies of a reply and its tree."""
    many, ordinary = seen[0][f"0 {name}"], seen[0]["0 ordinary"]
    assert many.held - ordinary.held <= AT_ONCE * (2 * LIMITS.reply_bytes + TREE_MB * MEGABYTE)


def test_the_document_shows_the_table():
    """docs/hostile.md has a row for each mode, with what it does, what is said, seconds and megabytes of the code."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \| (.+) \| (\d+) s, (\d+) MB \|$", DOC.read_text("utf-8"), re.MULTILINE)
    shown = {name: (does, says, int(seconds), int(megabytes)) for name, does, says, seconds, megabytes in rows}
    assert {kind for cost in COSTS.values() for kind in cost.says.split(" or ")} <= {"", *KINDS}
    told = {
        name: " or ".join(f"`{kind}`" if kind else "nothing wrong" for kind in cost.says.split(" or "))
        for name, cost in COSTS.items()
    }
    assert shown == {n: (HOSTILE[n].does, told[n], round(c.seconds), c.megabytes) for n, c in COSTS.items()}
