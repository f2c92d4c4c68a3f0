"""The worker as a child of `serve`: started, started again when it dies, and stopped in order.

Strategy: the child holds the reading end of a pipe whose other end is ours. When we are gone, however that came about,
the pipe ends and so does the child; nothing has to clean up after us.
"""

from __future__ import annotations

import logging
import subprocess  # our own programs, without a shell  # nosec B404
import threading
import time
from collections.abc import Mapping, Sequence

STOPPING_S = 20.0
"""What a child may take to tear down its sessions."""
HEALTHY_S = 300.0
"""After a run as long as this, the next death counts as the first."""
_WAITS_S = (1.0, 2.0, 5.0, 15.0, 60.0)
"""How long is waited before a child that died is started again; the last one from then on."""
_log = logging.getLogger(__name__)


class WorkerChild:
    """Keeps one worker running. `command` must end when its standard input does; `environment` None is ours."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        waits_s: Sequence[float] = _WAITS_S,
    ) -> None:
        self._command = command
        self._environment = environment
        self._waits_s = waits_s
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="worker-child", daemon=True)

    def start(self) -> None:
        """The worker runs, now and after each death."""
        self._thread.start()

    def stop(self) -> None:
        """The worker has ended: in order, or killed when it does not end in time."""
        self._stopping.set()
        process = self._process
        if process is not None:
            _end(process)
        self._thread.join(STOPPING_S)

    @property
    def pid(self) -> int | None:
        """The process that works now."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _keep(self) -> None:
        deaths = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            ended = self._run_once()
            if self._stopping.is_set():
                return
            deaths = 0 if time.monotonic() - began > HEALTHY_S else deaths
            wait = self._waits_s[min(deaths, len(self._waits_s) - 1)]
            _log.error("The worker %s; it is started again in %g s", ended, wait)
            deaths += 1
            self._stopping.wait(wait)

    def _run_once(self) -> str:
        """The worker has run; how it ended."""
        try:
            with subprocess.Popen(  # noqa: S603  (our own command)  # nosec B603
                self._command, stdin=subprocess.PIPE, env=self._environment
            ) as self._process:
                if self._stopping.is_set():
                    _end(self._process)
                return f"ended with status {self._process.wait()}"
        except OSError as error:
            return f"could not be started ({error.strerror})"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(STOPPING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
