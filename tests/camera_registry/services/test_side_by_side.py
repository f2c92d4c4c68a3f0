"""Declared, capable and measured side by side: what differs is said in words."""

import pytest

from camera_registry.services.side_by_side import LESS, MORE, OTHER, stream_seen
from probes.facts import merge
from tests.standards.sheets import NOW, observed


def _line(name, **changes):
    sheet = merge(None, observed({key.replace("__", "."): value for key, value in changes.items()}, NOW))
    stream = sheet.channels[0].main()
    return next(line for line in stream_seen(stream, "").lines if line.name == name)


@pytest.mark.parametrize(
    ("name", "changes", "differs"),
    [
        ("fps", {"declared__fps": 25.0, "measured__fps": 8.0}, LESS),
        ("fps", {"declared__fps": 10.0, "measured__fps": 25.0}, MORE),
        ("fps", {"declared__fps": 25.0, "measured__fps": 24.0}, None),
        ("codec", {"declared__codec": "h264", "measured__codec": "h265"}, OTHER),
        ("bitrate", {"declared__bitrate_kbps": 4096, "measured__bitrate_kbps": 1000.0}, None),
        ("bitrate", {"declared__bitrate_kbps": 2000, "measured__bitrate_kbps": 4000.0}, MORE),
    ],
)
def test_a_difference_is_said_in_words(name, changes, differs):
    """Less, more or other than declared; within a tenth nothing, and a limit that is not reached is none."""
    assert _line(name, **changes).differs == differs


@pytest.mark.parametrize(("fps", "more"), [(8.0, True), (24.0, False)])
def test_a_device_that_could_send_more_is_marked(fps, more):
    """What it says it could do is clearly more than what arrives."""
    assert _line("fps", measured__fps=fps).more is more
