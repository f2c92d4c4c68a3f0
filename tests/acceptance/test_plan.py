"""The upgrade plan as an officer gets it: figures worked out by hand, from the command and from the API.

The unit of `priced`: offered and public are eight cameras, one of them ready. With 1,000,000 for a camera, 800,000 for
a switch that serves four, 5,000,000 for a recorder (VAT 8 %) and 2,000,000 a year for a line (VAT 10 %): the rented
camera costs nothing; the camera without faults at the slow site takes the line, 2,200,000; the one behind the recorder
1,800,000 and VAT, 1,944,000; the recorder 5,400,000 for three channels, of which one only needs its settings and is
free without it. One camera could not be checked.
"""

import csv
import io
import json

import pytest

from camera_registry.cli import main
from camera_registry.database import open_database, upgrade, writing
from standards.planning.prices_load import load_prices
from tests.camera_registry import priced
from tests.camera_registry.web.served import client


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """The command in a folder with the unit and its price book."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prices.toml").write_text(priced.BOOK, encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        '[registry]\ndatabase = "sqlite:///r.db"\n[plan]\nprices = "prices.toml"\n', encoding="utf-8"
    )
    engine = open_database("sqlite:///r.db")
    upgrade(engine)
    with writing(engine) as session:
        priced.unit(session)
    engine.dispose()
    return lambda *arguments: main(["plan", *arguments])


@pytest.fixture
def told(plan, capsys):
    """The JSON of the command, and its exit status."""

    def ask(*arguments):
        status = plan(*arguments, "--json")
        return json.loads(capsys.readouterr().out), status

    return ask


def test_what_costs_nothing_is_the_first_line_of_every_form(plan, capsysbinary):
    """Text, table for a spreadsheet, and JSON; two cameras, one of them by the supplier."""
    first = "Xử lý được ngay, không tốn kinh phí: 2 camera thuộc diện kết nối (trường công lập)"
    plan("--channels", "50%")
    assert capsysbinary.readouterr().out.decode().splitlines()[0] == first
    plan("--channels", "50%", "--csv", "-")
    assert capsysbinary.readouterr().out.decode("utf-8-sig").splitlines()[0] == first
    plan("--channels", "50%", "--json")
    assert next(iter(json.loads(capsysbinary.readouterr().out).items())) == ("free", 2)


@pytest.mark.parametrize(
    ("cameras", "money", "added"),
    [
        ("1", 0, ["P/C2/1", "P/DG/3"]),
        ("4", 1_944_000, ["P/DG/4"]),
        ("5", 1_944_000 + 2_200_000, ["P/C6/1", "P/DG/4"]),
        ("6", 1_944_000 + 5_400_000, ["P/DG/1", "P/DG/2", "P/DG/4"]),
        ("7", 1_944_000 + 2_200_000 + 5_400_000, ["P/C6/1", "P/DG/1", "P/DG/2", "P/DG/4"]),
    ],
)
def test_the_cheapest_way_to_so_many_cameras(told, cameras, money, added):
    """One is ready already; what costs nothing is always among them."""
    found, status = told("--channels", cameras)
    assert (found["cost"]["first_year"], status) == (money, 0)
    assert found["chosen"] == sorted({"P/C2/1", "P/DG/3", *added})
    assert found["reached"] == 1 + len(found["chosen"])


def test_once_and_yearly_before_and_with_vat_stand_apart(told):
    """Of all that can be done; the recorder is paid once for its channels, and spares a setting."""
    found, status = told("--channels", "100%")
    assert status == 1
    assert not found["met"]
    assert found["cost"]["once"] == {"net": 6_800_000, "vat": 544_000, "total": 7_344_000}
    assert found["cost"]["yearly"] == {"net": 2_000_000, "vat": 200_000, "total": 2_200_000}
    assert {line["item"]: line["quantity"] for line in found["works"]} == {
        "camera": 1, "recorder": 1, "switch": 1, "line": 1,
    }  # fmt: skip
    assert {fix["code"]: fix["cameras"] for fix in found["fixes"]} == {"replace": 4, "network": 1}
    assert (found["spared"], found["cost"]["suppliers"]) == (1, {"Công ty Thuê": 1})


def test_the_most_below_a_ceiling(told):
    """One dong less than the line and the camera together, and the dearer of both is left."""
    assert told("--ceiling", "4144000")[0]["reached"] == 5
    assert told("--ceiling", "4143999")[0]["reached"] == 4
    assert told("--ceiling", "0")[0]["chosen"] == ["P/C2/1", "P/DG/3"]


def test_what_is_not_known_and_what_is_private_stand_apart(told):
    """With the reason; neither is in the sums nor among the cameras that count."""
    found, _ = told("--channels", "100%")
    assert [(out["camera"], out["why"]) for out in found["left_out"]] == [("P/C4/1", "not_known")]
    assert (found["total"], found["ready"], found["private_cameras"]) == (8, 1, 1)
    assert found["private"]["first_year"] == 1_944_000
    assert found["uplink_unknown"] == 1


def test_a_school_with_an_unknown_camera_is_never_wholly_ready(told):
    """However much is paid."""
    found, status = told("--schools", "100%")
    assert (found["reached"], found["chosen"], status) == (0, [], 1)


def test_without_prices_only_what_a_supplier_pays_is_known(told, tmp_path):
    """Nothing is taken for nothing: the reason is said for every other camera."""
    (tmp_path / "config.toml").write_text('[registry]\ndatabase = "sqlite:///r.db"\n', encoding="utf-8")
    found, _ = told("--channels", "100%")
    assert (found["chosen"], found["rests_on"]["prices"]) == (["P/C2/1"], None)
    assert {out["why"] for out in found["left_out"]} == {"no_price", "not_known"}


def test_without_prices_no_cost_is_known_of_any_school_and_fix(plan):
    """Nothing of the costs is a 0 that is known, but what a supplier pays."""
    engine = open_database("sqlite:///r.db")
    found = client(engine).get("/api/v1/costs?school=P").json()
    engine.dispose()
    parts = [found["total"], *(part["cost"] for name in ("districts", "schools", "fixes") for part in found[name])]
    assert len(parts) == 5
    assert not [part for part in parts if part["known"]]
    assert {fix["code"]: fix["cost"]["suppliers"] for fix in found["fixes"]}["replace"] == {"Công ty Thuê": 1}


def test_the_private_schools_cost_nothing_that_is_known_without_prices(plan, capsys, tmp_path):
    """It is said that it is not known; with prices it is the sum."""
    plan("--channels", "1", "--lang", "en")
    assert "1 cameras; these alone 1,944,000 VND" in capsys.readouterr().out
    (tmp_path / "config.toml").write_text('[registry]\ndatabase = "sqlite:///r.db"\n', encoding="utf-8")
    plan("--channels", "1", "--lang", "en")
    assert "1 cameras; these alone at a cost that is not known" in capsys.readouterr().out


def test_book_edition_and_working_values_stand_in_every_form(plan, capsysbinary, tmp_path):
    """The SHA-256 and the date of the book, and that values are working values."""
    sha = load_prices(tmp_path / "prices.toml").sha256
    for form in ((), ("--csv", "-"), ("--json",), ("--lang", "en")):
        plan("--channels", "50%", *form)
        said = capsysbinary.readouterr().out.decode()
        assert sha in said
        assert "2026-11-01" in said or "01/11/2026" in said
        assert "hcmc-3288@draft-1" in said
        assert "tham khảo tạm thời" in said or "working values" in said or '"working_values": true' in said


def test_the_list_of_works_has_the_columns_of_the_paper(plan, capsysbinary):
    """And its sums: before VAT, VAT, total."""
    plan("--channels", "4", "--csv", "-")
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig")), delimiter=";"))
    heads = ["STT", "Nội dung", "Yêu cầu kỹ thuật cơ bản", "ĐVT", "Số lượng", "Đơn giá", "Thành tiền", "Căn cứ giá"]
    start = rows.index(heads)
    assert rows[start + 2] == [
        "1", "Camera IP", "", "cái", "1", "1000000", "1000000", "Công ty A, Báo giá 12, ngày 30/10/2026",
    ]  # fmt: skip
    sums = {row[1]: row[6] for row in rows[start + 4 : start + 7]}
    assert sums == {"Cộng": "1800000", "Thuế GTGT": "144000", "Tổng cộng": "1944000"}


def test_every_form_says_what_to_do_at_which_camera(plan, capsysbinary):
    """Text and table for a spreadsheet have the same list: what one camera has alone stands with it, what several share
    below; its sums are those of the plan.
    """
    plan("--channels", "7", "--csv", "-")
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig")), delimiter=";"))
    heads = ["STT", "Trường", "Thiết bị/kênh", "Tên camera", "Việc cần làm", "Chi một lần", "Chi hằng năm"]
    start = rows.index(heads) + 1
    school = "Trường THCS P (P) – UBND phường 26740"
    line = "Xử lý mạng, nguồn hoặc cổng kết nối: đường truyền của điểm trường"
    assert rows[start : start + 8] == [
        ["1", school, "C2/1", "Camera 1", "Thay thế: C2 (nhà cung cấp: Công ty Thuê)", "0", "0"],
        ["2", school, "C6/1", "Camera 1", line, "0", "2200000"],
        ["3", school, "DG/1", "Camera 1", "Thay thế: DG", "", ""],
        ["4", school, "DG/2", "Camera 2", "Thay thế: DG", "", ""],
        ["5", school, "DG/3", "Camera 3", "Không cần làm riêng: thiết bị được thay thế", "0", "0"],
        ["6", school, "DG/4", "Camera 4", "Thay thế: C1", "1944000", "0"],
        ["", school, "DG", "", "Đầu ghi: 1 cái, dùng chung cho 2 camera", "5400000", "0"],
        ["", "Tổng cộng", "", "", "", "7344000", "2200000"],
    ]
    plan("--channels", "7")
    said = capsysbinary.readouterr().out.decode()
    assert f"6 | {school} | DG/4 | Camera 4 | Thay thế: C1 | 1.944.000 | 0\n" in said


def test_every_column_has_a_heading(plan, capsysbinary):
    """Also in the list of what could not be counted, which stands in the file too."""
    for form in ((), ("--csv", "-")):
        plan("--channels", "7", *form)
        lines = capsysbinary.readouterr().out.decode("utf-8-sig").splitlines()
        heads = lines[lines.index("Danh sách chưa tính được") + 1]
        assert [head.strip() for head in heads.replace("|", ";").split(";")] == [
            "Trường", "Thiết bị/kênh", "Tên camera", "Lý do",
        ]  # fmt: skip


def test_a_program_gets_what_to_do_at_which_camera(told):
    """With the keys of devices and channels."""
    found, _ = told("--channels", "7")
    tasks = {task["camera"]: task for task in found["tasks"]}
    assert list(tasks) == found["chosen"]
    assert tasks["P/DG/4"]["steps"] == [{"fix": "replace", "at": "P/C1", "of_site": False, "supplier": None}]
    assert tasks["P/C6/1"]["steps"] == [{"fix": "network", "at": "P/Cơ sở 2", "of_site": True, "supplier": None}]
    assert (tasks["P/C2/1"]["steps"][0]["supplier"], tasks["P/DG/1"]["shares"]) == ("Công ty Thuê", True)
    (recorder,) = found["shared"]
    assert (recorder["at"], recorder["item"], recorder["cameras"]) == ("P/DG", "recorder", 2)


def test_the_api_says_what_the_command_says(told, tmp_path):
    """A plan, and the costs of a school with its devices and channels."""
    engine = open_database("sqlite:///r.db")
    browser = client(engine, prices=load_prices(tmp_path / "prices.toml"))
    of_api, of_command = browser.get("/api/v1/plan?channels=100%25").json(), told("--channels", "100%")[0]
    assert {**of_api, "rests_on": 0} == {**of_command, "rests_on": 0}
    costs = browser.get("/api/v1/costs?school=P").json()
    assert (costs["free"], costs["total"]["first_year"], costs["total"]["known"]) == (2, 9_544_000, False)
    devices = {device["device"]: device for device in costs["devices"]}
    assert devices["P/DG"]["cost"]["first_year"] == 5_400_000 + 1_944_000
    alone = {channel["camera"]: channel["cost"]["first_year"] for channel in devices["P/DG"]["channels"]}
    assert alone == {"P/DG/1": 5_400_000, "P/DG/2": 5_400_000, "P/DG/3": 0, "P/DG/4": 1_944_000}
    assert {fix["code"]: fix["cost"]["first_year"] for fix in costs["fixes"]}["network"] == 2_200_000
    (place,) = costs["places"]
    assert (place["place"], place["rules"], place["cost"]["once"]["total"]) == ("P", ["retention"], 6_480_000)
    assert [(unit["code"], unit["cost"]["first_year"]) for unit in costs["districts"]] == [("26740", 9_544_000)]
    for path in ("plan", "plan?channels=x", "plan?channels=5&ceiling=5", "costs?district=9", "plan?colour=1"):
        assert browser.get(f"/api/v1/{path}").status_code == 422, path
    engine.dispose()
