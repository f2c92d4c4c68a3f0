"""Confirming a rule: what may be changed is the newest edition of an id, and of it the one rule alone."""

from zoneinfo import ZoneInfo

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import ConfirmationRecord
from camera_registry.people import NO_NAME
from camera_registry.services.confirm_rule import approve, ask, changes, refuse
from camera_registry.services.confirmation_error import ConfirmationError
from camera_registry.services.confirmed_text import Asked
from camera_registry.services.edition_texts import newest, resolve
from camera_registry.store import editions
from standards import Editions, load_edition
from standards.reading.differences import differences
from tests.standards.sheets import HCMC, NOW

IN_FORCE = Editions.of(HCMC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EXTENDING = 'id = "mine"\nversion = "1"\nextends = "hcmc-3288"\n[[rule]]\nid = "clock"\nseverity = "high"\n'


def said(by="Lê An", rule="codec-main", **value):
    """What a person with the document in hand says."""
    return Asked(rule, "Mục 3", "Chuẩn nén H.264 hoặc H.265", "ab" * 32, by, value)


def written(folder, text, name="mine"):
    """The edition in a file of this text."""
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return load_edition(file)


def _approved(engine, number, in_force=IN_FORCE, by="Trần Bình"):
    with writing(engine) as session:
        return approve(session, number, by, in_force, NOW, ZONE)


def _asked(engine, base, in_force=IN_FORCE, **how):
    with writing(engine) as session:
        return ask(session, base, said(**how), in_force, NOW).id


def _refused(engine, base, in_force=IN_FORCE):
    with writing(engine) as session, pytest.raises(ConfirmationError) as error:
        ask(session, base, said(), in_force, NOW)
    assert error.value.kind == "conflict"
    return str(error.value)


def _kept(engine, base, **more):
    """A row as an earlier version of this program could keep it."""
    row = ConfirmationRecord(of=base.sha256, edition=base.id, rule="codec-main", clause="Mục 3", quote="H.264",
                             scan_sha256="ab" * 32, asked_by="Lê An", asked_at=NOW, **more)  # fmt: skip
    with writing(engine) as session:
        editions.keep(session, base, NOW)
        editions.put_confirmation(session, row)


def _looser(edition):
    """The text of the product, in which another rule asks for less than it did."""
    return edition.texts[0].decode().replace("at_least = 15, tolerance = 1", "at_least = 1, tolerance = 1")


@pytest.mark.parametrize("name", ["", "\u200b", "a\nb", "Lê\u200b An"], ids=ascii)
def test_what_is_no_name_asks_and_decides_nothing(engine, name):
    """The same words each time."""
    _asked(engine, HCMC)
    for act in (
        lambda session: ask(session, HCMC, said(by=name, rule="clock"), IN_FORCE, NOW),
        lambda session: approve(session, 1, name, IN_FORCE, NOW, ZONE),
        lambda session: refuse(session, 1, name, "sai", NOW),
    ):
        with writing(engine) as session, pytest.raises(ConfirmationError) as error:
            act(session)
        assert error.value.mistakes == (f"by: {NO_NAME['en']}",)


@pytest.mark.parametrize("name", ["Ｌê Ａｎ", "Lê 𝐀𝐧", "Le\u0302 An", "lê\u00a0\u00a0an"], ids=ascii)
def test_a_name_written_in_another_way_approves_nothing_of_its_own(engine, name):
    """Who reads it sees one person."""
    _asked(engine, HCMC)
    with pytest.raises(ConfirmationError, match="nobody approves their own"):
        _approved(engine, 1, by=name)


def test_a_file_with_the_id_of_another_edition_is_no_base(engine, tmp_path):
    """Also while the settings name it: what it says of other rules would come along unseen."""
    shadow = written(tmp_path, _looser(HCMC))
    for in_force in (IN_FORCE, Editions.of(shadow)):
        assert "A file of your own needs an id of its own" in _refused(engine, shadow, in_force)


def test_what_was_asked_of_such_a_file_before_changes_the_edition_of_the_product(engine, tmp_path):
    """A row of an earlier version of this program smuggles nothing either."""
    shadow = written(tmp_path, _looser(HCMC))
    _kept(engine, shadow)
    made = _approved(engine, 1)
    assert made.rule("frame-rate-main") == HCMC.rule("frame-rate-main")
    assert made.history[-1].made_from == HCMC.sha256


def test_what_an_earlier_version_took_for_a_value_cannot_be_approved(engine):
    """The rule stays as it is, and the request can be refused."""
    _kept(engine, HCMC, value='{"decides": false}')
    with pytest.raises(ConfirmationError, match="decides: no confirmation sets this"):
        _approved(engine, 1)


def test_a_rule_without_a_value_is_written_by_an_engineer(engine):
    """A confirmation fills nothing in; the error says how it is done."""
    with writing(engine) as session, pytest.raises(ConfirmationError) as error:
        ask(session, HCMC, said(rule="centre-connection"), IN_FORCE, NOW)
    assert error.value.mistakes == (
        "rule: this rule has no value yet; write it in an edition of your own that extends this one",
    )


def test_a_version_that_is_not_the_newest_is_no_base(engine):
    """The error names the newest; that one can be changed."""
    _asked(engine, HCMC)
    made = _approved(engine, 1)
    assert "hcmc-3288@draft-1 (SHA-256" in _refused(engine, HCMC)
    assert "that is hcmc-3288@draft-2 (SHA-256" in _refused(engine, HCMC)
    assert _asked(engine, made, rule="clock") == 2


def test_a_file_of_a_new_id_is_a_base_while_the_settings_name_it(engine, tmp_path):
    """Then the newest of its id is what was made here, and nothing but the rule has become another."""
    mine = written(tmp_path, EXTENDING)
    assert "is a file that the settings do not name" in _refused(engine, mine)
    in_force = Editions.of(HCMC, [mine])
    number = _asked(engine, mine, in_force)
    with pytest.raises(ConfirmationError, match="is not known here any more"):
        _approved(engine, number)
    made = _approved(engine, number, in_force)
    found = {
        (each.rule, each.key.split(".")[0]) for each in differences(mine, made) if not each.key.startswith("history")
    }
    assert found == {("codec-main", "source"), ("", "version"), ("", "extends")}
    with reading(engine) as session:
        assert newest(session, "mine", in_force) == made == resolve(session, "mine")
    assert "that is mine@1-rev-2" in _refused(engine, mine, in_force)


def test_whoever_approves_is_told_every_key_that_becomes_another(engine):
    """The values with what stood there before, and the source; nothing where the edition is not known any more."""
    number = _asked(engine, HCMC, **{"fix_text.en": "Choose H.265.", "title.vi": "Luồng chính dùng H.264 hoặc H.265"})
    with reading(engine) as session:
        row = editions.confirmation(session, number)
        found = changes(session, row, IN_FORCE)
        gone = ConfirmationRecord(**{**row.model_dump(), "edition": "gone"})
        assert changes(session, gone, IN_FORCE) == ()
    told = {each.key: (each.before, each.after) for each in found}
    assert told["fix_text.en"] == ("Choose H.264 or H.265 for the main stream.", "Choose H.265.")
    assert told["source.state"] == ("A", "P")
    assert "source.confirmed_on" not in told
    assert {key.split(".")[0] for key in told} == {"fix_text", "title", "source"}
