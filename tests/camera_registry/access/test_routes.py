"""The table of routes and the application say the same."""

from functools import cache

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

from camera_registry.access.roles import LEVEL_OF, MAY, ROLE_WORDS, ROLES
from camera_registry.access.routes import TABLE, methods_of, place_of, routes
from camera_registry.api.routes import router as of_api
from camera_registry.web.application import PAGES

EXAMPLES = {"number": "7", "sweep_id": "7", "assignment": "7", "index": "1", "change": "pause", "path": "a/b.css"}


@cache
def _of_application():
    """Every route that the application has: its method, its path, itself."""
    of_json = of_api(None, None, writing=None, rehearsing=None, desk=None, visiting=None, office=None, undo=None)
    made = [page.router(None, None) for page in PAGES] + [of_json]
    return [
        (method, route.path, route)
        for one in made
        for route in one.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    ]


def test_every_route_stands_in_the_table_and_no_other():
    """A page that somebody adds without saying who may see it is not there for anybody; this says so first."""
    there = {(method, path) for method, path, _ in _of_application()}
    known = {(method, path) for _, method, path in routes() if not path.startswith("/static/")}
    assert there - known == set(), "write them into access/routes.py"
    assert known - there == set(), "no page answers to these"


@pytest.mark.parametrize(("method", "path", "route"), _of_application())
def test_the_gate_and_the_application_take_one_address_for_the_same_route(method, path, route):
    """Else a request could be let through as one route and be answered by another."""
    names = {name: EXAMPLES.get(name, "x") for name in route.param_convertors}
    address = path.format(**names)
    place = place_of(method, address)
    assert (place.path, place.params) == (path, names)
    scope = {"type": "http", "method": method, "path": address}
    fits = (p for m, p, other in _of_application() if m == method and other.matches(scope)[0] is Match.FULL)
    assert next(fits) == path


def test_every_action_has_its_roles_and_every_role_its_words():
    """Nothing is forgotten when a role or an action is added."""
    assert {action for action, _, _ in TABLE} == set(MAY) | {"public", "signing_in"}
    assert set(ROLE_WORDS) == set(LEVEL_OF) == set(ROLES)
    assert all(roles <= set(ROLES) and roles for roles in MAY.values())


def test_a_path_that_is_not_in_the_table_is_none():
    """Nor one that only looks like it."""
    for path in ("/nothing", "/schools/a/b", "/schools/a/", "//", "/API/v1/totals"):
        assert (place_of("GET", path), methods_of(path)) == (None, [])
    assert place_of("HEAD", "/").action == "see"
    assert methods_of("/login") == ["GET", "POST"]
