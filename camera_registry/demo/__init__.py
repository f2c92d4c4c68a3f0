"""The demo: simulated cameras over real sockets on this machine, looked at like any other. The only importer of the
simulator.

`handful` are six cameras for a quick look; `district` is what a small district of schools has, as values; `register`
runs it and takes it into a registry the way everybody's schools come there. Nothing here knows a rule or a verdict.
"""

from camera_registry.demo.district import DISTRICT
from camera_registry.demo.handful import DemoCamera, cameras
from camera_registry.demo.register import files, register, running

__all__ = ["DISTRICT", "DemoCamera", "cameras", "files", "register", "running"]
