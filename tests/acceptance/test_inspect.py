"""Proof: `inspect` on whole cameras: the verdict and why, the JSON of the contract, and the tables for people."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from probes.facts import paths
from probes.simulator import presets, running
from tests.acceptance.command import inspect

ROOT = Path(__file__).parents[2]
FINDING = {"rule", "subject", "outcome", "level", "decides", "expected", "seen", "fact", "fix", "why", "source"}
TOP = {"target", "observed_at", "verdict", "complete", "standard", "device", "ledger", "channels", "failures"}
DEVICE = {
    *("manufacturer", "model", "firmware", "serial", "mac", "onvif_profiles", "clock_offset_s", "time_source"),
    *("login_required", "auth_schemes", "locked_until", "tries_left", "findings"),
}
CHANNEL = {"name", "token", "index", "kind", "state", "via", "verdict", "complete", "streams", "findings"}
STREAM = {
    *("id", "role", "role_source", "uri", "transport", "rtsp", "declared", "capable", "sdp", "measured", "image"),
}
GROUPS = {
    "declared": {"codec", "width", "height", "fps", "bitrate_kbps", "gop", "rate_control", "source"},
    "capable": {"encodings", "source"},
    "sdp": {"codec", "width", "height", "fps"},
    "measured": {
        *("codec", "profile", "level", "width", "height", "fps", "fps_rtp", "fps_wall", "fps_method", "bitrate_kbps"),
        *("keyframe_interval_s", "keyframes", "seconds", "frames", "packets", "packets_lost", "longest_gap_s"),
        *("first_packet_ms", "first_keyframe_ms", "bytes", "interlaced", "stop_reason"),
        *("keyframe_gap_s", "intra_refresh"),
    },
    "image": {"light", "black", "frozen", "blurred", "covered", "no_signal", "luma_mean", "sharpness"},
}
LISTED = set(re.findall(r"^\| `(\w+\.\w+)` \|", (ROOT / "docs/inspect.md").read_text(encoding="utf-8"), re.MULTILINE))
FACT_GROUPS = {path.split(".")[0] for path in paths()}
AT_ONCE = 5
pytestmark = [
    pytest.mark.xdist_group("inspect"),  # one worker looks at all cameras once
    pytest.mark.timeout(400),  # which is one step before the first test
]

_GOOD = presets.good_h264()


def _main(**changes):
    """The good camera with another main stream."""
    channel = _GOOD.channels[0]
    return replace(
        _GOOD, channels=(replace(channel, streams=(replace(channel.streams[0], **changes), channel.streams[1])),)
    )


CAMERAS = {
    "good H.264": (_GOOD, 0, "compliant", {}),
    "good H.265 over Media2 alone": (presets.good_h265_media2_only(), 0, "compliant", {}),
    "720p that could do 1080p": (presets.hd720_can_1080(), 1, "reconfigure", {"resolution-main": "reconfigure"}),
    "720p that could not": (presets.hd720_cannot(), 1, "replace", {"resolution-main": "replace"}),
    "720p that does not say": (presets.hd720_silent(), 1, "repair", {"resolution-main": "survey"}),
    "MJPEG": (
        presets.mjpeg_only(),
        1,
        "replace",
        {
            "resolution-main": "replace",
            "codec-main": "replace",
            "frame-rate-main": "replace",
            "sub-stream": "reconfigure",
        },
    ),
    "declares 25 and sends 12": (
        _main(fps=12.0, declared_fps=25.0),
        1,
        "reconfigure",
        {"frame-rate-main": "reconfigure"},
    ),
    "4:3 sensor": (_main(width=2048, height=1536, fps=15.0), 0, "compliant", {}),
    "corridor": (_main(width=1080, height=1920, fps=15.0), 0, "compliant", {}),
    "no signal": (_main(scene="no_signal"), 1, "repair", {"picture": "repair"}),
    "clock three hours off": (replace(_GOOD, clock_offset_s=3 * 3600), 0, "compliant", {}),
    "local time said to be UTC": (replace(_GOOD, clock_is_local_time_labelled_utc=True), 0, "compliant", {}),
    "address of another network": (replace(_GOOD, xaddr_host="192.0.2.7"), 0, "compliant", {}),
    "viewer account": (replace(_GOOD, faults=frozenset({"viewer_only"})), 0, "compliant", {}),
    "no picture comes": (replace(_GOOD, faults=frozenset({"no_media"})), 1, "repair", {"rtsp-play": "repair"}),
    "locked": (replace(_GOOD, locked=True), 3, "unverified", {}),
    "no login asked for": (
        replace(_GOOD, onvif_auth=("none",), rtsp_auth="none"),
        1,
        "reconfigure",
        {"authentication": "reconfigure"},
    ),
}


@pytest.fixture(scope="module")
def all_inspected(tmp_path_factory):
    """Every camera of the table, looked at by the command, some at the same time: name -> (result, counters)."""
    with running(*(spec for spec, *_ in CAMERAS.values())) as cameras, ThreadPoolExecutor(AT_ONCE) as pool:
        folders = [tmp_path_factory.mktemp("inspect") for _ in cameras]

        def look(camera, folder):
            address = f"{camera.host}:{camera.onvif_port}"
            return inspect(folder, address, "--json", "--lang", "en", password=camera.spec.password)

        results = pool.map(look, cameras, folders)
        return {name: (r, c.counters) for name, r, c in zip(CAMERAS, results, cameras, strict=True)}


@pytest.fixture(params=CAMERAS)
def inspected(request, all_inspected):
    """One camera of the table: what the command said, what is expected of it, and what the camera counted."""
    result, counters = all_inspected[request.param]
    return result, CAMERAS[request.param][1:], counters


def test_verdict_and_failed_rules_are_those_of_the_table(inspected):
    """Exit status, verdict, and which rules failed with which fix."""
    result, (status, verdict, fixes), _ = inspected
    assert (result.status, result.json["verdict"]) == (status, verdict), result.out
    findings = [*result.json["device"]["findings"], *(f for c in result.json["channels"] for f in c["findings"])]
    assert {f["rule"]: f["fix"] for f in findings if f["outcome"] == "fail" and f["decides"]} == fixes


def test_no_camera_saw_two_sessions_or_a_session_without_an_end(inspected):
    """One RTSP session at a time, and TEARDOWN for each that was begun."""
    _, _, counters = inspected
    assert counters.sessions_peak <= 1
    assert counters.teardowns == counters.requests.get("PLAY", 0)
    assert counters.refused_in_all <= 1


def test_the_json_has_the_fields_of_the_contract_and_further_facts_that_are_listed(inspected):
    """Every object has its fields; a group may hold further facts of docs/inspect.md. A fact that could not be had is
    null, and the failures name its path.
    """
    data = inspected[0].json
    assert set(data) == TOP
    assert set(data["device"]) == DEVICE
    findings = list(data["device"]["findings"])
    for channel in data["channels"]:
        assert set(channel) == CHANNEL
        findings += channel["findings"]
        for stream in channel["streams"]:
            assert set(stream) == STREAM
            for name, fields in GROUPS.items():
                assert fields <= set(stream[name])
                assert {f"{name}.{key}" for key in set(stream[name]) - fields} <= LISTED
            assert all(set(reply) == {"status", "ms"} for reply in stream["rtsp"].values())
            assert "@" not in stream["uri"]
    assert findings
    assert all(set(f) == FINDING and set(f["source"]) == {"document", "clause", "state"} for f in findings)
    for failure in data["failures"]:
        assert set(failure) == {"step", "kind", "detail", "channel", "stream", "facts"}
        assert all(path.split(".")[0] in FACT_GROUPS for path in failure["facts"])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "vi",
            ["Chưa đáp ứng – cần chỉnh cấu hình", "Thiết bị khai báo", "Đo thực tế", "Giá trị tham khảo", "1280×720"],
        ),
        ("en", ["not compliant: change a setting", "Declared", "Measured", "working values", "1280×720"]),
    ],
)
def test_the_table_for_people_says_what_was_seen_and_what_to_do(tmp_path, lang, words):
    """Declared, capable and measured side by side, verdict, state of the source and fix, in both languages."""
    with running(presets.hd720_can_1080()) as (camera,):
        address = f"{camera.host}:{camera.onvif_port}"
        wide = {"COLUMNS": "160"}
        result = inspect(tmp_path, address, "--lang", lang, password=camera.spec.password, environment=wide)
    flat = " ".join(result.out.split()).lower()
    assert [w for w in words if w.lower() not in flat] == []


def test_a_bare_stream_address_cannot_fail_on_size_unless_its_role_is_known(tmp_path):
    """720p at an rtsp:// address may be the sub stream: unknown, exit 3. With `--role main` it fails."""
    with running(presets.hd720_cannot()) as (camera,):
        address, password = camera.rtsp_url("main"), camera.spec.password
        assumed = inspect(tmp_path, address, "--json", password=password)
        known = inspect(tmp_path, address, "--json", "--role", "main", password=password)
    size = {
        r.status: next(f for f in r.json["channels"][0]["findings"] if f["rule"] == "resolution-main")
        for r in (assumed, known)
    }
    assert (assumed.status, size[3]["outcome"]) == (3, "unknown")
    assert (known.status, size[1]["outcome"], size[1]["fix"]) == (1, "fail", "survey")
    assert all(
        f["outcome"] == "not_applicable" for f in known.json["device"]["findings"] if f["rule"] == "onvif-answers"
    )


def test_a_sub_stream_alone_is_unverified(tmp_path):
    """A bare address that is known to be the sub stream says nothing of the channel: exit 3."""
    with running(presets.good_h264()) as (camera,):
        result = inspect(tmp_path, camera.rtsp_url("sub"), "--json", "--role", "sub", password=camera.spec.password)
    assert result.status == 3
    assert json.loads(result.out)["channels"][0]["streams"][0]["measured"]["width"] == 640
