"""More than one lens: dual-lens, thermal and visible, and the views of a fisheye, as channels of one device."""

import pytest

from probes.simulator import recorders
from tests.acceptance.field.looking import look, shown


@pytest.mark.field(20)
def test_two_lenses_are_two_channels_of_a_camera():
    """Two sources alone could be a recorder; the model says that it is a camera, which encodes itself."""
    seen, _ = look(recorders.dual_lens())
    assert shown(seen) == [("VideoSource_1", "ip", "direct", "live"), ("VideoSource_2", "ip", "direct", "live")]
    assert [[s.info.role for s in c.streams] for c in seen.channels] == [["main", "sub"]] * 2


@pytest.mark.field(20)
def test_the_thermal_sensor_is_a_channel_of_its_own_kind():
    """A rule on sizes does not speak of it."""
    seen, _ = look(recorders.thermal())
    assert [(c.name, c.info.kind, c.info.via) for c in seen.channels] == [
        ("Visible", "ip", "direct"), ("Thermal", "thermal", "direct")
    ]  # fmt: skip


@pytest.mark.field(9)
@pytest.mark.field(20)
@pytest.mark.parametrize("media", [("media1", "media2"), ("media1",), ("media2",)])
def test_views_of_a_fisheye_are_not_sub_streams_of_each_other(media):
    """One source, three view configurations: three channels, each with its own main and sub stream."""
    seen, _ = look(recorders.fisheye(media=media))
    assert [(c.token, c.name) for c in seen.channels] == [
        ("VideoSource_1", "Fisheye"), ("VideoSource_1/VSC_pano", "Panorama"), ("VideoSource_1/VSC_ptz", "PTZ")
    ]  # fmt: skip
    assert {(c.info.kind, c.info.via) for c in seen.channels} == {("fisheye", "direct")}
    assert [[(s.id, s.info.role) for s in c.streams] for c in seen.channels] == [
        [(f"main{n}", "main"), (f"sub{n}", "sub")] for n in (1, 2, 3)
    ]
