"""A worker that only claims: run by test_claims.py, several at the same time. Prints the sites it got, as JSON."""

import json
import sys
import time
from datetime import timedelta

from camera_registry.database import open_database, writing
from camera_registry.store import sweeps
from camera_registry.sweep.worker import name
from probes.visit import utc_now

if __name__ == "__main__":
    engine, me, mine = open_database(sys.stdin.readline().strip()), name(), []
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all begin at the same time
    while True:
        now = utc_now()
        with writing(engine) as session:
            lease = sweeps.claim(session, f"{me}/{len(mine)}", now, now + timedelta(hours=1))
        if lease is None:
            break
        mine.append(lease.site_id)
        time.sleep(0.01)  # what it has claimed is work; others claim meanwhile
    sys.stdout.write(json.dumps(mine))
