"""What the site needs besides its pages: the papers of the root folder, and a search that needs no marks.

`README.md`, `CONTRIBUTING.md` and `CHANGELOG.md` are pages, too; a link to any other file outside `docs/` becomes the
name of that file, for the site stands alone. In the index of the search each word with marks stands once more without.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT_PAPERS = {"readme.md": "README.md", "contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNMARKED = str.maketrans("đĐ", "dD")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The papers of the root folder are pages of the site."""
    root = Path(config.config_file_path).parent
    for name, source in ROOT_PAPERS.items():
        files.append(File.generated(config, name, content=(root / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Links lead where the target stands in the site."""
    root = Path(config.config_file_path).parent
    folder = root if page.file.src_uri in ROOT_PAPERS else (Path(config.docs_dir) / page.file.src_uri).parent
    back = "../" * page.file.src_uri.count("/")
    return _LINK.sub(lambda link: _led(link, folder, root, back), markdown)


def _led(link: re.Match[str], folder: Path, root: Path, back: str) -> str:
    words, target, anchor = link[1], (folder / link[2]).resolve(), link[3] or ""
    if not (target.is_relative_to(root) and target.exists()):
        return link[0]
    inside = target.relative_to(root).as_posix()
    papers = {source: name for name, source in ROOT_PAPERS.items()}
    if inside in papers:
        return f"[{words}]({back}{papers[inside]}{anchor})"
    if inside.startswith("docs/"):
        return f"[{words}]({back}{inside.removeprefix('docs/')}{anchor})"
    return words if words.startswith("`") else f"`{inside}`"


def on_post_build(config: MkDocsConfig) -> None:
    """Words with marks are found without them."""
    file = Path(config.site_dir) / "search" / "search_index.json"
    index = json.loads(file.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        words = set(_WORD.findall(f"{entry['title']} {entry['text']}".lower()))
        entry["tags"] = sorted({unmarked(word) for word in words} - words)
    file.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def unmarked(word: str) -> str:
    """The word in the letters that everybody can type: `đáp` is `dap`."""
    parts = unicodedata.normalize("NFD", word.translate(_UNMARKED))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
