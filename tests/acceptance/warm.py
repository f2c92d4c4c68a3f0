"""A process that has read the program and waits: asked for a command, it becomes that command at once.

Strategy: a fork is a process of its own, with its own folder, environment and files, and begins where `camera-registry`
has read its modules, which takes longer than most commands. So that a command which forgets to read something is found,
`command.py` lets each begin from nothing at its first call, and only later calls come here.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from importlib import import_module

MOST = 200_000
"""Bytes of one question: words, folder and environment."""
READ = ("probes.image.decode", "alembic.command")
"""What commands read later, beside their own files and the descriptions of ONVIF."""


class Warm:
    """The process; it ends with the one that asks."""

    def __init__(self):
        self._asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.warm", str(asked.fileno())],
            pass_fds=[asked.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        asked.close()

    def run(self, words, folder, environment, said, timeout):
        """The command is over: its status, and what it printed on both streams. Raises subprocess.TimeoutExpired."""
        with ExitStack() as stack:
            files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            files[0].write(said.encode())
            files[0].seek(0)
            here, there = (stack.enter_context(each) for each in socket.socketpair())
            question = json.dumps([words, str(folder), environment]).encode()
            assert len(question) < MOST
            socket.send_fds(self._asking, [question], [*(file.fileno() for file in files), there.fileno()])
            there.close()
            status = _status(here, words, timeout)
            return status, *(_text(file) for file in files[1:])

    def end(self):
        """It has ended."""
        self._asking.close()
        self._process.wait(30)


def _status(answers, words, timeout):
    """The status of the command that is answered for; it is killed when it takes too long."""
    lines = answers.makefile()
    pid = int(lines.readline())
    answers.settimeout(timeout)
    try:
        return int(lines.readline())
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        raise subprocess.TimeoutExpired(words, timeout) from None


def _text(file):
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _wait(asked):
    """The words of the command that this process has become; None when nobody can ask any more."""
    while True:
        question, files, *_ = socket.recv_fds(asked, MOST, 4)
        if not question:
            return None
        if os.fork() == 0:
            asked.close()
            return _become(json.loads(question), files)
        for file in files:
            os.close(file)
        _forget_those_that_ended()


def _forget_those_that_ended():
    """Nothing is left of commands that are over."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(question, files):
    """As above; the process between waits for it, and answers with its number and its status."""
    words, folder, environment = question
    *streams, answers = files
    pid = os.fork()
    if pid:
        os.write(answers, b"%d\n" % pid)
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        os._exit(0)
    for number, file in enumerate(streams):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    return words


def _main():
    from camera_registry.cli import COMMANDS, main
    from probes.onvif.client import warm_up

    for name in (*(f"camera_registry.commands.{each}" for each in dict.fromkeys(COMMANDS.values())), *READ):
        import_module(name)
    warm_up()
    gc.collect()
    gc.freeze()
    words = _wait(socket.socket(fileno=int(sys.argv[1])))
    if words is None:
        return 0
    sys.argv = words
    return main()


if __name__ == "__main__":
    sys.exit(_main())
