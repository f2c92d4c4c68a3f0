"""What stands around the registry, as families of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from camera_registry.watching.machine import Around

_NAME = "camera_registry"


def families(known: Around) -> Iterator[Metric]:
    """Every family with its value."""
    build = InfoMetricFamily(f"{_NAME}_build", "Version of this program, and which database it has.")
    build.add_metric((), {"version": known.version, "database": known.database})
    yield build
    yield _one("database_bytes", "Bytes that the database takes.", known.database_bytes)
    yield _one("disk_free_bytes", "Bytes left on the disk of the database, or of this program.", known.disk_free_bytes)
    yield _one("workers", "Workers of this machine that said something within 45 s.", known.workers)
    yield _one("worker_looks", "Looks that go on in them.", known.looks)
    yield _one("worker_changes_waiting", "Changes that wait to be written in them.", known.waiting)
    if known.backup_age is not None:
        yield _one("backup_age_seconds", "Age of the newest backup that was ordered.", known.backup_age)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_NAME}_{name}", words, value=value)
