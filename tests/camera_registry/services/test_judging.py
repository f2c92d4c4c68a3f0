"""Judging: many devices are judged from what is stored exactly as each was when it was recorded."""

from sqlmodel import select

from camera_registry import daylight
from camera_registry.database import reading, rehearsing, writing
from camera_registry.models import Device
from camera_registry.services.judging import case_of, cases
from camera_registry.services.record import judge_again
from camera_registry.store import channels, observations
from camera_registry.vault import Vault
from probes.facts import DeviceSheet
from standards import Editions, evaluate
from tests.camera_registry import town
from tests.camera_registry.registered import device
from tests.standards.sheets import HCMC, NOW, sheet


def _findings(case):
    return evaluate(HCMC, case.sheet, case.register, case.answers, NOW)


def test_cases_of_many_are_the_cases_of_each(engine):
    """The town read at once gives what is read device by device: facts, register, findings and verdicts."""
    with writing(engine) as session:
        town.fill(session, Vault(bytes(32)))
    with reading(engine) as session:
        every = session.exec(select(Device).order_by(Device.id)).all()
        found = list(cases(session, [row.id for row in every], daylight.always))
        assert [case.device_id for case in found] == [row.id for row in every]
        for row, case in zip(every, found, strict=True):
            merged = (observations.sheet(session, row.id) or (DeviceSheet(target=row.code),))[0]
            known = channels.known(channels.of_device(session, row.id), merged.channels)
            one = case_of(session, row, merged, known, daylight.always)
            assert (case.sheet, case.register) == (one.sheet, one.register)
            assert _findings(case) == _findings(one)
    with rehearsing(engine) as session:
        again = [judge_again(session, row.id, Editions.of(HCMC), NOW, daylight.always).verdicts for row in every]
    assert [case.verdicts(_findings(case)) for case in found] == again


def test_nothing_is_written_for_a_case(engine):
    """A session that only reads is enough, also for a channel that nobody registered."""
    with writing(engine) as session:
        device_id = device(session, channels=()).id
        observations.put_sheet(session, device_id, sheet(), NOW)
    with reading(engine) as session:
        (case,) = cases(session, [device_id], daylight.always)
    assert (case.known, case.verdicts(_findings(case))) == ({}, {})
    assert [channel.index for channel in case.sheet.channels] == [1]
