"""The container file, read: no engine is at hand. Its last steps are run by tests/acceptance/test_installed.py."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from camera_registry.cli import COMMANDS
from camera_registry.config import load

ROOT = Path(__file__).parents[2]


def instructions(stage=-1):
    """The instructions of a stage, the last one by itself: pairs of a word and what stands behind it."""
    text = (ROOT / "install" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    stages = re.split(r"^(?=FROM )", "\n".join(lines), flags=re.MULTILINE)
    return [tuple(line.split(maxsplit=1)) for line in stages[stage].splitlines()]


def _of(word, stage=-1):
    return [rest for name, rest in instructions(stage) if name == word]


def test_what_is_copied_is_there():
    """Every file and folder that the build takes stands in the project; the wheel needs no other."""
    taken = [name for rest in _of("COPY", 1) for name in rest.split()[:-1]]
    assert [name for name in taken if not (ROOT / name).exists()] == []
    needed = {"pyproject.toml", "hatch_build.py", "config.toml", "install", "front", "camera_registry", "probes"}
    assert needed <= set(taken)


def test_it_runs_as_nobody_special():
    """The last user is a number that is not root's, which an engine can see; nothing is run after it."""
    names = [name for name, _ in instructions()]
    assert int(_of("USER")[-1]) > 1000
    assert "RUN" not in names[names.index("USER") :]


def test_the_program_is_the_process():
    """Signals reach it: no shell stands between; what is kept stands in a volume."""
    assert json.loads(_of("ENTRYPOINT")[0]) == ["camera-registry"]
    assert json.loads(_of("CMD")[0])[0] in COMMANDS
    assert _of("VOLUME") == _of("WORKDIR")[-1:] == ["/var/lib/camera-registry"]


@pytest.mark.parametrize(("status", "ends"), [(200, 0), (500, 1)])
def test_whether_it_lives_is_asked_of_the_program(status, ends):
    """A port that is open and answers nothing good is no life."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_):
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.handle_request, daemon=True).start()
        program, *words = json.loads(_of("HEALTHCHECK")[0].partition("CMD ")[2])
        asked = [word.replace("8000", str(server.server_port)) for word in words]
        done = subprocess.run([sys.executable, *asked], check=False, timeout=30)
    assert (program, done.returncode) == ("python3", ends)


def test_its_environment_is_taken(monkeypatch, tmp_path):
    """It listens beyond the container, which is allowed behind a proxy with TLS alone; no secret stands in it."""
    monkeypatch.chdir(tmp_path)
    said = dict(pair.split("=", 1) for pair in _of("ENV")[0].split())
    ours = {name: value for name, value in said.items() if name.startswith("CAMERA_REGISTRY_")}
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    settings, _ = load(None)
    assert (settings.web.listen, settings.web.https) == ("0.0.0.0", True)
    assert not re.search(r"(?i)password|secret|token|KEY=", " ".join(ours))


@pytest.mark.parametrize("stage", [1, 2])
def test_no_registry_is_named(stage):
    """The engine is set up with where images come from."""
    (image,) = [rest.split()[0] for rest in _of("FROM", stage)]
    assert "/" not in image
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", image)
