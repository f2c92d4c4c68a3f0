"""`serve`: the pages and the API, the timetable of the nights, and a worker beside them."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from camera_registry import app
from camera_registry.collector import look_seldom
from camera_registry.commands.options import Commands, UsageError, add_common
from camera_registry.config import load
from camera_registry.services.editions import InForce
from camera_registry.sweep.child import WorkerChild
from camera_registry.watching import logs

HIGHEST_PORT = 65535
STOPPING_S = 5
"""What requests under way may take when the program is told to end."""
_log = logging.getLogger("camera_registry.serve")


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "serve",
        help="show the pages, plan the nights, and look at devices",
        description="Shows the pages and the API, plans the sweep of each night, and starts a worker beside it.",
        epilog="example:\n  camera-registry serve --port 8080",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", metavar="H", help="address to listen at (default: web.listen of the settings)")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen at (default: web.port of the settings)")
    parser.add_argument("--no-work", action="store_true", help="start no worker: `work` runs elsewhere")
    add_common(parser)
    parser.set_defaults(run=serve)


def serve(options: argparse.Namespace) -> int:
    """Serves until a signal comes; 0."""
    settings, source = load(options.config)
    logs.begin(settings.log.form, settings.log.level)
    with ExitStack() as stack:
        engine = stack.enter_context(app.registry(settings))
        app.vault(settings, engine)
        editions = InForce(engine, settings.standard)
        editions()
        address = (options.host or settings.web.listen, options.port or settings.web.port)
        refuse_in_clear(address[0], https=settings.web.https)
        listener = stack.enter_context(listening(*address))
        stack.enter_context(app.timetable(settings, engine, editions))
        if not options.no_work:
            stack.enter_context(worker_child(source))
        print(shown_address(listener), flush=True)
        run_pages(app.pages(settings, engine, editions), listener, settings.web.proxies)
    return 0


def refuse_in_clear(host: str, *, https: bool) -> None:
    """Raises UsageError where passwords of people would cross a network that others can read."""
    if not https and not _is_loopback(host):
        raise UsageError(
            f"{host} can be reached from other machines, and passwords would cross the network in clear text: put a "
            "proxy with TLS in front and set web.https = true and web.proxies, or listen at 127.0.0.1"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@contextmanager
def worker_child(config: Path | None, environment: Mapping[str, str] | None = None) -> Iterator[WorkerChild]:
    """A worker that runs while the block does, with the settings of `config` and of `environment` (None: ours)."""
    given: Sequence[str] = ("--config", str(config)) if config else ()
    child = WorkerChild([sys.executable, "-m", "camera_registry.cli", *given, "work", "--with-parent"], environment)
    child.start()
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def listening(host: str, port: int, *, or_another: bool = False) -> Iterator[socket.socket]:
    """A socket that listens at `host` and `port`; at any free port when that one is taken and `or_another`.

    Raises UsageError when it cannot.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise UsageError(f"{port} is no port; use 1 to {HIGHEST_PORT}")
    try:
        made = _bound(host, port)
    except OSError as error:
        if not or_another:
            raise UsageError(f"{host}:{port} cannot be listened at ({error.strerror}); name another --port") from None
        made = _bound(host, 0)
    try:
        yield made
    finally:
        made.close()


def shown_address(listener: socket.socket) -> str:
    """Where the pages are, as a browser takes it."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run_pages(pages: FastAPI, listener: socket.socket, proxies: Sequence[str] = ()) -> None:
    """The pages are answered at `listener` until a signal comes; then requests under way end first. What `proxies` say
    of who asks (X-Forwarded-For) is taken.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    look_seldom()
    config = uvicorn.Config(
        pages,
        log_config=None,  # its lines have the form of ours
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=STOPPING_S,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        _log.info("Stopped")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, proto)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made


def _interrupt(_number: int, _frame: object) -> NoReturn:
    """A polite signal to end unwinds like Ctrl-C, so that the worker is stopped in order."""
    raise KeyboardInterrupt
