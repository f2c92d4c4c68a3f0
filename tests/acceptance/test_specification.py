"""Proof: what must be bought is said by an edition, without makes; and a data sheet is judged by the same rules."""

import csv
import io
import re
from dataclasses import replace
from inspect import isfunction
from pathlib import Path

import pytest

from camera_registry.demo.district import DISTRICT
from probes.rtsp.paths import PATTERNS
from probes.simulator import vendors
from standards import available, load_edition
from standards.buying.data_sheet import DataSheet, Said, load_data_sheet
from standards.buying.purchase import check_model, specification
from tests.acceptance.command import run

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "data-sheet.toml"
EDITIONS = [load_edition(edition_id) for edition_id in available()]
ASKED = [(edition, rule) for edition in EDITIONS for rule in edition.rules if rule.purchase]
GOOD = {"model.password_min_length": 8}
"""What the example does not say and is no yes or no."""
TOO_LITTLE = {
    "model.size": (1280, 720),
    "model.fps": 14,
    "model.codecs": ("mjpeg",),
    "model.sub_stream_megapixels": (0.1,),
    "model.keyframe_interval_s": 5,
    "model.onvif_profiles": ("G",),
    "model.ip_rating": 65,
    "model.tls_version": 1.1,
    "model.password_min_length": 6,
}
"""What no rule is content with; of a yes or no it is the other one."""
STATES = {
    "P": "Theo văn bản gốc",
    "S": "Theo tài liệu dẫn lại",
    "A": "Giá trị tham khảo tạm thời",
    "N": "Chưa có giá trị",
}
ORIGINS = ("made in", "xuất xứ", "sản xuất tại", "trung quốc", "china", "nhật bản", "hàn quốc", "đài loan", "taiwan")


def _good(edition):
    """A data sheet that meets every requirement of the edition."""
    said = dict(load_data_sheet(EXAMPLE).values)
    for rule in edition.rules:
        for expectation in rule.purchase.expect if rule.purchase else ():
            said.setdefault(expectation.fact, Said(GOOD.get(expectation.fact, True), "9"))
    return DataSheet("tài liệu", said)


def _outcome(edition, rule, values):
    (found,) = (f for f in check_model(edition, DataSheet("tài liệu", values)) if f.requirement.rule.id == rule.id)
    return found.outcome


@pytest.mark.parametrize(("edition", "rule"), ASKED, ids=lambda value: getattr(value, "id", None))
def test_each_requirement_passes_fails_and_is_not_known(edition, rule):
    """A good sheet passes; the smallest value too little fails; without the value nothing is known."""
    good, expected = _good(edition).values, rule.purchase.expect
    if rule.source.state == "N":
        assert _outcome(edition, rule, good) == "not_applicable"
        return
    assert _outcome(edition, rule, good) == "pass"
    for expectation in expected:
        path = expectation.fact
        wrong = TOO_LITTLE.get(path, not good[path].value)
        assert _outcome(edition, rule, {**good, path: replace(good[path], value=wrong)}) == "fail"
        assert _outcome(edition, rule, {p: said for p, said in good.items() if p != path}) == "unknown"
    for condition in rule.purchase.unless:
        assert _outcome(edition, rule, {**good, condition.fact: Said(condition.argument, "1")}) == "not_applicable"


def _makes():
    """Every make that the simulator, the guesses of stream addresses and the demo know, in small letters."""
    public = [value for name, value in vars(vendors).items() if not name.startswith("_")]
    made = [make() for make in public if isfunction(make) and make.__module__ == vendors.__name__]
    names = {m.manufacturer for m in made} | {w for p in PATTERNS for w in p.words}
    registered = [box.camera for school in DISTRICT for box in school.devices]
    names |= {camera.manufacturer for camera in registered}
    models = {camera.model for camera in (*made, *registered)}
    return {name.lower() for name in names | models if name}


@pytest.mark.parametrize("edition_id", available())
@pytest.mark.parametrize("form", [["--json"], ["--csv", "-"], ["--lang", "en"]])
def test_no_make_model_or_origin_stands_in_a_specification(edition_id, form, tmp_path):
    """The law on bidding: whoever makes it, it is what it does that counts."""
    shown = run(tmp_path, "standards", "specification", edition_id, *form).out.lower()
    makes = _makes()
    assert {"hikvision", "dahua"} <= makes
    found = [name for name in makes if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown)]
    assert (found, [word for word in (*ORIGINS, "h.264+", "h.265+") if word in shown]) == ([], [])


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_each_row_names_minimum_source_state_and_proof(edition, tmp_path):
    """Number, requirement, minimum, preferred, document with the state in words, proof; and the heading says it."""
    text = run(tmp_path, "standards", "specification", edition.id, "--csv", "-", "--lang", "vi").out
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    columns = ["STT", "Nội dung", "Mức tối thiểu", "Mức nên đạt", "Căn cứ", "Tài liệu chứng minh"]
    start = rows.index(columns) if columns in rows else None
    assert start is not None
    wanted, shown = specification(edition), rows[start + 1 :]
    assert [row[0] for row in shown] == [str(n) for n in range(1, len(wanted) + 1)]
    for row, (_, text, minimum, _, source, proof) in zip(wanted, shown, strict=True):
        assert (text, bool(minimum), bool(proof)) == (row.text["vi"], True, True)
        assert source.startswith(row.rule.source.document)
        assert source.endswith(STATES[row.rule.source.state])
    working = any(row.rule.source.state == "A" for row in wanted)
    assert any("giá trị tham khảo tạm thời" in line[0] for line in rows[:start]) == working


@pytest.mark.parametrize(
    ("change", "status", "outcomes"),
    [
        ("", 0, {"pass"}),
        ("fps = 14", 1, {"pass", "fail"}),
        ("fps = -", 3, {"pass", "unknown"}),
        ('kind = "thermal"', 0, {"pass", "not_applicable"}),
    ],
)
def test_check_model_says_by_its_exit_status_what_came_out(change, status, outcomes, tmp_path):
    """0 all is met, 1 something is not, 3 something is not stated, as `inspect` says it of a camera."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    if change:
        key, value = change.split(" = ")
        lines = [line for line in lines if line.split(" ")[0] != key]
        lines += [] if value == "-" else [f'{key} = {{ value = {value}, page = "2" }}']
    sheet = tmp_path / "sheet.toml"
    sheet.write_text("\n".join(lines), encoding="utf-8")
    done = run(tmp_path, "standards", "check-model", sheet, "--edition", "hcmc-3288", "--json")
    assert (done.status, {row["outcome"] for row in done.json["rows"]}) == (status, outcomes)
    assert all(row["source"]["words"]["vi"] for row in done.json["rows"])


def test_a_data_sheet_with_mistakes_is_refused_with_all_of_them(tmp_path):
    """Wrong usage, status 2, and each mistake on a line of its own."""
    sheet = tmp_path / "sheet.toml"
    sheet.write_text('title = "x"\n[values]\nfps = { value = "25", page = "2" }\nntp = 1\n', encoding="utf-8")
    done = run(tmp_path, "standards", "check-model", sheet)
    assert done.status == 2
    assert ["fps" in done.err, "ntp" in done.err, len(done.err.splitlines())] == [True, True, 2]
