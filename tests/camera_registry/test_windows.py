"""What runs on a laptop needs nothing that Windows has not; `tests.as_on_windows` says what that shows and what not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from camera_registry.bundles.document import read
from probes.simulator import presets, running

ROOT = Path(__file__).parents[2]


def _as_on_windows(tmp_path, *words):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
    clean |= {"CAMERA_REGISTRY_STATE_FOLDER": str(tmp_path / "state"), "PYTHONPATH": str(ROOT)}
    called = [sys.executable, "-m", "tests.as_on_windows", *words]
    return subprocess.run(called, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize("words", [["--help"], ["inspect", "--help"], ["bundle", "--help"]])
def test_help_needs_nothing_that_windows_has_not(tmp_path, words):
    """Every command is read for the help of all; those for a laptop by themselves."""
    done = _as_on_windows(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_a_camera_is_inspected_without_what_windows_has_not(tmp_path):
    """With its login, its streams, and a picture that a spawned child has looked at; it is put into a bundle."""
    password = tmp_path / "password.txt"
    bundle = ("--school", "0790123", "--bundle", str(tmp_path / "a.bundle"))
    with running(presets.good_h264()) as (camera,):
        password.write_text(camera.spec.password, encoding="utf-8")
        login = ("--username", "admin", "--password-file", str(password))
        done = _as_on_windows(tmp_path, "inspect", f"{camera.host}:{camera.onvif_port}", "--json", *login, *bundle)
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert told["verdict"] == "compliant"
    assert len(read((tmp_path / "a.bundle").read_bytes()).looks) == 1
    assert told["channels"][0]["streams"][0]["image"]["light"] == "day"
