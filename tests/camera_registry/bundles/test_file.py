"""A bundle as a file on the laptop."""

import stat

import pytest

from camera_registry.bundles import document, file, signing
from camera_registry.bundles.errors import BundleError
from probes.target import Address
from tests.camera_registry.bundles.packed import HOST, KEY, OTHER_KEY, heading, look
from tests.standards.sheets import NOW

LINE = document.look_line("", Address("host", HOST), look())


def _add(tmp_path, head=None, key=KEY, line=LINE):
    return file.add(tmp_path / "a.bundle", head or heading(), line, key, NOW, tmp_path)


def test_the_file_is_whole_after_each_look(tmp_path):
    """Signed anew each time; what stood in it stays; others cannot read it."""
    assert [_add(tmp_path) for _ in range(3)] == [1, 2, 3]
    assert len(document.read((tmp_path / "a.bundle").read_bytes()).looks) == 3
    assert stat.S_IMODE((tmp_path / "a.bundle").stat().st_mode) == 0o600


def test_nothing_is_added_to_a_file_of_another_school_or_machine_or_to_one_that_is_none(tmp_path):
    """The file stays as it is, and the error says what to do."""
    _add(tmp_path)
    before = (tmp_path / "a.bundle").read_bytes()
    for head, key, kind in (
        (heading("0790999"), KEY, "other_school"),
        (heading(key=OTHER_KEY), OTHER_KEY, "other_key"),
    ):
        with pytest.raises(BundleError) as caught:
            _add(tmp_path, head, key)
        assert caught.value.kind == kind
    assert (tmp_path / "a.bundle").read_bytes() == before
    (tmp_path / "a.bundle").write_bytes(b"my holiday plans\n")
    with pytest.raises(BundleError, match="no bundle"):
        _add(tmp_path)
    assert (tmp_path / "a.bundle").read_bytes() == b"my holiday plans\n"


def test_a_look_that_makes_the_file_too_large_is_not_added(tmp_path):
    """It says so, and what was in it can still be taken."""
    _add(tmp_path)
    with pytest.raises(BundleError) as caught:
        _add(tmp_path, line=b'{"x":"' + b"x" * document.LARGEST + b'"}\n')
    assert caught.value.kind == "full"
    assert len(document.read((tmp_path / "a.bundle").read_bytes()).looks) == 1


def test_a_key_is_made_once_and_read_by_nobody_else(tmp_path):
    """The same again at the next call; one that others may read is not used, nor is what is none."""
    first = signing.key_of(tmp_path / "state")
    path = tmp_path / "state" / signing.KEY_FILE
    assert signing.key_of(tmp_path / "state").public == first.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    path.chmod(0o644)
    with pytest.raises(BundleError, match="chmod 600"):
        signing.key_of(tmp_path / "state")
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(BundleError, match="no key"):
        signing.key_of(tmp_path / "state")
