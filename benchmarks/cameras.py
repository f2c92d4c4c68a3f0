"""Simulated cameras in a process of their own, so that their work is not counted as anybody's."""

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from probes.simulator.presets import good_h264, good_h265_media2_only

PASSWORD = "bench-Pa55word"


def cameras(count, h265=False):
    """Addresses of `count` cameras that run until the block ends: host, ports and the main stream of each."""
    preset = good_h265_media2_only if h265 else good_h264
    return running([preset() for _ in range(count)])


@contextmanager
def running(specs):
    """The same of the cameras that `specs` describe, all with one password."""
    given = [asdict(replace(spec, password=PASSWORD)) for spec in specs]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cameras.json"
        file.write_text(json.dumps(given, default=sorted))
        command = [sys.executable, "-m", "probes.simulator", str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            lines = [json.loads(process.stdout.readline()) for _ in given]
            try:
                yield [
                    {
                        "host": line["host"],
                        "onvif_port": line["onvif_port"],
                        "stream": line["streams"]["main"],
                        "password": PASSWORD,
                    }
                    for line in lines
                ]
            finally:
                process.stdin.close()
                process.wait(20)
