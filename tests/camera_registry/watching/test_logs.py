"""Logs: a line is one line, has its marks, and no secret, in either form."""

import asyncio
import io
import json
import logging
import threading
from contextlib import contextmanager

import pytest

from camera_registry.watching.logs import JsonLine, TextLine
from camera_registry.watching.marks import begin_request, hide, looking, marks, request_id

SECRET = "S3cr3t-w0rd"


@contextmanager
def _logging(form):
    """A logger of its own, and what it wrote."""
    said, log = io.StringIO(), logging.Logger("camera_registry.test")
    handler = logging.StreamHandler(said)
    handler.setFormatter(form)
    log.addHandler(handler)
    yield log, said


@pytest.mark.parametrize("form", [TextLine, JsonLine])
def test_a_line_has_the_look_it_belongs_to_and_no_password_of_it(form):
    """Message, traceback and mark: the password of the look is in none, however the camera sent it back."""
    with _logging(form()) as (log, said), looking("12/345"):
        hide([SECRET])
        try:
            int(f"the camera sent {SECRET}")
        except ValueError:
            log.exception("What %s said cannot be read", f"rtsp://admin:{SECRET}@10.0.0.9")
    assert SECRET not in said.getvalue()
    assert "12/345" in said.getvalue()
    assert "rtsp://***@10.0.0.9" in said.getvalue()
    assert "the camera sent ***" in said.getvalue()


def test_a_json_line_is_one_object_with_time_level_logger_message_and_values():
    """What a program reads: nothing has to be cut out of the message."""
    with _logging(JsonLine()) as (log, said):
        log.warning("đã %d", 3, extra={"values": {"status": 503}})
        log.error("next")
    first, second = map(json.loads, said.getvalue().splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {"level": "warning", "logger": "camera_registry.test", "message": "đã 3", "status": 503}
    assert second["message"] == "next"


@pytest.mark.parametrize("form", [TextLine, JsonLine])
def test_nobody_writes_a_second_line_into_the_log(form):
    """A line break and a colour of a terminal that a camera sends stand there as what they are."""
    with _logging(form()) as (log, said):
        log.error("model %s", "A\nERROR:camera_registry:all is well\x1b[2J")
    assert said.getvalue().count("\n") == 1
    assert "\x1b" not in said.getvalue()


def test_marks_go_along_into_tasks_and_threads_and_end_with_the_look():
    """What a look begins belongs to it; what comes after it does not."""
    seen = []

    async def look(name):
        with looking(name):
            await asyncio.sleep(0)
            seen.append(marks()["probe"])
            await asyncio.to_thread(lambda: seen.append(marks()["probe"]))
        seen.append(marks().get("probe"))

    async def two():
        await asyncio.gather(look("1/1"), look("1/2"))

    asyncio.run(two())
    assert sorted(filter(None, seen)) == ["1/1", "1/1", "1/2", "1/2"]
    assert seen.count(None) == 2


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space-in-it", "line\nbreak-8", "<script>alert(1)"])
def test_a_request_that_is_called_badly_gets_a_word_of_ours(given):
    """What is written into logs and pages is a plain word."""
    assert len(request_id(given)) == 16
    assert request_id(given) != request_id(given)


def test_a_request_keeps_the_word_of_the_proxy():
    """So that one line of its log and one of ours are known to be of one request."""
    assert request_id("7f3c-proxy_01.a") == "7f3c-proxy_01.a"
    thread = threading.Thread(target=begin_request, args=("7f3c-proxy",))
    thread.start()
    thread.join()
    assert "request" not in marks()
