"""The chain of the audit log: what breaks it, and what does not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from camera_registry.audit.chain import BEFORE_THE_FIRST, Kept, follow
from camera_registry.audit.checking import check
from camera_registry.audit.doing import Actor, Doing, UnfitForAuditError, values_of
from camera_registry.audit.file import AuditFileError, line_of, read_lines
from camera_registry.audit.words import ACTIONS, DETAILS, ERASING, SUBJECTS

NOW = datetime(2026, 11, 29, 3, 0, 0, 12, tzinfo=UTC)


def _chain(*actions):
    """Entries of these actions, a minute apart, each with its values."""
    kept, last = [], None
    for n, action in enumerate(actions, 1):
        salt, values = bytes([n]) * 32, {"who": {"account": "an"}, "n": n}
        last = follow(last, NOW + timedelta(minutes=n), action, salt, values)
        kept.append(Kept(last, salt.hex(), values))
    return kept


def test_a_chain_as_it_was_written_is_intact():
    """First, last and head are told; an empty one is intact, too."""
    chain = _chain("login", "import", "logout")
    report = check(chain)
    assert (report.intact, report.first, report.last, report.head) == (True, 1, 3, chain[-1].entry.hash)
    assert (check([]).intact, check([]).head) == (True, BEFORE_THE_FIRST)


@pytest.mark.parametrize("field", ["action", "at", "digest", "hash", "previous"])
def test_a_changed_field_of_an_entry_is_found_at_its_number(field):
    """Whatever of entry 2 became another, entry 2 is the first one that is broken."""
    chain = _chain("login", "import", "logout")
    other = NOW if field == "at" else "f" * 64
    chain[1] = replace(chain[1], entry=replace(chain[1].entry, **{field: other}))
    broken = check(chain).broken
    assert broken.number == 2
    assert broken.why == ("previous" if field == "previous" else "hash")


def test_an_entry_that_was_written_anew_breaks_the_next_one():
    """With a hash that fits its new action, the entry after it no longer follows."""
    chain = _chain("login", "import", "logout")
    anew = follow(chain[0].entry, chain[1].entry.at, "export", bytes(32), {})
    chain[1] = Kept(anew, bytes(32).hex(), {})
    assert (check(chain).broken.number, check(chain).broken.why) == (3, "previous")


@pytest.mark.parametrize("gone", [0, 1])
def test_a_missing_entry_is_found(gone):
    """The first one that is not there is named."""
    chain = _chain("login", "import", "logout")
    del chain[gone]
    assert (check(chain).broken.number, check(chain).broken.why) == (gone + 1, "missing")


def test_changed_values_are_found_and_erased_ones_are_not_broken():
    """Other values than those of the digest are told; values that a later entry says it erased are none."""
    chain = _chain("login", "import", "school_erase")
    changed = [replace(chain[0], values={"who": {"account": "binh"}, "n": 1}), *chain[1:]]
    assert (check(changed).broken.number, check(changed).broken.why) == (1, "digest")
    erased = [Kept(chain[0].entry, erased_by=3), *chain[1:]]
    assert (check(erased).intact, check(erased).erased) == (True, 1)


@pytest.mark.parametrize(("erased_by", "number", "why"), [(None, 2, "values"), (1, 2, "values"), (3, 3, "erased_by")])
def test_values_that_are_gone_without_an_erasing_entry_are_found(erased_by, number, why):
    """No entry, an earlier one, or one whose action erases nothing does not explain it."""
    chain = _chain("login", "import", "logout")
    chain[1] = Kept(chain[1].entry, erased_by=erased_by)
    assert (check(chain).broken.number, check(chain).broken.why) == (number, why)


def test_a_head_that_was_kept_shows_that_the_log_was_written_anew_or_cut():
    """The head of a month ago stands in the log that grew; in another log, or in one without its end, it does not."""
    chain = _chain("login", "import", "logout")
    assert check(chain, chain[1].entry.hash).head_stands_at == 2
    assert check(chain[:2], chain[2].entry.hash).broken.why == "head"
    assert check(_chain("login", "export", "logout"), chain[2].entry.hash).broken.why == "head"
    assert check(chain, BEFORE_THE_FIRST).intact


def test_what_is_written_out_is_read_back_as_it_was():
    """A log through lines of JSON is intact, also from its middle, where what came before is on trust."""
    chain = [Kept(_chain("login")[0].entry, erased_by=3), *_chain("login", "import", "school_erase")[1:]]
    lines = [line_of(each) for each in chain]
    assert list(read_lines(lines)) == chain
    assert check(read_lines(lines), whole=False).intact
    assert check(read_lines(lines[1:]), whole=False).first == 2
    assert not check(read_lines(lines[1:])).intact


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", '{"number": 1}', "[" * 5000]
    + [json.dumps({**json.loads(line_of(_chain("login")[0])), **more}) for more in (
        {"number": "1"}, {"at": "today"}, {"at": "2026-11-29"}, {"hash": 5}, {"values": []}, {"erased_by": "2"},
        {"at": 5},
    )],
)  # fmt: skip
def test_a_line_that_is_no_entry_is_told_by_its_number(line):
    """The file is refused at that line."""
    with pytest.raises(AuditFileError, match="line 2: is no entry"):
        list(read_lines([line_of(_chain("login")[0]), line]))


SECRETS = ("password", "mat_khau", "secret", "token", "key", "session", "cookie", "username", "note", "values", "salt")


@pytest.mark.parametrize("place", ["subject", "details"])
@pytest.mark.parametrize("key", SECRETS)
def test_no_secret_gets_in_by_its_field(place, key):
    """A field that is not listed is refused, and the error holds no value."""
    with pytest.raises(UnfitForAuditError) as caught:
        values_of(Doing(Actor("an"), "device_login", **{place: {key: "hush-hush"}}))
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize("value", [{"password": "hush"}, ["hush"], b"hush", ("hush",)])
def test_no_form_gets_in_as_a_value(value):
    """A detail is one plain value; a whole form or a list of its values is refused."""
    with pytest.raises(UnfitForAuditError) as caught:
        values_of(Doing(Actor("an"), "device_login", details={"what": value}))
    assert "hush" not in str(caught.value)


def test_an_unknown_action_is_refused_and_long_texts_are_cut():
    """The log has a closed list of actions; what is kept of a text ends at 200 signs."""
    with pytest.raises(UnfitForAuditError):
        values_of(Doing(Actor("an"), "drop_tables"))
    kept = values_of(Doing(Actor("a" * 500, "b" * 500), "login", details={"by": "c" * 500}))
    assert len(kept["who"]["account"]) == len(kept["who"]["name"]) == len(kept["details"]["by"]) == 200


def test_the_words_of_the_log_name_no_secret():
    """No key that is kept is one of a password, a token or a session; what erases is an action."""
    assert not (DETAILS | SUBJECTS) & {*SECRETS}
    assert ACTIONS.keys() >= ERASING
    assert all(text["vi"] and text["en"] for text in ACTIONS.values())
