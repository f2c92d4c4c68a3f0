"""A program that changes the key of a registry and is killed at a moment: `rotating.py FOLDER…`.

The folders are copies of one registry. In the first a child of its own is killed at the first moment, in the next at
the second, and so on; a moment is before any look at a file beside the key, and before and after each commit. Prints,
a line a folder, the signal that killed the child, or 0 when it came to its end.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from camera_registry.database import open_database
from camera_registry.services.key_rotation import rotate


def rotate_and_die(folder, moment):
    """Changes the key; never comes further than `moment`."""
    passed = count(1)

    def happens(*_):
        if next(passed) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def looks(name, values):
        if name in ("open", "os.rename", "os.remove") and "registry.key" in str(values[0]):
            happens()

    engine = open_database(f"sqlite:///{folder / 'registry.db'}")
    sys.addaudithook(looks)
    event.listen(engine, "commit", happens)
    event.listen(engine, "checkin", happens)
    rotate(engine, folder / "registry.key")


def main(folders):
    """Each folder, one moment later."""
    for moment, folder in enumerate(map(Path, folders), 1):
        child = os.fork()
        if not child:
            rotate_and_die(folder, moment)
            os._exit(0)
        print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
