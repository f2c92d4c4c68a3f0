"""The units of systemd: what they run is there, and each is shut in as far as the program can bear it."""

import ast
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from camera_registry.cli import COMMANDS
from tests.acceptance.foreign import left_out

FOLDER = Path(__file__).parents[2] / "install" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"), key=lambda path: path.name)
SHUT = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateDevices": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "SystemCallFilter": "@system-service\n~@privileged",
    "LimitCORE": "0",
    "StateDirectoryMode": "0700",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "SystemCallArchitectures": "native",
}
HIGHEST = "1.5"
"""What systemd may reckon a unit exposed, of 10."""


class _Many(dict):
    """Sections and keys; a key that stands there again goes on in a line of its own."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self:
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def _read(path):
    parser = configparser.RawConfigParser(strict=False, dict_type=_Many, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_shut_in(path):
    """Every key of the list stands in it with its value, and it runs as a user of its own."""
    service = _read(path)["Service"]
    assert {key: service[key] for key in SHUT} == SHUT
    assert service["User"] == service["StateDirectory"] == Path(service["WorkingDirectory"]).name
    assert service["User"] != "root"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_systemd_reckons_it_well_shut_in(path):
    """`systemd-analyze security` of the file alone: below the highest exposure that is allowed."""
    program = shutil.which("systemd-analyze")
    if program is None:
        left_out("systemd-analyze", "systemd")
    words = [program, "security", "--offline=true", f"--threshold={HIGHEST.replace('.', '')}", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
    (exposed,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposed) <= float(HIGHEST)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_a_command_that_there_is(path):
    """The program where the document says it is installed, with a word that it knows."""
    program, word, *_ = _read(path)["Service"]["ExecStart"].split()
    assert program == "/opt/camera-registry/bin/camera-registry"
    assert word in COMMANDS


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_no_key_is_misspelt(path):
    """systemd takes a key that it does not know for a remark: `systemd-analyze verify` names it."""
    program = shutil.which("systemd-analyze")
    if program is None:
        left_out("systemd-analyze", "systemd")
    done = subprocess.run([program, "verify", str(path)], capture_output=True, text=True, check=False, timeout=60)
    of_us = [line for line in done.stderr.splitlines() if path.name in line or str(path) in line]
    assert [line for line in of_us if "is not executable" not in line] == []


def test_the_timer_starts_the_backup_every_morning():
    """It makes up for a morning on which the machine was off, and is started with the machine."""
    timer = _read(FOLDER / "camera-registry-backup.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 05:45"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert (FOLDER / "camera-registry-backup.service").is_file()


def test_the_program_bears_what_the_units_forbid(tmp_path):
    """Pictures, hashes, both databases, papers and ONVIF work where no memory that was written may become code."""
    words = [sys.executable, "-m", "tests.install.shut_in", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=110)
    if done.returncode == 3:
        pytest.skip("this kernel is older than 6.3 and cannot forbid it to a process")
    assert done.returncode == 0, done.stderr
    assert ast.literal_eval(done.stdout) == {
        "decoder": "well",
        "hash": True,
        "vault": True,
        "libpq": True,
        "paper": True,
    }
