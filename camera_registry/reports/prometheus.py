"""Figures in the text format of Prometheus (exposition format 0.0.4), and those of this process. Nothing is kept.

Strategy: the library prints, our values are read anew for each answer. Its own global registry, which it fills when it
is imported, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from camera_registry.services.figures import Figures, Night

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NAME = "camera_registry"


def prometheus_text(figures: Figures, around: Iterable[Metric] = (), counted: CollectorRegistry | None = None) -> bytes:
    """All figures, what stands `around`, what was `counted`, and the process that answers (memory, processor time, open
    files).
    """
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(namespace=_NAME, registry=registry)
    registry.register(_Told([*_families(figures), *around, *(counted.collect() if counted else ())]))
    return generate_latest(registry)


class _Told(Collector):
    """What is known already, handed to the library."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """Every family with its values."""
        return self._families


def _families(known: Figures) -> Iterator[Metric]:
    yield _by("devices", "Devices that are registered.", "kind", known.devices)
    yield _by("channels", "Channels by verdict, each camera once.", "verdict", known.channels)
    yield _one("devices_looked_at", "Devices of which a look is known.", known.looked_at)
    seen = {str(days): n for days, n in known.seen_within_days.items()}
    yield _by("devices_looked_at_within", "Devices whose last look is at most so many days old.", "days", seen)
    age = 0.0 if known.oldest_look is None else (known.at - known.oldest_look).total_seconds()
    yield _one("oldest_look_seconds", "Age of the last look at the device whose look is the oldest.", age)
    silent = {str(nights): n for nights, n in known.silent.items()}
    yield _by("devices_silent", "Devices that have not answered for at least so many nights.", "nights", silent)
    yield _by("sweeps_going_on", "Sweeps that are not over.", "kind", known.going_on)
    yield _by_two("sweep_items", "Devices of the sweeps that are not over.", ("kind", "state"), known.items)
    yield from _waiting(known)
    if known.last_night_ended is not None:
        ended = known.last_night_ended
        yield _one("last_night_ended_timestamp_seconds", "When a nightly sweep ended last.", ended.timestamp())
        since = (known.at - ended).total_seconds()
        yield _one("since_last_night_seconds", "Time since a nightly sweep ended.", since)
    if known.night is not None:
        yield from _night(known.night)


def _waiting(known: Figures) -> Iterator[Metric]:
    """What has to be done by somebody, or by this program."""
    yield _one("cameras_offered", "Cameras that are offered for connection.", known.offered)
    yield _one("cameras_ready", "Those of them that are ready.", known.ready)
    share = known.ready / known.offered if known.offered else 0.0
    yield _one("ready_ratio", "The share of them that is ready, from 0 to 1.", share)
    yield _one("replies_waiting", "Replies of schools whose check has not ended.", known.replies)
    yield _one("waivers_asked", "Requests for waivers that nobody has decided.", known.waivers)
    yield _by_two("messages", "E-mails and webhook messages.", ("way", "state"), known.messages)
    yield _by("message_oldest_waiting_seconds", "How long the oldest waits.", "way", known.message_waits)
    yield _by("agents", "Agents by what is to be said of them first.", "state", known.agents)
    yield _one("agent_orders", "Orders that agents have.", known.agent_orders)
    yield _one("agent_results_waiting", "Results that agents had kept when they greeted last.", known.agent_waiting)
    yield _by("sealed_values", "Sealed values by what holds them.", "table", known.sealed)


def _night(night: Night) -> Iterator[Metric]:
    devices = GaugeMetricFamily(
        f"{_NAME}_night_devices", "Devices of the newest nightly sweep by state and reason.", labels=("state", "reason")
    )
    for (state, reason), number in night.devices.items():
        devices.add_metric((state, reason), number)
    yield devices
    yield _one("night_seconds", "How long the newest nightly sweep took, or has taken so far.", night.seconds)
    yield _one("night_ended", "1 when the newest nightly sweep is over.", int(night.ended))
    sent = {"in": night.bytes_in, "out": night.bytes_out}
    yield _by("night_bytes", "Bytes that came from devices (in) and went to them (out) in it.", "direction", sent)
    yield _one("night_connections", "Connections to devices in it.", night.connections)
    yield _one("night_login_tries", "Logins in it that were not known to be right.", night.tries)
    yield _one("night_login_refusals", "Logins that devices refused in it.", night.refusals)
    yield _one("night_second_looks", "Devices in it that were to be looked at twice.", night.again)
    yield _one("night_second_looks_answered", "Those of them that answered in the end.", night.again_answered)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_NAME}_{name}", words, value=value)


def _by(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    made = GaugeMetricFamily(f"{_NAME}_{name}", words, labels=(label,))
    for key, value in values.items():
        made.add_metric((key,), value)
    return made


def _by_two(name: str, words: str, labels: tuple[str, str], values: Mapping[tuple[str, str], int]) -> Metric:
    made = GaugeMetricFamily(f"{_NAME}_{name}", words, labels=labels)
    for keys, value in values.items():
        made.add_metric(keys, value)
    return made
