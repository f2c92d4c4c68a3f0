"""Import: schools, devices and channels from CSV files into the registry.

Strategy: read the files and what is registered, check everything by pure calls, and write only when nothing is wrong.
Rows are found again by their public keys, so that the same files imported twice change nothing. An empty cell leaves
what stands. Passwords never come from a file. The edge commits, or does not (`--dry-run`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from camera_registry.importing.check import Case, check, notices
from camera_registry.importing.check_channels import check_channels
from camera_registry.importing.columns import FILES
from camera_registry.importing.issue import issue_codes
from camera_registry.importing.known import Known, KnownDevice
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.table import Row, read_table
from camera_registry.importing.write import Counts, write
from camera_registry.store import channels, devices, districts, schools
from probes.outgoing import PRIVATE_ONLY, Networks

Files = Mapping[str, bytes]
_ORDER = list(FILES)


class ImportRefusedError(Exception):
    """Something in the files is wrong, and nothing was written; `mistakes` are all there are, in the order of files."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True)
class Imported:
    """What an import did: per kind how many are new, changed and the same; what is worth a look; and which schools
    (by code) the files spoke of.
    """

    counts: Counts
    notices: tuple[Mistake, ...]
    schools: frozenset[str]

    @property
    def changed_nothing(self) -> bool:
        """True when everything stood in the registry already."""
        return not any(count["new"] or count["changed"] for count in self.counts.values())


def read_folder(folder: Path) -> Files:
    """The bytes of the files of the import that are in `folder`. Raises ImportRefusedError."""
    found: dict[str, bytes] = {}
    wrong: list[Mistake] = []
    for name in FILES:
        try:
            found[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(Mistake(name, 0, "", "", "unreadable", {"reason": error.strerror}))
    if not found and not wrong:
        wrong.append(Mistake(str(folder), 0, "", "", "no_files"))
    if wrong:
        raise ImportRefusedError(wrong)
    return found


def import_files(
    session: Session, files: Files, now: datetime, outgoing: Networks = PRIVATE_ONLY, by: str = "import"
) -> Imported:
    """The registry holds what `files` say. Raises ImportRefusedError with every mistake, before anything is written.

    `outgoing` says where devices may be connected to, whatever the site; `by` stands beside each decision on a scope.
    """
    rows: dict[str, list[Row]] = {name: [] for name in FILES}
    wrong: list[Mistake] = []
    for name, data in files.items():
        rows[name], mistakes = read_table(name, data, FILES[name])
        wrong += mistakes
    known = known_of(session, rows)
    issue_codes(rows["schools.csv"], rows["devices.csv"], known)
    case = Case(rows["schools.csv"], rows["devices.csv"], rows["channels.csv"], known, outgoing)
    wrong += [*check(case), *check_channels(case)]
    if wrong:
        raise ImportRefusedError(sorted(wrong, key=lambda m: (_ORDER.index(m.file), m.row)))
    named = {row.get(column) for name in rows for row in rows[name] for column in ("school.code", "school")}
    return Imported(write(session, case, now, by), tuple(notices(case)), frozenset(named - {None}))


def known_of(session: Session, rows: Mapping[str, Sequence[Row]]) -> Known:
    """What is registered of the schools that the rows speak of; of all, when a channel does not say its school."""
    every = schools.every(session)
    named = {row.get(column) for name in rows for row in rows[name] for column in ("school.code", "school")}
    whole_city = any(row.get("school") is None for row in rows["channels.csv"])
    codes = {school.id or 0: code for code, school in every.items() if whole_city or code in named}
    units = {district.id: district.code for district in districts.every(session)}
    sites = schools.sites(session, codes)
    site_names = {site.id: name for (_, name), site in sites.items()}
    found = devices.of_schools(session, codes)
    keys = {device.id or 0: (codes[school], code) for (school, code), device in found.items()}
    at = {device.id: site_names[device.site_id] for device in found.values()}
    return Known(
        units={district.code: district.name for district in districts.every(session)},
        schools={code: (school.name, units[school.managed_by]) for code, school in every.items()},
        sites={(codes[school], name): site.networks for (school, name), site in sites.items()},
        devices={
            keys[d.id or 0]: KnownDevice(d.kind, at[d.id], (d.host, d.onvif_port, d.rtsp_port, d.stream_path))
            for d in found.values()
        },
        channels={
            (*keys[device], index): (at[device], channel.name)
            for (device, index), channel in channels.of_devices(session, keys).items()
        },
    )
