"""Proof: programs register and change over JSON without losing what others wrote, and without doing anything twice."""

import pytest

from camera_registry.database import writing
from tests.camera_registry import town
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.web.served import VAULT, client

SCHOOL, OTHER = "79760002", "79770001"
DEVICES = f"/api/v1/schools/{SCHOOL}/devices"
GRID = f"{DEVICES}/DG-01/channels"

pytestmark = [pytest.mark.xdist_group("register api"), pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The town, to be changed."""
    made = new_registry(tmp_path_factory.mktemp("api") / "registry.db")
    with writing(made) as session:
        town.fill(session, VAULT)
    yield made
    made.dispose()


@pytest.fixture
def city(engine):
    """A program of the city."""
    with client(engine) as made:
        yield made


@pytest.fixture
def technician(engine):
    """A program of a technician of the school."""
    with client(engine, "technician", "Lê Văn Thợ", schools=(SCHOOL,)) as made:
        yield made


def test_of_two_writers_the_one_with_the_older_version_is_told_what_stands(city, technician):
    """Nothing of the first is lost; the second sees it, and may write again."""
    at = f"{DEVICES}/CAM-01"
    read, tag = city.get(at).json(), city.get(at).headers["etag"]
    assert tag == f'"{read["version"]}"'
    first = city.patch(at, json={"funding": "Ngân sách"}, headers={"If-Match": tag})
    assert (first.status_code, first.json()["version"]) == (200, read["version"] + 1)
    late = technician.patch(at, json={"funding": "Xã hội hóa", "version": read["version"]})
    assert late.status_code == 412
    assert late.json()["now"]["funding"] == "Ngân sách"
    assert late.json()["changed"]["by"] == "Trần Thị Cán Bộ"
    assert technician.get(at).json()["funding"] == "Ngân sách"
    again = technician.patch(at, json={"funding": "Xã hội hóa", "version": late.json()["now"]["version"]})
    assert again.json()["funding"] == "Xã hội hóa"


def test_without_a_version_nothing_is_changed(city):
    """428 for every kind of row; any version may be said to be right."""
    school = f"/api/v1/schools/{SCHOOL}"
    places = {school: "tags", f"{school}/sites": "address", f"{DEVICES}/CAM-01": "tags", f"{GRID}/1": "tags"}
    for at, field in places.items():
        assert city.patch(at, json={field: "a"}).status_code == 428, at
        assert city.patch(at, json={field: "a"}, headers={"If-Match": '"999"'}).status_code == 412, at
        assert city.patch(at, json={field: "a"}, headers={"If-Match": "x"}).status_code == 412, at
    assert city.put(GRID, json={"rows": [{"index": 1, "note": "x"}]}).status_code == 428
    assert city.patch(f"{GRID}/1", json={"tags": "a"}, headers={"If-Match": "*"}).json()["tags"] == "a"


def test_the_same_request_twice_makes_one_device(city, technician):
    """The same answer, said to be the same; another request with the key is refused; keys are of an account."""
    body, key = {"kind": "ip_camera", "host": "192.168.1.9"}, {"Idempotency-Key": "phone-7"}
    first, second = (city.post(DEVICES, json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert sum(row["host"] == "192.168.1.9" for row in city.get(DEVICES).json()["rows"]) == 1
    other = city.post(DEVICES, json={**body, "host": "192.168.1.10"}, headers=key)
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail"][0]
    assert technician.post(DEVICES, json={**body, "host": "192.168.1.11"}, headers=key).status_code == 201
    changed = {"Idempotency-Key": "phone-8", "If-Match": first.headers["etag"]}
    at = f"{DEVICES}/{first.json()['code']}"
    assert [city.patch(at, json={"model": "M"}, headers=changed).status_code for _ in range(2)] == [200, 200]


def test_what_was_refused_may_be_sent_again_with_the_same_key(city):
    """Nothing was done, so nothing is remembered."""
    key = {"Idempotency-Key": "phone-9"}
    assert city.post(DEVICES, json={"kind": "ip_camera", "host": "8.8.8.8"}, headers=key).status_code == 422
    assert city.post(DEVICES, json={"kind": "ip_camera", "host": "192.168.1.12"}, headers=key).status_code == 201


def test_every_mistake_is_told_with_what_to_do(city):
    """In both languages, with the field as it is called here; a code that is taken changes nothing."""
    body = {"kind": "toaster", "host": "8.8.8.8", "mac": "x", "price": "viel", "code": "CAM-01"}
    answer = city.post(DEVICES, json=body).json()
    assert {m["field"] for m in answer["mistakes"]} == {"kind", "mac", "price"}
    assert all(m["what"]["vi"] and m["remedy"]["en"] for m in answer["mistakes"])
    assert len(answer["detail"]) == len(answer["mistakes"])
    taken = city.post(DEVICES, json={"kind": "ip_camera", "host": "192.168.1.13", "code": "CAM-01"})
    assert [(m["field"], m["kind"]) for m in taken.json()["mistakes"]] == [("code", "is_there")]
    assert city.get(f"{DEVICES}/CAM-01").json()["host"] != "192.168.1.13"


def test_lists_are_paged_by_the_server(city):
    """Every school once, over all pages; words without accents; a page that there is not is said."""
    pages = [city.get(f"/api/v1/schools?size=5&page={n}").json() for n in (1, 2, 3)]
    assert [page["total"] for page in pages] == [14] * 3
    codes = [row["code"] for page in pages for row in page["rows"]]
    assert codes == sorted(codes)
    assert (len(set(codes)), pages[0]["pages"]) == (14, 3)
    assert city.get("/api/v1/schools?q=duoc song").json()["rows"][0]["code"] == "79760003"
    assert city.get("/api/v1/schools?level=THPT&devices=with").json()["total"] == 3
    assert city.get("/api/v1/schools?size=201").status_code == 422
    devices = [city.get(f"{DEVICES}?size=1&page={n}").json()["rows"][0]["code"] for n in (1, 2)]
    assert devices == ["CAM-01", "CAM-02"]


def test_a_grid_is_written_whole_or_not_at_all(city):
    """By the tag of the whole, or with the version of each row; one wrong row, and nothing is kept."""
    grid, tag = city.get(GRID).json()["rows"], city.get(GRID).headers["etag"]
    wrong = [{"index": 1, "note": "Đã đo"}, {"index": 2, "name": grid[0]["name"]}]
    answer = city.put(GRID, json={"rows": wrong}, headers={"If-Match": tag})
    assert [(m["row"], m["field"], m["kind"]) for m in answer.json()["mistakes"]] == [(2, "name", "name_twice")]
    assert city.get(GRID).headers["etag"] == tag
    rows = [{"index": 1, "note": "Đã đo", "outdoor": "outdoor"}, {"index": 9, "name": "Sân sau", "area": "yard"}]
    kept = city.put(GRID, json={"rows": rows}, headers={"If-Match": tag})
    assert [row["index"] for row in kept.json()["rows"]] == [*range(1, 7), 9]
    assert city.put(GRID, json={"rows": rows}, headers={"If-Match": tag}).status_code == 412
    versions = [{"index": 9, "note": "n", "version": kept.json()["rows"][-1]["version"]}]
    assert city.put(GRID, json={"rows": versions}).status_code == 200


def test_schools_and_sites_are_made_and_changed_and_the_history_tells_it(city):
    """Days and numbers as JSON has them; what a technician may not is not there."""
    unit = city.get(f"/api/v1/schools/{SCHOOL}").json()["managed_by"]
    body = {"name": "Trường TH Mới", "levels": "TH", "kind": "public", "managed_by": unit, "lat": 10.5, "lon": 106.6}
    made = city.post("/api/v1/schools", json=body).json()
    assert (made["code"], made["lat"]) == ("TAM-0001", 10.5)
    at = f"/api/v1/schools/{made['code']}"
    assert city.post(f"{at}/sites", json={"site": "Cơ sở 2", "uplink": 40}).json()["uplink"] == 40
    assert [row["site"] for row in city.get(f"{at}/sites").json()["rows"]] == [None, "Cơ sở 2"]
    changed = city.patch(f"{at}/sites", json={"site": "Cơ sở 2", "uplink": None}, headers={"If-Match": "*"})
    assert changed.json()["uplink"] is None
    device = {"kind": "cloud", "code": "APP-1", "warranty_until": "2028-02-29", "price": 1200000}
    assert city.post(f"{at}/devices", json=device).json()["warranty_until"] == "2028-02-29"
    told = city.get(f"{at}/history?size=2").json()
    assert [(c["kind"], c["what"], c["by"]) for c in told["changes"]][:1] == [("device", "new", "Trần Thị Cán Bộ")]
    older = city.get(f"{at}/history?before={told['older']}").json()
    assert older["changes"][-1]["what"] == "new"
    uplink = [f for c in told["changes"] + older["changes"] for f in c["fields"] if f["before"]["en"] == "40"]
    assert [(f["name"]["vi"], f["after"]["en"]) for f in uplink] == [("Tải lên (Mbps)", "")]


def test_a_technician_reads_and_changes_the_own_school_alone(technician):
    """404 for every address of another, and for making a school."""
    for at in ("", "/sites", "/history", "/devices", "/devices/CAM-01", "/devices/CAM-01/channels"):
        assert technician.get(f"/api/v1/schools/{OTHER}{at}").status_code == 404, at
        assert technician.get(f"/api/v1/schools/{SCHOOL}{at}").status_code == 200, at
    assert technician.post(f"/api/v1/schools/{OTHER}/devices", json={"kind": "cloud", "code": "X"}).status_code == 404
    assert technician.post("/api/v1/schools", json={"name": "x"}).status_code == 404
    anyway = {"If-Match": "*"}
    assert technician.patch(f"/api/v1/schools/{SCHOOL}", json={"name": "x"}, headers=anyway).status_code == 404
    sites = f"/api/v1/schools/{SCHOOL}/sites"
    assert technician.patch(sites, json={"site": "", "name": "x"}, headers=anyway).status_code == 422
    assert technician.patch(sites, json={"site": "", "uplink": 55.5}, headers=anyway).json()["uplink"] == 55.5


def test_an_officer_of_a_unit_keeps_to_the_own_schools(engine, city):
    """No school of another unit is made, and none is handed over."""
    unit, other = (city.get(f"/api/v1/schools/{code}").json()["managed_by"] for code in (SCHOOL, OTHER))
    body = {"name": "Trường TH Khác", "levels": "TH", "kind": "public", "managed_by": other}
    with client(engine, "district", "Phạm Thị Phường", district=unit) as officer:
        made = officer.post("/api/v1/schools", json=body)
        moved = officer.patch(f"/api/v1/schools/{SCHOOL}", json={"managed_by": other}, headers={"If-Match": "*"})
        for answer in (made, moved):
            assert [(m["field"], m["kind"]) for m in answer.json()["mistakes"]] == [("managed_by", "other_unit")]
        taken = officer.post("/api/v1/schools", json={**body, "managed_by": unit, "code": OTHER})
        assert [(m["field"], m["kind"]) for m in taken.json()["mistakes"]] == [("code", "code_taken")]


def test_many_rows_are_changed_in_one_go_or_not_at_all(city, technician):
    """What it would come to first; an old version, a row of another school or a mistake, and nothing is kept."""
    at, versions = "/api/v1/changes-of-many", {r["code"]: r["version"] for r in city.get(DEVICES).json()["rows"]}
    rows = [{"school": SCHOOL, "device": code, "version": versions[code]} for code in ("CAM-01", "CAM-02")]
    body = {"rows": rows, "devices": {"owner": "sponsor"}, "add_tags": "đợt 3"}
    dry = city.post(at, json={**body, "dry_run": True}).json()
    assert (dry["batch"], [c["after"]["owner"] for c in dry["changes"]]) == (None, ["sponsor"] * 2)
    assert city.get(f"{DEVICES}/CAM-01").json()["owner"] != "sponsor"
    assert city.post(at, json={**body, "rows": [{**rows[0], "version": None}]}).status_code == 428
    assert city.post(at, json={**body, "rows": [rows[0], {**rows[1], "version": 99}]}).status_code == 412
    foreign = {"school": OTHER, "device": "CAM-01", "version": 1}
    assert technician.post(at, json={**body, "rows": [rows[0], foreign]}).status_code == 404
    assert (
        city.post(at, json={**body, "devices": {"warranty_until": "x"}}).json()["mistakes"][0]["kind"] == "not_a_date"
    )
    assert city.get(f"{DEVICES}/CAM-01").json()["owner"] != "sponsor"
    done = city.post(at, json=body)
    assert done.json()["batch"] is not None
    told = city.get(f"/api/v1/schools/{SCHOOL}/history?size=2").json()["changes"]
    assert [c["batch"] for c in told] == [done.json()["batch"]] * 2


def test_only_what_was_never_seen_can_be_taken_out(city):
    """409 says what hangs on it; without a version 428."""
    refused = city.delete(f"{DEVICES}/DG-01", headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["hanging"]["results"] > 0) == (409, True)
    assert city.delete(f"{GRID}/1", headers={"If-Match": "*"}).status_code == 409
    made = city.post(DEVICES, json={"kind": "cloud", "code": "NHAM"})
    assert city.delete(f"{DEVICES}/NHAM").status_code == 428
    assert city.delete(f"{DEVICES}/NHAM", headers={"If-Match": '"77"'}).status_code == 412
    gone = city.delete(f"{DEVICES}/NHAM", headers={"If-Match": made.headers["etag"]})
    assert gone.json() == {"removed": f"{SCHOOL}/NHAM"}
    assert city.get(f"{DEVICES}/NHAM").status_code == 404
