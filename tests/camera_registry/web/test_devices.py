"""The page on which a device is found, and its route of the API."""

import re


def test_words_find_devices_and_lead_to_their_pages(town):
    """Words of the school and of the device, without marks; the words stay in the field."""
    page = town.get("/devices", params={"q": "nguyen binh khiem cam"})
    assert re.findall(r'href="(/devices/[^"]+)"', page.text) == ["/devices/79760002/CAM-01", "/devices/79760002/CAM-02"]
    assert 'value="nguyen binh khiem cam"' in page.text
    assert "2 thiết bị." in page.text


def test_a_page_without_words_has_all_devices_and_one_without_rows_says_so(town):
    """Forty-three devices of the town in one page; nothing of what nobody has."""
    assert "43 thiết bị." in town.get("/devices").text
    assert "Không có thiết bị nào khớp mọi từ đã nhập." in town.get("/devices?q=khong-co").text
    assert town.get("/devices?page=0").status_code == 422


def test_the_api_answers_the_same(town):
    """Rows by the codes of both, paged by the server; a parameter that there is not is said."""
    answer = town.get("/api/v1/devices", params={"q": "dahua", "size": 2, "page": 2}).json()
    assert (answer["total"], answer["pages"], len(answer["rows"])) == (14, 7, 2)
    row = answer["rows"][0]
    assert (row["code"], row["make"], row["kind"]) == ("DG-01", "Dahua", "nvr")
    assert set(row["school"]) == {"code", "name"}
    assert town.get("/api/v1/devices?nothing=x").status_code == 422


def test_filters_narrow_the_list(town):
    """By unit, school, kind, verdict and address, each alone and with words; a value that there is not is said."""
    total = {query: town.get(f"/api/v1/devices?{query}").json()["total"] for query in (
        "school=79760002", "kind=nvr", "district=ubnd-phuong-tan-dinh", "cloud=yes", "cloud=no", "school=none",
        "school=79760002&q=cam", "make=Dahua",
    )}  # fmt: skip
    assert total == {
        "school=79760002": 3, "kind=nvr": 14, "district=ubnd-phuong-tan-dinh": 15, "cloud=yes": 1, "cloud=no": 42,
        "school=none": 0, "school=79760002&q=cam": 2, "make=Dahua": 14,
    }  # fmt: skip
    assert "3 thiết bị." in town.get("/devices?school=79760002").text
    for query in ("kind=x", "verdict=x", "cloud=x"):
        assert town.get(f"/devices?{query}").status_code == 422
