"""Which text a name means: a path, the newest edition made here, the one of the product, or a pinned version."""

from datetime import timedelta

import pytest

from camera_registry import daylight
from camera_registry.config import StandardSettings
from camera_registry.database import reading, writing
from camera_registry.services.edition_texts import by_sha256, every, known, resolve
from camera_registry.services.editions import InForce
from camera_registry.services.record import record
from camera_registry.store import editions
from standards import EditionError, Editions, load_bytes, load_edition
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC, NOW, observed


def _made(version):
    """The edition of the product with another version, as people would make it."""
    text = HCMC.texts[0].replace(b'version = "draft-1"', f'version = "{version}"'.encode())
    return load_bytes(text, "made")


def _keep(engine, *versions):
    with writing(engine) as session:
        for days, version in enumerate(versions):
            editions.keep(session, _made(version), NOW + timedelta(days=days), made_from=HCMC.sha256)


def test_an_id_means_the_edition_of_the_product_where_nothing_was_made(engine):
    """Nothing is kept yet."""
    with reading(engine) as session:
        assert resolve(session, "hcmc-3288") == HCMC


def test_an_id_means_the_newest_edition_made_here(engine):
    """The last one made is in force; each version can be named."""
    _keep(engine, "draft-2", "draft-3")
    with reading(engine) as session:
        assert resolve(session, "hcmc-3288").version == "draft-3"
        assert resolve(session, "hcmc-3288@draft-2").version == "draft-2"
        assert resolve(session, "hcmc-3288@draft-1") == HCMC


def test_a_path_is_a_path(engine, tmp_path):
    """A file is read, whatever was made here."""
    _keep(engine, "draft-2")
    file = tmp_path / "mine.toml"
    file.write_bytes(HCMC.texts[0])
    with reading(engine) as session:
        assert resolve(session, str(file)).version == "draft-1"
        assert resolve(session, file).version == "draft-1"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hcmc-3288@draft-9", "hcmc-3288@draft-9: there is no such version; write one of draft-2, draft-1"),
        ("hcmc-3289", 'hcmc-3289: there is no edition "hcmc-3289"; did you mean "hcmc-3288"?'),
        ("hcmc-3289@draft-1", 'hcmc-3289: there is no edition "hcmc-3289"; did you mean "hcmc-3288"?'),
    ],
)
def test_a_name_that_means_nothing_is_told_with_what_there_is(engine, name, said):
    """The error names the versions, or the id that was probably meant."""
    _keep(engine, "draft-2")
    with reading(engine) as session, pytest.raises(EditionError) as error:
        resolve(session, name)
    assert str(error.value) == said


def test_the_text_of_every_edition_that_judged_is_kept_once(engine):
    """Two looks by two editions leave two texts, each under its SHA-256, and both can be loaded as they were."""
    other = _made("draft-7")
    with writing(engine) as session:
        camera = device(session).id
        for edition in (HCMC, HCMC, other):
            record(session, camera, observed(), Editions.of(edition), NOW, daylight.always)
    with reading(engine) as session:
        assert {row.sha256 for row in editions.kept(session)} == {HCMC.sha256, other.sha256}
        assert by_sha256(session, HCMC.sha256) == HCMC
        assert by_sha256(session, other.sha256) == other
        assert by_sha256(session, "0" * 64) is None
        assert resolve(session, "hcmc-3288") == HCMC, "an edition that only judged was not made here"
        assert resolve(session, "hcmc-3288@draft-7") == other


def test_an_edition_that_extends_another_is_kept_whole(engine, tmp_path):
    """It can be loaded again after the file it extends has changed, with the same SHA-256."""
    base, own = tmp_path / "base-x.toml", tmp_path / "own-x.toml"
    base.write_bytes(HCMC.texts[0].replace(b'"hcmc-3288"', b'"base-x"', 1))
    own.write_text(
        'id = "own-x"\nextends = "base-x"\n[[rule]]\nid = "codec-main"\nseverity = "low"\n', encoding="utf-8"
    )
    edition = load_edition(own)
    with writing(engine) as session:
        editions.keep(session, edition, NOW)
    base.write_text("", encoding="utf-8")
    with reading(engine) as session:
        again = resolve(session, "own-x@draft-1")
    assert again == edition
    assert again.rule("codec-main").severity == "low"


def test_an_edition_made_here_is_in_force_at_once(engine):
    """Who asks again after it was made gets it, without a restart; the advising one stays as it is."""
    in_force = InForce(engine, StandardSettings(decides="hcmc-3288", advises=("hcmc-3288@draft-1",)))
    assert in_force().decides == HCMC
    _keep(engine, "draft-2")
    assert in_force().decides.version == "draft-2"
    assert in_force() is in_force(), "it is loaded once"


def test_a_file_that_was_spoilt_meanwhile_changes_nothing_in_force(engine, tmp_path, caplog):
    """Who asks goes on with what was loaded, the log says why; at the start it is an error."""
    file = tmp_path / "mine.toml"
    file.write_bytes(HCMC.texts[0].replace(b'"hcmc-3288"', b'"mine"', 1))
    in_force = InForce(engine, StandardSettings(decides=str(file)))
    before = in_force()
    file.write_text("secret = 1\n", encoding="utf-8")
    _keep(engine, "draft-2")
    assert in_force() is before
    assert "cannot be used any more" in caplog.text
    with pytest.raises(EditionError):
        InForce(engine, StandardSettings(decides=str(file)))()


def test_over_http_a_file_is_known_by_its_id_and_a_name_is_never_a_path(engine, tmp_path):
    """As the settings name it, deciding or advising; with everything that its text says."""
    file = tmp_path / "mine.toml"
    file.write_bytes(HCMC.texts[0].replace(b'"hcmc-3288"', b'"mine"', 1))
    in_force = Editions.of(HCMC, [load_edition(file)])
    with reading(engine) as session:
        assert known(session, "mine@draft-1", in_force) == load_edition(file), "what advises decides by itself"
        assert known(session, "hcmc-3288", in_force) == HCMC
        assert [edition.id for edition in every(session, in_force)][:2] == ["hcmc-3288", "mine"]
        for name in (str(file), "mine@draft-9", "mine@a\nb", ""):
            with pytest.raises(EditionError):
                known(session, name, in_force)
