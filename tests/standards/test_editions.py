"""Several editions at once: one decides, the others advise."""

from dataclasses import replace

from standards import Editions, RegisterFacts, needs
from standards.verdict import for_channel, sum_up
from tests.standards.sheets import HCMC, NOW, sheet, size

STRICT = replace(HCMC, id="strict", version="2")


def test_findings_of_an_advising_edition_decide_nothing():
    """They name their own edition, fail like others, and leave the verdict as it is."""
    both = Editions.of(HCMC, [STRICT])
    made = both.evaluate(sheet(size(1280, 720)), RegisterFacts(), (), NOW)
    alone = Editions.of(HCMC).evaluate(sheet(size(1280, 720)), RegisterFacts(), (), NOW)
    advising = [f for f in made if f.edition == "strict@2"]
    assert len(made) == 2 * len(alone)
    assert [f.outcome for f in advising] == [f.outcome for f in alone]
    assert not any(f.decides for f in advising)
    assert sum_up(for_channel(made, 1)) == sum_up(for_channel(alone, 1))
    assert sum_up(for_channel(advising, 1)).name == "unverified"


def test_an_edition_does_not_advise_beside_itself():
    """The edition that decides is judged once, however often it is named."""
    assert tuple(Editions.of(HCMC, [replace(HCMC, version="other")])) == (HCMC,)


def test_what_is_sampled_is_enough_for_all_of_them():
    """A probe samples as long as the edition that wants most."""
    rule = HCMC.rule("frame-rate-main")
    long = replace(STRICT, rules=(replace(rule, needs=replace(rule.needs, seconds=9.0)),))
    both = {need.fact: need for need in Editions.of(HCMC, [long]).needs}
    assert both["measured.fps"].seconds == 9.0
    assert set(both) == {need.fact for need in needs(HCMC)}


def test_a_rule_is_found_by_the_name_of_its_finding():
    """By edition and id, whatever version the finding was judged with; nothing where the rule or edition is gone."""
    both = Editions.of(HCMC, [STRICT])
    assert both.rule("hcmc-3288@older", "picture") == HCMC.rule("picture")
    assert both.rule("strict@2", "picture").decides is False
    assert both.rule("gone@1", "picture") is None
    assert both.rule("strict@2", "no-such-rule") is None
