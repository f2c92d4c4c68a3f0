"""`demo`: a simulated district on this machine, registered, looked at, judged and shown like any other."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine

from camera_registry import app
from camera_registry import demo as simulated
from camera_registry.access.roles import ROLE_WORDS
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.passwords import password
from camera_registry.commands.probe import FOLLOW_S, read_progress, shown, sweep_through
from camera_registry.commands.serve import listening, run_pages, shown_address, worker_child
from camera_registry.commands.stopping import until_stopped
from camera_registry.config import PREFIX, Settings, load
from camera_registry.database import reading, writing
from camera_registry.reports.district import district_json, district_table
from camera_registry.services import sweeps
from camera_registry.services.editions import InForce
from camera_registry.services.overview import overview
from camera_registry.services.sweeps import Progress, Scope
from probes.visit import utc_now

PLAIN_WIDTH = 120
"""Of the table, where standard output is no terminal."""
SAID = {
    "preparing": {
        "vi": "Đang dựng các camera mô phỏng (lần đầu mất chừng nửa phút)…",
        "en": "Simulated cameras are being set up (half a minute the first time)…",
    },
    "taken": {
        "vi": "Cổng {wanted} đang được chương trình khác dùng; dùng cổng {port}.",
        "en": "Port {wanted} is taken by another program; using port {port}.",
    },
    "people": {
        "vi": "Đăng nhập bằng một trong các tài khoản sau (mật khẩu chỉ dùng cho lần chạy này):",
        "en": "Sign in as one of these (the passwords are of this run alone):",
    },
    "open": {
        "vi": "Mở {address} trong trình duyệt. Ctrl-C để dừng.",
        "en": "Open {address} in a browser. Ctrl-C ends.",
    },
}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "demo",
        help="a simulated district on this machine",
        description="Starts simulated cameras on loopback addresses, registers them as a district of schools,\n"
        "looks at each over real sockets, judges it, and shows the result in a browser. What it keeps is gone with it.",
        epilog="examples:\n  camera-registry demo --lang en\n  camera-registry demo --once --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--once", action="store_true", help="look at everything once, print what it came to, and end")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--port", type=int, metavar="N", help="port of the pages (default: web.port of the settings)")
    parser.add_argument("--password-mark-file", metavar="F", help=argparse.SUPPRESS)  # tests search for what leaks
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=demo)


def demo(options: argparse.Namespace) -> int:
    """0 when the district was looked at."""
    settings, _ = load(options.config)
    lang: str = options.lang or settings.language
    mark = password(options.password_mark_file) if options.password_mark_file else ""
    district = simulated.marked(simulated.DISTRICT, mark)
    _say("preparing", lang)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="camera-registry-demo-")))
        apart = simulated.apart(settings.model_copy(update={"language": lang}), folder)
        cameras = stack.enter_context(simulated.running(district))
        engine = stack.enter_context(app.registry(apart))
        with writing(engine) as session:
            simulated.register(session, app.vault(apart, engine), cameras, utc_now(), district)
            number = sweeps.ask(session, Scope(), "demo", utc_now()).id or 0
        if options.once:
            until_stopped(sweep_through(apart, engine, number, shown(lang)))
            _print(engine, number, lang, as_json=options.json)
        else:
            _show(apart, engine, number, folder, options.port, as_json=options.json)
    return 0


def _show(settings: Settings, engine: Engine, number: int, folder: Path, port: int | None, *, as_json: bool) -> None:
    """The pages, with a worker and the planner beside them, until a signal comes; what it came to is printed when it is
    known.
    """
    lang, wanted = settings.language, port or settings.web.port
    config = simulated.write_file(settings, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with listening("127.0.0.1", wanted, or_another=True) as listener, worker_child(config, environment):
        if listener.getsockname()[1] != wanted:
            _say("taken", lang, wanted=wanted, port=listener.getsockname()[1])
        _say_who(engine, lang)
        _say("open", lang, address=shown_address(listener))
        editions = InForce(engine, settings.standard)
        following = _following(engine, number, lambda: _print(engine, number, lang, as_json=as_json), shown(lang))
        with app.timetable(settings, engine, editions), following:
            run_pages(app.pages(settings, engine, editions), listener)


@contextmanager
def _following(
    engine: Engine, number: int, done: Callable[[], None], show: Callable[[Progress], None]
) -> Iterator[None]:
    """While the block goes on, `show` is told how far the sweep is, and `done` is called when it is over."""
    leaving = threading.Event()

    def follow() -> None:
        while not leaving.wait(FOLLOW_S):
            progress = read_progress(engine, number)
            show(progress)
            if progress.over:
                done()
                return

    thread = threading.Thread(target=follow, name="follow", daemon=True)
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()


def _print(engine: Engine, number: int, lang: str, *, as_json: bool) -> None:
    progress = read_progress(engine, number)
    seconds = ((progress.ended_at or utc_now()) - progress.planned_at).total_seconds()
    with reading(engine) as session:
        district = overview(session)
    if as_json:
        print(json.dumps(district_json(district, seconds)), flush=True)
    else:
        width = None if sys.stdout.isatty() else PLAIN_WIDTH
        Console(highlight=False, width=width).print(district_table(district, seconds, lang))


def _say_who(engine: Engine, lang: str) -> None:
    """Makes the people of the demo, and tells who they are."""
    with writing(engine) as session:
        people = simulated.register_people(session, utc_now())
    _say("people", lang)
    for person, first in people:
        print(f"  {person.login:<10} {first}  {ROLE_WORDS[person.role][lang]}", file=sys.stderr, flush=True)


def _say(name: str, lang: str, **values: object) -> None:
    print(SAID[name][lang].format(**values), file=sys.stderr, flush=True)
