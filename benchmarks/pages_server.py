"""The pages of a registry in a process of their own, which says of every answer what it cost: `Server-Timing`.

    python -m benchmarks.pages_server URL PORT

`total` is the time from the request to the answer, `cpu` the CPU time of this process meanwhile, both in ms. One
request is asked at a time, so the CPU is that of the request.
"""

import sys
import time

import uvicorn

from camera_registry import app
from camera_registry.collector import look_seldom
from camera_registry.config import Settings
from camera_registry.database import open_database
from camera_registry.services.editions import InForce


class Timed:
    """The application, each answer with its cost in front."""

    def __init__(self, asked):
        self._asked = asked

    async def __call__(self, scope, receive, send):
        """Answers as the application does."""
        began, cpu = time.perf_counter(), time.process_time()

        async def sent(message):
            if message["type"] == "http.response.start":
                spent = (time.process_time() - cpu) * 1000, (time.perf_counter() - began) * 1000
                told = f"cpu;dur={spent[0]:.2f}, total;dur={spent[1]:.2f}"
                message["headers"] = [*message["headers"], (b"server-timing", told.encode())]
            await send(message)

        await self._asked(scope, receive, sent)


def main():
    """Serves until it is stopped."""
    url, port = sys.argv[1], int(sys.argv[2])
    engine, settings = open_database(url), Settings()
    pages = app.pages(settings, engine, InForce(engine, settings.standard))
    look_seldom()
    uvicorn.run(Timed(pages), host="127.0.0.1", port=port, log_level="warning", access_log=False,
                timeout_keep_alive=600)  # fmt: skip


if __name__ == "__main__":
    main()
