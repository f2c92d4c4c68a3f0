"""A registry in the folder where a command runs, which says that a school has some networks, and no device in them."""

from camera_registry.database import writing
from camera_registry.models import Site
from tests.camera_registry.new_registry import new_registry
from tests.camera_registry.registered import device


def register(folder, *networks):
    """The school 079-DG-01 has these networks; its one device is in the cloud, without an address."""
    (folder / "var").mkdir()
    engine = new_registry(folder / "var/registry.db")
    with writing(engine) as session:
        site = session.get_one(Site, device(session, kind="cloud", host="").site_id)
        site.networks = "; ".join(networks)
    engine.dispose()
