"""The soak of agents: `work`, agents and nats-server are killed, and the line of the agents is cut, at random moments
while sweeps go on; then it is counted what was lost and what is there twice. Run by `make soak`; its numbers stand in
docs/agents.md.

What an agent deletes the broker has said to have: were such a result lost, its device would be left without a final
state until its order ends, which is an hour, and then be skipped; both are counted.
"""

import random
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

from sqlmodel import select

from camera_registry.database import reading
from camera_registry.models import AgentOrder, Measurement, SweepItem, SweepSite
from probes.login import UNANSWERED_TRIES
from probes.simulator import presets, running
from tests.acceptance.fleet import TYPED, until
from tests.acceptance.stations import Stations
from tests.cut_link import Line
from tests.nats_server import nats_server

KINDS = ("work", "agent", "nats-server", "line")
LOOKING = 0.7
"""The share of blows that strike while something is looked at."""
LONGEST_S = 3.0
"""The longest time from one blow to the next."""
AWAY_S = 3.0
"""The longest time for which the broker or the line stays away."""
PATIENCE_S = 420.0
"""How long the sweeps may take to end after the last blow: the broker gives out again after a minute."""
SETTINGS = {
    "SWEEP__LEASE_S": 4,
    "SWEEP__AGAIN_AFTER_S": 0,
    "PROBE__SAMPLE_S": 1,
    "PROBE__READ_S": 3,
    "PROBE__DEADLINE_S": 20,
}


@dataclass(frozen=True)
class AgentCount:
    """What came of it; every number from `unfinished` on has to be 0."""

    blows: str
    sweeps: int
    looks: int
    again: int
    unfinished: int
    lost: int
    twice: int
    refused_too_often: int

    @property
    def well(self):
        """Nothing lost, nothing twice, nobody locked out."""
        return not any((self.unfinished, self.lost, self.twice, self.refused_too_often))

    def table(self):
        """The numbers as a table of Markdown."""
        rows = (f"| {name.replace('_', ' ')} | {value} |" for name, value in vars(self).items())
        return "\n".join(("| | came to |", "|---|---|", *rows))


class Striking:
    """A fleet with two agents behind a line, in which everything is struck and started again."""

    def __init__(self, fleet, line, chance) -> None:
        self.fleet, self.line, self.chance = fleet, line, chance
        self.blows, self.sweeps, self._programs = Counter(), [], {}

    def begin(self):
        """Everything runs, and the first sweep is asked for."""
        self._start_all()
        self.sweeps.append(self.fleet.ask())

    def strike(self, times, kinds=KINDS):
        """Each kind is struck so often, in an order and at moments that the seed says."""
        order = [kind for kind in kinds for _ in range(times)]
        self.chance.shuffle(order)
        strikes = {
            "work": self._kill_work,
            "agent": self._kill_agent,
            "nats-server": self._kill_nats,
            "line": self._cut,
        }
        for kind in order:
            if self.chance.random() < LOOKING:
                self._until_something_is_looked_at()
            time.sleep(self.chance.uniform(0.0, LONGEST_S))
            strikes[kind]()
            self.blows[kind] += 1
            self._start_all()

    def end(self):
        """Every sweep is over, with the programs as they are."""
        for number in self.sweeps:
            self.fleet.until_over(number, PATIENCE_S)

    def _start_all(self):
        for name in ("work", *self.fleet.codes):
            program = self._programs.get(name)
            if program is None or program.poll() is not None:
                start = self.fleet.start_work if name == "work" else lambda name=name: self.fleet.start_agent(name)
                self._programs[name] = start()

    def _kill(self, name):
        self._programs[name].kill()
        self._programs[name].wait()

    def _kill_work(self):
        self._kill("work")

    def _kill_agent(self):
        self._kill(self.chance.choice(self.fleet.codes))

    def _kill_nats(self):
        self.fleet.nats.kill()
        time.sleep(self.chance.uniform(0.0, AWAY_S))
        self.fleet.nats.start()

    def _cut(self):
        self.line.cut()
        time.sleep(self.chance.uniform(0.0, AWAY_S))
        self.line.mend()

    def _until_something_is_looked_at(self):
        def looked_at():
            self._start_all()
            if self.fleet.progress(self.sweeps[-1]).over:
                self.sweeps.append(self.fleet.ask())
            return any(camera.counters.sessions_open for camera in self.fleet.cameras)

        until(looked_at, PATIENCE_S)


@contextmanager
def striking(folder, seed, cameras=8, sites=4):
    """So many cameras, two of which refuse the login, at so many sites of one school, shared by two agents."""
    good = [presets.good_h264(password=TYPED) for _ in range(cameras - 2)]
    bad = [presets.good_h264(password="another"), presets.good_h264(password="other", answer_after_s=0.2)]
    with nats_server() as server, running(*good, *bad) as made:
        line = Line(server.port)
        fleet = Stations(folder, server, address=f"tls://127.0.0.1:{line.port}", **SETTINGS)
        fleet.cameras, fleet.codes = made, ("TRAM-1", "TRAM-2")
        try:
            fleet.register(made, sites=sites)
            for number, code in enumerate(fleet.codes):
                fleet.register([], f"07901{number:02}")  # an agent is made for a school; its sites are dealt out then
                fleet.add_agent(code, f"07901{number:02}")
            fleet.share_out(fleet.codes)
            yield Striking(fleet, line, random.Random(seed))
        finally:
            fleet.stop()
            line.close()


def count(struck):
    """The numbers of sweeps that are over."""
    fleet = struck.fleet
    with reading(fleet.engine) as session:
        items = session.exec(select(SweepItem.sweep_id, SweepItem.device_id, SweepItem.state, SweepItem.attempts)).all()
        measured = Counter(session.exec(select(Measurement.device_id)).all())
        still = len(session.exec(select(AgentOrder.id).where(AgentOrder.state == "open")).all())
        still += len(session.exec(select(SweepSite.site_id).where(SweepSite.state != "done")).all())
    done = Counter(device for _, device, state, _ in items if state == "done")
    seen = Counter((sweep, device) for sweep, device, _, _ in items)
    refusals = [len(camera.counters.refusals) for camera in fleet.cameras[-2:]]
    good = set(fleet.devices[:-2])
    return AgentCount(
        blows=", ".join(f"{times} {kind}" for kind, times in sorted(struck.blows.items())),
        sweeps=len(struck.sweeps),
        looks=len(items),
        again=sum(attempts - 1 for _, _, _, attempts in items),
        unfinished=still + sum(state not in ("done", "failed", "skipped") for _, _, state, _ in items),
        lost=sum(state == "skipped" or (state != "done" and device in good) for _, device, state, _ in items)
        + sum(done[device] > measured[device] for device in good),
        twice=sum(max(0, times - done[device]) for device, times in measured.items())
        + sum(times - 1 for times in seen.values()),
        refused_too_often=sum(max(0, number - UNANSWERED_TRIES) for number in refusals),
    )
