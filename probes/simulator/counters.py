"""What a simulated camera saw: counts that a test reads from another thread."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

from probes.simulator.refusals import Door, Journal, Refusal


class Counters:
    """Counts of one camera since it was started. Every read is a snapshot, every write is whole."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._refusals: list[Refusal] = []
        self._open: int = 0
        self._peak: int = 0
        self.bytes_sent = 0
        """Bytes of media written to sockets, framing included."""

    def connected(self, door: Door) -> None:
        """One more connection was accepted at `door`."""
        self._add(f"{door}_connections")

    def requested(self, door: Door, operation: str, *, with_credentials: bool) -> None:
        """One more request for `operation` has arrived."""
        with self._lock:
            self._requests[operation] += 1
            self._counts[f"{door}_with_credentials"] += with_credentials

    def accepted(self, username: str) -> None:
        """A login of this name was taken."""
        with self._lock:
            self._taken.add(username)

    def refused(self, refusal: Refusal) -> None:
        """A login was refused; one whose nonce alone was stale is written down and not counted."""
        with self._lock:
            told = replace(refusal, known=refusal.username in self._taken)
            if not told.only_stale:
                self._counts[f"{told.door}_refused"] += 1
                self._refusals.append(told)
        if self._journal is not None:
            self._journal.write(told)

    def not_permitted(self) -> None:
        """A right login was told that it may not do this."""
        self._add("not_permitted")

    def sent(self, count: int) -> None:
        """`count` more bytes of media went out."""
        self.bytes_sent += count  # one thread writes it, and that thousands of times a second

    def probed(self) -> None:
        """One more discovery probe was answered."""
        self._add("probes_answered")

    def session_opened(self) -> None:
        """One more RTSP session is open."""
        with self._lock:
            self._open += 1
            self._counts["sessions"] += 1
            self._peak = max(self._peak, self._open)

    def session_closed(self, *, torn_down: bool) -> None:
        """One session less; `torn_down` when the client said so."""
        with self._lock:
            self._open -= 1
            self._counts["teardowns"] += torn_down

    def _add(self, name: str, count: int = 1) -> None:
        with self._lock:
            self._counts[name] += count

    def _count(self, name: str) -> int:
        with self._lock:
            return self._counts[name]

    @property
    def requests(self) -> dict[str, int]:
        """How often each operation (SOAP name or RTSP method) was asked for."""
        with self._lock:
            return dict(self._requests)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every refused credential, in order of arrival."""
        with self._lock:
            return tuple(self._refusals)

    @property
    def connections(self) -> int:
        """TCP connections accepted at both doors."""
        return self.onvif_connections + self.rtsp_connections

    @property
    def onvif_connections(self) -> int:
        """TCP connections accepted at the ONVIF port."""
        return self._count("onvif_connections")

    @property
    def rtsp_connections(self) -> int:
        """TCP connections accepted at the RTSP port."""
        return self._count("rtsp_connections")

    @property
    def onvif_with_credentials(self) -> int:
        """ONVIF requests that carried a credential, right or wrong."""
        return self._count("onvif_with_credentials")

    @property
    def rtsp_with_credentials(self) -> int:
        """RTSP requests that carried a credential, right or wrong."""
        return self._count("rtsp_with_credentials")

    @property
    def with_credentials(self) -> int:
        """Requests that carried a credential of any scheme, at both doors."""
        return self.onvif_with_credentials + self.rtsp_with_credentials

    @property
    def onvif_refused(self) -> int:
        """ONVIF requests whose credential was refused."""
        return self._count("onvif_refused")

    @property
    def rtsp_refused(self) -> int:
        """RTSP requests whose credential was refused."""
        return self._count("rtsp_refused")

    @property
    def refused_in_all(self) -> int:
        """Requests whose credential was refused, at both doors."""
        return self.onvif_refused + self.rtsp_refused

    @property
    def operations_not_permitted(self) -> int:
        """Requests with a right login that this user may not make."""
        return self._count("not_permitted")

    @property
    def sessions(self) -> int:
        """RTSP sessions that were ever opened."""
        return self._count("sessions")

    @property
    def sessions_open(self) -> int:
        """RTSP sessions open now."""
        with self._lock:
            return self._open

    @property
    def sessions_peak(self) -> int:
        """The most RTSP sessions that were open at once."""
        with self._lock:
            return self._peak

    @property
    def teardowns(self) -> int:
        """Sessions that the client ended with TEARDOWN."""
        return self._count("teardowns")

    @property
    def probes_answered(self) -> int:
        """WS-Discovery probes answered."""
        return self._count("probes_answered")
