"""`credential`: gives a registered device its login."""

from __future__ import annotations

import argparse
import os

from sqlmodel import Session

from camera_registry import app
from camera_registry.audit.doing import Doing
from camera_registry.commands.acting import doing, place
from camera_registry.commands.options import Commands, UsageError, add_common
from camera_registry.commands.passwords import password
from camera_registry.config import load
from camera_registry.models import Credential, Device, Photo, ReplyPhoto, SealingKey
from camera_registry.services import device_login, key_rotation
from camera_registry.services.audit import recorded
from camera_registry.services.device_login import LoginUnusableError
from camera_registry.store import devices, sealed
from camera_registry.vault import open_vault
from probes.visit import utc_now


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "credential",
        help="give a registered device its login",
        description="Keeps the login of a device, sealed. Nothing is sent; the next look tries it, once.",
        epilog="examples:\n  camera-registry credential 0790123/DG-01 --username quansat --password-file secret.txt\n"
        "  camera-registry credential 0790123/DG-01 --try-again\n"
        "  camera-registry credential 0790123/DG-01 --onvif-username onvif --onvif-password-file onvif.txt",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "device", metavar="SCHOOL/DEVICE", nargs="?", help="code of the school, and of the device in it"
    )
    parser.add_argument("--username", metavar="U", help="login")
    parser.add_argument("--password-file", metavar="F", help="file that holds the password; - reads standard input")
    parser.add_argument("--onvif-username", metavar="U", help="login of ONVIF, where the device keeps one apart")
    parser.add_argument(
        "--onvif-password-file", metavar="F", help="file that holds its password; - reads standard input"
    )
    parser.add_argument(
        "--onvif-account",
        choices=("same", "none"),
        help="same: ONVIF takes the login of the streams; none: no login is sent to it",
    )
    parser.add_argument("--try-again", action="store_true", help="the login that was refused may be sent once more")
    parser.add_argument(
        "--try-stream", action="store_true", help="the login that ONVIF refused may be sent to the stream, once"
    )
    parser.add_argument(
        "--forget-unreadable",
        action="store_true",
        help="the key is lost: a new one is made; logins and photos that it does not open are forgotten",
    )
    add_common(parser)
    parser.set_defaults(run=credential)


def credential(options: argparse.Namespace) -> int:
    """0 when it is kept."""
    if options.forget_unreadable:
        return _forget_unreadable(options)
    if options.device is None:
        raise UsageError("write SCHOOL/DEVICE, as in 0790123/DG-01")
    given = bool(options.username or options.onvif_username or options.onvif_account)
    if given + options.try_again + options.try_stream != 1:
        raise UsageError("write --username U to give a login, or --try-again or --try-stream for the one there is")
    if options.onvif_username and options.onvif_account:
        raise UsageError("--onvif-username says already that the ONVIF account is another")
    secret = password(options.password_file) if options.username else ""
    onvif_secret = password(options.onvif_password_file) if options.onvif_username else ""
    settings, _ = load(options.config)
    school, _, code = options.device.rpartition("/")
    now = utc_now()
    with app.existing(settings) as engine, recorded(engine, _act(options, school, code), now) as session:
        vault = app.vault(settings, engine)
        device = devices.by_code(session, school, code)
        if device is None:
            raise UsageError(f"{options.device}: no such device; write SCHOOL/DEVICE, as in 0790123/DG-01")
        if not given:
            print(f"{options.device}: {_tried_again(session, device, at_stream=options.try_stream)}")
            return 0
        try:
            if options.onvif_account:
                device_login.set_account(session, vault, device, options.onvif_account, now)
            if options.username:
                device_login.set_login(session, vault, device, options.username, secret, now)
            if options.onvif_username:
                device_login.set_onvif_login(session, vault, device, options.onvif_username, onvif_secret, now)
        except LoginUnusableError as error:
            raise UsageError(f"{error}: no control characters, no blanks around it, not longer than usual") from None
    for line in _kept(options):
        print(f"{options.device}: {line}")
    return 0


def _act(options: argparse.Namespace, school: str, code: str) -> Doing:
    """What is done; of the login itself nothing is told."""
    if options.try_again or options.try_stream:
        return doing("device_login_again", place(school, code), where="stream" if options.try_stream else "refused")
    doors = {"all": options.username, "onvif": options.onvif_username, "account": options.onvif_account}
    return doing("device_login", place(school, code), doors=",".join(name for name, told in doors.items() if told))


def _tried_again(session: Session, device: Device, *, at_stream: bool) -> str:
    """What may be sent from now on, and when."""
    if not device_login.try_again(session, device, at_stream=at_stream):
        return "no login there was refused or is held back; nothing has changed"
    where = "to the stream, once" if at_stream else "once more"
    when = "at the next look"
    if device_login.held(session, device, utc_now()):
        when = "when a day has passed since the device refused twice; until then nothing is sent"
    return f"the login may be sent {where}, {when}"


def _kept(options: argparse.Namespace) -> list[str]:
    """What was kept, without any password."""
    account = {"same": "ONVIF takes the login of the streams", "none": "no login is sent to ONVIF"}
    lines = [account[options.onvif_account]] if options.onvif_account else []
    kept = {"the login": options.username, "the login of ONVIF": options.onvif_username}
    return [*lines, *(f"{what} {name!r} is kept, sealed" for what, name in kept.items() if name)]


def _forget_unreadable(options: argparse.Namespace) -> int:
    if options.device or options.username or options.try_again:
        raise UsageError("--forget-unreadable stands alone: it is about every device")
    settings, _ = load(options.config)
    with app.existing(settings) as engine:
        key_rotation.settle(engine, settings.registry.key_file)
        act, now = doing("logins_forget"), utc_now()
        with recorded(engine, act, now) as session:
            vault = open_vault(settings.registry.key_file, os.environ, sealed_exist=False)
            lost = sealed.forget_unreadable(session, vault, now)
            act.details.update(count=lost[Credential])
    print(f"logins that do not open with this key: {lost[Credential]}; they are forgotten, type them again")
    print(f"photos that do not open: {lost[Photo] + lost[ReplyPhoto]}; they are deleted, take them again")
    if lost[SealingKey]:
        print("what phones have sealed without a signal does not open any more: its passwords are to be typed again")
    return 0
