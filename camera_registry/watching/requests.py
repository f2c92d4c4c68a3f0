"""Requests: how many were answered how and how fast, since this process began.

Strategy: counted by the route as the table of routes writes it, never by an address: what people type is in no label,
and there are no more series than routes.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from camera_registry.access.routes import place_of

BUCKETS = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """The counters of one application."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types for it
        self.registry = CollectorRegistry(auto_describe=False)
        names = ("method", "route", "status")
        self._answered = Counter(
            "camera_registry_http_requests", "Requests by route and status.", names, registry=self.registry
        )
        self._seconds = Histogram(
            "camera_registry_http_request_seconds",
            "Seconds until an answer began.",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def seen(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._answered.labels(method if method in _METHODS else OTHER, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


def route_of(method: str, path: str) -> str:
    """The route as the table writes it; "other" for what is not there."""
    place = place_of(method, path)
    return OTHER if place is None else place.path
