"""Settings of the demo: a registry of its own, the sun always up, no night or day planned by itself, and no phone
needed to sign in.
"""

from __future__ import annotations

from pathlib import Path

from camera_registry.config import (
    AccessSettings,
    LightSettings,
    OutgoingSettings,
    RegistrySettings,
    Settings,
    SweepSettings,
)

SITE_AT_ONCE = 16
"""Devices of one school at a time: the lines of the demo carry more than those of schools."""
MBPS = 1000.0
"""Room for the samples of all, and of a school that has not registered its line."""
_FILE = """\
language = "{language}"
zone = "{zone}"
state_folder = '{folder}'

[registry]
database = 'sqlite:///{folder}/registry.db'
key_file = '{folder}/registry.key'

[standard]
decides = '{decides}'

[light]
sun = "always"

[outgoing]
loopback = true

[sweep]
site_at_once = {site_at_once}
nightly = false
light = []
day = []
mbps = {mbps}
uplink_mbps = {mbps}
share_night = 1.0
share_day = 1.0
"""


def apart(settings: Settings, folder: Path) -> Settings:
    """`settings`, with everything that is kept in `folder` and with the demo's own."""
    return settings.model_copy(
        update={
            "state_folder": folder,
            "registry": RegistrySettings.model_construct(
                database=f"sqlite:///{folder}/registry.db", key_file=folder / "registry.key"
            ),
            "light": LightSettings(sun="always"),
            "outgoing": OutgoingSettings(loopback=True),
            "access": AccessSettings(second_factor=()),
            "sweep": SweepSettings(
                site_at_once=SITE_AT_ONCE,
                nightly=False,
                light=(),
                day=(),
                mbps=MBPS,
                uplink_mbps=MBPS,
                share_night=1.0,
                share_day=1.0,
            ),
        }
    )


def write_file(settings: Settings, folder: Path) -> Path:
    """The same settings as a file, for the worker beside the pages."""
    path = folder / "config.toml"
    text = _FILE.format(
        folder=folder,
        language=settings.language,
        zone=settings.zone,
        decides=settings.standard.decides,
        site_at_once=SITE_AT_ONCE,
        mbps=MBPS,
    )
    path.write_text(text, encoding="utf-8")
    return path
