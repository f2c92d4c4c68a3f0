"""The garbage collector of a process that judges much."""

import subprocess
import sys


def test_cycles_are_looked_for_less_often():
    """In a process of its own, because it is for the whole process."""
    code = "import gc\nfrom camera_registry.collector import look_seldom\nlook_seldom()\nprint(gc.get_threshold()[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) == 50_000
