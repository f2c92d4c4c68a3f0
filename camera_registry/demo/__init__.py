"""The demo: simulated cameras over real sockets on this machine, looked at like any other. The only importer of the
simulator.

`district` is what a small district of schools has, as values; `register` runs it and takes it into a registry the way
everybody's schools come there; `people` are those who may sign in to it; `settings` keeps it apart. Nothing here knows
a rule or a verdict.
"""

from camera_registry.demo.district import DISTRICT
from camera_registry.demo.marked import marked
from camera_registry.demo.people import register_people
from camera_registry.demo.register import files, register, running
from camera_registry.demo.settings import apart, write_file

__all__ = ["DISTRICT", "apart", "files", "marked", "register", "register_people", "running", "write_file"]
