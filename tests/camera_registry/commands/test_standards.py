"""`standards`: what the commands say of editions."""

import pytest

from camera_registry.cli import main
from camera_registry.database import writing
from tests.camera_registry.registered import device
from tests.standards.test_stale import EXTENDING

WARNED = """\
camera-registry: warning: district@1: rule "frame-rate-main": within.encoding.fps: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fails_also.below: still says 14; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fix_text.vi: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": fix_text.en: still says 15; write it too
camera-registry: warning: district@1: rule "frame-rate-main": purchase.expect.at_least: still says 15; write it too
"""


@pytest.fixture
def standards(engine, tmp_path, monkeypatch):
    """Runs `standards` with these words, over a registry with one device; `district.toml` stands beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_REGISTRY__DATABASE", str(engine.url))
    (tmp_path / "district.toml").write_text(EXTENDING, encoding="utf-8")
    with writing(engine) as session:
        device(session)
    return lambda *words: main(["standards", *words])


@pytest.mark.parametrize(
    "words",
    [["show", "district.toml"], ["diff", "hcmc-3288", "district.toml"], ["compare", "hcmc-3288", "district.toml"],
     ["specification", "district.toml", "--json"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_what_an_extending_edition_left_behind_is_warned_of(standards, capsys, words):
    """Beside the answer, which stands as it is; an edition that left nothing has no line."""
    assert standards(*words) in (0, 1)
    said = capsys.readouterr()
    assert said.err == WARNED
    assert said.out
    assert standards("show", "hcmc-3288") == 0
    assert capsys.readouterr().err == ""
