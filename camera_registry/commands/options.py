"""What every command takes, before its name and after it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from camera_registry.numbers import number_of
from probes.told import ToldError
from standards.model import LANGUAGES

Commands = argparse._SubParsersAction


class UsageError(ToldError):
    """The command was called in a way that cannot work; the text says what to write."""


def add_common(parser: argparse.ArgumentParser, **defaults: object) -> None:
    """`--config` and `--debug`; without `defaults` they stand only where they were written."""
    config, debug = (defaults.get(name, argparse.SUPPRESS) for name in ("config", "debug"))
    text = "settings (default: config.toml in this folder)"
    parser.add_argument("--config", type=Path, metavar="FILE", default=config, help=text)
    parser.add_argument(
        "--debug", action="store_true", default=debug, help="log everything, and show our own errors whole"
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """`--lang`, which goes over the language of the settings."""
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the texts")


def kept_number(text: str) -> int:
    """The number of something that is kept. Raises ArgumentTypeError."""
    number = number_of(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text[:50]!r} is no number; write it like 12")
    return number


def complain(text: str) -> None:
    """Each line of `text` on standard error, with the name of the program before it."""
    for line in text.splitlines():
        print(f"camera-registry: {line}", file=sys.stderr)
