"""Log lines: static names, the request's id, and nothing about people."""

import io
import json
import logging
import re

import pytest

from bancheng.domain.people import PersonName
from bancheng.infra.logs import configure, get_logger, request
from bancheng.log_lines import LogLine
from support.program import logging_as_it_was


@pytest.fixture(autouse=True)
def _as_it_was():
    with logging_as_it_was():
        yield


@pytest.fixture(params=["json", "pretty"])
def out(request):
    out = io.StringIO()
    configure(request.param, out)
    return out


def test_a_line_is_json_outside_a_terminal():
    out = io.StringIO()
    configure("auto", out)
    with request("req-1", staff_id="w-1"):
        get_logger("engine").info(LogLine.COMMAND_DONE, stream_id="ticket-1")
    line = json.loads(out.getvalue())
    assert re.fullmatch(r"[\d-]{10}T[\d:.]+Z", line.pop("timestamp"))
    assert line == {
        "event": "command_done", "level": "info", "room": "engine",
        "request_id": "req-1", "staff_id": "w-1", "stream_id": "ticket-1",
    }  # fmt: skip


def test_a_request_ends(out):
    with request("req-1"):
        pass
    get_logger("engine").info(LogLine.COMMAND_DONE)
    assert "req-1" not in out.getvalue()


def test_no_personal_value_is_written(out):
    get_logger("engine").info(LogLine.COMMAND_DONE, who=PersonName("张建国", owner="person-1"))
    assert "张建国" not in out.getvalue()
    assert "person-1" in out.getvalue()


def test_a_traceback_does_not_show_what_the_variables_held(out):
    phone = "1380013" + "8000"
    try:
        int(phone[3:7] + "x")
    except ValueError:
        get_logger("web").exception(LogLine.REQUEST_FAILED)
    assert "ValueError" in out.getvalue()
    assert phone not in out.getvalue()


def test_libraries_log_in_the_same_format():
    out = io.StringIO()
    configure("json", out)
    logging.getLogger("uvicorn.error").warning("port %s is taken", 8000)
    logging.getLogger("uvicorn.error").info("chatter")
    (line,) = out.getvalue().splitlines()
    assert json.loads(line) | {"timestamp": ""} == {
        "event": "port 8000 is taken", "level": "warning", "logger": "uvicorn.error",
        "timestamp": "",
    }  # fmt: skip


def test_configuring_again_does_not_double_the_lines():
    out = io.StringIO()
    configure("json", io.StringIO())
    configure("json", out)
    logging.getLogger("x").warning("once")
    assert len(out.getvalue().splitlines()) == 1


def test_every_name_is_static_and_has_a_meaning():
    for line in LogLine:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", line)
        assert re.search("[一-鿿]", line.meaning)
