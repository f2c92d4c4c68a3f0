"""A user without rights for the time of a block, also where the tests run as root."""

import os
from contextlib import contextmanager

ANOTHER = 65534


@contextmanager
def nobody():
    """What only root may is not allowed while the block lasts."""
    root = os.geteuid() == 0
    if root:
        os.setresuid(ANOTHER, ANOTHER, 0)
    try:
        yield
    finally:
        if root:
            os.setresuid(0, 0, 0)


def given_away(*paths):
    """These belong to somebody who is not root."""
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, ANOTHER, ANOTHER)
