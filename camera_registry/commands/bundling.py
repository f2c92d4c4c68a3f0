"""How `inspect` puts what it sees into a bundle: its options, the list of targets, and what it says of the file."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from camera_registry import app
from camera_registry.bundles import document, file, signing
from camera_registry.bundles.document import Heading
from camera_registry.bundles.signing import LaptopKey
from camera_registry.commands.acting import user
from camera_registry.commands.options import UsageError
from camera_registry.config import Settings
from camera_registry.services.inspect import Inspection
from probes.visit import utc_now
from standards.model import Text

MOST_TARGETS = 200
ADDED: Text = {
    "vi": "Đã ghi vào {file}: {looks} kết quả của trường {school}. Mã khóa máy này: {key}",
    "en": "Added to {file}: {looks} looks of school {school}. Fingerprint of this machine: {key}",
}


@dataclass(frozen=True)
class Named:
    """One target as it was written, and the code of its device where somebody said it."""

    target: str
    device: str = ""


@dataclass(frozen=True)
class Packing:
    """The file that looks are added to, and who signs it."""

    path: Path
    heading: Heading
    key: LaptopKey
    state: Path

    def add(self, inspection: Inspection, device: str, passwords: Collection[str], lang: str) -> str:
        """The look stands in the file; what is to be said of it. Raises BundleError."""
        look = document.look_line(device, inspection.address, inspection.observation, passwords)
        looks = file.add(self.path, self.heading, look, self.key, utc_now(), self.state)
        known = signing.fingerprint(self.key.public)
        return ADDED[lang].format(file=self.path, looks=looks, school=self.heading.school, key=known)


def add_bundling(parser: argparse.ArgumentParser) -> None:
    """The options of a bundle, and of several targets in one call."""
    parser.add_argument("--bundle", metavar="FILE", type=Path, help="add what was seen to this file, for the server")
    parser.add_argument("--school", metavar="CODE", help="with --bundle: the school where the device stands")
    parser.add_argument(
        "--device", metavar="CODE", default="", help="with --bundle: its code in the registry, if known"
    )
    parser.add_argument(
        "--targets", metavar="FILE", type=Path, help="instead of TARGET: a file of lines HOST[:PORT] [CODE]"
    )


def packing(options: argparse.Namespace, settings: Settings) -> Packing | None:
    """The bundle of these options, before any camera is asked; None: nothing is to be kept. Raises UsageError,
    BundleError.
    """
    if options.bundle is None:
        if options.school or options.device:
            raise UsageError("--school and --device are for --bundle FILE; say which file")
        return None
    school = (options.school or "").strip()
    if not 0 < len(school) <= 100 or not school.isprintable():
        raise UsageError("--bundle needs --school CODE: the code of the school in the registry")
    state = app.state_folder(settings)
    key = signing.key_of(state)
    heading = Heading(school, user()[:100], version("camera-registry"), key.public)
    file.may_add(options.bundle, heading)
    return Packing(options.bundle, heading, key, state)


def targets(options: argparse.Namespace) -> list[Named]:
    """What is to be looked at: the TARGET, or the lines of --targets. Raises UsageError."""
    if options.targets is None:
        return [Named(options.target, options.device)] if options.target is not None else []
    if options.target is not None or options.device:
        raise UsageError("--targets names all: leave out TARGET and --device; write the code after the address")
    found = [_named(number, line) for number, line in enumerate(_lines(options.targets), 1)]
    named = [each for each in found if each is not None]
    if not 0 < len(named) <= MOST_TARGETS:
        raise UsageError(f"--targets: {options.targets}: name 1 to {MOST_TARGETS} devices, one a line")
    return named


def _lines(path: Path) -> list[str]:
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"--targets: {path}: is no file")
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"--targets: {path}: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"--targets: {path}: cannot be read: {error.strerror}") from None


def _named(number: int, line: str) -> Named | None:
    words = line.partition("#")[0].split() if not line.lstrip().startswith(("http", "rtsp")) else line.split()
    if not words:
        return None
    if len(words) > 2:
        raise UsageError(f"--targets: line {number}: write HOST[:PORT], and after a space the code of the device")
    return Named(*words)
