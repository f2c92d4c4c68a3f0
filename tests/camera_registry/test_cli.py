"""The command line: what a password file may be."""

import os

import pytest

from camera_registry.cli import main
from camera_registry.commands.options import UsageError
from camera_registry.commands.passwords import password


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
