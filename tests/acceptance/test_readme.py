"""Proof: every command of the README and of the guides runs as it is written, one after another, in one new folder.

What stands in their place here is one table (`INSTEAD`): an address of a simulated recorder, the code of the unit that
manages the school. What each comes to is another (`HOW`): a command that is not in it fails the test.
"""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from camera_registry.demo import boxes
from probes.simulator import Camera, running
from probes.simulator.presets import good_h264
from tests.acceptance.command import COMMAND, Result, run
from tests.acceptance.fleet import free_port
from tests.camera_registry.books import SCHOOL, book

ROOT = Path(__file__).parents[2]
OURS = ".venv/bin/camera-registry"
PASSWORD = "quan-sat-2026"
LONGEST_S = 150
"""Of one command, in seconds."""
DEVICE = ("Mã trường", "Mã thiết bị", "Loại thiết bị", "Địa chỉ IP/tên miền", "Cổng ONVIF", "Cổng RTSP")
CHANNEL = ("Mã trường", "Mã thiết bị", "Kênh số", "Tên camera", "Khu vực", "Thuộc diện kết nối")
INSTEAD = {
    "192.168.1.64:8080": lambda street: f"{street.camera.host}:{street.camera.onvif_port}",
    "rtsp://192.168.1.64/": lambda street: f"rtsp://{street.camera.host}:{street.camera.rtsp_port}/",
    "192.168.1.64": lambda street: f"{street.camera.host}:{street.camera.onvif_port}",
    "/mnt/key/": lambda street: f"{street.folder}/key/",
    "camera-registry-20261130T200000Z.tar": lambda street: str(*(street.folder / "var").rglob("*.tar")),
}
"""What stands here in the place of what the documents say; the first that fits."""

pytestmark = [
    pytest.mark.xdist_group("readme"),
    pytest.mark.timeout(900),  # the commands run one after another before the first test
    pytest.mark.refusals(None, "the recorder is asked without a login on purpose"),
]


@dataclass(frozen=True)
class Ends:
    """The command ends with this status, and says these words, or writes them to the file that it `leaves`; `typed` is
    what it reads, `folder` another one to run in.
    """

    status: int
    says: str
    typed: str = ""
    folder: str = "."
    leaves: str = ""


@dataclass(frozen=True)
class Serves:
    """The command goes on, its pages answer, and it ends well when it is told to."""

    folder: str = "."


@dataclass(frozen=True)
class Elsewhere:
    """The command is not run here, and why; `make` knows it all the same."""

    why: str


HOW = {
    "make demo": Elsewhere("test_demo.py runs the demo as a person has it"),
    "make test": Elsewhere("it is what runs this"),
    "make docs": Elsewhere("test_documents.py builds the site with the same words"),
    "import list.xlsx --dry-run": Ends(0, "Chạy thử: chưa ghi gì."),
    "import list.xlsx": Ends(0, "Đã nhập."),
    'user add lan.nt --name "Nguyễn Thị Lan" --role admin': Ends(0, "lan.nt"),
    "serve": Serves(),
    "credential 0790123/DG-01 --username quansat --password-file secret.txt": Ends(0, "DG-01"),
    "key rotate": Ends(0, "1"),
    "discover --school 0790123": Ends(1, "chưa đăng ký"),
    "inspect 192.168.1.64 --username quansat --password-file secret.txt": Ends(0, "Kết luận: Đáp ứng"),
    "inspect 192.168.1.64:8080 --username quansat --password-file - --json": Ends(
        0, '"verdict": "compliant"', PASSWORD
    ),
    "inspect rtsp://192.168.1.64/Streaming/Channels/101 --role main --lang en": Ends(3, "login"),
    "capture 192.168.1.64 --to kept --username quansat --password-file secret.txt": Ends(0, "kept"),
    "inspect --replay kept": Ends(0, "Kết luận: Đáp ứng"),
    "inspect 192.168.1.64 --school 0790123 --bundle truong.bundle --username quansat --password-file secret.txt": Ends(
        0, "Đã ghi vào truong.bundle"
    ),
    "probe --school 0790123": Ends(0, "trả lời 1, không trả lời 0"),
    "check 0790123/DG-01": Ends(1, "DG-01"),
    "check --explain 0790123/DG-01/5": Ends(1, "DG-01"),
    "report --district ubnd-phuong-a": Ends(0, "0790123"),
    "report --school 0790123 --csv list.csv": Ends(0, "DG-01", leaves="list.csv"),
    "report --not-checked": Ends(0, "Danh sách chưa kiểm tra được"),
    'waiver ask --rule resolution-main --channel 0790123/DG-01/5 --reason "Thay trong năm 2027" --ends 2027-06-30'
    ' --by "Nguyễn Văn A"': Ends(0, "Thay trong năm 2027"),
    'waiver approve 1 --by "Trần Thị B" --level district': Ends(0, "Trần Thị B"),
    "plan --district ubnd-phuong-a --channels 90% --prices prices.toml": Ends(1, "theo phương án 4/5 camera"),
    "plan --ceiling 500000000": Ends(0, "500.000.000"),
    "backup --key-to-file /mnt/key/registry.key": Ends(0, ".tar"),
    "restore camera-registry-20261130T200000Z.tar --key-file /mnt/key/registry.key": Ends(
        0, "Đã phục hồi", folder="empty"
    ),
    "audit verify": Ends(0, "Nhật ký toàn vẹn"),
    "erase 0790123 --dry-run": Ends(0, "0790123"),
    "backup": Ends(0, ".tar"),
    "doctor": Ends(1, "HTTPS"),
    "user reset lan.nt": Ends(0, "Mật khẩu tạm"),
}


def commands(file):
    """The commands of the indented blocks of a document, without their remarks."""
    lines = re.findall(r"^ {4,8}(\S.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    told = [re.sub(r"\s+# .*$", "", line) for line in lines]
    return [
        re.sub(rf"^({re.escape(OURS)}|camera-registry) ", "", line)
        for line in told
        if line.startswith((OURS, "camera-registry ", "make "))
    ]


README = commands(ROOT / "README.md")
GUIDES = [each for file in sorted((ROOT / "docs/guides").rglob("*.md")) for each in commands(file)]
EVERY = list(dict.fromkeys(README + GUIDES))
"""Each command once, in the order in which a person meets them."""
RUN = [each for each in EVERY if not isinstance(HOW.get(each), Elsewhere | None)]


def test_every_command_of_the_documents_stands_in_the_table():
    """And the table has no command that no document has."""
    assert len(README) > 25
    assert set(EVERY) == set(HOW)


def test_every_command_that_is_run_elsewhere_is_one_of_make():
    """Nothing of our own is left out."""
    left = [each for each, how in HOW.items() if isinstance(how, Elsewhere)]
    for each in left:
        assert subprocess.run([*each.split(), "--dry-run"], cwd=ROOT, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Street:
    """What stands in a network: a `camera` that is looked at alone, and the `recorder` DG-01 of the school."""

    folder: Path
    camera: Camera
    recorder: Camera


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """What each command came to, by command."""
    folder = tmp_path_factory.mktemp("readme")
    alike = {"username": "quansat", "password": PASSWORD, "discoverable": True}
    five = replace(boxes.recorder(), channels=boxes.recorder().channels[:5])
    specs = (good_h264(host="127.9.64.64", **alike), replace(five, host="127.9.64.65", **alike))
    with running(*specs) as cameras:
        street = Street(folder, *cameras)
        _lay_out(street)
        return {each: _run(each, street) for each in RUN}


@pytest.mark.parametrize("command", RUN)
def test_a_command_of_the_documents_does_what_they_say(ran, command):
    """It ends as the table says, with a word of what is expected; pages answer while they are served."""
    how, result = HOW[command], ran[command]
    status, says = (0, "Đăng nhập") if isinstance(how, Serves) else (how.status, how.says)
    assert result.status == status, result
    assert says in result.out + result.err


def _lay_out(street):
    """The files that a person has: the list, the password, the prices."""
    recorder, cameras = street.recorder, [("0790123", "DG-01", n, f"Cổng {n}", "Cổng", "Có") for n in range(1, 6)]
    school = ("0790123", "Trường THCS Số 1", "THCS", "Công lập", "UBND phường A", "127.9.64.64/31")
    device = ("0790123", "DG-01", "Đầu ghi IP (NVR)", recorder.host, recorder.onvif_port, recorder.rtsp_port)
    sheets = {
        "Trường": [(*SCHOOL, "Dải mạng nội bộ"), school],
        "Thiết bị": [DEVICE, device],
        "Kênh": [CHANNEL, *cameras],
    }
    (street.folder / "list.xlsx").write_bytes(book({name: _texts(rows) for name, rows in sheets.items()}))
    (street.folder / "key").mkdir()
    (street.folder / "secret.txt").write_text(f"{PASSWORD}\n", encoding="ascii")
    shutil.copy(ROOT / "docs/examples/prices-example.toml", street.folder / "prices.toml")


def _texts(rows):
    return [[str(cell) for cell in row] for row in rows]


def _run(command, street):
    how, words = HOW[command], [_instead(word, street) for word in shlex.split(command)]
    folder = street.folder / how.folder
    folder.mkdir(exist_ok=True)
    if isinstance(how, Serves):
        return _served(words, folder, _settings(street))
    result = run(folder, *words, environment=_settings(street), timeout=LONGEST_S, stdin=how.typed)
    left = (folder / how.leaves).read_text(encoding="utf-8") if how.leaves else ""
    return replace(result, out=result.out + left)


def _instead(word, street):
    """The word, with what stands here in the place of a real address or unit."""
    return next((word.replace(said, here(street)) for said, here in INSTEAD.items() if said in word), word)


def _settings(street):
    ours = {
        "OUTGOING__LOOPBACK": "true",
        "SWEEP__NIGHTLY": "false",
        "SWEEP__LIGHT": "[]",
        "DISCOVERY__PORTS": f"[{street.recorder.onvif_port}]",
        "WEB__PORT": str(free_port()),
    }
    return {f"CAMERA_REGISTRY_{name}": value for name, value in ours.items()}


def _served(words, folder, settings):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CAMERA_REGISTRY_")}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen([str(COMMAND), *words], cwd=folder, env=clean | settings, **streams)
    with contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        with urllib.request.urlopen(process.stdout.readline().strip() + "login", timeout=60) as answer:
            page = answer.read().decode()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    return Result(process.returncode, page, errors)
