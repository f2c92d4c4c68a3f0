"""Killing: programs that run, are killed at random moments, and are started again, as systemd would."""

import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

from camera_registry.database import DatabaseUnusableError
from tests.acceptance.command import COMMAND
from tests.acceptance.fleet import until
from tests.soak.witness import sitecustomize as witness

ROOT = Path(__file__).parents[2]
WORKERS = 1
"""Beside the one that `serve` starts."""
LOOKING = 0.5
"""The share of kills that strike while something is looked at; the others strike whatever goes on."""
LONGEST_S = 4.0
"""The longest time from one kill to the next."""
PATIENCE_S = 600.0
"""How long the sweeps may take to end after the last kill, on a busy machine."""


class Killing:
    """`serve` (with its worker) and a `work` process over a fleet; killed, and started again."""

    def __init__(self, fleet, server, chance) -> None:
        self.fleet, self.server, self.chance = fleet, server, chance
        self.journal = fleet.folder / "acknowledged.jsonl"
        self.journal.touch()
        fleet.environment |= {
            witness.JOURNAL: str(self.journal),
            "PYTHONPATH": os.pathsep.join(map(str, (Path(witness.__file__).parent, ROOT))),
        }
        self.kills, self.answers, self.ended = Counter(), Counter(), Counter()
        self.last_words = Counter()
        self.sweeps, self._running = [], {}
        self._watching = threading.Event()

    def __enter__(self):
        self.sweeps.append(self.fleet.ask())
        self._start_all()
        threading.Thread(target=self._ask_pages, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._watching.set()
        for process in self._running.values():
            process.kill()
            process.wait()

    def strike(self, times):
        """Each kind of program is killed so often, in an order and at moments that the seed says."""
        kinds = {"serve": self._kill_serve, "work": self._kill_work}
        if self.server is not None:
            kinds["postgresql"] = self._kill_postgresql
        order = [kind for kind in kinds for _ in range(times)]
        self.chance.shuffle(order)
        for number, kind in enumerate(order, 1):
            if self.chance.random() < LOOKING:
                self._wait_until_something_is_looked_at()
            time.sleep(self.chance.uniform(0.0, LONGEST_S))
            kinds[kind]()
            self.kills[kind] += 1
            print(f"{number}/{len(order)} {kind}   ", end="\r", flush=True)

    def end(self):
        """Every sweep is over, with the programs as they are."""
        until(self._over, PATIENCE_S)

    def _start_all(self):
        for name in ("serve", *(f"work {n}" for n in range(WORKERS))):
            process = self._running.get(name)
            if process is None or process.poll() is not None:
                if process is not None:
                    self._note_end(name, process)
                self._running[name] = self._start(name.split()[0])

    def _start(self, command):
        with (self.fleet.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [COMMAND, command],
                cwd=self.fleet.folder,
                env=self.fleet.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def _note_end(self, name, process):
        """A program that ended by itself; after a kill of ours it is not one."""
        if process.returncode != -signal.SIGKILL:
            self.ended[name.split()[0]] += 1
            log = (self.fleet.folder / f"{name.split()[0]}.log").read_text(errors="replace").splitlines()
            self.last_words[f"{name.split()[0]}: {log[-1][:200] if log else ''}"] += 1

    def _kill(self, name):
        process = self._running[name]
        process.kill()
        process.wait()
        self._start_all()

    def _kill_serve(self):
        self._kill("serve")

    def _kill_work(self):
        """One of the workers, the child of `serve` among them."""
        children = self._children()
        if children and self.chance.random() < 1 / (WORKERS + 1):
            with suppress(psutil.NoSuchProcess):
                children[0].kill()
            return
        self._kill(f"work {self.chance.randrange(WORKERS)}")

    def _children(self):
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self._running["serve"].pid).children()
        return []

    def _kill_postgresql(self):
        """The whole server, which stays away for a moment; or one of its processes, which makes it begin anew."""
        backends = psutil.Process(self.server.pid).children()
        if backends and self.chance.random() < 1 / 3:
            self.chance.choice(backends).kill()
        else:
            self.server.kill()
            time.sleep(self.chance.uniform(0.0, 2.0))
            self.server.start()
        until(self.server.answers, 60)

    def _wait_until_something_is_looked_at(self):
        """Else most kills would strike programs that only start."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(DatabaseUnusableError):
                self._start_all()
                progress = self.fleet.progress(self.sweeps[-1])
                if progress.over:
                    self.sweeps.append(self.fleet.ask())
                elif progress.under_way:
                    return
            time.sleep(0.3)

    def _over(self):
        with suppress(DatabaseUnusableError):
            self._start_all()
            return all(self.fleet.progress(number).over for number in self.sweeps)
        return False

    def _ask_pages(self):
        """What `serve` answers meanwhile: an error of the program (500) would be a fault."""
        address = f"http://127.0.0.1:{self.fleet.environment['CAMERA_REGISTRY_WEB__PORT']}/login"
        while not self._watching.wait(1.0):
            try:
                with urllib.request.urlopen(address, timeout=15) as answered:
                    self.answers[str(answered.status)] += 1
            except urllib.error.HTTPError as error:
                self.answers[str(error.code)] += 1
            except OSError:
                self.answers["away"] += 1
