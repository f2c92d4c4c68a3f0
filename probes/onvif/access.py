"""Does a device ask for a login over ONVIF, and how: read off its first demand."""

from __future__ import annotations

from datetime import datetime

from probes.errors import clean_text
from probes.facts import Access
from probes.onvif.faults import LoginDemanded
from probes.onvif.signer import TOKEN

_SCHEMES = 16


def access_of(demand: LoginDemanded, at: datetime, *, secure: bool) -> Access:
    """The facts of a device that made `demand`; `secure` is true over TLS."""
    named = [clean_text(challenge.name) for challenge in demand.challenges[:_SCHEMES]]
    schemes = tuple(dict.fromkeys([*named, *([TOKEN] if demand.takes_token else [])]))
    return Access(
        at=at,
        how="onvif",
        onvif_login_required=True,
        onvif_schemes=schemes,
        basic_in_clear=not secure and schemes == ("basic",),
    )
