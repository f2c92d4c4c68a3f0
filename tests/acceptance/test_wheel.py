"""Proof: the built wheel, installed alone in an empty environment outside the checkout, inspects a camera."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import inspect

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("wheel")  # one worker builds it


def test_the_wheel_holds_the_migrations(wheel):
    """Everything that makes a database stands in the wheel: Alembic's entry and every migration of the checkout."""
    held = set(zipfile.ZipFile(wheel).namelist())
    folder = ROOT / "camera_registry" / "migrations"
    wanted = [*folder.glob("*.py"), *folder.glob("*.mako"), *folder.glob("versions/*.py")]
    assert len(wanted) >= 3
    assert {str(path.relative_to(ROOT)) for path in wanted} <= held


def test_the_wheel_holds_the_settings_that_init_writes(wheel):
    """The commented file of the project, byte by byte."""
    held = zipfile.ZipFile(wheel).read("camera_registry/config.toml")
    assert held == (ROOT / "config.toml").read_bytes()


def test_the_wheel_holds_the_pages(wheel):
    """Templates, catalogues, our own files and those of the front-end packages: whatever a page asks for."""
    held = set(zipfile.ZipFile(wheel).namelist())
    folder = ROOT / "camera_registry"
    kinds = {"web/**/*.html": 5, "reports/**/*.typ": 1, "web/**/*.po": 1, "web/static/*.*": 2, "web/static/vendor/*": 2}
    for pattern, least in kinds.items():
        wanted = {str(path.relative_to(ROOT)) for path in folder.glob(pattern)}
        assert len(wanted) >= least, pattern
        assert wanted <= held
    copied = tomllib.loads((ROOT / "front" / "files.toml").read_text(encoding="utf-8"))["files"].values()
    assert {f"camera_registry/web/static/vendor/{name}" for name in copied} <= held


def test_a_wheel_without_the_front_end_files_is_not_built(tmp_path):
    """The build ends with a sentence that says what to run."""
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "front").mkdir()
    shutil.copy(ROOT / "front" / "files.toml", tmp_path / "front")
    for package in ("camera_registry", "probes", "standards"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", str(tmp_path)]
    done = subprocess.run(build, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode != 0
    wanted = tomllib.loads((ROOT / "front" / "files.toml").read_text(encoding="utf-8"))["files"].values()
    assert f"{', '.join(wanted)} missing: run `make front`" in done.stdout + done.stderr


@pytest.mark.timeout(900)
def test_the_wheel_alone_inspects_a_camera(installed, tmp_path):
    """ONVIF, RTSP, the picture and the standard all work from the wheel: editions and descriptions are in it."""
    with running(good_h264()) as (camera,):
        address = f"{camera.host}:{camera.onvif_port}"
        result = inspect(tmp_path, address, "--json", password=camera.spec.password, command=installed)
    assert result.status == 0, result.err
    channel = result.json["channels"][0]
    assert result.json["verdict"] == "compliant"
    assert channel["streams"][0]["measured"]["width"] == 1920
    assert channel["streams"][0]["image"]["light"] == "day"
    assert result.err == ""
