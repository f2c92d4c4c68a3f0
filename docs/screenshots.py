"""The pictures of the guides: `make screenshots` starts the demo, signs in as each role, and takes them anew.

Each picture stands in `docs/img/<language>/<name>-<width>.webp`. Look at them before they are committed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page

from tests.acceptance.fleet import until
from tests.acceptance.pages import Watched, chromium
from tests.acceptance.running_demo import Demo, running_demo

PICTURES = Path(__file__).parent / "img"
LANGUAGES = ("vi", "en")
HEIGHTS = {360: 700, 1280: 760}
"""Of the window, by its width in pixels."""
QUALITY = 80
DEMO_S = 300
"""The longest the demo may take to look at its cameras."""


def as_it_is(_page: Page) -> None:
    """The page as it opens."""


def to_the_device(page: Page) -> None:
    """The wizard, where a recorder is added at a school."""
    page.locator("#schools button, #schools a").first.click()
    page.locator("[data-add=nvr]").click()
    page.locator("#f-host").fill("192.168.1.64")
    page.locator("#f-username").fill("quansat")
    page.evaluate("window.scrollTo(0, 0)")


def to_the_rows(page: Page) -> None:
    """The list, below its filters."""
    page.locator("main [role=status]").first.scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.querySelector('main table').getBoundingClientRect().top + scrollY - 90)")


@dataclass(frozen=True)
class Shot:
    """A picture: its name, who looks, at which address, in which widths; `before` it is taken, something is done."""

    name: str
    login: str
    address: str
    widths: tuple[int, ...]
    before: Callable[[Page], None] = as_it_is


SHOTS = (
    Shot("register", "ky-thuat", "/register", (360,), to_the_device),
    Shot("look", "ky-thuat", "/devices/0799001/CAM-04", (360,)),
    Shot("school", "truong", "/", (360, 1280)),
    Shot("overview", "don-vi", "/", (360, 1280)),
    Shot("list", "don-vi", "/non-compliant?group=actor", (1280,), to_the_rows),
    Shot("papers", "don-vi", "/papers", (1280,)),
    Shot("accounts", "quan-tri", "/accounts", (1280,)),
)


def files() -> list[str]:
    """The names of all pictures below `docs/img`."""
    return [f"{lang}/{shot.name}-{width}.webp" for lang in LANGUAGES for shot in SHOTS for width in shot.widths]


def take(browser: Browser, demo: Demo) -> None:
    """Every picture is taken anew; RuntimeError where a page had an error."""
    for shot in SHOTS:
        with demo.signed_in(shot.login) as person:
            token = person.cookies["session"]
            for lang in LANGUAGES:
                for width in shot.widths:
                    _take(browser, demo, shot, (lang, width), token)


def _take(browser: Browser, demo: Demo, shot: Shot, form: tuple[str, int], token: str) -> None:
    lang, width = form
    watched = Watched(browser, demo.address.rstrip("/"), width, lang, token)
    page = watched.open(shot.address)
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.wait_for_load_state("networkidle")
    shot.before(page)
    kept(page.screenshot(), PICTURES / lang / f"{shot.name}-{width}.webp")
    watched.context.close()
    if watched.wrong:
        raise RuntimeError(f"{shot.name} at {width}: {watched.wrong}")


def kept(png: bytes, file: Path) -> None:
    """The picture stands in `file`, small."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    _, webp = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(webp.tobytes())


def main() -> int:
    """0 when every picture was taken."""
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo, chromium() as browser:
        until(lambda: bool(demo.said[0].read_text(encoding="utf-8")), DEMO_S)
        take(browser, demo)
    return 0


if __name__ == "__main__":
    sys.exit(main())
