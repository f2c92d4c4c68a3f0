"""A wheel holds the front-end files, or it is not built. Nothing is fetched here: that is `make front`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SERVED = "camera_registry/web/static/vendor"


class FrontHook(BuildHookInterface[Any]):
    """Refuses a wheel without front-end files; an editable install may come before them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatch passes it)
        """Raises FileNotFoundError when a file of front/files.toml was not copied yet."""
        if version == "editable":
            return
        root = Path(self.root)
        files = tomllib.loads((root / "front" / "files.toml").read_text(encoding="utf-8"))["files"]
        missing = [name for name in files.values() if not (root / SERVED / name).is_file()]
        if missing:
            raise FileNotFoundError(
                f"{SERVED}: {', '.join(missing)} missing: run `make front`, then build the wheel again"
            )
