"""A capture on disk: one index and one file for each answer, which a person can read and write by hand.

Strategy: `capture.json` lists the exchanges in order; the body of an answer and the packets of a stream stand in files
of their own that it names. Everything is redacted before the first byte is written, and what was to be taken out is
looked for once more in what would be written. docs/capture.md describes the format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from probes.capture.blank import blanked, line, read_line
from probes.capture.exchange import Capture, Exchange, Packet, Reply
from probes.capture.redact import MOST_FOUND, Redactor, as_text
from probes.errors import ProbeError
from probes.rtsp import sdp
from probes.rtsp.meter import RTCP_TYPES
from probes.target import Address
from probes.told import ToldError

INDEX = "capture.json"
FORMAT = 1
_HEADERS = frozenset(
    {
        "www-authenticate",
        "server",
        "date",
        "location",
        "content-type",
        "content-base",
        "content-location",
        "public",
        "allow",
        "cseq",
        "session",
        "transport",
        "rtp-info",
        "range",
        "retry-after",
    }
)
"""What a probe reads, and what tells the software of a device; others may hold anything, and are left out."""
_SUFFIX = {"onvif": "xml", "rtsp": "txt"}
_INDEX_LIMIT, _FILE_LIMIT, _EXCHANGES = 5_000_000, 64_000_000, 5_000


class CaptureError(ToldError):
    """The folder cannot be written or read; the text says why and what to do."""


def must_be_new(folder: Path) -> None:
    """Raises CaptureError where `folder` holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaptureError(f"{folder} is there already and holds something: name a new folder")


def write(capture: Capture, folder: Path, logins: Iterable[tuple[str, str]]) -> int:
    """Writes `capture` without anything that must not leave a school into the new or empty `folder`; how many files.

    Raises CaptureError, and then nothing was written.
    """
    must_be_new(folder)
    redactor = Redactor([capture.address.host], logins)
    for text in _texts(capture):
        redactor.spared(text)
    for text in _texts(capture):
        redactor.learn(text)
    if redactor.full:
        raise CaptureError(f"the device tells more than {MOST_FOUND} names and addresses; nothing was written")
    files = dict(_files(capture, redactor))
    if any(redactor.left_in(as_text(data)[0]) for data in files.values()):
        raise CaptureError("something that should have been taken out is still there; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise CaptureError(f"{folder} cannot be written: {error.strerror}") from None
    return len(files)


def read(folder: Path) -> Capture:
    """The capture in `folder`. Raises CaptureError that names the file and what is wrong with it."""
    index = folder / INDEX
    try:
        if index.stat().st_size > _INDEX_LIMIT:
            raise CaptureError(f"{index} is larger than {_INDEX_LIMIT} bytes")
        told = json.loads(index.read_text(encoding="utf-8"))
        exchanges = [_exchange(folder, one) for one in told["exchanges"][:_EXCHANGES]]
        return Capture(Address(**told["address"]), datetime.fromisoformat(told["began"]), exchanges)
    except FileNotFoundError as error:
        raise CaptureError(f"{error.filename} is not there; is {folder} a folder that `capture` wrote?") from None
    except KeyError as error:
        raise CaptureError(f"{index} cannot be read: the key {error} is missing in it") from None
    except (OSError, TypeError, ValueError, AttributeError) as error:
        raise CaptureError(f"{index} cannot be read: {type(error).__name__}: {error}") from None


def _texts(capture: Capture) -> Iterable[str]:
    for each in capture.exchanges:
        yield as_text(each.reply.body)[0]
        yield "\n".join(f"{name}: {value}" for name, value in each.reply.headers)
        yield each.where


def _files(capture: Capture, redactor: Redactor) -> Iterable[tuple[str, bytes]]:
    listed: list[dict[str, Any]] = []
    codec = ""
    for number, each in enumerate(capture.exchanges, 1):
        name = f"{number:03d}-{each.what or 'unknown'}"
        entry = _entry(each, redactor)
        if each.what == "DESCRIBE" and each.reply.body:
            codec = _codec(each.reply.body)
        if each.reply.body:
            text, again = as_text(each.reply.body)
            entry["body"] = f"{name}.{'sdp' if each.what == 'DESCRIBE' else _SUFFIX[each.door]}"
            yield entry["body"], again(redactor.text(text))
        if each.packets:
            entry["packets"] = f"{name}.packets"
            yield entry["packets"], _packets(codec, each.packets)
        listed.append(entry)
    address = {**asdict(capture.address), "host": "192.0.2.1"}
    for key in ("onvif_path", "stream_path"):
        address[key] = redactor.text(address[key])
    index = {"format": FORMAT, "began": capture.began.isoformat(), "address": address, "exchanges": listed}
    yield INDEX, (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode()


def _entry(each: Exchange, redactor: Redactor) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "door": each.door,
        "port": each.port,
        "what": each.what,
        "where": redactor.text(each.where),
    }
    if each.arguments:
        entry["arguments"] = {key: redactor.text(value) for key, value in each.arguments.items()}
    if each.login != "none":
        entry["login"] = each.login
    headers = [[n, redactor.text(v)] for n, v in each.reply.headers if n.lower() in _HEADERS]
    return {**entry, "status": each.reply.status, "seconds": round(each.reply.seconds, 4), "headers": headers}


def _packets(codec: str, packets: Sequence[Packet]) -> bytes:
    """Lines of packets without pictures. The video is what came first, as it is for the meter; of other payload types,
    sound among them, nothing but the header can be known.
    """
    types = (p.data[1] & 127 for p in packets if not p.channel & 1 and len(p.data) > 1)
    video = next((kind for kind in types if kind not in RTCP_TYPES), None)
    codecs = (codec if p.data[1:2] and p.data[1] & 127 == video else "" for p in packets)
    kept = (
        (p.channel, p.at, blanked(named, p.data, report=bool(p.channel & 1)))
        for p, named in zip(packets, codecs, strict=True)
    )
    return "".join(line(*one) + "\n" for one in kept if one[2]).encode()


def _codec(body: bytes) -> str:
    try:
        video = sdp.parse(body).video()
    except ProbeError:
        return ""
    return video.codec if video else ""


def _exchange(folder: Path, told: dict[str, Any]) -> Exchange:
    headers = tuple((str(name), str(value)) for name, value in told.get("headers", ()))
    body = _part(folder, told["body"]) if "body" in told else b""
    reply = Reply(int(told.get("status", 200)), headers, body, float(told.get("seconds", 0.0)))
    packets = []
    if "packets" in told:
        lines = _part(folder, told["packets"]).decode("ascii").splitlines()
        packets = [Packet(*read_line(text)) for text in lines if text.strip()]
    return Exchange(
        told["door"],
        int(told["port"]),
        str(told["what"]),
        str(told.get("where", "")),
        reply,
        dict(told.get("arguments", {})),
        told.get("login", "none"),
        packets,
    )


def _part(folder: Path, name: str) -> bytes:
    """The file `name` of the folder, and no file of another."""
    file = folder / Path(name).name
    if file.stat().st_size > _FILE_LIMIT:
        raise CaptureError(f"{file} is larger than {_FILE_LIMIT} bytes")
    return file.read_bytes()
