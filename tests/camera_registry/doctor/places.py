"""Settings and folders for the checks of `doctor`, and what they come to."""

from datetime import UTC, datetime

from camera_registry.config import RegistrySettings, Settings
from camera_registry.doctor.checked import Around

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def around(folder, *, file=None, environment=None, now=NOW, address="", plain_port=None, **sections):
    """What checks may look at in `folder`, with these sections of settings over the defaults."""
    registry = RegistrySettings(database=f"sqlite:///{folder}/registry.db", key_file=folder / "registry.key")
    settings = Settings(registry=registry, state_folder=folder / "state", **sections)
    return Around(settings, file, environment or {}, now, address, plain_port, patience_s=5)


def only(found, state):
    """The one that was found, which is in this state; what is not well says what to do in both languages."""
    (each,) = found
    assert each.state == state, each
    if state in ("mind", "bad"):
        assert each.to_do["vi"]
        assert each.to_do["en"]
    return each
