"""Rows as JSON: told and said, they are the same."""

from camera_registry.api import row_values
from camera_registry.database import reading, writing
from camera_registry.importing.columns import FILES
from camera_registry.services.as_cells import channels_of, devices_of, sites_of
from tests.camera_registry.services.hands import fill

BODIES = {
    "schools.csv": row_values.SchoolBody,
    "devices.csv": row_values.NewDeviceBody,
    "channels.csv": row_values.GridRowBody,
}


def test_every_row_that_is_told_is_read_again_as_it_stands(engine):
    """Numbers, days, lists and nothing; keys but for what stands in the address."""
    with writing(engine) as session:
        fill(session)
    with reading(engine) as session:
        rows = {
            "schools.csv": sites_of(session, "0790123"),
            "devices.csv": devices_of(session, "0790123"),
            "channels.csv": list(channels_of(session, "0790123", "DG-01").values()),
        }
    for file, standing in rows.items():
        for row in standing:
            told = row_values.told(file, row)
            said = {name: value for name, value in told.items() if name in BODIES[file].model_fields}
            cells = row_values.cells_of(file, BODIES[file](**said))
            assert cells == {name: row.cells[name] for name in cells}
            assert len(cells) >= len(FILES[file]) - 2
    camera = row_values.told("devices.csv", rows["devices.csv"][1])
    assert (camera["warranty_until"], camera["price"], camera["rtsp_port"]) == ("2026-12-31", 1200000, 554)
    assert camera["stream_path"] is None
