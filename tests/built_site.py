"""The site of the documents, built as `make docs` does, and what its pages lead to."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Leads:
    """A place that a page leads to: the `page`, the address as it `said` it, the file, and the anchor there."""

    page: str
    said: str
    file: Path
    anchor: str


def build(folder):
    """The site, built into `folder`; AssertionError with what was said when a link of the documents leads nowhere."""
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def pages(site):
    """Every page of the site, by its file."""
    found = sorted(file for file in site.rglob("*.html") if file.name != "404.html")
    return {file: html.parse(file, html.HTMLParser(encoding="utf-8")).getroot() for file in found}


def addresses(page):
    """Every address that a page names: links, pictures, programs, styles."""
    return [each for each in page.xpath("//@href | //@src") if not each.startswith(("data:", "mailto:"))]


def outside(address):
    """True for an address of another server."""
    return bool(urlsplit(address).netloc)


def led_to(file, address):
    """Where this address of the page in `file` leads."""
    parts = urlsplit(address)
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    return Leads(file.name, address, target / "index.html" if target.is_dir() else target, unquote(parts.fragment))


def anchors(page):
    """What can be led to within a page."""
    return {*page.xpath("//@id"), *page.xpath("//a/@name")}
