"""What `inspect` and `capture` take alike: where to look, how to log in, how long."""

from __future__ import annotations

import argparse

from camera_registry.commands.options import UsageError
from camera_registry.commands.passwords import password
from camera_registry.services.inspect import Login


def add_looking(parser: argparse.ArgumentParser, *, target_needed: bool = True) -> None:
    """The address, the logins, the RTSP port and the longest sample."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        nargs=None if target_needed else "?",
        help="HOST[:PORT], an ONVIF address (http://… or https://…), or rtsp://…",
    )
    parser.add_argument("--username", metavar="U", help="login; without it nothing is sent that needs one")
    parser.add_argument("--password-file", metavar="F", help="file that holds the password; - reads standard input")
    parser.add_argument("--onvif-username", metavar="U", help="login of ONVIF, where the device keeps one apart")
    parser.add_argument("--onvif-password-file", metavar="F", help="file that holds the password of that login")
    parser.add_argument("--rtsp-port", type=_port, metavar="N", help="RTSP port, where the device does not say it")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="longest sample of a stream")
    parser.add_argument("--try-again", action="store_true", help="send a login that was refused before once more")


def logins(options: argparse.Namespace) -> tuple[Login | None, Login | None]:
    """The login, and that of ONVIF where it was given apart. Raises UsageError and PasswordError."""
    return (
        _login(options.username, options.password_file),
        _login(options.onvif_username, options.onvif_password_file, "onvif-"),
    )


def _login(username: str | None, password_file: str | None, which: str = "") -> Login | None:
    if username is None:
        if password_file:
            raise UsageError(f"--{which}password-file needs --{which}username")
        return None
    return Login(username, password(password_file))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:6]) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; use 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 120:
        raise argparse.ArgumentTypeError(f"{text} is not 1 to 120 seconds")
    return value
