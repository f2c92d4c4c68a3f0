"""The command line: a menu of commands. Each stands in a file of its own in `commands`, and only these print.

Exit status: 0, 1 and 3 are said by each command; 2 is wrong usage, or our own error; 141 when nobody reads on.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import os
import select
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

from camera_registry import core_dumps
from camera_registry.commands.options import add_common, complain
from probes.told import ToldError

OUR_ERROR = 2
GARBAGE = (50_000, 20, 100)
"""How many objects are made before those that nobody has any more are looked for: a command reads two thousand files of
modules, of which all stay, and looking took a sixth of its time.
"""
NOBODY_READS = 141
COMMANDS = {
    "init": "init",
    "inspect": "inspect",
    "bundle": "bundle",
    "capture": "capture",
    "discover": "discover",
    "import": "imports",
    "credential": "credential",
    "key": "key",
    "probe": "probe",
    "sweep": "sweep",
    "check": "check",
    "changes": "changes",
    "timeline": "changes",
    "report": "report",
    "readiness": "readiness",
    "waiver": "waiver",
    "plan": "plan",
    "answer": "answer",
    "answers": "answers",
    "seen-on-site": "seen_on_site",
    "standards": "standards",
    "acceptance": "acceptance",
    "audit": "audit",
    "erase": "erase",
    "backup": "backup",
    "restore": "restore",
    "copy": "copy",
    "user": "user",
    "serve": "serve",
    "work": "work",
    "agent": "agent",
    "agents": "agents",
    "doctor": "doctor",
    "demo": "demo",
}
"""The file in `commands` of each command, in the order of the help. Only that of the command that was called is read:
a list waits for no video library. To add one: a file there with `add`, and its line here.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status. The process may hold passwords from here on: it is never dumped."""
    core_dumps.forbid()
    gc.set_threshold(*GARBAGE)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Vietnamese letters gets question marks
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    unread = [word for word in words if not word.isascii() and any("\ud800" <= sign <= "\udfff" for sign in word)]
    if unread:
        complain(f"{unread[0][:100]!a}: is not UTF-8; write it in UTF-8")
        return OUR_ERROR
    options = _parser(words).parse_args(words)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.ERROR, stream=sys.stderr)
    try:
        return _run(options)
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            return NOBODY_READS
        if options.debug:
            raise
        complain(f"our own error: {type(error).__name__}; run again with --debug and send us what it prints")
        return OUR_ERROR


def _run(options: argparse.Namespace) -> int:
    """The exit status of the command; what is for the person who called is said. All that it printed is sent."""
    try:
        status: int = options.run(options)
    except ToldError as error:
        complain(str(error))
        return OUR_ERROR
    except KeyboardInterrupt:
        return 130
    sys.stdout.flush()
    return status


def _nobody_reads() -> bool:
    """True when whoever read what is printed (`head`, `less`) has had enough; then nothing more is sent."""
    if not hasattr(select, "poll"):  # Windows: a pipe that broke is what there is to go by
        return True
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command that `words` name, or of all of them where they name none and ask for help."""
    parser = argparse.ArgumentParser(prog="camera-registry", description="Camera inventory and standards checker.")
    parser.add_argument("--version", action="version", version=version("camera-registry"))
    add_common(parser, config=None, debug=False)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    named = [COMMANDS[word] for word in words if word in COMMANDS][:1]
    every = [] if "--version" in words else dict.fromkeys(COMMANDS.values())
    for module in named or every:
        import_module(f"camera_registry.commands.{module}").add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
