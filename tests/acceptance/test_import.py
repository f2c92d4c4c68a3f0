"""Proof: an import is whole or not at all, safe to repeat, and says everything that is wrong at once."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest

from camera_registry.database import open_database, reading, writing
from camera_registry.models import Channel, Device, District, School, Site
from camera_registry.store import credentials
from camera_registry.store import sealed as sealed_values
from camera_registry.vault import VaultError, open_vault
from tests.acceptance.command import run
from tests.camera_registry.csv_files import FILES, put
from tests.small_disk import small_disk

DATABASE = "var/registry.db"
TABLES = ("district", "school", "site", "device", "channel")

FAULTY = {
    "schools.csv": """\
code;name;levels;kind;managed_by;lat;lon;networks
0790123;Trường 1;TH;Công lập;UBND phường A;106,62;10,82;192.168.1.0/24
0790124;Trường 2;Đại học;Công lập;UBND phường A;;;8.8.8.0/24
0790125;;TH;Công lập;UBND phường A;;;
""",
    "devices.csv": """\
school;device.code;kind;host;mac;warranty_until;Mật khẩu
0790123;DG-01;NVR;10.0.0.5;00:11:22;31/12/2026;hush-hush
790124;DG-02;NVR;192.168.1.66;;2026-12-31;hush-hush
""",
    "channels.csv": """\
school;device;index;name;area;scope;colour
0790123;DG-01;1;Lớp 1A;Lớp học;Có;red
""",
}
EXPECTED = [
    ("schools.csv:2:lat", "106,62", "swapped"),
    ("schools.csv:3:levels", "Đại học", "not in the list"),
    ("schools.csv:3:networks", "8.8.8.0/24", "no private network"),
    ("schools.csv:4:name", "", "required cell is empty"),
    ("devices.csv:1:Mật khẩu", "", "passwords are not taken from a file"),
    ("devices.csv:2:mac", "00:11:22", "no MAC address"),
    ("devices.csv:2:host", "10.0.0.5", "outside the networks of the site (192.168.1.0/24)"),
    ("devices.csv:3:warranty_until", "2026-12-31", "no date dd/mm/yyyy"),
    ("devices.csv:3:school", "790124", "no such school (0790124?)"),
    ("channels.csv:1:colour", "", "no such column"),
    ("channels.csv:2:scope", "Có", "offered without a reason"),
]


def _dump(folder):
    """Everything in the registry but the log of who imported, as SQL."""
    with sqlite3.connect(folder / DATABASE) as connection:
        return [line for line in connection.iterdump() if not line.startswith('INSERT INTO "audit')]


def _counts(folder):
    with sqlite3.connect(folder / DATABASE) as connection:
        return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in TABLES}


def test_a_set_with_eleven_different_faults_shows_eleven_mistakes_and_writes_nothing(tmp_path):
    """Each with file, row, column, value and remedy, in the order of the files; no password is repeated."""
    result = run(tmp_path, "import", put(tmp_path / "files", FAULTY), "--lang", "en")
    lines = [line.removeprefix("camera-registry: ") for line in result.err.splitlines()]
    assert result.status == 2
    assert len(lines) == len(EXPECTED) + 1
    found = {(line.split(": ")[0].split(" “")[0].rstrip(":")): line for line in lines[:-1]}
    for where, value, words in EXPECTED:
        line = found[where]
        assert words in line
        assert not value or f"“{value}”" in line
        assert "; " in line.split(words, 1)[1]
    assert lines[-1] == "11 mistakes; nothing was written. Correct the files and import again."
    assert "hush-hush" not in result.out + result.err
    assert _counts(tmp_path) == dict.fromkeys(TABLES, 0)


def test_mistakes_are_said_in_vietnamese_first(tmp_path):
    """Without a word about the language, the texts are Vietnamese, and there are as many."""
    result = run(tmp_path, "import", put(tmp_path / "files", FAULTY))
    assert "vĩ độ và kinh độ bị đổi chỗ" in result.err
    assert "Có 11 lỗi; chưa ghi gì." in result.err


def test_the_same_import_twice_changes_nothing_and_says_so(tmp_path):
    """The second run leaves every byte of every table, and counts every row as the same."""
    put(tmp_path / "files")
    first = run(tmp_path, "import", "files", "--lang", "en")
    assert first.status == 0, first.err
    assert first.out.splitlines()[-1] == "Imported."
    before = _dump(tmp_path)
    again = run(tmp_path, "import", "files", "--lang", "en")
    assert again.status == 0
    assert again.out.splitlines()[-1] == "Nothing changed: every row was there already."
    assert "0 new, 0 changed, 5 the same" in again.out
    assert _dump(tmp_path) == before


def test_what_was_imported_is_what_the_files_say(tmp_path):
    """Zeros, marks, defaults and references of every kind arrive."""
    put(tmp_path / "files")
    assert run(tmp_path, "import", "files").status == 0
    with reading(open_database(f"sqlite:///{tmp_path / DATABASE}")) as session:
        school = session.get(School, 1)
        site = session.get(Site, 1)
        recorder = session.get(Device, 1)
        gate, classroom, recorded, second, _ = (session.get(Channel, n) for n in range(1, 6))
        assert (session.get(District, 1).code, session.get(District, 1).name) == ("ubnd-phuong-a", "UBND phường A")
    assert (school.code, school.levels, school.kind, school.private) == ("0790123", "TH; THCS", "public", False)
    assert (site.name, site.latitude, site.longitude, site.networks) == ("", 10.8231, 106.6297, "192.168.1.0/24")
    assert (recorder.kind, recorder.mac, recorder.price) == ("nvr", "00:11:22:aa:bb:cc", 1_200_000)
    assert (recorder.owner, str(recorder.warranty_until), recorder.username) == ("rented", "2026-12-31", "quansat")
    assert (gate.scope, gate.outdoor, gate.height_m, gate.scope_by) == ("offered", True, 3.5, "import")
    assert (classroom.scope, classroom.area) == ("internal", "classroom")
    assert (second.index, second.scope, second.recorded_as) == (1, "undecided", recorded.id)


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path):
    """Without a registry none is made; with one, no byte of it changes."""
    put(tmp_path / "files")
    result = run(tmp_path, "import", "files", "--dry-run", "--lang", "en")
    assert result.status == 0
    assert "Channels         5 new" in result.out
    assert result.out.splitlines()[-1] == "Dry run: nothing was written."
    assert not (tmp_path / "var").exists()
    assert run(tmp_path, "import", "files").status == 0
    before = _dump(tmp_path)
    put(tmp_path / "files", {"schools.csv": FILES["schools.csv"].replace("Số 2", "Số 3")})
    changed = run(tmp_path, "import", "files", "--dry-run", "--lang", "en")
    assert "Schools          0 new, 1 changed, 1 the same" in changed.out
    assert _dump(tmp_path) == before


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_a_folder_without_files_says_which_are_looked_for(tmp_path, folder):
    """A folder that is not there, or holds none of the files: exit 2 and their names."""
    (tmp_path / "empty").mkdir()
    result = run(tmp_path, "import", folder, "--lang", "en")
    assert result.status == 2
    assert "put schools.csv, devices.csv or channels.csv into this folder" in result.err


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    """Exit 2, what to do, and the database as it was."""
    put(tmp_path / "files")
    assert run(tmp_path, "import", "files").status == 0
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    before = _dump(tmp_path)
    put(tmp_path / "files", {"schools.csv": FILES["schools.csv"].replace("Số 2", "Số 3")})
    result = run(tmp_path, "import", "files")
    assert result.status == 2
    assert "newer version of this program (9999_later); install that version" in result.err
    assert "Traceback" not in result.err
    assert _dump(tmp_path) == before


def test_a_missing_key_is_not_replaced_and_an_import_does_not_need_it(tmp_path):
    """With sealed passwords and no key: the vault says what to do and makes none; importing goes on."""
    put(tmp_path / "files")
    assert run(tmp_path, "import", "files").status == 0
    key, engine = tmp_path / "var" / "registry.key", open_database(f"sqlite:///{tmp_path / DATABASE}")
    vault = open_vault(key, {}, sealed_exist=False)
    with writing(engine) as session:
        credentials.put(session, vault, 1, "quansat", "secret", datetime.now(UTC))
    key.unlink()
    with reading(engine) as session, pytest.raises(VaultError, match=r"the key is missing.*put the file back"):
        open_vault(key, {}, sealed_exist=sealed_values.newest(session) is not None)
    assert not key.exists()
    assert run(tmp_path, "import", "files").status == 0
    assert not key.exists()


def test_a_full_disk_keeps_what_was_there_and_nothing_half(tmp_path):
    """An import that does not fit ends with a clear error; the registry holds what it held, and works on."""
    with small_disk(tmp_path / "disk", 2400) as disk:
        environment = {"CAMERA_REGISTRY_REGISTRY__DATABASE": f"sqlite:///{disk / 'registry.db'}"}
        put(tmp_path / "files")
        assert run(tmp_path, "import", "files", environment=environment).status == 0
        many = "".join(f"{n:07},Trường {n},TH,Công lập,UBND phường A,,,,{'x' * 280},,,,,,,\n" for n in range(8000))
        put(tmp_path / "many", {"schools.csv": FILES["schools.csv"].splitlines()[0] + "\n" + many})
        result = run(tmp_path, "import", "many", environment=environment)
        assert result.status == 2
        assert re.search(r"registry.db: the disk is full.*nothing was half written", result.err)
        assert "Traceback" not in result.err
        again = run(tmp_path, "import", "files", "--lang", "en", environment=environment)
        assert again.out.splitlines()[-1] == "Nothing changed: every row was there already."


def test_a_disk_without_room_for_a_registry_gets_none(tmp_path):
    """The first start on a full disk: a clear error and no file."""
    with small_disk(tmp_path / "disk", 64) as disk:
        environment = {"CAMERA_REGISTRY_REGISTRY__DATABASE": f"sqlite:///{disk / 'registry.db'}"}
        result = run(tmp_path, "import", put(tmp_path / "files"), environment=environment)
        assert result.status == 2
        assert "the disk is full" in result.err
        assert list(disk.iterdir()) == []
