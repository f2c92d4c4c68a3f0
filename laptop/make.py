"""Makes the folder that a technician carries: our packages and what they need, for Windows on an ordinary PC.

Strategy: the versions are those of constraints.txt, so the folder runs what was tested, as far as the version goes. pip
fetches wheels for Windows without running anything of theirs; what has none and is plain Python is made into a wheel
here. They are unpacked side by side into build/laptop/app, and every file that a wheel names is looked for, and every
package that `inspect` imports here. Python itself is added from the embeddable package of python.org, which is named by
--python and its --sha256: docs/laptop.md says how. Nothing here runs on Windows, so nothing here shows that it works
there.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import shutil
import subprocess  # pip, with words of our own  # nosec B404
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "laptop"
PYTHON = "3.11"
FOR_WINDOWS = ["--platform", "win_amd64", "--python-version", PYTHON, "--implementation", "cp", "--only-binary=:all:"]
MARKERS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "python_version": PYTHON,
    "extra": "",
}
STARTER = """@echo off
rem Starts camera-registry from this folder alone; nothing is installed.
chcp 65001 >nul
set PYTHONUTF8=1
set PYTHONDONTWRITEBYTECODE=1
"%~dp0python\\python.exe" -m camera_registry.cli %*
"""
IMPORTS = """
import sys, sysconfig
from importlib import import_module
for name in ("commands.inspect", "commands.bundle", "services.inspect", "store.login_memory"):
    import_module(f"camera_registry.{name}")
for name in ("probes.run", "probes.image.decode", "probes.image.alone", "probes.onvif.client"):
    import_module(name)
import_module("probes.onvif.client").warm_up()
here = sysconfig.get_path("purelib")
found = {name.partition(".")[0]: getattr(m, "__file__", None) or "" for name, m in [*sys.modules.items()]}
print(*(name for name, file in found.items() if file.startswith(here) and not name.startswith("_distutils")))
"""
"""Says what the commands of a laptop import of others."""
DONE_WITHOUT = {"packaging"}
"""What zeep imports where it is there."""
PATHS = "python311.zip\n.\n..\\app\n"
"""What the Python of the folder reads: its own library, and ours. It looks at no environment then."""


def main() -> int:
    """0 when the folder is whole but for Python, or with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--python", type=Path, metavar="ZIP", help="python-3.11.*-embed-amd64.zip of python.org")
    parser.add_argument("--sha256", metavar="HEX", help="with --python: what python.org says of the file")
    options = parser.parse_args()
    wheels, app = OUT / "wheels", OUT / "app"
    shutil.rmtree(app, ignore_errors=True)
    wheels.mkdir(parents=True, exist_ok=True)
    pins = [f"{name}=={version}" for name, version in sorted(_needed().items())]
    for pin in pins:
        _fetch(pin, wheels)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))
    own = max(wheels.glob("camera_registry-*.whl"))
    offline = ["--no-deps", "--no-index", "--no-compile", "--find-links", str(wheels), "--target", str(app)]
    _pip("install", *offline, *FOR_WINDOWS, *pins, str(own))
    missing = [*_missing(app), *_not_there(app, _imported())]
    (OUT / "camera-registry.bat").write_bytes(STARTER.replace("\n", "\r\n").encode())
    if options.python:
        _add_python(options.python, options.sha256 or "")
    _say(pins, missing, OUT / "python")
    return 1 if missing else 0


def _needed() -> dict[str, str]:
    """Name -> version of everything that is needed on Windows."""
    known = _pinned(ROOT / "constraints.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, found = [Requirement(text) for text in project["dependencies"]], dict[str, str]()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if not _holds(wanted, set()):
            continue
        if name not in known:
            raise SystemExit(f"{name}: has no exact version; add it to constraints.txt")
        if name in found and not wanted.extras:
            continue
        found[name] = known[name]
        waiting += _requirements(name, wanted.extras)
    return found


def _requirements(name: str, extras: set[str]) -> Iterator[Requirement]:
    """What a package needs on Windows, by what is installed of it here; what only Windows needs is leaves alone."""
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for each in map(Requirement, texts):
        if _holds(each, extras):
            each.marker = None
            yield each


def _holds(wanted: Requirement, extras: set[str]) -> bool:
    """True when this is needed on Windows by a package that is wanted with these extras."""
    marker = wanted.marker
    return marker is None or any(marker.evaluate({**MARKERS, "extra": extra}) for extra in ("", *extras))


def _pinned(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name.strip()): version.strip() for name, _, version in pairs}


def _fetch(pin: str, wheels: Path) -> None:
    """A wheel for Windows is in `wheels`; one that is made here has to be plain Python."""
    name, _, version = pin.partition("==")
    if any(_is(wheel, name, version) for wheel in wheels.glob("*.whl")):
        return
    try:
        _pip("download", "--no-deps", "--dest", str(wheels), *FOR_WINDOWS, pin, quiet=True)
    except subprocess.CalledProcessError:
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), pin)
        made = next(wheel for wheel in wheels.glob("*.whl") if _is(wheel, name, version))
        if not made.name.endswith("-none-any.whl"):
            made.unlink()
            raise SystemExit(f"{pin}: has no wheel for Windows") from None


def _is(wheel: Path, name: str, version: str) -> bool:
    parts = wheel.name.split("-")
    return canonicalize_name(parts[0]) == name and parts[1] == version


def _pip(*words: str, quiet: bool = False) -> None:
    command = [sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check", *words[1:]]
    silent = subprocess.DEVNULL if quiet else None
    subprocess.run(command, check=True, stderr=silent)  # noqa: S603  # our own words  # nosec B603


def _missing(app: Path) -> Iterator[str]:
    """Files that a wheel names and that are not there, and packages that are not."""
    for record in app.glob("*.dist-info/RECORD"):
        with record.open(encoding="utf-8", newline="") as file:
            for name, *_ in csv.reader(file):
                if not name.startswith("..") and not (app / name).exists() and not name.endswith(".pyc"):
                    yield f"{record.parent.name}: {name}"
    for name in ("camera_registry", "probes", "standards"):
        if not (app / name / "__init__.py").exists():
            yield name


def _imported() -> set[str]:
    """The names of all packages that an inspection with a bundle imports on this machine."""
    told = subprocess.run(  # noqa: S603  # our own words  # nosec B603
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(told.stdout.split())


def _not_there(app: Path, names: set[str]) -> Iterator[str]:
    """Those of `names` that nothing in the folder provides, and what was built for another system."""
    there = {path.name.partition(".")[0] for path in app.iterdir()} | DONE_WITHOUT
    yield from sorted(f"{name} (imported by inspect)" for name in names - there)
    yield from (f"{path.name} (built for another system)" for path in app.rglob("*.so"))


def _add_python(archive: Path, sha256: str) -> None:
    """Python stands in the folder, and reads what is there alone."""
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if not re.fullmatch(r"[0-9a-f]{64}", sha256.lower()) or found != sha256.lower():
        raise SystemExit(f"{archive.name}: its SHA-256 is {found}; give the one that python.org names with --sha256")
    shutil.rmtree(OUT / "python", ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(OUT / "python")
    (OUT / "python" / f"python{PYTHON.replace('.', '')}._pth").write_text(PATHS, encoding="ascii")


def _say(pins: list[str], missing: list[str], python: Path) -> None:
    size = sum(file.stat().st_size for file in (OUT / "app").rglob("*") if file.is_file())
    print(f"{len(pins)} packages and our own: {size / 2**20:.0f} MB in {(OUT / 'app').relative_to(ROOT)}")
    for each in missing:
        print(f"missing: {each}")
    if not python.is_dir():
        print(
            "Python is not in it: run again with --python python-3.11.*-embed-amd64.zip --sha256 HEX (docs/laptop.md)"
        )


if __name__ == "__main__":
    sys.exit(main())
