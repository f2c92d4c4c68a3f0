"""Judge: one expectation on one subject, and what it means.

Strategy: the engine alone decides what unknown means. In order: is there a usable fact; is there enough evidence; does
the operator hold; and if it does not, is there a reason why this may not yet be called a failure. Where that reason is
night, what was last seen in light decides: night is not a fault, and takes nothing away that the day showed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from probes.facts import SAME_LOOK, Encoding, Fact
from standards import reasons
from standards.lazy_text import LazyText
from standards.model import LANGUAGES, EncodingWanted, Expectation, Fix, Outcome, RegisterFacts, Rule, Text, Within
from standards.operators import OPERATORS, covers
from standards.view import Absent, View, known_paths, made_from
from standards.words import show

Came = tuple[Outcome, Fix | None, Text]
"""What comes of an expectation, its fix, and why, where a fact is missing."""
_PASSED_OVER: Came = ("not_applicable", None, reasons.NOT_LOOKED_AT)
_NOT_ASKED: Any = object()


class Judged(Struct, frozen=True):
    """What became of one expectation of a rule, with all that the words about it are made of. `outcome`
    not_applicable: nobody looked. `others`: the values it was compared with (None: not known). `said`: why, where that
    is no comparison. `held`: why a violated expectation is no failure yet. `seen_in`: what was judged by, where that is
    not the newest evidence.
    """

    rule: Rule
    expectation: Expectation
    outcome: Outcome
    fact: Fact | None = None
    others: tuple[Any, ...] | None = None
    fix: Fix | None = None
    said: Text | None = None
    held: Text | None = None
    seen_in: View | None = None

    @property
    def expected(self) -> Text:
        """What is required, as a person reads it."""
        return expected_text(self.expectation, self.others)

    @property
    def why(self) -> Text:
        """Why this came out, as a person reads it."""
        return LazyText(_why, self) if self.said is None else self.said


def _why(judged: Judged) -> Text:
    expectation, own = judged.expectation, None if judged.outcome == "pass" else judged.expectation.why
    seen = judged.fact.value if judged.fact else None
    compared = sentence(own or judged.rule.why, expectation, seen, judged.expected)
    return compared if judged.held is None else reasons.join(compared, judged.held)


def holds(condition: Expectation, view: View) -> bool | None:
    """Whether a condition (of when, unless or prefer) is met; None when a fact it needs is missing. Found once for all
    rules that name the same one: what stands at the top of an edition is a condition of nearly all.
    """
    known: bool | None = view.held.get(id(condition), _NOT_ASKED)
    if known is not _NOT_ASKED:
        return known
    operator, fact, known = OPERATORS[condition.operator], view.fact(condition.fact), None
    if fact is not None:
        others = _others(condition, view, None) if operator.compares else ()
        if not isinstance(others, Absent):
            known = operator.test(fact.value, condition.argument, condition.tolerance, others)
    view.held[id(condition)] = known
    return known


def judge(rule: Rule, expectation: Expectation, view: View, register: RegisterFacts) -> Judged:
    """What `expectation` of `rule` comes to for the subject of `view`: by the newest evidence; where that was not taken
    in light and so may not fail it, by what was last seen in light, if that passes or fails.
    """
    operator = OPERATORS[expectation.operator]
    fact = view.look(expectation.fact, rule.max_age)
    others = _others(expectation, view, rule.max_age) if operator.compares else ()
    if isinstance(fact, Absent):
        came = _PASSED_OVER if expectation.optional else _absent(rule, expectation.fact, view, fact)
        return _lacking(rule, expectation, came, None, None if isinstance(others, Absent) else others)
    if isinstance(others, Absent):
        came = _PASSED_OVER if expectation.optional else _unknown(rule, others)
        return _lacking(rule, expectation, came, None if expectation.optional else fact, None)
    little = _too_little(rule, view) if rule.needs.wanted else None
    if little is not None:
        return Judged(rule, expectation, "unknown", fact, others, said=little)
    if operator.test(fact.value, expectation.argument, expectation.tolerance, others):
        return Judged(rule, expectation, "pass", fact, others)
    held, to_know = _not_yet(rule, expectation, view, fact, others)
    if held is None:
        return Judged(rule, expectation, "fail", fact, others, _cure(rule, view, register))
    tonight = Judged(rule, expectation, "unknown", fact, others, to_know, held=held)
    return tonight if held is not reasons.NIGHT or view.in_light else _last_seen_by_day(tonight, view, register)


def _last_seen_by_day(tonight: Judged, view: View, register: RegisterFacts) -> Judged:
    """What the last look in light came to, if that passes or fails; else what is said `tonight`."""
    rule, expectation = tonight.rule, tonight.expectation
    day = view.by_day(expectation.by_sun)
    if not _speaks(rule, day):
        return tonight
    seen = judge(rule, expectation, day, register)
    return replace(seen, seen_in=day) if seen.fact is not None and seen.outcome in ("pass", "fail") else tonight


def _speaks(rule: Rule, view: View) -> bool:
    """True when no condition of `rule` rules it out for what is seen in `view`."""
    return all(holds(c, view) is not False for c in rule.when) and all(holds(c, view) is not True for c in rule.unless)


def _lacking(
    rule: Rule, expectation: Expectation, came: Came, fact: Fact | None, others: tuple[Any, ...] | None
) -> Judged:
    """What `came` of an expectation where a fact that it needs is missing."""
    outcome, fix, said = came
    return Judged(rule, expectation, outcome, fact, others, fix, said)


def expected_text(expectation: Expectation, others: tuple[Any, ...] | None) -> Text:
    """What is required, as a person reads it, with the tolerance."""
    return expectation.text if expectation.text is not None else LazyText(_required, expectation, others)


def _required(expectation: Expectation, others: tuple[Any, ...] | None) -> Text:
    unit = known_paths()[expectation.fact].unit
    text = OPERATORS[expectation.operator].words(expectation.argument, unit, others)
    tolerance = expectation.tolerance
    if tolerance.ratio:
        share = {language: show(tolerance.ratio * 100, "%", language) for language in LANGUAGES}
    elif tolerance.absolute:
        share = {language: show(tolerance.absolute, unit, language) for language in LANGUAGES}
    else:
        return text
    return {"vi": f"{text['vi']} (cho phép lệch {share['vi']})", "en": f"{text['en']} (tolerance {share['en']})"}


def sentence(template: Text, expectation: Expectation, seen: Any, expected: Text) -> Text:
    """`template` with {seen} and {expected} filled in."""
    return LazyText(_filled_in, template, expectation, seen, expected)


def _filled_in(template: Text, expectation: Expectation, seen: Any, expected: Text) -> Text:
    unit = known_paths()[expectation.fact].unit
    return {
        language: template[language].format(seen=show(seen, unit, language), expected=expected[language])
        for language in LANGUAGES
    }


def _test(expectation: Expectation, value: Any, others: tuple[Any, ...]) -> bool:
    return OPERATORS[expectation.operator].test(value, expectation.argument, expectation.tolerance, others)


def _others(expectation: Expectation, view: View, max_age: timedelta | None) -> tuple[Any, ...] | Absent:
    values = []
    for path in OPERATORS[expectation.operator].others(expectation.argument):
        found = view.look(path, max_age)
        if isinstance(found, Absent):
            return found
        values.append(found.value)
    return tuple(values)


def _absent(rule: Rule, path: str, view: View, absent: Absent) -> Came:
    """What a rule says where its fact is missing."""
    failure = absent.failure
    if failure is not None and failure.definite and failure.kind in rule.when_absent:
        return "fail", rule.when_absent[failure.kind], LazyText(reasons.failed, failure)
    if absent.not_looked_at and _sampled(rule, path, view):
        return "unknown", None, reasons.SAMPLE_DID_NOT_SHOW
    if absent.not_looked_at and _asks_the_register(path, view):
        return "unknown", "survey", reasons.NOT_REGISTERED
    return _unknown(rule, absent)


def _asks_the_register(path: str, view: View) -> bool:
    """True when `path` is made with the width of the scene, and nobody has registered it."""
    width = "register.scene_width_m"
    return width in made_from(path) and view.fact(width) is None


def _unknown(rule: Rule, absent: Absent) -> Came:
    if absent.failure is not None:
        return "unknown", reasons.fix_to_know(absent.failure), LazyText(reasons.failed, absent.failure)
    if absent.age is not None and rule.max_age is not None:
        return "unknown", None, LazyText(reasons.stale, absent.age, rule.max_age)
    if absent.why is not None:
        return "unknown", absent.fix, absent.why
    return "not_applicable", None, reasons.NOT_LOOKED_AT


def _sampled(rule: Rule, path: str, view: View) -> bool:
    """True when a sample was taken that might have shown the fact: then it was looked at, and not for long enough."""
    if not rule.needs.wanted or view.fact("measured.seconds") is None:
        return False
    return any(p.startswith("measured.") for p in (path, *made_from(path)))


def _too_little(rule: Rule, view: View) -> Text | None:
    for name, path, least in rule.needs.wanted:
        had = view.fact(path)
        if had is None or had.value < least:
            return LazyText(reasons.too_little, name, had.value if had else None, least)
    return None


def _not_yet(
    rule: Rule, expectation: Expectation, view: View, fact: Fact, others: tuple[Any, ...]
) -> tuple[Text | None, Fix | None]:
    """Why a violated expectation may not be called a failure, and what would tell; None when it may."""
    on_size = expectation.operator == "covers" or "measured.size" in made_from(expectation.fact)
    if on_size and not _surely_main(view):
        return reasons.MAY_BE_SUB, "survey"
    if expectation.in_light and not _by_day(expectation, fact, view) and not _fails_also(rule, view):
        return reasons.NIGHT, None
    if rule.twice and (fact.before is None or _test(expectation, fact.before.value, others)):
        return reasons.SEEN_ONCE, None
    return None, None


def _surely_main(view: View) -> bool:
    source = view.fact("stream.role_source")
    return source is not None and source.value != "assumed"


def _by_day(expectation: Expectation, fact: Fact, view: View) -> bool:
    """True when a picture of the same look shows daylight; where that will do, also when the sun was up then."""
    if view.certainly_in_light(expectation.fact):
        return True
    if _shows(view, "image.light", "day", fact):
        return True
    return expectation.by_sun and _shows(view, "register.daylight", True, fact)


def _shows(view: View, path: str, sign: Any, fact: Fact) -> bool:
    """True when what was seen at `path` in the look of `fact` is this sign."""
    seen = view.fact(path)
    return seen is not None and seen.value == sign and abs(seen.at - fact.at) <= SAME_LOOK


def _fails_also(rule: Rule, view: View) -> bool:
    if rule.fails_also is None:
        return False
    fact = view.look(rule.fails_also.fact, rule.max_age)
    return isinstance(fact, Fact) and bool(fact.value < rule.fails_also.below)


def _cure(rule: Rule, view: View, register: RegisterFacts) -> Fix | None:
    return rule.fix if rule.within is None else _within(rule.within, view, register, rule.max_age)


def _within(within: Within, view: View, register: RegisterFacts, max_age: timedelta | None) -> Fix:
    """A setting where the device can be set so, unless another box encodes; replace only when the encoding device
    itself says that it cannot, and no other of its model can.
    """
    capable = view.look("capable.encodings", max_age)
    via = view.look("channel.via", max_age)
    encodings = capable.value if isinstance(capable, Fact) else ()
    offers = [_offers(encoding, within.encoding) for encoding in encodings]
    if isinstance(via, Fact) and via.value == "recorder":
        return within.unknown  # what a recorder lists need not be what the camera behind it can do
    if True in offers:
        return within.fix
    if not offers or None in offers or not isinstance(via, Fact) or via.value != "direct":
        return within.unknown
    if any(_offers(encoding, within.encoding) is not False for encoding in register.same_model):
        return within.unknown
    return within.otherwise


def offered(encoding: Encoding, wanted: EncodingWanted) -> dict[str, bool | None]:
    """Of each thing wanted (codecs, covers, fps), whether one encoding has it; None when it does not say."""
    checks: dict[str, bool | None] = {}
    if wanted.codecs:
        checks["codecs"] = encoding.codec in wanted.codecs
    if wanted.covers:
        checks["covers"] = any(covers(size, wanted.covers) for size in encoding.sizes) if encoding.sizes else None
    if wanted.fps is not None:
        checks["fps"] = encoding.fps[1] >= wanted.fps if encoding.fps else None
    return checks


def _offers(encoding: Encoding, wanted: EncodingWanted) -> bool | None:
    """Whether one encoding has all that is wanted at once; None when it does not say."""
    checks = offered(encoding, wanted).values()
    return False if False in checks else None if None in checks else True
