"""The worker as a child: started again when it dies, gone when its parent is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from camera_registry.sweep.child import WorkerChild

UNTIL_STDIN_ENDS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def _until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_a_child_is_stopped_in_order():
    """It sees the end of its input; nobody has to kill it."""
    child = WorkerChild(UNTIL_STDIN_ENDS)
    child.start()
    _until(lambda: child.pid)
    child.stop()
    assert child.pid is None


def test_a_child_that_dies_is_started_again(caplog):
    """With another process, and a word in the log."""
    child = WorkerChild(UNTIL_STDIN_ENDS, waits_s=(0.01,))
    child.start()
    _until(lambda: child.pid)
    first = child.pid
    os.kill(first, signal.SIGKILL)
    _until(lambda: child.pid not in (None, first))
    child.stop()
    assert "ended with status -9" in caplog.text


def test_a_child_that_does_not_end_is_killed(monkeypatch):
    """After the time it is given."""
    monkeypatch.setattr("camera_registry.sweep.child.STOPPING_S", 0.2)
    child = WorkerChild([sys.executable, "-c", "import time; time.sleep(600)"])
    child.start()
    _until(lambda: child.pid)
    child.stop()
    assert child.pid is None


def test_a_child_ends_when_its_parent_is_killed():
    """Killed without a word: the pipe ends, and the child with it."""
    program = (
        "import sys, time; from camera_registry.sweep.child import WorkerChild\n"
        "child = WorkerChild([sys.executable, '-c', 'import sys; sys.stdin.read()']); child.start()\n"
        "while not child.pid: time.sleep(0.01)\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _until(lambda: not _alive(pid))


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False
