"""The values of the standards: what an edition holds, what is asked of people, what comes out.

Strategy: frozen dataclasses without behaviour worth naming. Times are UTC. Every text a person reads is a `Text`, a
mapping with the keys `vi` and `en`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from msgspec import Struct

from probes.facts import Encoding, Fact
from standards.expectation import Expectation as Expectation
from standards.expectation import Purchase as Purchase
from standards.expectation import Text as Text
from standards.expectation import Tolerance as Tolerance
from standards.waiving.waivers import Waiver

LANGUAGES = ("vi", "en")

Outcome = Literal["pass", "fail", "unknown", "not_applicable"]
Fix = Literal["reconfigure", "firmware", "credentials", "network", "repair", "survey", "replace"]
VerdictName = Literal["compliant", "reconfigure", "repair", "replace", "unverified"]
SourceState = Literal["P", "S", "A", "N"]
Level = Literal["mandatory", "recommended", "informational"]
Severity = Literal["high", "medium", "low"]
RuleSubject = Literal["stream", "channel", "device", "school", "site"]

_ROLE = "stream.role"
STATES: dict[SourceState, Text] = {
    "P": {"vi": "Theo văn bản gốc", "en": "confirmed"},
    "S": {"vi": "Theo tài liệu dẫn lại", "en": "restated"},
    "A": {"vi": "Giá trị tham khảo tạm thời", "en": "working value"},
    "N": {"vi": "Chưa có giá trị", "en": "to be filled in"},
}
"""How well a value is known, in words."""
WORKING_VALUES: Text = {
    "vi": "Rà soát sơ bộ theo giá trị tham khảo tạm thời",
    "en": "Preliminary: judged by working values",
}
"""The heading of whatever is made by an edition in which a working value decides."""


@dataclass(frozen=True)
class Source:
    """Where a value stands. State P needs clause and quote; `sha256` is of the scan of the document."""

    document: str
    state: SourceState
    clause: str = ""
    quote: str = ""
    confirmed_by: str = ""
    confirmed_on: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Evidence:
    """The least sample of a stream below which a rule says nothing."""

    seconds: float = 0.0
    frames: int = 0
    packets: int = 0

    @cached_property
    def wanted(self) -> tuple[tuple[str, str, float], ...]:
        """What is asked for: its name, the path of the fact, and the least of it."""
        return tuple((name, f"measured.{name}", least) for name, least in asdict(self).items() if least)


@dataclass(frozen=True)
class FailsAlso:
    """Fails without light too when the number at `fact` is under `below`."""

    fact: str
    below: float


@dataclass(frozen=True)
class EncodingWanted:
    """What one encoding of the device has to offer at once: one of `codecs`, a size that `covers`, and `fps`."""

    codecs: tuple[str, ...] = ()
    covers: tuple[Mapping[str, float], ...] = ()
    fps: float | None = None


@dataclass(frozen=True)
class Within:
    """The fix of a failure: `fix` when the device could do it, `otherwise` when it surely cannot, else `unknown`."""

    encoding: EncodingWanted
    fix: Fix = "reconfigure"
    otherwise: Fix = "replace"
    unknown: Fix = "survey"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One requirement with its source. `when` must hold and `unless` must not; a missing fact leaves the rule in force.

    `when_absent`: the fix when a definite answer of that kind came instead of the fact; other kinds never fail a rule.
    """

    id: str
    title: Text
    subject: RuleSubject
    decides: bool
    level: Level
    severity: Severity
    why: Text
    fix_text: Text
    source: Source
    manual: bool = False
    when: tuple[Expectation, ...] = ()
    unless: tuple[Expectation, ...] = ()
    expect: tuple[Expectation, ...] = ()
    prefer: tuple[Expectation, ...] = ()
    fix: Fix | None = None
    within: Within | None = None
    when_absent: Mapping[str, Fix] = field(default_factory=dict)
    max_age: timedelta | None = None
    needs: Evidence = Evidence()
    fails_also: FailsAlso | None = None
    twice: bool = False
    purchase: Purchase | None = None

    @cached_property
    def roles(self) -> tuple[Expectation, ...]:
        """Those of `when` that say in which role a stream is spoken of."""
        return tuple(condition for condition in self.when if condition.fact == _ROLE)

    @cached_property
    def roles_key(self) -> str:
        """The same for all rules that speak of streams in the same roles."""
        return repr([(condition.operator, condition.argument) for condition in self.roles])

    @cached_property
    def conditions(self) -> tuple[tuple[Expectation, bool], ...]:
        """The other conditions, each with what it must be for the rule to apply."""
        others = [(condition, True) for condition in self.when if condition.fact != _ROLE]
        return (*others, *((condition, False) for condition in self.unless))


@dataclass(frozen=True)
class Confirmed:
    """A line in the history of an edition: which rule became confirmed with `version`, out of the edition with the
    SHA-256 `made_from`, by whom, approved by whom, on which day, from which scan.
    """

    version: str
    rule: str
    confirmed_by: str
    approved_by: str
    confirmed_on: str
    scan: str
    made_from: str


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A dated version of a standard. `sha256` is of the bytes of the file; of an extending one, of the bytes of the
    extended files and then its own; `texts` are these bytes, of the extended files first.
    """

    id: str
    version: str
    title: Text
    issuer: str
    date: str
    sha256: str
    rules: tuple[Rule, ...]
    extends: str | None = None
    history: tuple[Confirmed, ...] = ()
    texts: tuple[bytes, ...] = field(default=(), repr=False, compare=False)

    @cached_property
    def name(self) -> str:
        """`id@version`, as findings and reports show it."""
        return f"{self.id}@{self.version}"

    @property
    def rests_on_working_values(self) -> bool:
        """True when a deciding rule has a working value: lists made with it say so in their heading."""
        return any(rule.decides and rule.source.state == "A" for rule in self.rules)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; raises KeyError when there is none."""
        found = next((rule for rule in self.rules if rule.id == rule_id), None)
        if found is None:
            raise KeyError(f"{self.name} has no rule {rule_id!r}")
        return found


@dataclass(frozen=True)
class RegisterFacts:
    """What the register knows of a device: what others of its model show they can do, which channels (by index) are
    outdoors, whether there was daylight in front of a channel (by index) when its picture was taken (that fact has the
    time of the picture), and how many metres wide the scene of a channel (by index) is.
    """

    same_model: tuple[Encoding, ...] = ()
    outdoor: Mapping[int, bool] = field(default_factory=dict)
    daylight: Mapping[int, Fact] = field(default_factory=dict)
    scene_width_m: Mapping[int, float] = field(default_factory=dict)


class Subject(Struct, frozen=True):
    """What a finding is about. `id` is the stream id or the channel index as text, empty for device, school and site.

    `channel` is the channel index of a channel or stream, else None.
    """

    kind: RuleSubject
    id: str = ""
    channel: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a person said to a manual rule: `met` is None when the person could not tell."""

    rule: str
    subject: Subject
    met: bool | None
    by: str
    at: datetime
    note: str = ""


class Finding(Struct, frozen=True):
    """One rule on one subject, with everything that explains it. A struct, because a city has two million of them.

    `seen` is a JSON value (None: nothing was seen), had at `at` by the method `how`; `edition` is `id@version`.
    """

    rule: str
    subject: Subject
    outcome: Outcome
    level: Level
    severity: Severity
    decides: bool
    expected: Text
    seen: Any
    fact: str | None
    fix: Fix | None
    why: Text
    source: Source
    edition: str
    sha256: str
    note: Text | None = None
    at: datetime | None = None
    how: str | None = None
    waiver: Waiver | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as in `inspect --json`."""
        return {
            "rule": self.rule,
            "subject": {"kind": self.subject.kind, "id": self.subject.id, "channel": self.subject.channel},
            "outcome": self.outcome,
            "level": self.level,
            "severity": self.severity,
            "decides": self.decides,
            "expected": dict(self.expected),
            "seen": self.seen,
            "fact": self.fact,
            "fix": self.fix,
            "why": dict(self.why),
            "note": dict(self.note) if self.note else None,
            "at": self.at.isoformat() if self.at else None,
            "how": self.how,
            "source": {
                "document": self.source.document,
                "clause": self.source.clause,
                "state": self.source.state,
            },
            "edition": self.edition,
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class Verdict:
    """The sum of findings; `complete` is False when a deciding rule could not be told."""

    name: VerdictName
    complete: bool
