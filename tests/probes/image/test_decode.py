"""Key frames decoded in children of the fork server, good ones and hostile ones."""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import psutil
import pytest

from probes.errors import CameraFault, OurFault, ProbeError
from probes.image.checks import Look
from probes.image.decode import Looker
from tests.probes.image import scenes
from tests.probes.image.streams import BitWriter, Picture, encode

GOOD_LOOK = Look("day", False, None, None, None, None, 1.0, 1.0, 640, 480)
HOSTILE = "tests.probes.image.hostile"
UNPRIVILEGED = """
import os, sys
from probes.image import child
frames = {codec: bytes.fromhex(text) for codec, text in (line.split() for line in sys.stdin)}
for codec, frame in frames.items():
    child.answer(codec, frame, child.READERS)  # what is loaded at the first picture is loaded before the limits
if os.getuid() == 0:
    os.setuid(65534)
child.limit(30)
print([child.answer(codec, frame, child.READERS).get("width") for codec, frame in frames.items()])
os.fork()
"""
"""What a child does under its limits, without the rights of root, which no limit of processes holds."""
ENCODERS: dict[str, Callable[[Picture], bytes]] = {
    "h264": lambda picture: encode("libx264", [picture], crf="26"),
    "h265": lambda picture: encode("libx265", [picture], crf="26"),
    "mjpeg": lambda picture: cv2.imencode(".jpg", picture)[1].tobytes(),
}


def _with_looker(work: Callable[[Looker], Awaitable[Any]], module: str = "probes.image.server") -> Any:
    async def main() -> Any:
        looker = Looker(module)
        try:
            return await work(looker)
        finally:
            await looker.aclose()

    return asyncio.run(main())


def _look(codec: str, data: bytes, module: str = HOSTILE, deadline_s: float = 20.0) -> Look:
    return _with_looker(lambda looker: looker.look(codec, data, deadline_s), module)


def _servers() -> list[psutil.Process]:
    """The fork servers of this process."""
    return [one for one in psutil.Process().children() if "-m" in one.cmdline()]


async def _pause() -> None:
    """A moment. Whatever a test waits for is another process, which sets no event of this loop."""
    await asyncio.sleep(0.01)


async def _one_child() -> psutil.Process:
    """The child that is looking, once its limits stand."""
    while True:
        await _pause()
        for one in [one for server in _servers() for one in server.children()]:
            if one.rlimit(psutil.RLIMIT_NOFILE) == (4, 4):
                return one


async def _gone(one: psutil.Process) -> None:
    while one.is_running():
        await _pause()


async def _stop(task: "asyncio.Task[Look]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("codec", ENCODERS)
def test_a_key_frame_of_every_codec_is_looked_at(codec):
    """Day, black, a card and a picture out of focus are told apart after any encoder."""

    async def work(looker: Looker) -> None:
        encoded = ENCODERS[codec]
        day = await looker.look(codec, encoded(scenes.yard()))
        assert (day.light, day.black, day.blurred, day.no_signal, day.frozen) == ("day", False, False, False, None)
        night = await looker.look(codec, encoded(scenes.infrared()))
        assert (night.light, night.black, night.no_signal) == ("night", False, False)
        black = await looker.look(codec, encoded(scenes.capped()))
        assert (black.light, black.black) == ("dark", True)
        card = await looker.look(codec, encoded(scenes.card((200, 30, 10), "NO SIGNAL")))
        assert (card.light, card.black, card.no_signal) == (None, False, True)
        soft = await looker.look(codec, encoded(scenes.defocused()))
        assert soft.blurred is True

    _with_looker(work)


@pytest.mark.parametrize("size", [(352, 288), (1366, 768), (2560, 1440)])
def test_pictures_of_any_size_are_looked_at(size):
    """A sub stream has no sharpness that compares, all others have."""
    seen = _look("h264", ENCODERS["h264"](scenes.yard(size)))
    assert seen.light == "day"
    assert (seen.sharpness is None) == (size[0] < 640)


@pytest.mark.parametrize("codec", [*ENCODERS, "mpeg4"])
def test_garbage_is_a_malformed_reply(codec):
    """What is no key frame says so, whatever decoder reads it."""

    async def work(looker: Looker) -> None:
        for data in (b"", b"\0", b"garbage" * 400, b"\0\0\0\1" * 500, b"\xff\xd8\xff\xc0" * 99):
            with pytest.raises(CameraFault) as raised:
                await looker.look(codec, data)
            assert (raised.value.kind, raised.value.step) == ("malformed_reply", "image.decode")

    _with_looker(work)


@pytest.mark.parametrize("codec", ENCODERS)
def test_a_frame_cut_short_is_not_looked_at(codec):
    """A grey smear of a lost half must not count as a picture out of focus or a card."""
    frame = ENCODERS[codec](scenes.yard())

    async def work(looker: Looker) -> None:
        for part in (0.05, 0.3, 0.5, 0.8):
            with pytest.raises(CameraFault, match="no whole picture"):
                await looker.look(codec, frame[: int(part * len(frame))])

    _with_looker(work)


def test_a_jpeg_that_claims_four_thousand_megapixels_is_refused():
    """65,500 by 65,500 pixels are refused before memory is taken for them."""
    frame = bytearray(ENCODERS["mjpeg"](scenes.yard()))
    at = frame.index(b"\xff\xc0")
    frame[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    with pytest.raises(ProbeError) as raised:
        _look("mjpeg", bytes(frame))
    assert raised.value.step == "image.decode"


def test_a_parameter_set_that_claims_a_huge_picture_is_refused():
    """An SPS of 16,384 by 16,384 pixels before a real slice gives no picture."""
    frame = ENCODERS["h264"](scenes.yard())
    sps = BitWriter().u(24, 0x64003E).ue(0, 1, 0, 0).u(2, 0).ue(0, 0, 0, 4).u(1, 0).ue(1023, 1023).u(4, 0b1100)
    with pytest.raises(ProbeError) as raised:
        _look("h264", b"\0\0\0\1" + sps.nal(b"\x67") + frame[frame.index(b"\0\0\0\1\x68") :])
    assert raised.value.step == "image.decode"


@pytest.mark.parametrize("codec", ["sleep", "spin"])
def test_a_child_that_hangs_is_killed_at_the_deadline(codec):
    """Asleep or busy, the child ends at the deadline, and that is our limit."""
    with pytest.raises(OurFault, match=r"stopped after 0\.2 s"):
        _look(codec, b"", deadline_s=0.2)


def test_a_child_that_eats_memory_meets_our_limit():
    """Five gigabytes at once are not given, and that is our own limit."""
    with pytest.raises(OurFault, match="memory"):
        _look("eat", b"")


def test_a_decoder_that_can_allocate_nothing_more_finds_no_picture():
    """FFmpeg calls its own lack of memory invalid data; the child survives it and says so."""
    with pytest.raises(ProbeError) as raised:
        _look("starved", ENCODERS["h264"](scenes.yard((1920, 1080))))
    assert raised.value.kind in ("malformed_reply", "our_limit")


def test_a_child_that_dies_names_the_signal():
    """A crash of the decoder is the camera's fault, and costs nothing but this picture."""

    async def work(looker: Looker) -> None:
        with pytest.raises(CameraFault, match=r"decoder died \(signal 11\)"):
            await looker.look("crash", b"")
        assert (await looker.look("h264", ENCODERS["h264"](scenes.yard()))).light == "day"

    _with_looker(work, HOSTILE)


def test_a_child_that_was_taken_over_cannot_say_anything_but_numbers():
    """Only an object with the fields of a look, each of its kind, is taken; and at most eight kilobytes are read."""

    def whole(**values: object) -> bytes:
        return json.dumps({**asdict(GOOD_LOOK), **values}).encode()

    ones: tuple[dict[str, object], ...] = (
        *({"light": word} for word in ("a face", 1)),
        *({"luma_mean": number} for number in ("a face", float("inf"), True)),
        *({"height": side} for side in (0, -1, True, 1.5, 10**6, None)),
        *({"reference": text} for text in (5, "a face!", "", "QUJD" * 1000)),
        *({"sketch": "QUJD" * 300}, {"kind": "a face"}, {"compared": 1}, {"agrees": None}, {"moved": 1}),
        *({"shift_percent": -1.0}, {"turn_deg": 1e9}),
    )
    lies = [whole(**one) for one in ones]

    async def work(looker: Looker) -> None:
        assert (await looker.look("lie", whole(reference="QUJD"))).reference == b"ABC"
        for answer in [*lies, b"", b"[1]", b"{}", b"\0", b"x" * 100_000, b'{"a":' * 800]:
            with pytest.raises(CameraFault) as raised:
                await looker.look("lie", answer)
            assert raised.value.kind == "malformed_reply"

    _with_looker(work, HOSTILE)


@pytest.mark.parametrize("codec", ["h264", "h265", "mjpeg"])
def test_a_look_says_how_large_the_picture_was_decoded(codec):
    """The copy that is looked at is 640 pixels wide at most; the size is that of the picture itself."""
    seen = _look(codec, ENCODERS[codec](scenes.yard()))
    assert (seen.height, seen.width) == scenes.yard().shape[:2]


def test_a_child_that_leaves_without_a_word_is_a_malformed_reply():
    """No answer and no signal is no picture."""
    with pytest.raises(CameraFault, match="no answer"):
        _look("leave", b"")


def test_a_child_cannot_write_a_file():
    """No frame leaves the child: it can open nothing."""
    with pytest.raises(CameraFault):
        _look("file", b"")


def test_a_child_that_opens_files_gets_none():
    """Not even a second handle of what is open."""
    with pytest.raises(CameraFault, match="no whole picture"):
        _look("files", b"")


def test_what_a_child_started_ends_with_it():
    """Even as root, whom the limit of processes does not hold; and nobody waits for it."""

    async def work(looker: Looker) -> None:
        with pytest.raises(CameraFault, match="no answer"):
            await looker.look("fork", b"")
        (server,) = _servers()
        while [one for one in psutil.pids() if one != server.pid and _session(one) == server.pid]:
            await _pause()

    _with_looker(work, HOSTILE)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


def test_a_child_decodes_every_codec_and_can_start_neither_process_nor_thread():
    """By the limit that stands for whoever is not root, as in service; the decoder needs no thread."""
    told = "".join(f"{codec} {encoded(scenes.yard((640, 360))).hex()}\n" for codec, encoded in ENCODERS.items())
    words = [sys.executable, "-c", UNPRIVILEGED]
    done = subprocess.run(words, input=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "[640, 640, 640]\n"
    assert done.stderr.splitlines()[-1].startswith("BlockingIOError")


def test_an_unknown_codec_and_too_large_a_frame_are_our_own_limits():
    """Neither is a fault of the camera."""
    for codec, data in (("vp9", b"\0"), ("h264", bytes(16 * 1024 * 1024 + 1))):
        with pytest.raises(OurFault):
            _look(codec, data)


def test_the_limits_stand_and_nothing_is_inherited(monkeypatch):
    """The child has its limits, /dev/null three times, one socket, one thread, and no secret in its environment."""
    monkeypatch.setenv("CAMERA_REGISTRY_KEY", "secret")

    async def work(looker: Looker) -> None:
        task = asyncio.create_task(looker.look("sleep", b"", 60))
        one = await _one_child()
        assert one.rlimit(resource.RLIMIT_FSIZE) == (0, 0)
        assert one.rlimit(resource.RLIMIT_CORE) == (0, 0)
        assert one.rlimit(resource.RLIMIT_NPROC) == (0, 0)
        assert one.rlimit(resource.RLIMIT_CPU) == (61, 61)
        assert one.rlimit(resource.RLIMIT_AS)[1] < 4 * 1024**3
        assert one.rlimit(resource.RLIMIT_DATA)[1] < 4 * 1024**3
        assert one.num_fds() == 4
        assert one.num_threads() == 1
        assert "CAMERA_REGISTRY_KEY" not in one.environ()
        assert _servers()[0].num_threads() == 1
        await _stop(task)
        await _gone(one)

    _with_looker(work, HOSTILE)


def test_a_look_that_is_given_up_leaves_no_child():
    """When the task is cancelled, the child is killed and not left to its deadline."""

    async def work(looker: Looker) -> None:
        task = asyncio.create_task(looker.look("spin", b"", 600))
        one = await _one_child()
        await _stop(task)
        await _gone(one)
        assert (await looker.look("h264", ENCODERS["h264"](scenes.yard()))).light == "day"

    _with_looker(work, HOSTILE)


def test_no_more_than_two_children_look_at_once():
    """Six looks that all hang are done two by two."""

    async def work(looker: Looker) -> int:
        looks = asyncio.gather(*(looker.look("sleep", b"", 0.3) for _ in range(6)), return_exceptions=True)
        most = 0
        while not looks.done():
            most = max(most, sum(len(server.children()) for server in _servers()))
            await _pause()
        assert all(isinstance(one, OurFault) for one in await looks)
        return most

    assert _with_looker(work, HOSTILE) == 2


def test_twenty_looks_leave_no_file_descriptor():
    """Neither this process nor the server holds more than after the first look."""
    frame = ENCODERS["h264"](scenes.yard((640, 360)))

    async def settled(server: psutil.Process) -> tuple[int, int]:
        while server.children():
            await _pause()
        return psutil.Process().num_fds(), server.num_fds()

    async def work(looker: Looker) -> None:
        await looker.look("h264", frame)
        server = _servers()[0]
        before = await settled(server)
        for number in range(20):
            await asyncio.gather(
                looker.look("h264", frame),
                looker.look(("crash", "leave", "lie", "eat")[number % 4], b""),
                return_exceptions=True,
            )
        while await settled(server) > before:  # the server closes its end just after its last word
            await _pause()
        assert psutil.Process().num_fds() == before[0]

    _with_looker(work, HOSTILE)


def test_a_server_that_is_killed_is_started_again():
    """The look that was under way is our fault; the next one works."""

    async def work(looker: Looker) -> None:
        task = asyncio.create_task(looker.look("sleep", b"", 60))
        one = await _one_child()
        _servers()[0].kill()
        with pytest.raises(OurFault, match="lost"):
            await task
        one.kill()
        assert (await looker.look("h264", ENCODERS["h264"](scenes.yard()))).light == "day"

    _with_looker(work, HOSTILE)


def test_a_server_that_cannot_start_is_our_fault():
    """A program that is not there is said at once, and not waited for."""
    with pytest.raises(OurFault, match="does not start"):
        _look("h264", b"", module="tests.probes.image.no_such_program")


def test_nothing_is_started_before_the_first_look_and_nothing_is_left_after_the_last():
    """The server is lazy, ends with `aclose`, and a look after that starts another."""

    async def work(looker: Looker) -> None:
        assert _servers() == []
        for _ in range(2):
            await looker.look("mjpeg", ENCODERS["mjpeg"](scenes.yard((640, 360))))
            assert len(_servers()) == 1
            await looker.aclose()
            assert _servers() == []

    _with_looker(work)


def test_when_the_program_is_killed_nothing_of_it_goes_on():
    """The server sees its socket close, kills the child and ends, even after SIGKILL of the program."""
    look = f'Looker("{HOSTILE}").look("spin", b"", 600)'
    code = f"import asyncio; from probes.image.decode import Looker; asyncio.run({look})"
    here = str(Path(__file__).parents[3])
    with subprocess.Popen([sys.executable, "-c", code], cwd=here, env={**os.environ, "PYTHONPATH": here}) as program:
        while len(family := psutil.Process(program.pid).children(recursive=True)) < 2:
            time.sleep(0.01)
        program.kill()
    while any(_works(one) for one in family):
        time.sleep(0.01)


def _works(one: psutil.Process) -> bool:
    try:
        return one.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
