"""Documents that list things list what the code has."""

import re
from pathlib import Path

from camera_registry.access.roles import MAY, ROLES
from camera_registry.access.routes import routes
from camera_registry.api.queries import FileQuery, PageQuery
from camera_registry.api.routes import router
from camera_registry.importing.columns import FILES
from camera_registry.models import Table
from camera_registry.services.actors import ACTORS
from camera_registry.services.listed import FIXES, SORTS, UNCHECKED_SORTS, VERDICTS, WAIVERS
from probes.errors import KINDS
from probes.facts import paths

ROOT = Path(__file__).parents[1]


def _first_column(file, heading):
    section = (ROOT / file).read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_the_list_of_facts_is_the_table_of_paths():
    """docs/inspect.md lists every fact path, in the order of the code."""
    assert _first_column("docs/inspect.md", "Facts") == list(paths())


def test_the_list_of_failures_is_the_table_of_kinds():
    """docs/inspect.md lists every kind of failure, in the order of the code."""
    assert _first_column("docs/inspect.md", "Failures") == list(KINDS)


def test_the_columns_of_the_import_are_those_of_the_code():
    """docs/registry.md lists every column of every file with its heading, and a star where it is required."""
    text = (ROOT / "docs/registry.md").read_text(encoding="utf-8")
    for file, columns in FILES.items():
        section = text.split(f"### {file}\n", 1)[1].split("\n### ", 1)[0]
        listed = re.findall(r"^\| `([^`]+)` \| ([^|*]+)(\*?) \|", section, re.MULTILINE)
        assert listed == [(c.field, c.heading, "*" if c.required else "") for c in columns.values()]


def test_the_examples_of_the_columns_are_read():
    """What docs/registry.md shows as an example is no mistake."""
    text = (ROOT / "docs/registry.md").read_text(encoding="utf-8")
    for file, columns in FILES.items():
        section = text.split(f"### {file}\n", 1)[1].split("\n### ", 1)[0]
        for field, example in re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+?) \|", section, re.MULTILINE):
            assert columns[field].read(example) is not None


def test_the_list_of_tables_is_that_of_the_models():
    """docs/registry.md names every table."""
    assert set(_first_column("docs/registry.md", "What is kept")) == set(Table.metadata.tables)


def test_the_parameters_of_the_list_are_those_of_the_code():
    """docs/list.md lists every parameter, with every value of the closed ones."""
    assert set(_first_column("docs/list.md", "Parameters")) == {*PageQuery.model_fields, *FileQuery.model_fields}
    text = (ROOT / "docs/list.md").read_text(encoding="utf-8").split("## Parameters\n", 1)[1].split("\n## ", 1)[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE))
    closed = {"fix": FIXES, "verdict": VERDICTS, "actor": ACTORS, "waiver": WAIVERS, "sort": (*SORTS, *UNCHECKED_SORTS)}
    for name, values in closed.items():
        assert set(values) <= set(re.findall(r"\w+", rows[name])), name


def test_the_addresses_of_the_api_are_those_of_the_code():
    """docs/list.md lists every route."""
    made = router(None, None, writing=None, rehearsing=None, desk=None, visiting=None, office=None, undo=None)
    assert set(_first_column("docs/list.md", "Addresses")) == {route.path for route in made.routes}


def test_the_list_of_pages_is_that_of_the_application():
    """docs/pages.md names the address of every page, and no other; addresses of forms lead back to their pages."""
    of_forms = {"/devices/{school}/{code}/login", "/devices/{school}/{code}/waiver", "/waivers/{number}"}
    of_forms |= {"/schools/{code}/take-over", "/non-compliant/chosen/waivers"}
    found = {path for _, method, path in routes() if method == "GET" and not path.startswith(("/api/", "/static/"))}
    assert set(_first_column("docs/pages.md", "Addresses")) == found - of_forms


def test_the_table_of_roles_is_that_of_the_code():
    """docs/access.md says of every action which roles may do it, and names every role."""
    assert _first_column("docs/access.md", "Roles") == list(MAY)
    text = (ROOT / "docs/access.md").read_text(encoding="utf-8").split("## Roles\n", 1)[1].split("\n## ", 1)[0]
    assert f"| action | what it is | {' | '.join(ROLES)} |" in text
    assert re.findall(r"^\| (\w+) \| [^|]+ \|$", text, re.MULTILINE)[1:] == list(ROLES)
    for action, cells in re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", text, re.MULTILINE):
        assert cells.split(" | ") == ["yes" if role in MAY[action] else "–" for role in ROLES], action


def test_no_file_of_the_project_names_a_package_index_or_a_path_of_a_machine():
    """Pins and scripts work with whatever index pip is set up with, in any folder."""
    listed = [*ROOT.glob("*.toml"), *ROOT.glob("*.txt"), *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    listed += [path for path in (ROOT / "front").iterdir() if path.is_file()]
    assert len(listed) > 10
    for file in listed:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"https?://[^\s)]*(pypi|pythonhosted|npmjs|debian\.org)", text), file
        assert not re.search(r"index-url|/work/|/root/|/home/", text), file
