"""The pages as a person has them: `camera-registry serve` over a town, and Chromium in front of it."""

import atexit
import contextlib
import os
import shutil
import socket
import tempfile
import urllib.request
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from camera_registry.database import open_database, writing
from camera_registry.vault import open_vault
from tests.acceptance.command import COMMAND, begin
from tests.acceptance.foreign import left_out
from tests.camera_registry import town
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.people import signed_in

expect.set_options(timeout=20_000)  # five seconds are little where four tests share two cores
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Watched:
    """One window, and everything in it that should not be: errors, refused parts, requests that went elsewhere."""

    def __init__(self, browser, base, width, lang, token=""):
        self.base = base
        self.context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.context.add_cookies([{"name": "lang", "value": lang, "url": base}])
        sign_in(self.context, base, token)
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.wrong = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda r: None if r.url.startswith((base, "data:")) else self.wrong.append(r.url))

    def open(self, address):
        """The page at this address, loaded."""
        self.page.goto(self.base + address)
        return self.page

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def sign_in(context, base, token):
    """Who holds this token is signed in at the pages at `base`; nobody, when it is empty."""
    if token:
        context.add_cookies([{"name": "session", "value": token, "url": base}])


@contextlib.contextmanager
def chromium():
    """Chromium without a window, with a profile of its own; left out where it is not installed."""
    program = shutil.which("chromium")
    if program is None:
        left_out("Chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


def fill(folder):
    """A registry of the town in `folder`, as it was seen tonight; its engine. The town is made once in a process of the
    tests: each registry is a copy, with the same key.
    """
    (folder / "var").mkdir()
    for name in ("registry.db", "registry.key"):
        shutil.copy(_filled() / name, folder / "var" / name)
    return open_database(f"sqlite:///{folder / 'var' / 'registry.db'}")


@cache
def _filled():
    folder = Path(tempfile.mkdtemp(prefix="town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = new_registry(folder / "registry.db")
    vault = open_vault(folder / "registry.key", {}, sealed_exist=False)
    with writing(engine) as session:
        town.fill(session, vault, now=datetime.now(UTC))
    engine.dispose()  # the last connection leaves no log beside the file
    return folder


@contextlib.contextmanager
def served(folder, settings=None, port=None, *, work=False):
    """`serve` over the registry in `folder`, with `settings` of the environment, at `port` (None: any) and with a
    worker or without; its address.
    """
    if port is None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
    clean |= {"CAMERA_REGISTRY_SWEEP__NIGHTLY": "false", "CAMERA_REGISTRY_SWEEP__LIGHT": "[]", **(settings or {})}
    words = [str(COMMAND), "serve", *([] if work else ["--no-work"]), "--port", str(port)]
    reader, writer = os.pipe()
    with os.fdopen(reader, encoding="utf-8") as said, Path(os.devnull).open("rb") as nothing:
        process = begin(words, folder, clean, (nothing.fileno(), writer, 2))
        os.close(writer)
        try:
            address = said.readline().strip().rstrip("/")
            assert address.startswith("http://"), address
            yield address
        finally:
            process.terminate()
            process.wait(90)


def asked_once(engine, address, page):
    """The page was asked for, so that no browser waits for what a server makes at its first answer."""
    token = signed_in(engine, now=datetime.now(UTC))
    asked = urllib.request.Request(address + page, headers={"Cookie": f"session={token}"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        answer.read()
