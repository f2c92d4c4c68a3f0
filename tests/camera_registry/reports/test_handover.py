"""The files of the handover: typed, harmless, valid, and without logins but for the one that holds them."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from camera_registry.reports.handover import COLUMNS, handover_csv, handover_geojson, handover_xlsx
from camera_registry.reports.handover_configs import FILES, Login, config, names_of, variables_of
from tests.camera_registry.reports.handed_rows import AT, LITTLE, LOST, MAIN, ROWS, WHOLE

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GOLDEN = Path(__file__).with_name("handover")
PASSWORD = "p{a}s$s#w/o:r@d"
LOGINS = {("0790123", "ĐG-01"): Login("quan sát", PASSWORD)}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MediaPath(_Strict):
    """Of the sample mediamtx.yml: paths -> name -> these keys."""

    source: str = Field(pattern=r"^rtsps?://")
    sourceOnDemand: bool  # noqa: N815  (the key of MediaMTX)
    rtspTransport: str = Field(pattern=r"^(automatic|udp|multicast|tcp)$")  # noqa: N815  (as above)


class MediaMtx(_Strict):
    """Names of paths are letters, digits, underscore, dot, tilde, minus, slash, colon."""

    paths: dict[str, MediaPath]


class Go2Rtc(_Strict):
    """Of the README of go2rtc: streams -> name -> one source or a list of them."""

    streams: dict[str, list[str]]


class Switch(_Strict):
    """A part of Frigate that is on or off."""

    enabled: bool


class Input(_Strict):
    """Of the full reference of Frigate: an input of a camera."""

    path: str = Field(pattern=r"^rtsps?://")
    roles: list[str]


class Inputs(_Strict):
    """The same."""

    inputs: list[Input] = Field(min_length=1)


class Camera(_Strict):
    """The same: a camera."""

    enabled: bool
    ffmpeg: Inputs
    detect: Switch


class Frigate(_Strict):
    """The same: the file."""

    mqtt: Switch
    detect: Switch
    record: Switch
    cameras: dict[str, Camera]


SCHEMAS = {"mediamtx": MediaMtx, "go2rtc": Go2Rtc, "frigate": Frigate}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_csv_is_the_golden_one(lang):
    """Marks of order, delimiters and decimals of the language; what a spreadsheet would calculate is text."""
    assert handover_csv(ROWS, lang, ZONE) == (GOLDEN / f"handover.{lang}.csv").read_bytes()


def test_the_geojson_is_the_golden_one_and_valid():
    """RFC 7946: a FeatureCollection without `crs`, longitude first, null where no position is known."""
    made = handover_geojson(ROWS)
    assert made == (GOLDEN / "handover.geojson").read_bytes()
    found = json.loads(made)
    assert (found["type"], set(found)) == ("FeatureCollection", {"type", "features"})
    for feature, row in zip(found["features"], ROWS, strict=True):
        assert {"type", "geometry", "properties"} <= set(feature)
        assert feature["type"] == "Feature"
        assert feature["id"] == row.key
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [106.690456, 10.790123]}
    assert found["features"][1]["geometry"] is None


def test_the_workbook_has_the_same_values_and_types():
    """Opened again: numbers are numbers, moments are moments in the zone, codes and formulas are text."""
    sheet = openpyxl.load_workbook(io.BytesIO(handover_xlsx(ROWS, "vi", ZONE))).active
    heads = [cell.value for cell in sheet[1]]
    assert heads == [column.heading["vi"] for column in COLUMNS]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", f"A1:{sheet.cell(1, len(COLUMNS)).column_letter}4")
    first, second = (dict(zip(heads, row, strict=True)) for row in list(sheet.iter_rows())[1:3])
    assert (first["Mã trường"].value, first["Mã trường"].data_type) == ("0790123", "s")
    assert (first["Rộng luồng chính (điểm ảnh)"].value, first["Vĩ độ"].value) == (2560, 10.790123)
    assert first["Luồng chính đo lúc"].value == datetime(2026, 11, 22, 22, 30)  # noqa: DTZ001  (as Excel has it)
    assert first["Trạng thái từ ngày"].value == datetime(2026, 11, 23)  # noqa: DTZ001  (as above)
    for name in ("Tên camera", "Người phụ trách", "Điện thoại"):
        assert (second[name].data_type, second[name].quotePrefix) == ("s", True)
    assert second["Tên camera"].value == LITTLE.name
    assert second["Số phiên cho phép"].value == "Chưa biết"
    assert second["Vĩ độ"].value is None


@pytest.mark.parametrize("program", FILES)
def test_a_configuration_is_the_golden_one_and_has_documented_keys_alone(program):
    """By default with placeholders; a camera without an address is left out."""
    made = config(program, ROWS)
    assert made == (GOLDEN / FILES[program]).read_bytes()
    SCHEMAS[program].model_validate(yaml.safe_load(made))
    assert LOST.name.encode() not in made


@pytest.mark.parametrize("program", FILES)
def test_a_login_arrives_as_it_is(program):
    """Percent-encoded in the address, whatever signs it has; of a device without a login the address stands alone."""
    made = yaml.safe_load(config(program, ROWS, LOGINS))
    SCHEMAS[program].model_validate(made)
    first, second = (_addresses(program, made)[at] for at in (0, -1))
    parts = urlsplit(first)
    assert (unquote(parts.username), unquote(parts.password)) == ("quan sát", PASSWORD)
    assert f"{parts.hostname}:{parts.port}{parts.path}?{parts.query}" == MAIN.address.removeprefix("rtsp://")
    assert not {"$", "{", "}"} & set(first + second)
    assert "@" not in second


@pytest.mark.parametrize("program", FILES)
def test_what_a_device_says_is_no_variable_and_no_option(program):
    """A device that writes `${HOME}`, `{FRIGATE_X}` or `#exec` into its address gets it back encoded."""
    text = config(program, [LITTLE]).decode()
    assert "/live/%24%7BHOME%7D%7BFRIGATE_X%7D%23exec" in text
    assert "${HOME}" not in text
    assert "{FRIGATE_X}" not in text


def test_frigate_has_each_role_once_and_detects_nothing():
    """Frigate wants one input to detect; that detecting is off stands beside it and above all."""
    made = yaml.safe_load(config("frigate", ROWS))
    assert (made["detect"], made["mqtt"], made["record"]) == ({"enabled": False},) * 3
    for camera in made["cameras"].values():
        roles = [role for each in camera["ffmpeg"]["inputs"] for role in each["roles"]]
        assert sorted(roles) == ["detect", "record"]
        assert camera["detect"] == {"enabled": False}


def test_names_are_apart_and_fit_a_variable():
    """Codes that look alike without their signs get a number; MediaMTX reads a name in capitals up to an underscore."""
    from dataclasses import replace

    rows = [replace(WHOLE, device_code=code, through=code) for code in ("DG-01", "DG.01", "ĐG 01")]
    names = names_of(rows)
    assert names == ["s0790123ddg01c5", "s0790123ddg01c5n2", "s0790123ddg01c5n3"]
    assert list(variables_of(rows).values()) == ["0790123_DG01", "0790123_DG01n2", "0790123_DG01n3"]
    assert all(name.isascii() and name.isalnum() and name.lower() == name for name in names)


def _addresses(program, made):
    match program:
        case "mediamtx":
            return [path["source"] for path in made["paths"].values()]
        case "go2rtc":
            return [source for each in made["streams"].values() for source in each]
    return [each["path"] for camera in made["cameras"].values() for each in camera["ffmpeg"]["inputs"]]


def test_moments_are_utc_in_json():
    """Z at the end, as RFC 3339 has it."""
    found = json.loads(handover_geojson([WHOLE]))["features"][0]["properties"]
    assert datetime.fromisoformat(found["ready_since"]) == AT
    assert found["ready_since"].endswith("Z")
    assert AT.tzinfo is UTC
