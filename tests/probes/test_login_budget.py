"""Any order of answers at any door, over many looks, never costs a device more tries than the rule allows.

Strategy: a state machine plays the device and the person; the visits are real. Counted is what the device would count:
requests with a login that was not known to be good, by version and by day.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from probes.errors import CameraFault
from probes.locks import Lock
from probes.login import DOORS, UNANSWERED_TRIES
from probes.target import Address, Credential, Limits, Remembered, Target
from probes.visit import Visit

A_DAY = 2
"""Refusals of tries in a day, over all logins."""
ONE = (Credential("v1", "admin", "secret"),)
TWO = (Credential("o1", "onvif", "other", ("onvif",)), Credential("v1", "admin", "secret", ("rtsp", "https")))
EXCHANGES = st.lists(
    st.tuples(st.sampled_from(DOORS), st.sampled_from(["accepted", "refused", "unanswered", "locked", "counted"])),
    max_size=6,
)


class Device(RuleBasedStateMachine):
    """A device that answers in any way, looked at again and again; `bought` are the tries that a person asked for."""

    @initialize(logins=st.sampled_from([ONE, TWO]))
    def register(self, logins):
        """One login for everything, or two."""
        self.logins = logins
        self.now = datetime(2026, 11, 23, tzinfo=UTC)
        self.remembered = Remembered()
        self.refused, self.bought, self.open_ends = Counter(), Counter(), Counter()
        self.today = 0

    @rule(exchanges=EXCHANGES)
    def look(self, exchanges):
        """One look: at each door what the rule lets through is sent and answered."""
        limits = Limits(refusals=max(0, A_DAY - self.today))
        target = Target("d", Address("host", "cam"), self.logins, self.remembered, limits=limits)
        visit = Visit(target, now=lambda: self.now)
        for door, answer in exchanges:
            self._exchange(visit, door, answer)
        self.remembered = visit.remembered

    def _exchange(self, visit, door, answer):
        try:
            credential = visit.credential(door, "onvif.login")
        except CameraFault:
            return
        assert visit.remembered.lock_ends(self.now) is None
        version, is_try = credential.version, visit.remembered.login(credential.version).is_try(door)
        visit.sending(door, credential)
        if answer == "accepted":
            visit.accepted(door, credential, "digest-md5")
            self.open_ends[version] = 0
            self.refused[version] = self.bought[version] = 0
        elif answer in ("refused", "counted"):
            visit.refused(door, credential)
            visit.heard(Lock(tries_left=3 if answer == "counted" else None))
            self.refused[version] += is_try
            self.today += is_try
        elif is_try:
            visit.unanswered(credential)
            visit.heard(Lock(locked=answer == "locked"))
            self.open_ends[version] += 1

    @rule(hours=st.sampled_from([1, 25]))
    def wait(self, hours):
        """Time goes by; after a day the device has forgotten."""
        self.now += timedelta(hours=hours)
        if hours > 24:
            self.today = 0

    @rule(at_stream=st.booleans())
    def a_person_asks(self, at_stream):
        """One more try, where it was refused, or at the stream too."""
        for credential in self.logins:
            state = self.remembered.login(credential.version)
            after = state.again_at("rtsp") if at_stream else state.again()
            self.remembered = self.remembered.with_login(credential.version, after)
            self.bought[credential.version] += 1

    @invariant()
    def no_version_is_refused_twice(self):
        """One refused try a version since it was good last, and one more for each time that a person asked."""
        for credential in getattr(self, "logins", ()):
            assert self.refused[credential.version] <= 1 + self.bought[credential.version]
            assert self.open_ends[credential.version] <= UNANSWERED_TRIES + self.bought[credential.version]

    @invariant()
    def no_day_has_more_than_two(self):
        """Over all logins, whatever a person says."""
        assert getattr(self, "today", 0) <= A_DAY


TestDevice = Device.TestCase
TestDevice.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
