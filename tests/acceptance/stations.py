"""A fleet whose schools have agents: a registry, a nats-server, `work`, and agents as processes of their own."""

import shutil
import signal
import subprocess

from sqlmodel import select

from camera_registry.database import reading, writing
from camera_registry.models import Site, SweepItem
from camera_registry.store import agents
from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import Fleet, until

QUICK = {"PROBE__PICTURE": "false", "PROBE__SAMPLE_S": 1, "PROBE__READ_S": 3, "PROBE__DEADLINE_S": 20}
ENDED = (0, -signal.SIGTERM, -signal.SIGKILL)


class Stations(Fleet):
    """A fleet with a broker. Each agent has a folder, in which its join file and what it keeps stand."""

    def __init__(self, folder, nats, database="", address=None, **settings) -> None:
        self.nats = nats
        (folder / "ca.pem").write_text(nats.ca)
        seed = folder / "agents.seed"
        seed.touch(0o600)
        seed.write_text(nats.seed)
        known = {"AGENTS__SERVER": nats.url, "AGENTS__CA_FILE": folder / "ca.pem", "AGENTS__SEED_FILE": seed,
                 "AGENTS__USERS_FILE": nats.folder / "users.conf", **QUICK, **settings}  # fmt: skip
        if address is not None:
            known["AGENTS__JOIN_ADDRESS"] = address
        super().__init__(folder, database, **known)
        self.running = []

    def run(self, *words):
        """A command, ended; what it printed."""
        told = subprocess.run(
            [str(COMMAND), *map(str, words)], cwd=self.folder, env=self.environment, text=True, capture_output=True
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    def add_agent(self, code, *schools):
        """An agent for these schools, as an administrator adds one; it may connect."""
        named = [word for school in schools for word in ("--school", school)]
        text = self.run("agents", "add", code, "--name", code, *named)
        place = self.folder / code
        place.mkdir(exist_ok=True)
        (place / "join").touch(0o600)
        (place / "join").write_text(text)
        self.nats.reload()

    def share_out(self, codes):
        """The sites of all schools are dealt out to these agents by turns."""
        with writing(self.engine) as session:
            sites = session.exec(select(Site.id).order_by(Site.id)).all()
            for turn, code in enumerate(codes):
                agents.put_sites(session, agents.by_code(session, code).id, sites[turn :: len(codes)])

    def start_agent(self, code):
        """The agent runs."""
        place = self.folder / code
        with (place / "log").open("ab") as log:
            process = subprocess.Popen(
                [str(COMMAND), "agent", "--site", code, "--join", str(place / "join"), "--state", str(place / "state")],
                cwd=place,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def start_work(self):
        """`work` runs."""
        with (self.folder / "work.log").open("ab") as log:
            process = subprocess.Popen(
                [str(COMMAND), "work"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log,
            )  # fmt: skip
        self.running.append(process)
        return process

    def said(self, name):
        """What a program has logged: `work`, or an agent."""
        path = self.folder / "work.log" if name == "work" else self.folder / name / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def logs(self):
        """All logs, for the message of a failure."""
        names = ["work", *sorted(path.parent.name for path in self.folder.glob("*/log"))]
        return "\n".join(f"== {name}\n{self.said(name)[-4000:]}" for name in names)

    def until_over(self, number, seconds=120):
        """The sweep is over; the logs tell why it is not."""
        try:
            until(lambda: self.progress(number).over, seconds)
        except AssertionError:
            raise AssertionError(f"{self.progress(number)}\n{self.logs()}") from None

    def items(self, number):
        """State, reason and attempts of each item of a sweep."""
        with reading(self.engine) as session:
            wanted = select(SweepItem.state, SweepItem.reason, SweepItem.attempts)
            return session.exec(wanted.where(SweepItem.sweep_id == number).order_by(SweepItem.id)).all()

    def owners(self):
        """The code of the agent of every school."""
        with reading(self.engine) as session:
            named = agents.sites(session)
            return {site.school: agents.by_id(session, number).code for number, some in named.items() for site in some}

    def stop(self):
        """Every program that was started has ended."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.close()
        shutil.rmtree(self.folder / "var", ignore_errors=True)
