"""How often a fault of the picture is seen, and how often one is said that is not there.

Strategy: drawn views of four places (`tests.probes.image.tampers`), many by seed. A reference is made at one moment,
and each view is looked at again at another moment, harmed and unharmed. Prints the table of
docs/pictures.md: `python -m benchmarks.pictures`. Drawn views are not a school: the numbers show that the checks work,
not how well they do outside.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

import cv2

from probes.image import faults
from probes.image.checks import Look, look
from tests.probes.image import tampers
from tests.probes.image.tampers import FAULTS, HARMLESS, PLACES, TAMPERS


def seen(place: str, seed: int, happening: tampers.Happening, *, crowd: bool = False) -> Look:
    """The look at a view to which something happened, with the reference of another moment."""
    first = look(tampers.sensor(tampers.view(place, seed, 0), seed))
    references = {} if first.kind is None or first.reference is None else {first.kind: first.reference}
    light = tampers.view(place, seed, 1, people=40 if crowd else 6)
    picture = tampers.sensor(happening(light), seed + 1)
    return look(picture, references)


def combed(place: str, seed: int, happening: tampers.Happening) -> bool | None:
    """Whether the lines as they were sent look combed."""
    picture = tampers.sensor(happening(tampers.view(place, seed, 1)), seed + 1)
    return faults.combed(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def main(arguments: list[str]) -> int:
    """Prints the two tables; 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=25, help="views of each of the four places")
    parser.add_argument("--places", action="store_true", help="a line for each place")
    asked = parser.parse_args(arguments)
    views = [(place, seed) for place in PLACES for seed in range(asked.seeds)]
    print(f"{len(views)} views\n\n| what is wrong | fact | seen | unknown | missed | other facts wrongly true |")
    print("|---|---|---|---|---|---|")
    for name, (fact, happening) in TAMPERS.items():
        print(_row_of_tamper(name, fact, happening, views))
    print("\n| what is not wrong | views with any fact wrongly true | which |\n|---|---|---|")
    for name, happening in HARMLESS.items():
        print(_row_of_harmless(name, happening, views))
    return 0


def _row_of_tamper(name: str, fact: str, happening: tampers.Happening, views: list[tuple[str, int]]) -> str:
    answers: Counter[bool | None] = Counter()
    wrong: Counter[str] = Counter()
    for place, seed in views:
        one = seen(place, seed, happening)
        answers[combed(place, seed, happening) if fact == "combed" else getattr(one, fact)] += 1
        wrong.update(other for other in FAULTS if other not in (fact, "combed") and getattr(one, other))
    percent = [f"{100 * answers[answer] / len(views):.0f} %" for answer in (True, None, False)]
    others = ", ".join(f"{other} {count}" for other, count in wrong.items()) or "none"
    return f"| {name} | `{fact}` | {' | '.join(percent)} | {others} |"


def _row_of_harmless(name: str, happening: tampers.Happening, views: list[tuple[str, int]]) -> str:
    said: Counter[str] = Counter()
    wrong = 0
    for place, seed in views:
        one = seen(place, seed, happening, crowd=name == "a crowd")
        found = [fact for fact in FAULTS if fact != "combed" and getattr(one, fact)]
        found += ["combed"] if combed(place, seed, happening) else []
        said.update(found)
        wrong += bool(found)
    return f"| {name} | {100 * wrong / len(views):.0f} % | {', '.join(f'{f} {n}' for f, n in said.items()) or 'none'} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
