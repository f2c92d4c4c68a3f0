"""Core dumps: commands hold passwords, so no command leaves one."""

import signal
import subprocess
import sys

import psutil
import pytest

from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import Fleet, free_port, until

ASKED = "from camera_registry.cli import main; main(['no-such-command'])"
DUMPABLE = f"""
import atexit, ctypes
atexit.register(lambda: print("dumpable", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True))
{ASKED}
"""


@pytest.mark.parametrize("words", ["work", "serve"])
def test_a_command_that_is_killed_by_a_crash_leaves_no_core_file(tmp_path, words):
    """Even where the shell allows them: the limit is zero in it and in each process that it started."""
    fleet = Fleet(tmp_path, WEB__PORT=free_port())
    shell = ["/bin/sh", "-c", 'ulimit -c unlimited || ulimit -c hard; exec "$0" "$1"', str(COMMAND), words]
    with subprocess.Popen(shell, cwd=tmp_path, env=fleet.environment, stderr=subprocess.PIPE) as process:
        try:
            seen = psutil.Process(process.pid)
            until(lambda: seen.rlimit(psutil.RLIMIT_CORE) == (0, 0))
            until(lambda: words == "work" or seen.children())
            assert {one.rlimit(psutil.RLIMIT_CORE) for one in seen.children(recursive=True)} <= {(0, 0)}
        finally:
            process.send_signal(signal.SIGSEGV)
            process.communicate(timeout=30)
    fleet.close()
    assert process.returncode == -signal.SIGSEGV
    assert not list(tmp_path.glob("core*"))


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux")
def test_a_command_is_marked_as_one_that_is_never_dumped():
    """A kernel that hands its dumps to a program does not ask for the limit of a file; the mark holds there too."""
    words = [sys.executable, "-c", DUMPABLE]
    said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False).stdout
    assert said == "dumpable 0\n"
