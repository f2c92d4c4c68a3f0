"""A mix is read from TOML or JSON, and what cannot be is said in words."""

import json
from pathlib import Path

import pytest

from probes.simulator.fleet.mix import STATES, Mix, Sent, read

TOML = 'cameras = 3\nfirst = "127.20.0.1"\n[makes]\ntapo = 2\n[states]\ndead = 0.5\n[main]\nsizes = {"640x360" = 1}\n'


def test_toml_and_json_give_the_same_mix(tmp_path):
    """The two files say the same."""
    (tmp_path / "a.toml").write_text(TOML)
    told = {"cameras": 3, "first": "127.20.0.1", "makes": {"tapo": 2}, "states": {"dead": 0.5}}
    (tmp_path / "a.json").write_text(json.dumps({**told, "main": {"sizes": {"640x360": 1}}}))
    mix = read(tmp_path / "a.toml")
    assert mix == read(tmp_path / "a.json")
    assert (mix.cameras, mix.makes, mix.main.sizes) == (3, {"tapo": 2}, {"640x360": 1})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"camera": 3}, "Extra inputs"),
        ({"makes": {"tapio": 1}}, "no make is called tapio; there are axis, "),
        ({"makes": {}}, "one make at least"),
        ({"makes": {"tapo": 0}}, "one of the makes needs a weight above 0"),
        ({"states": {"asleep": 0.1}}, "Input should be 'well', 'dead'"),
        ({"states": {"dead": 0.6, "slow": 0.6}}, "come to more than 1"),
        ({"delay_s": (2, 1)}, "the least and the most"),
        ({"main": {"sizes": {"big": 1}}}, "match pattern"),
        ({"first": "10.0.0.1"}, "127.0.0.0/8 alone"),
        ({"first": "126.255.255.250"}, "127.0.0.0/8 alone"),
        ({"first": "127.255.255.250"}, "127.0.0.0/8 alone"),
    ],
)
def test_what_cannot_be_is_refused(wrong, words):
    """Names that are not known, shares above one, and addresses that are not loopback are errors."""
    with pytest.raises(ValueError, match=words):
        Mix.model_validate(wrong)


def test_every_key_and_state_stands_in_the_docs():
    """`docs/fleet.md` has a row for each key of a mix, each of [main] and [sub], and each state with its words."""
    page = (Path(__file__).parents[4] / "docs/fleet.md").read_text()
    for key in (*Mix.model_fields, *Sent.model_fields):
        assert f"| `{key}`" in page, key
    for state, words in STATES.items():
        assert f"| `{state}` | {words} |" in page, state


def test_the_example_in_the_docs_is_a_mix(tmp_path):
    """It can be read as it stands."""
    page = (Path(__file__).parents[4] / "docs/fleet.md").read_text()
    (tmp_path / "mix.toml").write_text(page.split("```toml\n")[1].split("```")[0])
    assert read(tmp_path / "mix.toml").cameras == 2000
