"""A registry in a folder, filled with simulated cameras, and the settings with which commands work on it there."""

import os
import socket
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryFile

from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.services import sweeps
from camera_registry.services.sweeps import Scope
from camera_registry.store import credentials, districts
from camera_registry.store import sweeps as store
from camera_registry.vault import open_vault
from probes.visit import utc_now
from tests.acceptance.command import COMMAND, begin

EVERYTHING = Scope()
TYPED = "typed-Pa55word"
"""The password that people typed for every device."""


class Fleet:
    """Devices in a registry; `folder` is where commands run. `database`: its address, when it is no file there."""

    def __init__(self, folder: Path, database: str = "", **settings: object) -> None:
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("CAMERA_REGISTRY_")}
        known = {"SWEEP__NIGHTLY": "false", "SWEEP__LIGHT": "[]", "STATE_FOLDER": str(folder / "state")}
        known |= {"OUTGOING__LOOPBACK": "true", **({"REGISTRY__DATABASE": database} if database else {}), **settings}
        self.environment |= {f"CAMERA_REGISTRY_{name}": str(value) for name, value in known.items()}
        (folder / "var").mkdir(exist_ok=True)
        self.engine = open_database(database or f"sqlite:///{folder / 'var/registry.db'}")
        upgrade(self.engine)
        self.devices: list[int] = []

    def close(self) -> None:
        """The database is let go."""
        self.engine.dispose()

    def register(self, cameras, school="0790001", sites=1, **values):
        """The cameras are devices of a new school, spread over `sites` sites, each with the typed password and these
        `values`.
        """
        vault = open_vault(self.folder / "var/registry.key", {}, sealed_exist=False)
        with writing(self.engine) as session:
            school = _school(session, school)
            places = [Site(school_id=school.id, name=f"Cơ sở {n}") for n in range(sites)]
            session.add_all(places)
            session.flush()
            for number, camera in enumerate(cameras):
                known = {"school_id": school.id, "site_id": places[number % sites].id, "kind": "ip_camera"}
                ports = {"host": camera.host, "onvif_port": camera.onvif_port, **values}
                device = Device(code=f"IP-{number:02}", **known, **ports)
                session.add(device)
                session.flush()
                session.add(Channel(device_id=device.id, index=1, name=f"Camera {number}"))
                credentials.put(session, vault, device.id, "admin", TYPED, utc_now())
                self.devices.append(device.id)

    def ask(self, scope=EVERYTHING):
        """A sweep over everything, or over a part; its number."""
        with writing(self.engine) as session:
            return sweeps.ask(session, scope, "test", utc_now()).id

    def progress(self, number):
        """How far the sweep is."""
        with reading(self.engine) as session:
            return sweeps.progress(session, store.by_id(session, number), utc_now())

    def start(self, *words):
        """A command that goes on."""
        return subprocess.Popen(
            [str(COMMAND), *map(str, words)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def work_until_over(self, number, seconds=90):
        """A worker works until the sweep is over, and is then told to stop."""
        with TemporaryFile() as said, Path(os.devnull).open("r+b") as nothing:
            streams = (nothing.fileno(), nothing.fileno(), said.fileno())
            worker = begin([str(COMMAND), "work"], self.folder, self.environment, streams)
            try:
                until(lambda: self.progress(number).over, seconds)
            finally:
                worker.terminate()
                worker.wait(90)
            said.seek(0)
            return said.read().decode()


def until(condition, seconds=90.0):
    """Waits for `condition`; fails the test when it never comes."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def free_port():
    """A port of this machine at which nobody listens now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _school(session, code):
    district = districts.by_code(session, "26740") or District(code="26740", name="UBND phường A")
    session.add(district)
    session.flush()
    school = School(code=code, name=f"Trường {code}", managed_by=district.id)
    session.add(school)
    session.flush()
    return school
