"""Built: the server's side of agents as settings want it. For the composition root, which gives what it has made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from camera_registry import terms
from camera_registry.agents import bus, join, nkey, subjects
from camera_registry.agents.keys import Keys
from camera_registry.agents.server_seed import seed
from camera_registry.agents.serving import AgentServer
from camera_registry.config import ConfigError, Settings
from camera_registry.services.agent_orders import Terms
from camera_registry.services.agents import Broker
from camera_registry.sweep.source import Judging
from camera_registry.vault import Opener
from probes.visit import utc_now


def server(settings: Settings, engine: Engine, knows: Judging, opener: Opener) -> AgentServer:
    """What gives out orders and takes results. Raises ConfigError, JoinError, SeedError."""
    known, sweep = settings.agents, settings.sweep
    tls = join.trusting(_authorities(settings))
    way = bus.Way(known.server, seed(known.seed_file), subjects.REGISTRY_INBOX, tls, "registry")
    hours = timedelta(hours=known.late_h), timedelta(hours=known.asked_h)
    orders = Terms(*hours, known.at_once, sweep.site_at_once, terms.budget(settings).kbps_of_site)
    return AgentServer(engine, lambda: bus.connected(way), Keys(opener), knows, orders, utc_now)


def broker(settings: Settings) -> Broker | None:
    """The broker that agents join; None where there is none. Raises ConfigError."""
    known = settings.agents
    if not known.server:
        return None
    users = Path(known.users_file) if known.users_file else None
    address = known.join_address or known.server
    return Broker(address, _authorities(settings), lambda: nkey.public_of(seed(known.seed_file)), users)


def _authorities(settings: Settings) -> str | None:
    path = settings.agents.ca_file
    try:
        return Path(path).read_text(encoding="ascii") if path else None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"agents.ca_file {path} cannot be read: {type(error).__name__}") from None
