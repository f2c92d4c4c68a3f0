"""How many refused logins each simulated camera saw, by the file that all of them write, and whether that was too many.

Strategy: the count is made at the camera and knows nothing of the product. One refused login is allowed, whichever door
it came through, and one more where both were UsernameTokens of which the second was dated anew by whole quarters of an
hour: the zone case. A nonce that was too old is no refused login.
"""

import json
import os
from collections import defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from probes.simulator.refusals import JOURNAL

QUARTER_S = 900.0
NEAR_S = 150.0


def read(begin=0):
    """Every whole line written since the byte `begin`, in order; and the byte at which the next begins."""
    with Path(os.environ[JOURNAL]).open("rb") as file:
        file.seek(begin)
        whole = file.read().rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.splitlines()], begin + len(whole) + bool(whole)


def too_many(lines, most=1):
    """What to say of cameras that saw more than `most` refused logins (None: any number); empty when all is well."""
    by_camera = defaultdict(list)
    for line in lines:
        if not line["only_stale"]:
            by_camera[line["camera"]].append(line)
    if most is None:
        return ""
    return "\n".join(_told(camera, seen) for camera, seen in by_camera.items() if len(_counted(seen)) > most)


def _counted(seen):
    """The refusals without the one that the zone case allows."""
    again = next((b for a, b in pairwise(seen) if _dated_anew(a, b)), None)
    return [line for line in seen if line is not again]


def _dated_anew(first, second):
    same = all(first[name] == second[name] for name in ("door", "username", "operation"))
    if not (same and first["created"] and second["created"]):
        return False
    apart = [datetime.fromisoformat(line["created"]) for line in (first, second)]
    seconds = abs((apart[1] - apart[0]).total_seconds())
    quarters = round(seconds / QUARTER_S)
    return quarters > 0 and abs(seconds - quarters * QUARTER_S) <= NEAR_S


def _told(camera, seen):
    each = "\n".join(f"  {s['door']} {s['operation']} as {s['username']!r}: {s['header'][:100]}" for s in seen)
    return f"camera {camera} refused {len(seen)} logins, which the rules do not allow:\n{each}"
