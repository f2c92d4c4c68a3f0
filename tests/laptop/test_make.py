"""The folder that a technician carries: which packages are in it, and what is seen to be missing."""

import importlib.util
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def make():
    """The script, read as a module."""
    spec = importlib.util.spec_from_file_location("laptop_make", ROOT / "laptop" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_that_windows_needs_has_an_exact_version(make):
    """What the project names and what that needs there; nothing that is for developing."""
    needed = make._needed()
    assert {"av", "opencv-python-headless", "zeep", "cryptography", "psycopg-binary", "tzdata"} <= set(needed)
    assert not {"pytest", "ruff", "uvloop"} & set(needed)
    assert all(needed.values())


def test_what_inspect_imports_is_among_what_is_needed(make):
    """By the names of the packages here."""
    imported = make._imported()
    assert {"av", "cv2", "zeep", "cryptography", "pydantic"} <= imported
    assert "pytest" not in imported


def test_a_file_that_is_missing_or_of_another_system_is_seen(make, tmp_path):
    """By the list of the wheel, by what is imported, and by its name."""
    info = tmp_path / "x-1.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("x/__init__.py,,\nx/gone.py,,\n", encoding="utf-8")
    for name in ("x", "camera_registry", "probes", "standards"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    (tmp_path / "x" / "fast.cpython-311-x86_64-linux-gnu.so").touch()
    assert list(make._missing(tmp_path)) == ["x-1.dist-info: x/gone.py"]
    seen = list(make._not_there(tmp_path, {"x", "y"}))
    assert seen == ["y (imported by inspect)", "fast.cpython-311-x86_64-linux-gnu.so (built for another system)"]


def test_python_is_taken_only_as_it_was_named(make, tmp_path, monkeypatch):
    """Another SHA-256 stops; then it reads what stands in the folder alone."""
    monkeypatch.setattr(make, "OUT", tmp_path)
    archive = tmp_path / "python-embed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("python.exe", b"x")
        packed.writestr("python311._pth", b"python311.zip\n.\n")
    with pytest.raises(SystemExit, match="its SHA-256 is"):
        make._add_python(archive, "0" * 64)
    make._add_python(archive, make.hashlib.sha256(archive.read_bytes()).hexdigest())
    assert (tmp_path / "python" / "python311._pth").read_text(encoding="ascii").splitlines()[-1] == "..\\app"
