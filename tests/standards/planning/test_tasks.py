"""What to do: the steps at each camera, what it has alone, and what several share."""

from standards.planning.costs import Camera, Entry, Need, Unit, cost_of
from standards.planning.tasks import Step, todo
from tests.standards.planning.books import book, camera, item, use, work

BOOK = book(
    work("reconfigure"),
    work("repair", use(item("labour", 100)), use(item("visit", 50), "site")),
    work("replace", use(item("camera", 1000), "device")),
    work("network", use(item("line", 300, charged="yearly"), "site"), rule="uplink"),
)


def _todo(*cameras):
    return todo(cameras, cost_of(cameras, BOOK), BOOK)


def test_what_one_camera_has_alone_stands_with_it():
    """A visit for one camera is its own; for two it is shared by both."""
    (one,) = _todo(camera("a", "repair")).tasks
    assert (one.cost.first_year, one.shares) == (150, False)
    found = _todo(camera("a", "repair"), camera("b", "repair"))
    assert [(task.cost.first_year, task.shares) for task in found.tasks] == [(100, True), (100, True)]
    assert [(line.item.id, line.cameras) for line in found.shared] == [("visit", 2)]


def test_a_step_names_what_it_is_done_at():
    """A whole device is replaced, the line is that of the site, a supplier is named; two rules with one fix are one."""
    steps = _todo(
        camera("a", Need("reconfigure", "x"), Need("reconfigure", "y"), of_site=(Need("network", "uplink"),)),
        camera("b", "replace", supplier="B"),
    )
    assert [task.steps for task in steps.tasks] == [
        (Step("network", "site", of_site=True), Step("reconfigure", "a")),
        (Step("replace", "box-b", supplier="B"),),
    ]


def test_a_camera_behind_a_recorder_is_mended_where_it_fails():
    """What is wrong with the camera itself is done there, not at the channel of the recorder."""
    itself = Entry(Unit("c1", "cam", "ip_camera", "site"), (Need("repair", "picture"),))
    at_recorder = Entry(Unit("r5", "nvr", "nvr", "site"), (Need("reconfigure", "login"),))
    (task,) = _todo(Camera("r5", "school", (at_recorder, itself))).tasks
    assert task.steps == (Step("reconfigure", "r5"), Step("repair", "c1"))


def test_nothing_is_done_where_the_replacement_of_the_device_does_it():
    """A channel that only needs its settings, of a recorder that is replaced."""
    recorder = {"device": "dvr", "kind": "dvr"}
    found = _todo(camera("a", "replace", **recorder), camera("b", "reconfigure", **recorder))
    assert [(task.camera.key, task.steps) for task in found.tasks] == [("a", (Step("replace", "dvr"),)), ("b", ())]
    assert [task.cost.first_year for task in found.tasks] == [1000, 0]
