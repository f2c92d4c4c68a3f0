"""Proof: the wheel in an empty environment, outside the checkout, is all that an office needs: `init`, `serve`, a sweep
over simulated cameras, `backup`, `restore`, `doctor`.
"""

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace

import httpx2
import pytest

from camera_registry import demo as simulated
from camera_registry.cli import COMMANDS
from tests.acceptance.command import run
from tests.acceptance.proxying import free_port

pytestmark = pytest.mark.xdist_group("wheel")
SCHOOL = replace(simulated.DISTRICT[0], devices=simulated.DISTRICT[0].devices[:3])
TO_BE = {"CAM-01": "compliant", "CAM-02": "compliant", "CAM-03": "reconfigure"}
HAS_BACKUPS = {"backup", "restore"} <= set(COMMANDS)


class Office:
    """A folder of a registry, and the installed command over it, with settings for simulated cameras."""

    def __init__(self, folder, command):
        self.folder, self.command, self.port = folder, command, free_port()
        self.config = folder / "srv" / "config.toml"
        ours = {"OUTGOING__LOOPBACK": "true", "LIGHT__SUN": "always", "SWEEP__LIGHT": "[]", "WEB__PORT": str(self.port)}
        ours |= {
            "SWEEP__MBPS": "1000",
            "SWEEP__UPLINK_MBPS": "1000",
            "SWEEP__SHARE_NIGHT": "1",
            "SWEEP__SHARE_DAY": "1",
        }
        self.environment = {f"CAMERA_REGISTRY_{name}": value for name, value in ours.items()}
        self.environment |= {"PYTHONPATH": "", "CAMERA_REGISTRY_SWEEP__NIGHTLY": "false"}

    def run(self, *words, status=0):
        """What the command says; it has ended with this status."""
        config = [] if words[0] == "init" else ["--config", self.config]
        environment = self.environment | {"CAMERA_REGISTRY_STATE_FOLDER": str(self.folder / "srv" / "var" / "state")}
        told = run(self.folder, *words, *config, environment=environment, command=self.command, timeout=300)
        assert status in (None, told.status), (words, told.out[-2000:], told.err[-2000:])
        return told

    @contextmanager
    def serving(self):
        """`serve` runs, without a worker; its address."""
        words = [str(self.command), "serve", "--no-work", "--config", str(self.config)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")} | self.environment
        process = subprocess.Popen(words, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            yield process.stdout.readline().strip().rstrip("/")
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def _verdicts(office):
    told = {code: office.run("check", f"{SCHOOL.code}/{code}", "--json", status=None) for code in TO_BE}
    return {code: each.json["channels"][0]["verdict"] for code, each in told.items()}


@pytest.mark.timeout(1800)
def test_an_office_begins_with_the_wheel_alone(installed, tmp_path):
    """A registry is made; people sign in; cameras are registered, looked at and judged; everything is copied, lost, and
    back; and doctor finds nothing that is bad.
    """
    office = Office(tmp_path, installed)
    said = office.run("init", tmp_path / "srv", "--admin", "lan.nt", "--name", "Nguyễn Thị Lan", "--lang", "en")
    password = re.search(r"first login: (\S+)", said.out)[1]
    with office.serving() as address:
        assert address == f"http://127.0.0.1:{office.port}"
        form = {"login": "lan.nt", "password": password}
        answer = httpx2.post(f"{address}/login", data=form, headers={"Origin": address}, timeout=60)
        assert answer.status_code == 303
        assert httpx2.get(f"{address}/static/vendor/htmx.min.js", timeout=60).status_code == 200

    _swept(office, tmp_path)
    assert _verdicts(office) == TO_BE
    if HAS_BACKUPS:
        _lost_and_restored(office, tmp_path)
        assert _verdicts(office) == TO_BE

    with office.serving():
        told = office.run("doctor", "--json", "--lang", "en", status=None).json
    states = {each["name"]: each["state"] for each in told["checks"]}
    bad = {name for name, state in states.items() if state == "bad"}
    assert bad == (set() if HAS_BACKUPS else {"backup"}), told
    assert {name: states[name] for name in ("database", "key", "decoder", "front-end", "pages", "administrator")} == {
        **dict.fromkeys(("database", "key", "decoder", "front-end", "pages", "administrator"), "well")
    }


def _swept(office, folder):
    """The cameras are registered with their passwords, and were looked at."""
    lists = folder / "lists"
    lists.mkdir()
    with simulated.running((SCHOOL,)) as cameras:
        for name, body in simulated.files(cameras, (SCHOOL,)).items():
            (lists / name).write_bytes(body)
        office.run("import", lists)
        for box in SCHOOL.devices:
            secret = folder / "secret.txt"
            secret.write_text(box.camera.password, encoding="utf-8")
            login = ("--username", box.camera.username, "--password-file", secret)
            office.run("credential", f"{SCHOOL.code}/{box.code}", *login)
            secret.unlink()
        office.run("probe", "--all", status=None)


def _lost_and_restored(office, folder):
    """The machine burns down; what is left is the backup, and the key in another place."""
    key = folder / "safe" / "registry.key"
    key.parent.mkdir()
    office.run("backup", "--to", folder / "away", "--key-to", key)
    (copy,) = (folder / "away").glob("camera-registry-*.tar")
    shutil.rmtree(folder / "srv")
    office.run("restore", copy, "--key", key)
    office.run("backup")


def test_the_wheel_brings_the_units_and_the_example(installed):
    """Who has the wheel alone finds them in the environment."""
    shared = installed.parents[1] / "share" / "camera-registry"
    assert (shared / "nginx.conf").is_file()
    assert len(list((shared / "systemd").glob("*.service"))) >= 3
