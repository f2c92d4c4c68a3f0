"""Open ports: does a device take telnet and FTP connections.

Strategy: one connection to each port, closed at once; nothing is said. A port that refuses is closed. Where nothing
comes back a firewall may stand between, and that says nothing of the device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from probes import reach
from probes.errors import ProbeError
from probes.visit import Visit

PORTS: Mapping[str, int] = {"telnet_open": 23, "ftp_open": 21}
"""Name of the fact in `Security` -> port."""


async def look(visit: Visit, ports: Mapping[str, int] = PORTS) -> dict[str, bool]:
    """Which of `ports` are open and which are closed; one of which neither is known is a failure of the visit."""
    found: dict[str, bool] = {}
    for fact, port in ports.items():
        try:
            transport, _ = await reach.connect(visit, port, tls=False, protocol=asyncio.Protocol)
        except ProbeError as error:
            if error.kind == "refused_connection":
                found[fact] = False
            else:
                visit.failed(error, (f"security.{fact}",))
        else:
            transport.close()
            found[fact] = True
    return found
