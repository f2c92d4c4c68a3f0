"""The garbage collector: how often it looks for cycles.

A city has millions of facts and findings. They live for a moment, hold no cycles and are gone when nobody names them;
looking through them for cycles after every 700 new ones, as Python does, took a twentieth of the time of judging.
"""

from __future__ import annotations

import gc

MADE = 50_000
"""So many objects are made before the youngest are looked through: some 10 MB of what judging makes."""


def look_seldom() -> None:
    """What is there now is never looked through again; of what is made, cycles are looked for less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE, 20, 100)
