"""The wheel, built from this checkout, and installed by the steps of the last stage of install/Containerfile."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.install.test_containerfile import instructions

ROOT = Path(__file__).parents[2]
PLACE = "/opt/camera-registry"


def built(folder):
    """The wheel stands in `folder`."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    return next(folder.glob("*.whl"))


def installed_as_in_a_container(wheel):
    """The command of a new environment beside the wheel: what stands in a folder of the container stands there, and
    what pip has fetched before is not fetched again. Nothing of the checkout is in its way.
    """
    folder = wheel.parent
    shutil.copy(ROOT / "constraints.txt", folder)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    steps = [rest for name, rest in instructions() if name == "RUN" and PLACE in rest and "useradd" not in rest]
    assert len(steps) == 2
    for step in steps:
        ours = step.replace(PLACE, shlex.quote(str(folder / "empty"))).replace(" --no-cache-dir", "")
        ours = ours.replace("python3 -m venv", f"{shlex.quote(sys.executable)} -m venv")
        subprocess.run(["/bin/sh", "-ec", ours], check=True, capture_output=True, timeout=600, cwd=folder, env=clean)
    return folder / "empty" / "bin" / "camera-registry"
