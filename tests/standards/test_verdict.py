"""The arithmetic of verdicts, as a table."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards import Finding, Source, Subject, Verdict, for_channel, sum_up, worst
from standards.model import Fix, Outcome, VerdictName
from standards.verdict import VERDICT_OF_FIX

STREAM = Subject("stream", "main", 1)
TEXT = {"vi": "…", "en": "…"}


def finding(
    outcome: Outcome, fix: Fix | None = None, *, decides: bool = True, subject: Subject = STREAM, rule: str = "a-rule"
) -> Finding:
    """A finding of which only the outcome matters."""
    return Finding(
        rule=rule, subject=subject, outcome=outcome, level="recommended", severity="high", decides=decides,
        expected=TEXT, seen=None, fact=None, fix=fix, why=TEXT, source=Source("", "A"), edition="e@1", sha256="",
    )  # fmt: skip


PASS, UNKNOWN = finding("pass"), finding("unknown", "network")
SILENT = finding("not_applicable")


@pytest.mark.parametrize(
    ("findings", "name", "complete"),
    [
        ([PASS], "compliant", True),
        ([PASS, SILENT], "compliant", True),
        ([PASS, finding("fail", "replace", decides=False)], "compliant", True),
        ([PASS, finding("unknown", decides=False)], "compliant", True),
        ([PASS, UNKNOWN], "unverified", False),
        ([PASS, finding("fail", "reconfigure")], "reconfigure", True),
        ([PASS, finding("fail", "firmware")], "reconfigure", True),
        ([finding("fail", "repair")], "repair", True),
        ([finding("fail", "network")], "repair", True),
        ([finding("fail", "credentials")], "repair", True),
        ([finding("fail", "survey")], "repair", True),
        ([finding("fail", "replace")], "replace", True),
        ([finding("fail")], "repair", True),
        ([finding("fail", "reconfigure"), finding("fail", "network")], "repair", True),
        ([finding("fail", "replace"), finding("fail", "repair"), UNKNOWN], "replace", False),
        ([finding("fail", "reconfigure"), UNKNOWN], "reconfigure", False),
        ([], "unverified", False),
        ([SILENT], "unverified", False),
        ([finding("pass", subject=Subject("device"))], "unverified", False),
    ],
)
def test_findings_sum_up(findings: list[Finding], name: VerdictName, complete: bool) -> None:
    """The worst failure wins, else unknown, else compliant; and nothing seen of the channel is never compliant."""
    assert sum_up(findings) == Verdict(name, complete)


@given(
    st.lists(st.tuples(st.sampled_from(["pass", "unknown", "not_applicable"]), st.sampled_from(list(VERDICT_OF_FIX))))
)
def test_unknown_never_becomes_replace_or_repair(rows: list[tuple[Outcome, Fix]]) -> None:
    """Whatever would make an unknown knowable, without a failure the verdict is compliant or unverified."""
    assert sum_up(finding(outcome, fix) for outcome, fix in rows).name in ("compliant", "unverified")


@given(st.permutations([PASS, UNKNOWN, finding("fail", "network"), finding("fail", "reconfigure"), SILENT]))
def test_the_order_of_findings_does_not_matter(findings: list[Finding]) -> None:
    """A sum is a sum."""
    assert sum_up(findings) == Verdict("repair", complete=False)


def test_findings_of_the_device_count_in_each_channel() -> None:
    """A channel is judged by its own findings, those of its streams and those of the device, not by the school's."""
    device = finding("fail", "reconfigure", subject=Subject("device"))
    school = finding("fail", "repair", subject=Subject("school"))
    other = finding("fail", "replace", subject=Subject("channel", "2", 2))
    everything = (PASS, device, school, other)
    assert for_channel(everything, 1) == (PASS, device)
    assert for_channel(everything, 2) == (device, other)
    assert sum_up(for_channel(everything, 1)).name == "reconfigure"


def test_a_device_is_as_good_as_its_worst_channel() -> None:
    """Every pair of verdicts gives the worse one; no channels give unverified."""
    ranks: list[VerdictName] = ["compliant", "unverified", "reconfigure", "repair", "replace"]
    for (i, a), (j, b) in product(enumerate(ranks), repeat=2):
        assert worst([Verdict(a, True), Verdict(b, i == j)]) == Verdict(ranks[max(i, j)], i == j)
    assert worst([]) == Verdict("unverified", complete=False)
