"""What MediaMTX, go2rtc and Frigate are set up with to show the cameras that are handed over. Pure.

Strategy: YAML of mappings, lists and scalars alone; every text is a JSON string, which YAML 1.2 reads as the same text.
Without logins the file names variables of the environment, in the form that each program documents: go2rtc takes
`${NAME}` inside a value, Frigate `{FRIGATE_NAME}`; MediaMTX takes none inside a value, but `MTX_PATHS_<PATH>_SOURCE` in
place of a whole one, so its file has addresses without a login and says which variables go over them. MediaMTX reads
the name of a path in such a variable up to the next underscore, in capitals: so the names of cameras here are small
letters and digits. Frigate detects nothing: no person is looked for in these pictures. What a device has written into
an address is percent-encoded where a program would read more into it than an address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

from camera_registry.lists import folded
from camera_registry.services.handed import Handed

Key = TypeVar("Key")
Program = Literal["mediamtx", "go2rtc", "frigate"]
FILES: Mapping[Program, str] = {"mediamtx": "mediamtx.yml", "go2rtc": "go2rtc.yaml", "frigate": "frigate.yml"}


@dataclass(frozen=True)
class Login:
    """A login of a device, or the placeholders of one."""

    username: str
    password: str
    plain: bool = False
    """It goes into an address as it stands: a placeholder."""


Logins = Mapping[tuple[str, str], Login]
"""By the codes of school and device."""


@dataclass(frozen=True)
class Named:
    """A camera under the name that the programs know it by, and what the variables of its login are called; `login`
    None: it is not known, or not told.
    """

    name: str
    row: Handed
    variable: str
    login: Login | None = None


def names_of(rows: Sequence[Handed]) -> list[str]:
    """A name for each camera: small ASCII letters and digits, no two the same."""
    plain = (f"s{_plain(row.school_code)}d{_plain(row.device_code)}c{row.index}" for row in rows)
    return list(_apart({(row.key): name for row, name in zip(rows, plain, strict=True)}).values())


def variables_of(rows: Sequence[Handed]) -> dict[tuple[str, str], str]:
    """What the variables of a login begin with, for each device that streams come from; no two the same."""
    keys = dict.fromkeys((row.school_code, row.through) for row in rows)
    return _apart({key: "_".join(map(_plain, key)).upper() for key in keys})


def _apart(names: Mapping[Key, str]) -> dict[Key, str]:
    """The names, of which those that are the same get a number behind."""
    made: dict[Key, str] = {}
    taken: set[str] = set()
    for key, plain in names.items():
        name, number = plain, 2
        while name in taken:
            name, number = f"{plain}n{number}", number + 1
        taken.add(name)
        made[key] = name
    return made


def config(program: Program, rows: Iterable[Handed], logins: Logins | None = None) -> bytes:
    """The file of this program for the cameras whose address is known. `logins` None: with placeholders."""
    known = [row for row in rows if row.main.address]
    variables = variables_of(known)
    named = []
    for name, row in zip(names_of(known), known, strict=True):
        device = (row.school_code, row.through)
        login = _placeholder(program, variables[device]) if logins is None else logins.get(device)
        named.append(Named(name, row, variables[device], login))
    head, made = _PROGRAMS[program](named)
    if logins is not None:
        head = [*_SECRET, *(line for line in head if not line.startswith(_VARIABLE))]
    comments = [f"# {line}".rstrip() for line in head]
    return "\n".join([*comments, *_yaml(made), ""]).encode()


_VARIABLE = "  "
_SAFE = "/:?&=%@[].,;+-_~!*'()"
"""Signs of an address that no program takes for a variable (`$`, braces) or for options of its own (`#`)."""
_SECRET = ("This file holds passwords of cameras. Keep it where only the program can read it (chmod 600).",)


def _placeholder(program: Program, name: str) -> Login | None:
    """What stands for the login of a device in a file without logins; None where the program takes nothing there."""
    match program:
        case "go2rtc":
            return Login(f"${{CAMERA_{name}_USER}}", f"${{CAMERA_{name}_PASSWORD}}", plain=True)
        case "frigate":
            return Login(f"{{FRIGATE_{name}_USER}}", f"{{FRIGATE_{name}_PASSWORD}}", plain=True)
    return None


def _mediamtx(cameras: Sequence[Named]) -> tuple[list[str], dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {
        name: {"source": address, "sourceOnDemand": True, "rtspTransport": "tcp"}
        for camera in cameras
        for name, address in _streams(camera)
    }
    head = ["MediaMTX: cameras of schools, each opened when somebody watches it.",
            *(("A login is given by the environment, in place of the source, its signs percent-encoded:",) if paths
              else ()),
            *(f"{_VARIABLE}MTX_PATHS_{name.upper()}_SOURCE={told['source'].replace('://', '://USER:PASSWORD@', 1)}"
              for name, told in paths.items())]  # fmt: skip
    return head, {"paths": paths}


def _go2rtc(cameras: Sequence[Named]) -> tuple[list[str], dict[str, Any]]:
    streams = {name: [address] for camera in cameras for name, address in _streams(camera)}
    head = ["go2rtc: cameras of schools, each opened when somebody watches it.",
            *_variables("CAMERA_", cameras)]  # fmt: skip
    return head, {"streams": streams}


def _frigate(cameras: Sequence[Named]) -> tuple[list[str], dict[str, Any]]:
    made = {}
    for camera in cameras:
        found = [address for _, address in _streams(camera)]
        roles = [["record"], ["detect"]] if found[1:] else [["detect", "record"]]
        inputs = [{"path": address, "roles": role} for address, role in zip(found, roles, strict=True)]
        made[camera.name] = {"enabled": True, "ffmpeg": {"inputs": inputs}, "detect": {"enabled": False}}
    head = ["Frigate: cameras of schools. Nothing is detected and nothing is recorded until somebody decides it.",
            *_variables("FRIGATE_", cameras)]  # fmt: skip
    off = {"enabled": False}
    return head, {"mqtt": off, "detect": off, "record": off, "cameras": made}


_PROGRAMS: Mapping[Program, Callable[[Sequence[Named]], tuple[list[str], dict[str, Any]]]] = {
    "mediamtx": _mediamtx,
    "go2rtc": _go2rtc,
    "frigate": _frigate,
}


def _variables(prefix: str, cameras: Sequence[Named]) -> list[str]:
    above = "Logins come from the environment, their signs percent-encoded:"
    found = dict.fromkeys(f"{prefix}{camera.variable}" for camera in cameras)
    return [above, *(f"{_VARIABLE}{name}_{part}" for name in found for part in ("USER", "PASSWORD"))] if found else []


def _streams(camera: Named) -> list[tuple[str, str]]:
    """Names and addresses of the streams of a camera: the main one, and the sub one where it has one."""
    row, name = camera.row, camera.name
    found = [(name, row.main.address), (f"{name}sub", row.sub.address)]
    return [(each, _with(address, camera.login)) for each, address in found if address]


def _with(address: str, login: Login | None) -> str:
    if login is None:
        return f"{urlsplit(address).scheme}://{_after_scheme(address)}"
    safe = [part if login.plain else quote(part, safe="") for part in (login.username, login.password)]
    return f"{urlsplit(address).scheme}://{':'.join(safe)}@{_after_scheme(address)}"


def _after_scheme(address: str) -> str:
    return quote(address.partition("://")[2], safe=_SAFE)


def _plain(text: str) -> str:
    return "".join(sign for sign in folded(text) if sign.isascii() and sign.isalnum())


def _yaml(value: Mapping[str, Any], depth: int = 0) -> list[str]:
    """A mapping as lines of YAML; an empty one as such."""
    space, lines = "  " * depth, list[str]()
    for key, each in value.items():
        if isinstance(each, Mapping) and each:
            lines += [f"{space}{_scalar(key)}:", *_yaml(each, depth + 1)]
        elif isinstance(each, list) and each and isinstance(each[0], Mapping):
            lines.append(f"{space}{_scalar(key)}:")
            for item in each:
                first, *rest = _yaml(item, depth + 2)
                lines += [f"{space}  - {first.lstrip()}", *rest]
        else:
            lines.append(f"{space}{_scalar(key)}: {json.dumps(each, ensure_ascii=False)}")
    return lines


def _scalar(key: str) -> str:
    """A key: bare where nothing could take it for anything else than text."""
    return key if key.isascii() and key.isalnum() and key[0].isalpha() else json.dumps(key)
