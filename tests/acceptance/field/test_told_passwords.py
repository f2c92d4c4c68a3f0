"""Proof: a device that tells a password of ours does not get it written down (item 12 of the notes)."""

import json
from dataclasses import replace

import pytest

from probes.errors import CameraFault
from probes.facts import to_json
from probes.simulator import running
from probes.target import Credential, Target, parse_address
from probes.visit import Visit
from tests.acceptance.field.login_looks import look, measured, small


@pytest.mark.field(12)
def test_a_password_in_the_middle_of_a_stream_address_is_not_shown_or_remembered():
    """Some makes put user and password between slashes, by no name: the address is asked for as it is."""
    spec = small()
    stream = replace(spec.channels[0].streams[0], path=f"/{spec.username}/{spec.password}/ch0")
    with running(replace(spec, channels=(replace(spec.channels[0], streams=(stream,)),))) as (camera,):
        seen = look(camera)
    assert measured(seen) == ["h264"]
    assert spec.password not in json.dumps(to_json(seen), ensure_ascii=False) + repr(seen.remembered)


SAID = "for s3cret#1 and s3cret%231"


@pytest.mark.field(12)
@pytest.mark.parametrize(("password", "shown"), [("s3cret#1", "for … and …"), ("or", SAID)])
def test_a_password_in_the_words_of_a_failure_is_not_written_down(password, shown):
    """A fault may tell what was sent; a password so short that it stands in other words by chance says nothing."""
    visit = Visit(Target("k", parse_address("192.0.2.9"), (Credential("1", "admin", password),)))
    visit.failed(CameraFault("auth_refused", "onvif.login", SAID), ())
    assert visit.failures[0].detail == shown
