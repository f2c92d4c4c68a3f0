"""Reach: opens connections to the host of the target, and says in one place why one could not be opened.

Strategy: time limits, the words for a dead address and the pinned certificate are the same for ONVIF and RTSP, so they
stand here; and so does the check of where may be connected to (`outgoing`). It is made for each connection, on the
address and not on the name: a name is looked up once in a probe, every answer is checked, and all connections go to the
address that took the first one. Certificates of cameras are self-signed as a rule: they are not verified, but the
fingerprint of the first one is remembered per port, and a changed one is an error until a person has accepted it:
nothing is sent to it.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from probes.errors import KindName, NetworkFault, NotAllowed
from probes.outgoing import REASONS, literal, refusal
from probes.visit import Visit

ProtocolT = TypeVar("ProtocolT", bound=asyncio.BaseProtocol)


async def connect(
    visit: Visit, port: int, *, tls: bool, protocol: Callable[[], ProtocolT]
) -> tuple[asyncio.Transport, ProtocolT]:
    """An open connection to the host of the target, counted in the ledger.

    Raises NetworkFault unreachable, refused_connection or tls, NotAllowed when the host may not be connected to (then
    nothing was sent), and OurFault when the time of the probe is used up.
    """
    host = visit.target.address.host
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    limit = min(visit.target.limits.connect_s, visit.time_left("connect"))
    try:
        async with asyncio.timeout(limit):
            transport, made = await _opened(visit, await _addresses(visit, where), port, tls=tls, protocol=protocol)
    except TimeoutError:
        visit.time_left("connect")
        raise NetworkFault("unreachable", "connect", f"{where}: no connection within {limit:g} s") from None
    except ssl.SSLError as error:
        raise NetworkFault("tls", "tls", f"{where}: {error.reason or 'the handshake failed'}") from None
    except (OSError, UnicodeError) as error:
        raise NetworkFault(_kind(error, tls=tls), "connect", f"{where}: {_words(error)}") from None
    visit.bore(connections=1)
    if tls:
        _pin(visit, transport, port, where)
    return transport, made


async def _addresses(visit: Visit, where: str) -> Sequence[str]:
    """Where the host of the target is; all of it may be connected to. Raises NotAllowed, OSError, UnicodeError."""
    if not visit.addresses:
        host = visit.target.address.host
        known = literal(host)
        visit.addresses = (str(known),) if known is not None else tuple(await visit.resolve(host))
    for address in visit.addresses:
        reason = refusal(address, visit.target.networks)
        if reason is not None:
            raise NotAllowed("connect", f"{where}: {address}: {REASONS[reason]}")
    if not visit.addresses:
        raise OSError("the name has no address")
    return visit.addresses


async def _opened(
    visit: Visit, addresses: Sequence[str], port: int, *, tls: bool, protocol: Callable[[], ProtocolT]
) -> tuple[asyncio.Transport, ProtocolT]:
    """A connection to the first of `addresses` that takes one; the others are not used any more. Raises OSError."""
    loop, failed = asyncio.get_running_loop(), list[OSError]()
    context, name = (_lenient_tls(), visit.target.address.host) if tls else (None, None)
    for address in addresses:
        try:
            made = await loop.create_connection(protocol, address, port, ssl=context, server_hostname=name)
        except ssl.SSLError:
            raise
        except OSError as error:
            failed.append(error)
        else:
            visit.addresses = (address,)
            return made
    raise next((error for error in failed if isinstance(error, ConnectionRefusedError)), failed[-1])


def _kind(error: Exception, *, tls: bool) -> KindName:
    """What a failed connection means."""
    if isinstance(error, ConnectionRefusedError):
        return "refused_connection"
    return "tls" if tls and isinstance(error, ConnectionError) else "unreachable"


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text)


def _pin(visit: Visit, transport: asyncio.Transport, port: int, where: str) -> None:
    line: ssl.SSLObject = transport.get_extra_info("ssl_object")
    visit.agreed_on(line.version() or "")
    certificate = line.getpeercert(binary_form=True) or b""
    found = hashlib.sha256(certificate).hexdigest()
    remembered, key, today = visit.remembered, str(port), visit.now().date().isoformat()
    known = remembered.fingerprints.get(key, found)
    since = remembered.pinned_on.get(key, today)
    if found != known:
        transport.abort()
        visit.remembered = replace(remembered, new_fingerprints={**remembered.new_fingerprints, key: found})
        raise NetworkFault("tls", "tls", f"{where}: certificate {known} of {since} is now {found} of {today}")
    visit.remembered = replace(
        remembered,
        fingerprints={**remembered.fingerprints, key: found},
        pinned_on={**remembered.pinned_on, key: since},
        new_fingerprints={port: new for port, new in remembered.new_fingerprints.items() if port != key},
    )


@cache
def _lenient_tls() -> ssl.SSLContext:
    """TLS for old cameras: any certificate (it is pinned instead), old versions and ciphers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
