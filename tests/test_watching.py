"""What is written about watching, the alert rules and the dashboard name the figures that the program has."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from camera_registry.reports.prometheus import prometheus_text
from camera_registry.reports.prometheus_around import families
from camera_registry.services.figures import Figures, Night
from camera_registry.watching.machine import Around
from camera_registry.watching.requests import Requests

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"\bcamera_registry_\w+")
NOW = datetime(2026, 11, 30, tzinfo=UTC)
EXAMPLES = ROOT / "docs/examples"


def _said():
    """All that the program can say: every family with a value."""
    one, night = {"a": 1}, Night({("failed", "busy"): 1}, 1, 1, 1, 1, 1, 1, 1, 1.0, ended=True)
    two = {("a", "b"): 1}
    figures = Figures(
        NOW, one, 1, {1: 1}, NOW, {1: 1}, one, one, night, NOW, two, 1, 1, 1, 1, two, {"mail": 1.0}, one, one, 1, 1
    )
    requests = Requests()
    requests.seen("GET", "/", 200, 0.1)
    return prometheus_text(figures, families(Around("1", "sqlite", 1, 1, 1, 1, 1, 1.0)), requests.registry).decode()


@pytest.fixture(scope="module")
def samples():
    """The names of all that is said, each with the names of its labels."""
    found = text_string_to_metric_families(_said())
    return {sample.name: set(sample.labels) for family in found for sample in family.samples}


def _rules():
    (group,) = yaml.safe_load((EXAMPLES / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return group["rules"]


def _panels():
    return json.loads((EXAMPLES / "dashboard.json").read_text(encoding="utf-8"))["panels"]


def _expressions():
    yield from (rule["expr"] for rule in _rules())
    yield from (target["expr"] for panel in _panels() for target in panel["targets"])


def test_rules_and_dashboard_name_figures_that_are_said(samples):
    """A figure that gets another name breaks no alarm unseen."""
    named = {name for expression in _expressions() for name in NAME.findall(expression)}
    assert len(named) > 15
    assert named - set(samples) == set()


def test_rules_and_dashboard_narrow_by_labels_that_there_are(samples):
    """A condition on a label that no figure has is never true."""
    for expression in _expressions():
        for name, conditions in re.findall(r"(camera_registry_\w+)\{([^}]*)\}", expression):
            assert set(re.findall(r"(\w+)\s*[=!]", conditions)) <= samples[name], expression
        labels = set().union(*(samples[name] for name in NAME.findall(expression)))
        for names in re.findall(r"\bby \(([^)]*)\)", expression):
            assert {name.strip() for name in names.split(",")} <= labels, expression


def test_every_expression_closes_what_it_opens():
    """As far as that can be told without Prometheus."""
    for expression in _expressions():
        rest, before = re.sub(r'"[^"]*"', "", expression), None
        rest = re.sub(r"[^()\[\]{}]", "", rest)
        while rest != before:
            before, rest = rest, re.sub(r"\(\)|\[\]|\{\}", "", rest)
        assert rest == "", expression


def test_every_rule_says_what_is_wrong_and_what_to_do():
    """Whoever is woken by it has not written it."""
    for rule in _rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert all(rule["annotations"][name].endswith(".") or name == "action" for name in ("summary", "action"))


def test_prometheus_takes_the_rules_and_the_text():
    """Its own program checks them, where it is installed."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not here: Debian's package would start a server that listens everywhere")
    subprocess.run([program, "check", "rules", EXAMPLES / "alerts.yml"], check=True, capture_output=True)
    subprocess.run([program, "check", "metrics"], input=_said().encode(), check=True, capture_output=True)


def test_the_document_lists_every_figure(samples):
    """docs/watching.md names all, and no other."""
    text = (ROOT / "docs/watching.md").read_text(encoding="utf-8").split("## Figures for Prometheus\n", 1)[1]
    cells = re.findall(r"^\| (`[^|]+`) \|", text.split("\n## ", 1)[0], re.MULTILINE)
    listed = {f"camera_registry_{name}" for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    families = {re.sub(r"_(bucket|count|sum)$", "", name) for name in samples}
    assert listed == {name for name in families if not name.startswith("camera_registry_process_")}


def test_no_figure_can_name_a_school_a_device_or_a_person(samples):
    """The labels are these, and each has a closed set of values."""
    known = "kind verdict days nights state reason direction way table version database method route status le"
    assert " ".join(sorted(set().union(*samples.values()))) == " ".join(sorted(known.split()))
