"""People who register by hand in tests, over the files of the import."""

from datetime import UTC, datetime

from camera_registry.access.viewer import Viewer
from camera_registry.services.by_hand import Hand
from camera_registry.services.import_csv import import_files
from probes.outgoing import PRIVATE_ONLY
from tests.camera_registry.csv_files import FILES
from tests.standards.sheets import EDITIONS

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CITY = Viewer(1, "lan", "Nguyễn Thị Lan", "city")
HAND = Hand(CITY, NOW, PRIVATE_ONLY, EDITIONS)


def fill(session):
    """Two schools with their devices and channels."""
    import_files(session, {name: text.encode() for name, text in FILES.items()}, NOW)
