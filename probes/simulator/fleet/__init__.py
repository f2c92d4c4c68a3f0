"""Thousands of simulated cameras in one process, by a chosen mix of makes, faults, delays and loss (docs/fleet.md).

`running(Mix(…))` runs them in a thread; `python -m probes.simulator.fleet MIX` in a process. The cameras are those of
`probes.simulator`, so nothing here is shared with the clients that it tests.
"""

from probes.simulator.fleet.background import running
from probes.simulator.fleet.fleet import Fleet, running_fleet
from probes.simulator.fleet.journal import Seen, impolite
from probes.simulator.fleet.mix import Mix, Sent

__all__ = ["Fleet", "Mix", "Seen", "Sent", "impolite", "running", "running_fleet"]
