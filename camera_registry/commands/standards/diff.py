"""`standards diff`: which rules of two editions differ, and in what."""

from __future__ import annotations

import argparse
import json
from typing import Any

from camera_registry import app
from camera_registry.commands.options import Commands, add_common
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.services.edition_texts import resolve
from standards.differences import Difference, differences


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "diff",
        help="which rules of two editions differ, and in what",
        description="Lists every key of every rule that stands otherwise in B than in A.",
        epilog="example:\n  camera-registry standards diff hcmc-3288@draft-1 hcmc-3288",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("before", metavar="A", help="id, id@version, or the path of a file")
    parser.add_argument("after", metavar="B", help="id, id@version, or the path of a file")
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """0 when they say the same, 1 when anything differs."""
    settings, _ = load(options.config)
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        before, after = (warned(resolve(session, name)) for name in (options.before, options.after))
    found = differences(before, after)
    print(f"{before.name} -> {after.name}")
    for rule in dict.fromkeys(each.rule for each in found):
        print(f"{rule or 'the edition itself'}")
        for each in found:
            if each.rule == rule:
                print(f"    {_line(each)}")
    return 1 if found else 0


def _line(each: Difference) -> str:
    if not each.key:
        return "is new" if each.before is None else "is gone"
    return f"{each.key}: {in_toml(each.before)} -> {in_toml(each.after)}"


def in_toml(value: Any) -> str:
    """The value as it is written in an edition."""
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
