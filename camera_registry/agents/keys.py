"""Keys: what the orders and results of an agent are sealed with, as the vault of the registry keeps it."""

from __future__ import annotations

import base64

from camera_registry.models import Agent
from camera_registry.store.agents import AgentPlace
from camera_registry.vault import Opener


class Keys:
    """The keys of agents, opened with this vault."""

    def __init__(self, vault: Opener) -> None:
        self._vault = vault

    def of(self, agent: Agent) -> bytes:
        """The key of this agent. Raises VaultError."""
        return base64.b64decode(self._vault.open(agent.sealed, AgentPlace(agent.id or 0)))
