"""A prepared answer is, byte by byte, the one that the camera would give by itself."""

from dataclasses import replace

import pytest

from probes.simulator import device, media1, media2, soap
from probes.simulator.fleet.answers import Server
from probes.simulator.fleet.roll import roll, spec_of
from probes.simulator.onvif import OnvifServer
from probes.simulator.state import CameraState
from tests.probes.simulator.fleet.small_fleet import small

SERVICES = {soap.TDS: device.OPERATIONS, soap.TRT: media1.OPERATIONS, soap.TR2: media2.OPERATIONS}
OPERATIONS = [(namespace, name) for namespace, table in SERVICES.items() for name in table]
ARGUMENTS = (
    "<t:ProfileToken>Profile_1</t:ProfileToken><t:StreamSetup><s:Stream>RTP-Unicast</s:Stream><s:Transport>"
    "<s:Protocol>RTSP</s:Protocol></s:Transport></t:StreamSetup><t:Type>All</t:Type>"
)


def call(namespace, name, arguments=ARGUMENTS):
    """A question as it is parsed."""
    body = f'<t:{name} xmlns:t="{namespace}" xmlns:s="{soap.TT}">{arguments}</t:{name}>'
    return soap.parse(f'<e:Envelope xmlns:e="{soap.ENV}"><e:Body>{body}</e:Body></e:Envelope>'.encode())


def states():
    """Two cameras of one kind."""
    mix = small(makes={"hikvision": 1}, states={})
    return [CameraState(spec_of(member, mix), member.host, 80, 554) for member in roll(mix)[:2]]


@pytest.mark.parametrize(("namespace", "name"), OPERATIONS)
def test_each_operation_is_answered_as_without_preparation(namespace, name):
    """By the camera that was asked first, and by the next one, with its own address, serial number and MAC."""
    prepared, asked = {}, call(namespace, name)
    for state in states():
        operation = SERVICES[namespace][name]
        try:
            plain = OnvifServer(state).answered(operation, asked)
        except soap.Fault as fault:
            plain = fault
        try:
            told = Server(state, "kind", prepared).answered(operation, asked)
        except soap.Fault as fault:
            told = fault
        if name == "GetSystemDateAndTime":
            assert prepared == {}
        else:
            assert told == plain


def test_another_question_and_another_kind_get_another_answer():
    """What is kept is told apart by kind and by the whole question."""
    first, second = states()
    other = replace(second, spec=replace(second.spec, model="other"))
    operation, prepared = device.OPERATIONS["GetDeviceInformation"], {}
    asked = call(soap.TDS, "GetDeviceInformation", "")
    assert b"other" not in Server(first, 1, prepared).answered(operation, asked)
    assert b"other" in Server(other, 2, prepared).answered(operation, asked)
    uri = media1.OPERATIONS["GetStreamUri"]
    answers = {
        Server(first, 1, prepared).answered(uri, call(soap.TRT, "GetStreamUri", ARGUMENTS.replace("Profile_1", token)))
        for token in ("Profile_1", "Profile_2")
    }
    assert len(answers) == 2
