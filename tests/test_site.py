"""The site of the documents leads nowhere into nothing, and the guides say what the pages say."""

import re

import pytest

from docs.screenshots import PICTURES, files
from tests.built_site import ROOT, addresses, anchors, build, led_to, outside, pages
from tests.texts import PLACE, shown_as, texts

GUIDES = {lang: sorted((ROOT / "docs/guides" / lang).glob("*.md")) for lang in ("vi", "en")}
MOST_BYTES = 1_500_000
"""Of all pictures of the guides together."""

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages of the site by their files; what mkdocs finds wrong fails the test."""
    return pages(build(tmp_path_factory.mktemp("site")).resolve())


def test_every_link_of_the_site_leads_somewhere(site):
    """Every file and every anchor that a page names is there."""
    known = {file: anchors(page) for file, page in site.items()}
    led = [led_to(file, address) for file, page in site.items() for address in addresses(page) if not outside(address)]
    assert len(led) > 1000
    assert [each for each in led if not each.file.is_file()] == []
    of_pages = [each for each in led if each.anchor and each.file in known]
    assert [each for each in of_pages if each.anchor not in known[each.file]] == []


def test_the_site_asks_no_other_server_for_anything(site):
    """Pictures, programs, styles and fonts are files of the site."""
    asked = {address for page in site.values() for address in page.xpath("//@src | //link/@href")}
    assert [address for address in asked if outside(address)] == []


def test_every_document_is_a_page_that_the_menu_leads_to(site):
    """No document stands beside the menu."""
    (home,) = (file for file in site if file.name == "index.html" and file.with_name("sweep.html").exists())
    led = {led_to(home, each).file for each in site[home].xpath("//nav//a/@href") if not outside(each)}
    documents = {home.parent / file.relative_to(ROOT / "docs") for file in (ROOT / "docs").rglob("*.md")}
    assert {file.with_suffix(".html") for file in documents} <= led


@pytest.mark.parametrize("lang", GUIDES)
def test_words_in_bold_in_a_guide_are_words_of_the_pages(lang):
    """What a guide tells people to press or to read stands in the catalogue, in the code or in an edition."""
    words = {said.words[lang] for said in texts() if lang in said.words}
    filled = [shown_as(word) for word in words if PLACE.search(word) and len(PLACE.sub("", word).strip()) > 3]
    bold = [(file.name, each) for file in GUIDES[lang] for each in _bold(file)]
    assert len(bold) > 80
    assert [each for each in bold if each[1] not in words and not any(one.fullmatch(each[1]) for one in filled)] == []


def _bold(file):
    found = re.findall(r"\*\*(.+?)\*\*", file.read_text(encoding="utf-8"), re.DOTALL)
    return [" ".join(each.split()) for each in found]


def test_each_guide_is_there_in_both_languages():
    """Vietnamese and English have the same kinds of people (the Vietnamese first page is that of the site)."""
    assert len(GUIDES["vi"]) == len(GUIDES["en"]) - 1 == 5


def test_files_that_a_guide_names_are_there():
    """The way of one fact goes through files of today."""
    for file in (*GUIDES["vi"], *GUIDES["en"]):
        named = re.findall(r"`((?:camera_registry|probes|standards|docs)/[\w./-]*)`", file.read_text(encoding="utf-8"))
        assert [each for each in named if not (ROOT / each).exists()] == [], file


@pytest.mark.parametrize("lang", GUIDES)
def test_the_pictures_of_the_guides_are_those_that_are_taken(lang):
    """Every picture of the script is there and shown, and no other; in the language of the guide."""
    taken = {name for name in files() if name.startswith(lang)}
    assert {str(file.relative_to(PICTURES)) for file in (PICTURES / lang).iterdir()} == taken
    shown = [re.findall(r"/img/([\w/-]+\.webp)", file.read_text(encoding="utf-8")) for file in GUIDES[lang]]
    assert {name for names in shown for name in names} == taken


def test_the_pictures_are_small():
    """They stand in the repository, so they are few and small."""
    assert sum(file.stat().st_size for file in PICTURES.rglob("*.webp")) < MOST_BYTES
