"""Proof: a camera of every make is looked at whole, with the habits of that make, and costs no refused login."""

import asyncio
from dataclasses import dataclass

import pytest

from camera_registry.reports.inspection import inspection_json
from camera_registry.services.inspect import judged
from probes import run
from probes.simulator import running_async
from probes.simulator.vendors import VENDORS
from probes.target import Address, Credential, Limits, Target, parse_address
from probes.visit import utc_now
from standards import load_edition, needs

AT_ONCE = 12
EDITION = load_edition("hcmc-3288")
pytestmark = [
    pytest.mark.xdist_group("vendors"),  # one worker looks at all makes once
    pytest.mark.timeout(400),  # which is one step before the first test
]


@dataclass(frozen=True)
class Expected:
    """What a look at one make must come to. `refusals` are those the camera itself counted."""

    verdict: str = "compliant"
    codec: str = "h264"
    manufacturer: str | None = None
    onvif: bool | None = True
    rtsp: bool | None = True
    schemes: tuple[str, ...] = ()
    refusals: int = 0
    failed: tuple[str, ...] = ()


EXPECTED = {
    "hikvision": Expected(codec="h265", manufacturer="HIKVISION"),
    "hilook": Expected(manufacturer="HiLook", schemes=("digest-md5", "digest-sha-256")),
    "dahua": Expected(codec="h265", manufacturer="Dahua", schemes=("usernametoken",)),
    "kbvision": Expected(manufacturer="KBVISION"),
    "imou": Expected(manufacturer="Imou"),
    "ezviz": Expected("unverified", onvif=None, failed=("sub-stream",)),
    "uniview": Expected(manufacturer="UNIVIEW", schemes=("digest-sha-256",)),
    "xiongmai": Expected("reconfigure", failed=("authentication",), manufacturer="H264", rtsp=False, refusals=1),
    "v380": Expected("reconfigure", failed=("authentication",), manufacturer="macro-video", rtsp=False),
    "tapo": Expected(manufacturer="tp-link"),
    "yoosee": Expected("reconfigure", failed=("authentication",), manufacturer="Technology", onvif=False),
    "reolink": Expected(manufacturer="Reolink"),
    "axis": Expected(manufacturer="AXIS"),
    "hanwha": Expected(manufacturer="Hanwha Techwin"),
}


def test_every_make_has_its_row():
    """No preset without what it must come to, and no row without a preset."""
    assert set(EXPECTED) == set(VENDORS)


@pytest.fixture(scope="module")
def looks():
    """What a look at each make came to as JSON, and how many logins the camera itself refused; a few at once."""
    return dict(zip(VENDORS, asyncio.run(_all([made() for made in VENDORS.values()])), strict=True))


async def _all(specs):
    async with running_async(*specs) as cameras:
        turn = asyncio.Semaphore(AT_ONCE)
        told = await asyncio.gather(*(_look(camera, turn) for camera in cameras))
        return [(one, camera.counters.refused_in_all) for one, camera in zip(told, cameras, strict=True)]


async def _look(camera, turn):
    spec = camera.spec
    address = Address("onvif", camera.host, onvif_port=camera.onvif_port)
    if "offline_onvif" in spec.faults:
        address = parse_address(camera.rtsp_url(spec.channels[0].streams[0]))
    login = Credential("1", spec.username, spec.password)
    target = Target("camera", address, (login,), needs=needs(EDITION), limits=Limits(picture=False))
    async with turn:
        observation = await run.look(target)
    return inspection_json(judged(address, EDITION, observation, utc_now()), "en")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_camera_of_this_make_is_looked_at_whole(looks, name):
    """Who it is, what it really sends, how it is logged in to, its verdict; what was refused at the camera."""
    told, refused = looks[name]
    expected = EXPECTED[name]
    main = next(s for s in told["channels"][0]["streams"] if s["role"] == "main")
    assert (main["measured"]["codec"], main["measured"]["width"], main["measured"]["height"]) == (
        *(expected.codec, 1920, 1080),
    )
    assert main["measured"]["fps"] == pytest.approx(25, rel=0.02)
    assert told["device"]["manufacturer"] == expected.manufacturer
    assert told["device"]["login_required"] == {"onvif": expected.onvif, "rtsp": expected.rtsp}
    assert set(expected.schemes) <= set(told["device"]["auth_schemes"] or ())
    assert refused == expected.refusals
    findings = [*told["channels"][0]["findings"], *told["device"]["findings"]]
    short = {f["rule"] for f in findings if f["decides"] and f["outcome"] in ("fail", "unknown")}
    assert (told["verdict"], short) == (expected.verdict, set(expected.failed))
