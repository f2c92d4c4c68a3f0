"""How long a workbook of 20,000 rows takes: to read and check it, to say what it would change, and to write it.

    python -m benchmarks.imports [--rows 20000] [--database URL]

The workbook holds schools, recorders and channels of a unit in the proportion of a city. The registry is new, and is
imported into twice: the second time everything stands there already.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from camera_registry.database import open_database, reading, upgrade, writing
from camera_registry.importing.columns import TABLES
from camera_registry.importing.reading import Asked, read_files
from camera_registry.importing.write import write
from camera_registry.services.import_csv import examine
from camera_registry.services.registering import Terms

CHANNELS = 12
"""Of a recorder."""
RECORDERS = 3
"""Of a school."""
SHEETS = {"schools": "Trường", "devices": "Thiết bị", "channels": "Kênh"}


def workbook(rows: int) -> bytes:
    """A workbook of about so many rows."""
    schools = rows // (1 + RECORDERS + RECORDERS * CHANNELS)
    book = openpyxl.Workbook(write_only=True)
    sheets = {table: book.create_sheet(name) for table, name in SHEETS.items()}
    for table, sheet in sheets.items():
        sheet.append([column.heading for column in TABLES[table].values()])
    for number in range(schools):
        _add_school(sheets, number)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _add_school(sheets, number):
    code, net = f"079{number:05}", f"10.{number // 250}.{number % 250}"
    school = {"school.code": code, "name": f"Trường THCS Số {number}", "levels": "THCS", "kind": "Công lập",
              "managed_by": f"UBND phường {number % 168}", "address": f"{number} Đường B", "lat": "10,8231",
              "lon": "106,6297", "phone": "0901234567", "uplink": "40", "networks": f"{net}.0/24"}  # fmt: skip
    _add(sheets, "schools", school)
    for recorder in range(RECORDERS):
        device = {"school": code, "device.code": f"DG-{recorder}", "kind": "Đầu ghi IP (NVR)", "make": "Dahua",
                  "model": "NVR4216", "serial": f"S{number}-{recorder}", "host": f"{net}.{recorder + 10}",
                  "rtsp_port": "554", "username": "quansat", "owner": "Nhà trường", "in_use_since": "2021",
                  "warranty_until": "31/12/2026", "price": "12.000.000"}  # fmt: skip
        _add(sheets, "devices", device)
        for index in range(1, CHANNELS + 1):
            channel = {"school": code, "device": f"DG-{recorder}", "index": str(index), "area": "Hành lang",
                       "name": f"Hành lang {recorder}-{index}", "scope": "Có", "outdoor": "Trong nhà"}  # fmt: skip
            _add(sheets, "channels", channel)


def _add(sheets, table, values):
    sheets[table].append([values.get(field) for field in TABLES[table]])


def main() -> None:
    """Prints what each step took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database", help="the address of an empty one; else a new file")
    options = parser.parse_args()
    data = workbook(options.rows)
    print(f"workbook of {options.rows} rows: {len(data) / 1e6:.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(options.database or f"sqlite:///{Path(folder) / 'registry.db'}")
        upgrade(engine)
        for name in ("new", "again"):
            _time(engine, data, name)
        engine.dispose()


def _time(engine, data, name):
    now = datetime.now(UTC)
    start = time.perf_counter()
    found = read_files({"list.xlsx": data}, Asked())
    read = time.perf_counter()
    with reading(engine) as session:
        examined = examine(session, found, {}, Terms(now))
    checked = time.perf_counter()
    assert examined.plan is not None, examined.mistakes[:5]
    with writing(engine) as session:
        write(session, examined.plan)
    written = time.perf_counter()
    print(
        f"{name}: read {read - start:.1f} s, checked and compared {checked - read:.1f} s, written "
        f"{written - checked:.1f} s; {written - start:.1f} s in all"
    )


if __name__ == "__main__":
    main()
