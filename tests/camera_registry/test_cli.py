"""The command line: what a password file may be."""

import os
import subprocess
import sys

import pytest

from camera_registry.cli import COMMANDS, main
from camera_registry.commands.options import UsageError
from camera_registry.commands.passwords import password
from camera_registry.database import writing
from tests.camera_registry.registered import device


def _written(tmp_path, content):
    file = tmp_path / "secret.txt"
    file.write_bytes(content)
    return str(file)


@pytest.mark.parametrize("content", [b"s3cret", b"s3cret\n", b"s3cret\r\nmore", b"\xef\xbb\xbfs3cret\r\n"])
def test_the_first_line_is_the_password_however_an_editor_saved_it(tmp_path, content):
    """Line ends of both kinds and the byte-order mark of Notepad are no part of the password."""
    assert password(_written(tmp_path, content)) == "s3cret"


@pytest.mark.parametrize("content", [b"", b"\n", b"a" * 2000, b"a\0b", b"a\x1bb", b"\xff\xfea"])
def test_what_is_no_password_is_said_and_not_sent(tmp_path, content):
    """Empty, far too long, with control characters, or no UTF-8: an error that does not repeat it."""
    with pytest.raises(UsageError) as caught:
        password(_written(tmp_path, content))
    assert "aaaa" not in str(caught.value)


def test_what_is_no_file_is_not_waited_for(tmp_path):
    """A pipe that nobody writes to, or a folder, is an error at once."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(UsageError, match="is no file"):
            password(str(path))


@pytest.mark.parametrize("port", ["²", "0", "65536", "9" * 5000, "80a"])
def test_a_port_that_is_none_is_wrong_usage(port, capsys):
    """Only the digits of a port are a port."""
    with pytest.raises(SystemExit) as caught:
        main(["inspect", "127.0.0.1", "--rtsp-port", port])
    assert caught.value.code == 2
    assert "use 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["standards", "approve"], ["standards", "refuse"], ["waiver", "approve"]])
@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0", "²", "x"])
def test_a_number_that_nothing_has_is_wrong_usage(words, number, capsys):
    """It says how a number is written."""
    with pytest.raises(SystemExit) as caught:
        main([*words, "--by", "Lê An", "--", number])
    assert caught.value.code == 2
    assert "is no number; write it like 12" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "why"), [("no/such.csv", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_written_is_said(name, why, capsys, tmp_path, monkeypatch, engine):
    """By `standards compare`, before anything is compared."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAMERA_REGISTRY_REGISTRY__DATABASE", engine.url.render_as_string(hide_password=False))
    with writing(engine) as session:
        device(session)
    assert main(["standards", "compare", "hcmc-3288", "hcmc-3288", "--csv", name]) == 2
    assert f"--csv: {name}: cannot be written: {why}" in capsys.readouterr().err


def test_an_argument_that_is_not_utf_8_is_said(capsys):
    """Wherever it stands; nothing is done."""
    assert main(["standards", "show", "\udcff"]) == 2
    assert capsys.readouterr().err == "camera-registry: '\\udcff': is not UTF-8; write it in UTF-8\n"


def test_an_argument_with_letters_of_the_second_plane_is_one(capsys):
    """They are no halves."""
    assert main(["standards", "show", "𝐀"]) == 2
    assert "there is no edition" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1969-12-31"])
@pytest.mark.parametrize("words", [["changes", "--since"], ["timeline", "0790123/DG-01", "--as-of"]])
def test_a_day_that_no_zone_can_tell_is_said(words, day, capsys, tmp_path, monkeypatch):
    """With the days there are."""
    monkeypatch.chdir(tmp_path)
    assert main([*words, day]) == 2
    assert f"{day}: write a day from 1970-01-01 to 9000-01-01" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["answer", "0799001/CAM-04/²", "weatherproof", "yes"], ["seen-on-site", "0799001/CAM-04/²"]]
)
def test_an_index_that_only_looks_like_a_number_is_said(words, capsys, tmp_path, monkeypatch):
    """With how it is written."""
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--by", "Lê An"]) == 2
    assert "as in 0790123/DG-01/5" in capsys.readouterr().err


def test_what_changed_before_anything_was_registered_is_nothing(capsys, tmp_path, monkeypatch):
    """No registry is made for the question."""
    monkeypatch.chdir(tmp_path)
    assert main(["changes", "--since", "2026-11-01", "--lang", "en"]) == 0
    assert main(["timeline", "A/CAM-04/1"]) == 2
    assert "nothing of these codes is registered" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_who_reads_no_further_ends_a_command_quietly(tmp_path, unbuffered):
    """As other programs do: nothing is said, and the status is that of a closed pipe."""
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "camera_registry.cli", "standards", "diff", "hcmc-3288", "vn-camera-security"]
    plain = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, env=plain, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_where_the_table_says(name, capsys):
    """Each is found by its name, and shows its help."""
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert f"camera-registry {name}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--help"], ["no-such-command"]])
def test_the_menu_names_every_command(words, capsys):
    """Also to who mistyped one."""
    with pytest.raises(SystemExit):
        main(words)
    told = capsys.readouterr()
    assert [name for name in COMMANDS if name not in told.out + told.err] == []


@pytest.mark.parametrize("words", [["--version"], ["report", "--help"], ["check", "--help"], ["plan", "--help"]])
def test_a_command_that_lists_waits_for_no_video_and_no_web_library(words):
    """They take a second to read, and a person waits."""
    called = "try: main(sys.argv[1:])\nexcept SystemExit: print(*sys.modules)"
    code = f"import sys\nfrom camera_registry.cli import main\n{called}"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert {"cv2", "av", "zeep", "uvicorn", "apscheduler"} & set(done.stdout.split()) == set()
