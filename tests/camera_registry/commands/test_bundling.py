"""`inspect` with a bundle: what is wrong is said before any camera is asked."""

import pytest

from camera_registry.bundles.signing import fingerprint
from camera_registry.cli import main
from tests.camera_registry.bundles.packed import KEY, bundle, look

NOBODY = "192.0.2.1"
"""An address of documentation (RFC 5737): to ask it would take seconds, and end otherwise."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, with the state in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_STATE_FOLDER", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([NOBODY, "--bundle", "a.bundle"], "--bundle needs --school CODE"),
        ([NOBODY, "--school", "0790123"], "are for --bundle FILE"),
        ([NOBODY, "--device", "DG-01"], "are for --bundle FILE"),
        ([NOBODY, "--targets", "list.txt"], "leave out TARGET"),
        (["--targets", "gone.txt"], "cannot be read"),
        (["--targets", "empty.txt"], "name 1 to 200 devices"),
        (["--targets", "long.txt"], "line 2: write HOST[:PORT]"),
        (["--replay", "x", "--bundle", "a.bundle"], "leave out --bundle and --targets"),
        ([NOBODY, "--school", "0790123", "--bundle", "gone/a.bundle"], "its folder is not there"),
        ([NOBODY, "--school", "0790123", "--bundle", "."], "it is no file"),
        ([NOBODY, "--school", "0790123", "--bundle", "long.txt"], "This file is no bundle"),
        ([NOBODY, "--school", "0790999", "--bundle", "other.bundle"], "is of school 0790123"),
        ([NOBODY, "--school", "0790123", "--bundle", "other.bundle"], "was begun on another machine"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_first(folder, capsys, words, said):
    """Exit status 2, and what to write instead; files stay as they are."""
    (folder / "empty.txt").write_text("# nothing yet\n", encoding="utf-8")
    (folder / "long.txt").write_text(f"{NOBODY} CAM-01\n{NOBODY} CAM-02 at the gate\n", encoding="utf-8")
    (folder / "other.bundle").write_bytes(bundle(look()))
    assert main(["inspect", *words]) == 2
    assert said in capsys.readouterr().err
    assert (folder / "other.bundle").read_bytes() == bundle(look())


def test_a_bundle_is_shown_only_when_its_signature_holds(folder, capsys):
    """With the fingerprint of who signed it."""
    (folder / "a.bundle").write_bytes(bundle(look()))
    assert main(["bundle", "show", "a.bundle", "--lang", "en"]) == 0
    assert fingerprint(KEY.public) in capsys.readouterr().out
    (folder / "a.bundle").write_bytes(bundle(look()).replace(b"0790123", b"0790124"))
    assert main(["bundle", "show", "a.bundle"]) == 2
    assert "changed after it was signed" in capsys.readouterr().err
