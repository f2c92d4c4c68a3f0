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
import time
from contextlib import suppress
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

    def begin(self, words, folder, environment, streams):
        """The command has begun, with these three files as its streams."""
        here, there = socket.socketpair()
        question = json.dumps([words, str(folder), environment]).encode()
        assert len(question) < MOST
        socket.send_fds(self._asking, [question], [*streams, there.fileno()])
        there.close()
        return Forked(words, here)

    def end(self):
        """It has ended."""
        self._asking.close()
        self._process.wait(30)


class Forked:
    """A command that goes on, with as much of `subprocess.Popen` as is asked of it."""

    def __init__(self, words, answers):
        self._words, self._answers, self._status = words, answers, None
        self._lines = answers.makefile()
        self.pid = int(self._lines.readline())

    def wait(self, timeout):
        """Its status, when it is over. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            self._answers.settimeout(timeout)
            try:
                self._status = int(self._lines.readline())
            except TimeoutError:
                raise subprocess.TimeoutExpired(self._words, timeout) from None
            self._lines.close()
            self._answers.close()
        return self._status

    def send_signal(self, number):
        """It gets this signal, unless it is over."""
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self):
        """It is told to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self):
        """It is killed, and waited for."""
        self.send_signal(signal.SIGKILL)
        self.wait(30)


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
    for number, (file, name) in enumerate(zip(streams, ("stdin", "stdout", "stderr"), strict=True)):
        os.dup2(file, number)
        _opened_anew(number, name)
    for file in files:
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    return words


def _opened_anew(number, name):
    """What Python knows of this stream is true of the file that it is now."""
    before, mode = getattr(sys, name), "r" if name == "stdin" else "w"
    made = open(number, mode, encoding=before.encoding, errors=before.errors, closefd=False)  # noqa: SIM115 - open to the end
    made.reconfigure(line_buffering=before.line_buffering)
    setattr(sys, name, made)
    setattr(sys, f"__{name}__", made)


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
