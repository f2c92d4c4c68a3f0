"""Saved passwords and the key are shown by nothing, and no command takes a secret as an argument."""

import argparse
import asyncio
import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from camera_registry import cli
from camera_registry.access.routes import routes
from camera_registry.config import RegistrySettings, Settings
from camera_registry.database import reading, writing
from camera_registry.services.targets import Asking, target
from camera_registry.store import credentials, devices
from camera_registry.vault import KEY_VARIABLE, RenewedVault, Vault
from camera_registry.web.application import application
from probes.errors import CameraFault, OurFault
from probes.image.decode import Looker
from probes.outgoing import Networks
from probes.target import Credential, Limits, parse_address
from tests.camera_registry.registered import device
from tests.camera_registry.web.served import client, parts
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
KEY = bytes(range(32))
PASSWORD = "S3aled-in-the-vault"
ROOT = Path(__file__).parents[2]
SECRET = re.compile(r"pass|secret|token|key|credential|pin|otp|code-word", re.IGNORECASE)


@pytest.fixture
def camera(engine):
    """The id of a device with a saved password."""
    with writing(engine) as session:
        made = device(session)
        credentials.put(session, Vault(KEY), made.id, "quansat", PASSWORD, NOW)
        return made.id


def _asking(vault):
    return Asking(vault, lambda: EDITIONS, Limits(), Networks)


def _target(engine, camera):
    with writing(engine) as session:
        return target(session, devices.get(session, camera), _asking(Vault(KEY)), NOW)


def test_nothing_that_holds_a_secret_shows_it_in_words(engine, camera, tmp_path):
    """Logins, targets, vaults, settings and rows, alone and inside of each other, as `repr` and as text."""
    made = _target(engine, camera)
    assert made.credentials[0].password == PASSWORD
    with reading(engine) as session:
        row = credentials.current(session, camera)[0]
    vault = Vault(KEY)
    settings = Settings(registry=RegistrySettings(key_file=tmp_path / "key"))
    held = [made, made.credentials, row, vault, RenewedVault(lambda: vault), settings, _asking(vault)]
    shown = f"{held!r} {held!s} {[str(one) for one in held]} {vars(settings)}"
    for secret in (PASSWORD, repr(KEY), KEY.hex(), str(list(KEY))[1:-1]):
        assert secret not in shown


def test_no_route_gives_a_saved_password(engine, camera):
    """Every address that is read, of pages and of the API, with this device in it; and no answer has such a field."""
    known = {"school": "079-DG-01", "code": "DG-01", "index": "1", "edition": "hcmc-3288", "number": 1, "sweep_id": 1}
    known |= {"token": "x", "device": "DG-01", "site": "-", "kind": "waivers", "signature": "x"}
    known |= {"frozen": "CS-2026-0001", "form": "pdf"}
    browser, schema = client(engine, vault=lambda: Vault(KEY)), application(parts(engine)).openapi()
    paths = [path for _, method, path in routes() if method == "GET" and "static" not in path]
    paths.remove("/sweep/events")  # it does not end; what it says is what /sweep says
    asked = {
        path: browser.get(path.format(**known), params={"since": "2020-01-01", "at": "2030-01-01"}) for path in paths
    }
    asked["/schools"] = browser.get("/schools/079-DG-01")
    assert [path for path, answer in asked.items() if PASSWORD in answer.text] == []
    assert asked["/devices/{school}/{code}"].status_code == 200
    assert "quansat" in asked["/devices/{school}/{code}"].text
    fields = {name for model in schema["components"]["schemas"].values() for name in model.get("properties", ())}
    assert {name for name in fields if re.search(r"password|sealed|secret", name)} <= {"password", "sealed"}
    answered = {name for name in schema["components"]["schemas"] if not re.match(r"Body_|\w+Body$", name)}
    assert [n for n in answered if "password" in schema["components"]["schemas"][n].get("properties", ())] == []


def test_an_error_of_a_worker_tells_no_password_in_its_log(engine, camera, caplog):
    """What the edge of a look writes: the traceback without the values of its variables."""
    made = _target(engine, camera)

    def fails(target):
        login = target.credentials[0]
        raise ValueError(f"a fault of ours at {target!r} with {login!r}")

    try:
        fails(made)
    except ValueError:
        logging.getLogger("camera_registry.sweep.source").exception("Device cannot be looked at")
    assert "Traceback" in caplog.text
    assert PASSWORD not in caplog.text


def test_no_traceback_is_ever_printed_with_the_values_of_its_variables():
    """Nothing here sets up one that does, by rich, cgitb or the standard library."""
    banned = re.compile(r"show_locals|capture_locals|rich\.traceback|RichHandler|cgitb|locals\(\)")
    sources = [file for room in ("camera_registry", "probes", "standards") for file in (ROOT / room).rglob("*.py")]
    assert len(sources) > 300
    assert [str(file) for file in sources if banned.search(file.read_text(encoding="utf-8"))] == []


def test_a_target_with_its_passwords_is_written_nowhere():
    """`to_json` of a target is for a worker elsewhere: only the order of an agent calls it, which leaves sealed, and
    nothing copies all fields of one.
    """
    copied = re.compile(
        r"\b(_?target|credentials?|login)\.to_json\(|\b(asdict|vars)\(\w*(target|credential|login)\w*[,)]"
    )
    sources = [file for room in ("camera_registry", "probes") for file in (ROOT / room).rglob("*.py")]
    found = {str(file): copied.search(file.read_text(encoding="utf-8")) for file in sources}
    assert [file for file, hit in found.items() if hit] == [str(ROOT / "camera_registry" / "agents" / "messages.py")]


def test_the_process_that_decodes_pictures_is_told_no_key(monkeypatch):
    """The key of the environment is the application's; a hostile picture finds nothing."""
    monkeypatch.setenv(KEY_VARIABLE, "the key")

    async def environment():
        looker = Looker()
        try:
            with pytest.raises((CameraFault, OurFault)):
                await looker.look("mjpeg", b"no picture")
            (server,) = [p for p in psutil.Process().children() if "probes.image.server" in p.cmdline()]
            return server.environ()
        finally:
            await looker.aclose()

    told = asyncio.run(environment())
    assert "PATH" in told
    assert [name for name in told if name.startswith("CAMERA_REGISTRY")] == []


def _options(parser, words=()):
    """Every option and argument of a parser and of those below it, with the words that lead there."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from _options(below, (*words, name))
        else:
            yield words, action


def test_no_command_takes_a_secret_as_an_argument():
    """Every user of the machine reads arguments: what asks for a password or a key takes the name of a file."""
    found, files = [], []
    for words, action in _options(cli._parser([])):
        names = action.option_strings or [action.dest]
        takes = action.nargs != 0 and not isinstance(action, argparse._HelpAction)
        if not takes or not SECRET.search(" ".join([*names, action.dest])):
            continue
        (files if all(name.endswith("-file") for name in names) else found).append((words, names))
    assert found == []
    assert len(files) >= 7
    assert (("key", "rotate"), ["--new-key-file"]) in files


def test_a_secret_in_an_address_is_refused():
    """So that nobody is led to write one there."""
    with pytest.raises(ValueError, match="other users of this machine can read") as caught:
        parse_address(f"rtsp://admin:{PASSWORD}@192.0.2.1/")
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(Credential("1", "admin", PASSWORD))
