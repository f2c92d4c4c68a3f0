"""The program: what a page needs is installed, and the process that decodes pictures works."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, well
from probes.errors import CameraFault, OurFault

VENDOR = Path(__file__).parents[1] / "web" / "static" / "vendor"
FRONT = (
    *("tabler.min.css", "htmx.min.js", "idb.js", "zxing.min.js", "leaflet.js", "leaflet.css"),
    *("Tinos-Regular.ttf", "Tinos-Italic.ttf", "Tinos-Bold.ttf", "Tinos-BoldItalic.ttf"),
)
"""The files of front-end packages: those of front/files.toml."""


def front_end(_around: Around, folder: Path = VENDOR) -> Iterator[Checked]:
    """Every file that pages ask for is there."""
    missing = [name for name in FRONT if not (folder / name).is_file()]
    if missing:
        listed = ", ".join(missing)
        yield bad(
            "front-end",
            {"vi": f"thiếu tệp của trang web: {listed}", "en": f"files of the pages are missing: {listed}"},
            {"vi": "cài lại gói, hoặc trong mã nguồn: make front", "en": "install again; in a checkout: make front"},
        )
    else:
        yield well("front-end", f"đủ {len(FRONT)} tệp của trang web", f"all {len(FRONT)} files of the pages are there")


def decoder(around: Around, module: str | None = None) -> Iterator[Checked]:
    """A picture of our own is decoded as one of a camera would be. `module`: the program of the child (None: ours)."""
    if not around.settings.probe.picture:
        yield left_out("decoder", "probe.picture = false: không xem hình", "probe.picture = false: no picture is seen")
        return
    try:
        asyncio.run(_decode_one(module, spawn=around.settings.probe.picture_child == "spawn"))
    except (OurFault, CameraFault) as error:
        yield bad(
            "decoder",
            both(str(error)),
            {
                "vi": "giải phóng bộ nhớ, cài lại gói; dưới systemd: so giới hạn của unit với docs/install.md",
                "en": "free memory, install again; under systemd: compare the limits of the unit with docs/install.md",
            },
        )
    else:
        yield well("decoder", "giải mã được hình trong tiến trình riêng", "a picture was decoded by the child process")


async def _decode_one(module: str | None, *, spawn: bool) -> None:
    """Raises OurFault, CameraFault where it does not work."""
    import cv2
    import numpy as np

    from probes.image.decode import Looker

    shade = np.tile(np.arange(0, 256, 2, dtype=np.uint8), (96, 1))
    _, jpeg = cv2.imencode(".jpg", cv2.merge([shade, shade, shade]))
    looker = Looker(module, spawn=spawn or None)
    try:
        await looker.look("mjpeg", jpeg.tobytes())
    finally:
        await looker.aclose()
