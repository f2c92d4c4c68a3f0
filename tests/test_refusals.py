"""The count of refused logins at simulated cameras: what fails a test, and what does not."""

import subprocess
import sys
import textwrap

import pytest

from probes.simulator.refusals import JOURNAL
from tests.refusals import read, too_many

ONE = {"camera": "c", "door": "onvif", "operation": "GetScopes", "username": "admin", "header": "", "created": "",
       "only_stale": False}  # fmt: skip
TWO_TRIES = """
import pytest, requests
from probes.simulator import presets, running
{mark}
def test_it():
    with running(presets.good_h264(onvif_auth=("digest",))) as (camera,):
        for _ in range(2):
            body = ('<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetScopes '
                    'xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>')
            requests.post(camera.onvif_url, body, headers={{"Authorization": 'Digest username="a", nonce="b"'}})
"""


def _token(created):
    return {**ONE, "created": created}


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        ([ONE], 1),
        ([ONE, {**ONE, "door": "rtsp"}], 2),
        ([ONE, {**ONE, "camera": "d"}], 1),
        ([ONE, {**ONE, "only_stale": True}], 1),
        ([_token("2026-11-23T12:00:00Z"), _token("2026-11-23T05:00:01Z")], 1),
        ([_token("2026-11-23T12:00:00Z"), _token("2026-11-23T12:00:01Z")], 2),
        ([_token("2026-11-23T12:00:00Z"), _token("2026-11-23T05:00:01Z"), _token("2026-11-23T06:00:01Z")], 2),
    ],
)
def test_one_refused_login_a_camera_and_one_more_in_the_zone_case(lines, counted):
    """Two at one camera are too many at whichever door; a stale nonce is none, and a token dated anew is allowed."""
    assert bool(too_many(lines, counted - 1))
    assert not too_many(lines, counted)
    assert bool(too_many(lines)) == (counted > 1)


@pytest.mark.parametrize(("mark", "failed"), [("", True), ('@pytest.mark.refusals(2, "for a reason")', False)])
def test_a_test_that_costs_a_camera_a_second_refusal_fails(tmp_path, mark, failed):
    """The guard stands in front of every test, and only a mark with a reason lets more through."""
    (tmp_path / "test_it.py").write_text(textwrap.dedent(TWO_TRIES.format(mark=mark)), encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", "pyproject.toml", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode != 0) == failed
    assert ("refused 2 logins, which the rules do not allow" in done.stdout) == failed


def test_each_line_is_read_once_and_none_before_it_is_whole(tmp_path, monkeypatch):
    """A test is judged by what cameras refused since the test before it."""
    file = tmp_path / "journal"
    monkeypatch.setenv(JOURNAL, str(file))
    file.write_bytes(b'{"camera": "a"}\n{"camera": "b"}\n{"cam')
    first, end = read()
    assert [line["camera"] for line in first] == ["a", "b"]
    assert read(end) == ([], end)
    with file.open("ab") as more:
        more.write('era": "cổng"}\n'.encode())
    (line,), end = read(end)
    assert (line["camera"], read(end)) == ("cổng", ([], end))
