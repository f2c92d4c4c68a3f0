"""Each paper, word for word, against its golden file; and what must never, or always, stand in one."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camera_registry.models import School, Site
from camera_registry.reports.papers.acceptance_paper import acceptance_paper
from camera_registry.reports.papers.figures_paper import MOST_ROWS, Told, appendix
from camera_registry.reports.papers.handover_paper import HandedOver, Handover, handover_paper
from camera_registry.reports.papers.report_paper import report_paper
from camera_registry.reports.papers.request_paper import request_paper
from camera_registry.reports.papers.specification_paper import specification_paper
from camera_registry.reports.papers.state_paper import state_paper
from camera_registry.reports.papers.survey_paper import survey_paper
from camera_registry.reports.papers.year_plan_paper import year_plan_paper
from camera_registry.reports.period_sheets import pl3
from camera_registry.services.period_values import Costs
from camera_registry.services.survey import Survey, Surveyed, SurveyedDevice
from tests.camera_registry.reports.papers.told import AT, FAILED, FIGURES, FROZEN, ZONE, as_text
from tests.camera_registry.reports.test_acceptance import RESULT
from tests.standards.sheets import EDITIONS

GOLDEN = Path(__file__).with_name("golden")
SURVEY = Survey(
    School(code="0790123", name="Trường THCS Số 1", managed_by=1, contact_name="Nguyễn Văn A"),
    "UBND phường A",
    (Site(school_id=1, address="1 Đường A", uplink_mbps=40.5),),
    (
        SurveyedDevice("DG-01", "nvr", "", "Hãng X", "X-16", "SN1", "192.168.1.64", "rented", 2021, AT, (
            Surveyed(1, "Cổng chính", "gate", "offered", True, False, {"vi": "H.264, 1920×1080", "en": ""}, AT, 0, ""),
            Surveyed(2, "", "classroom", "internal", None, True, {"vi": "", "en": ""}, None, 0, "Hỏng nguồn"),
        )),
    ),
)  # fmt: skip
HANDED = HandedOver("0790123", "Trường THCS Số 1", "DG-01/1", "Cổng chính", "rtsp://192.168.1.64:554/ch1", "H.264",
                    "1920×1080", "25", "4", "Nguyễn Văn A, 0901000000", "Đề nghị")  # fmt: skip
PAPERS = {
    "half-year": lambda: report_paper(FROZEN, "half_year"),
    "year-end": lambda: report_paper(Told(FIGURES, ZONE), "year_end"),
    "plan": lambda: year_plan_paper(FROZEN),
    "request": lambda: request_paper(FROZEN),
    "state": lambda: state_paper(FROZEN),
    "specification": lambda: specification_paper(EDITIONS.decides, "UBND phường A"),
    "survey": lambda: survey_paper(SURVEY, "Lê Văn B", ZONE),
    "acceptance": lambda: acceptance_paper(RESULT, ZONE),
    "handover": lambda: handover_paper(Handover("UBND phường A", datetime(2027, 1, 3, tzinfo=UTC), (HANDED,)), ZONE),
}


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_word_for_word_what_its_golden_file_says(name):
    """Whoever changes a word of a paper changes its file, and sees what the office will read."""
    assert as_text(PAPERS[name]()) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_number_day_and_signature_are_never_filled_in(name):
    """They are gaps on yellow: the office gives them in its own system."""
    paper = PAPERS[name]()
    said = as_text(paper)
    assert "ngày «[…]» tháng «[…]» năm «[…]»" in said
    if "Số: " in said.split("---")[0]:
        assert "Số: «[…]»/" in said
    assert "[…]" not in said.replace("«[…]»", ""), "a gap that does not stand on yellow"


def test_while_working_values_decide_every_judged_paper_says_so():
    """In the frame at its top; the state of what is there judges nothing, and says nothing."""
    for make in (lambda told: report_paper(told, "half_year"), year_plan_paper, request_paper):
        assert make(FROZEN).notice == "Rà soát sơ bộ theo giá trị tham khảo tạm thời"
        assert make(Told(replace(FIGURES, working_values=False), ZONE)).notice == ""
    assert state_paper(FROZEN).notice == ""


def test_the_state_of_what_is_there_names_no_standard():
    """Facts alone: no verdict, no edition, no requirement."""
    said = as_text(state_paper(FROZEN)).lower()
    assert [word for word in ("đáp ứng", "tiêu chuẩn", "3288", "yêu cầu", "thay thế", "sẵn sàng") if word in said] == []


def test_a_paper_of_frozen_figures_has_their_number_and_sha256_in_its_foot():
    """One of figures that are not frozen says that they are not, and of when they are."""
    assert report_paper(FROZEN, "half_year").footer == f"Số liệu đã chốt CS-2027-0001 – SHA-256 {FROZEN.sha256}"
    assert report_paper(Told(FIGURES, ZONE), "half_year").footer == (
        "Số liệu chưa chốt, tính đến 7 giờ 30 ngày 03/01/2027"
    )


def test_without_a_price_book_no_paper_says_an_amount():
    """The estimate says that there are no prices, and nothing is 0 đồng."""
    said = as_text(request_paper(replace(FROZEN, figures=replace(FIGURES, costs=Costs(gaps={"no_price": 2})))))
    assert "Chưa có bảng giá: chưa lập được dự toán." in said
    assert "Bằng chữ" not in said
    assert "0 đồng" not in said


def test_what_is_free_stands_before_any_amount():
    """In every paper that speaks of money."""
    for make in (lambda told: report_paper(told, "half_year"), year_plan_paper, request_paper):
        said = as_text(make(FROZEN))
        assert said.index("Xử lý được ngay, không tốn kinh phí: 1 camera") < said.index("1.080.000")


def test_a_table_that_is_too_long_says_where_the_rest_is():
    """A paper prints the first rows; the workbook has all."""
    many = replace(FIGURES, failed=FAILED * MOST_ROWS)
    part = appendix(pl3(many), replace(FROZEN, figures=many))
    assert len(part.blocks[2].rows) == MOST_ROWS
    assert f"{MOST_ROWS} dòng đầu trong 800 dòng" in part.blocks[3].words


def test_a_camera_is_one_in_the_report_and_a_device_as_a_whole_is_said_apart():
    """One that fails a rule with two streams, and at the recorder too, which is where it is counted."""
    first = FAILED[1]
    twice = (first, replace(first, stream="sub"), replace(first, channel="DG-01/7"))
    whole = replace(first, channel="DG-02", camera=None, place="", stream="")
    told = replace(FROZEN, figures=replace(FIGURES, failed=(*twice, whole)))
    said = as_text(report_paper(told, "half_year"))
    assert "1 camera, 1 thiết bị chưa yêu cầu đăng nhập" in said
    assert "– Thiết bị yêu cầu đăng nhập: 1 camera, 1 thiết bị;" in said
    assert "1 | Chỉnh cấu hình | Nhà trường | 1; 1 thiết bị |" in said


def test_the_work_on_what_is_not_known_is_of_as_many_cameras_as_the_table_says():
    """However many channels PL4 has a row of; a device without channels is said apart."""
    row = FIGURES.not_checked[0]
    rows = (row, replace(row, channel="CAM-05/1"), replace(row, channel="APP-01", place=""))
    for counts, said in ((FIGURES.counts, "1; 1 thiết bị"), (replace(FIGURES.counts, unverified=0), "1 thiết bị")):
        told = replace(FROZEN, figures=replace(FIGURES, not_checked=rows, counts=counts))
        paper = as_text(report_paper(told, "half_year"))
        assert f"Làm rõ camera chưa kiểm tra được | Theo Phụ lục 4 | {said} |" in paper


def test_no_login_gets_into_the_list_that_is_handed_over():
    """An address with a user in it is refused."""
    wrong = replace(HANDED, stream="rtsp://admin:x@192.168.1.64/ch1")
    with pytest.raises(ValueError, match="holds a login"):
        handover_paper(Handover("", AT, (wrong,)), ZONE)


def test_an_address_with_an_at_sign_in_its_path_is_no_login():
    """Behind the host it says nothing of a user: the list is made."""
    row = replace(HANDED, stream="rtsp://192.168.1.64/live/cam@1?name=a@b")
    assert "live/cam@1" in as_text(handover_paper(Handover("", AT, (row,)), ZONE))


if __name__ == "__main__":  # writes the golden files anew: read what has changed in them
    for each, made in PAPERS.items():
        (GOLDEN / f"{each}.txt").write_text(as_text(made()), encoding="utf-8")
