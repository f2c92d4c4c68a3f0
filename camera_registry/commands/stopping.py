"""Stopping: a command that is told to end tears down its sessions first."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns; a polite signal to end cancels it, so that sessions are torn down, and becomes
    KeyboardInterrupt. Windows sends none: there Ctrl-C does it, here as everywhere.
    """

    async def run() -> T:
        task = asyncio.ensure_future(work)
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
