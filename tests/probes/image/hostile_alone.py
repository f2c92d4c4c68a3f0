"""A spawned child whose readers behave as a decoder does that a hostile stream has taken over; no system limits it, as
on Windows.
"""

import time

import numpy as np

from probes.image import alone, child
from tests.probes.image.hostile import HOSTILE


def _greedy(_: bytes) -> child.Decoded:
    taken = [np.ones(64 * 1024 * 1024, np.uint8) for _ in range(16)]
    time.sleep(600)
    return child.Decoded(taken[0].reshape(4096, 4096, 4)[..., :3], 4096, 4096)


if __name__ == "__main__":
    alone.main({**child.READERS, **HOSTILE, "greedy": _greedy}, limit=lambda _: None)
