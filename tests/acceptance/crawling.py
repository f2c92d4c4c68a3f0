"""A crawler of the pages: follows what a page offers to a person, breadth first and within bounds.

Strategy: addresses are counted by the route that they fall into, so that a list of a thousand rows takes no longer than
one of ten. English, the other language, is looked at once for each route. Forms that change something are told, and not
sent.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from lxml import html

from camera_registry.access.routes import place_of

OF_ROUTE = 5
"""Addresses of one route that are looked at."""
_OF_LANGUAGE = {" in en": 1, " in vi": 0}
"""The same of one that is asked for in a language; Vietnamese is what all are in."""
_BASE = "http://localhost"
_LOADED = ("href", "src", "hx-get", "data-src")
_CHANGING = ("hx-post", "hx-put", "hx-patch", "hx-delete")


@dataclass(frozen=True)
class Page:
    """What was answered at an address, and the page that offered it."""

    address: str
    answer: Any
    offered_by: str

    @property
    def route(self) -> str:
        """The path of the table that it falls into; empty for none."""
        place = place_of("GET", urlsplit(self.address).path)
        return place.path if place is not None else ""

    @property
    def tree(self) -> Any:
        """The elements of a page; None for a file."""
        is_page = self.answer.headers.get("content-type", "").startswith("text/html") and self.answer.text.strip()
        return html.document_fromstring(self.answer.text) if is_page else None

    def offered(self) -> Iterator[str]:
        """Every address to be read that the page offers, as a browser would ask for it."""
        if "location" in self.answer.headers:
            yield self._whole(self.answer.headers["location"])
        tree = self.tree
        if tree is None:
            return
        for name in _LOADED:
            yield from (self._whole(value) for value in tree.xpath(f"//@{name}") if not value.startswith("data:"))
        for form in tree.forms:
            if form.method == "GET":
                values = urlencode([(name, value) for name, value in form.form_values() if value])
                yield self._whole(f"{(form.action or self.address).partition('#')[0].partition('?')[0]}?{values}")

    def changing(self) -> Iterator[str]:
        """Every address to which the page offers to send something."""
        tree = self.tree
        if tree is None:
            return
        yield from (self._whole(form.action or self.address) for form in tree.forms if form.method == "POST")
        for name in ("formaction", *_CHANGING):
            yield from (self._whole(value) for value in tree.xpath(f"//@{name}"))

    def inline(self) -> list[str]:
        """What runs or paints from within the page, which its policy forbids."""
        tree = self.tree
        if tree is None:
            return []
        found = [f"<{each.tag}>" for each in tree.xpath("//style | //script[not(@src)]")]
        for each in tree.iter():
            names = [name for name in each.attrib if name == "style" or name.startswith(("on", "hx-on"))]
            values = [value for value in each.attrib.values() if value.strip().lower().startswith("javascript:")]
            found += names + values
        return found

    def _whole(self, told: str) -> str:
        whole = urlsplit(urljoin(_BASE + self.address, told))
        if f"{whole.scheme}://{whole.netloc}" != _BASE:
            return told
        return whole.path + (f"?{whole.query}" if whole.query else "")


def crawl(browser: Any, start: str = "/", of_route: int = OF_ROUTE) -> Iterator[Page]:
    """Every page that is offered from `start` on, at most `of_route` of each route."""
    waiting, known, counted = deque([(start, "")]), {start}, Counter[str]()
    while waiting:
        address, offered_by = waiting.popleft()
        kind = _kind(address)
        if counted[kind] >= _OF_LANGUAGE.get(kind[-6:], of_route):
            continue
        counted[kind] += 1
        yield (page := Page(address, read(browser, address), offered_by))
        new = [each for each in page.offered() if each not in known]
        known.update(new)
        waiting.extend((each, address) for each in dict.fromkeys(new))


def read(browser: Any, address: str) -> Any:
    """The answer at this address; the browser has not learned another language by it."""
    answer = browser.get(address)
    if "lang" in browser.cookies:
        browser.cookies.delete("lang")
    return answer


def _kind(address: str) -> str:
    parts = urlsplit(address)
    place = place_of("GET", parts.path)
    told = parse_qs(parts.query).get("lang")
    return (place.path if place else parts.path) + (f" in {told[0]}" if told else "")
