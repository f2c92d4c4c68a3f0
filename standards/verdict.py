"""Verdict: findings summed up, and the findings that count for one channel.

Any deciding fail gives the worst of `replace` (fix replace), `repair` (fix repair, network, credentials, survey) and
`reconfigure` (fix reconfigure, firmware); else any unknown gives `unverified`; else `compliant`, provided something of
the channel or its streams was seen to pass: a channel nobody could look at is unverified too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from standards.model import Finding, Fix, Verdict, VerdictName

VERDICT_OF_FIX: dict[Fix, VerdictName] = {
    "replace": "replace",
    "repair": "repair",
    "network": "repair",
    "credentials": "repair",
    "survey": "repair",
    "reconfigure": "reconfigure",
    "firmware": "reconfigure",
}
WORST_FIRST: tuple[VerdictName, ...] = ("replace", "repair", "reconfigure", "unverified", "compliant")


def sum_up(findings: Iterable[Finding]) -> Verdict:
    """The verdict of one channel from its findings (see `for_channel`). Waivers change nothing here."""
    deciding = [finding for finding in findings if finding.decides]
    unknown = [finding for finding in deciding if finding.outcome == "unknown"]
    fixes = [finding.fix or "survey" for finding in deciding if finding.outcome == "fail"]
    if fixes:
        return Verdict(min((VERDICT_OF_FIX[fix] for fix in fixes), key=WORST_FIRST.index), complete=not unknown)
    if unknown or not [f for f in deciding if f.outcome == "pass" and f.subject.channel is not None]:
        return Verdict("unverified", complete=False)
    return Verdict("compliant", complete=True)


def for_channel(findings: Iterable[Finding], index: int) -> tuple[Finding, ...]:
    """The findings that count for channel `index`: its own, those of its streams, and those of the device."""
    return by_channel(findings)(index)


def by_channel(findings: Iterable[Finding]) -> Callable[[int], tuple[Finding, ...]]:
    """`for_channel` of any channel of a device, with one look at each finding."""
    shared: list[Finding] = []
    own: dict[int, list[Finding]] = {}
    for finding in findings:
        index = finding.subject.channel
        if finding.subject.kind == "device":
            for mine in (shared, *own.values()):
                mine.append(finding)
        elif index is not None:
            if index not in own:
                own[index] = list(shared)
            own[index].append(finding)
    return lambda index: tuple(own.get(index, shared))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a device from those of its channels; unverified when it has none."""
    all_of_them = tuple(verdicts)
    if not all_of_them:
        return Verdict("unverified", complete=False)
    name = min((verdict.name for verdict in all_of_them), key=WORST_FIRST.index)
    return Verdict(name, complete=all(verdict.complete for verdict in all_of_them))
