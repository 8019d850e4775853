"""A whole run of a hall, of which everything is kept: answers, lines of logs, values of tables.

It is searched for what nobody should be told: a reporter whose data are known here.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select
from structlog.testing import capture_logs

from bancheng.domain.disclosure import Disclosure
from bancheng.domain.people import Actor, Address, FreeText, IdNumber, PersonName, Phone, Reporter

from . import backends
from .api_acts import dispatched
from .api_client import ANSWER, Api, served
from .readable import readable

WHO = Reporter(
    name=PersonName("欧阳建国"),
    phone=Phone("13800138000"),
    id_number=IdNumber("11010519491231002X"),
    address=Address("科尔沁区明仁大街1号院2单元301"),
)
CLEAR = ("欧阳建国", "13800138000", "11010519491231002X", "明仁大街1号院2单元301")
# What they told names nobody: the name of somebody in a text is not starred, only numbers are.
CONTENT = FreeText("跑了三趟都没有办成,请回电 13800138000")
OPENED = f"""{ANSWER} ... on InvalidInput {{ others {{ code message field }} }}
  ... on TicketActDone {{ ticketId opened {{ field fieldLabel value }}
    ticket {{ subject content reporter {{ name phone idNumber address }}
      timeline {{ term why details }} }} }}"""

EVERYTHING = """query ($id: ID!) { ticket(id: $id) { subject content agreesToContact
  reporter { name phone idNumber address } workOrders { result instruction }
  timeline { term why requestId details } } }"""


@dataclass
class Run:
    """What a hall said while something happened, and what it wrote down."""

    api: Api
    url: str
    answers: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def opened(self, who: Actor, ticket: str, *fields: str, **more: Any) -> dict[str, Any]:
        said = {"ticketId": ticket, "purpose": "contact", "fields": fields, "reason": "电话核实"}
        asked = {name: more.pop(name) for name in ("key", "place", "version") if name in more}
        return self.api.act("discloseReporter", who, said | more, answer=OPENED, **asked)

    def openings(self) -> int:
        log = self.api.hall.store.read(0, 10_000)
        return sum(isinstance(one.event, Disclosure) for one in log)

    def stored(self) -> Iterator[tuple[str, str]]:
        """Every value of every table, and what SQLite's files hold besides."""
        tables = MetaData()
        tables.reflect(self.api.hall.database)
        with self.api.hall.database.connect() as connection:
            for table in readable(tables):
                for row in connection.execute(select(table)):
                    yield from ((table.name, _text(value)) for value in row)
        if self.url.startswith("sqlite:///"):
            folder = Path(self.url.removeprefix("sqlite:///")).parent
            yield from ((one.name, _text(one.read_bytes())) for one in folder.iterdir())


def _text(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def telling(texts: list[str], secrets: tuple[str, ...] = CLEAR) -> list[str]:
    """Those of ``texts`` that hold one of ``secrets``, as they stand or escaped."""
    escaped = [json.dumps(one).strip('"') for one in secrets]
    return [text for text in texts if any(one in text for one in (*secrets, *escaped))]


@contextmanager
def kept(backend: str, patch: pytest.MonkeyPatch, lines: pytest.LogCaptureFixture) -> Iterator[Run]:
    """A hall of its own, of which every answer and every line of a log is kept.

    No line of a log may tell of the reporter.
    """
    lines.set_level(logging.DEBUG)
    with backends.fresh(backend) as url, capture_logs() as logged, served(url) as api:
        run = Run(api, url)
        post = api.client.post

        def posted(*args: Any, **named: Any) -> Any:
            answer = post(*args, **named)
            run.answers.append(f"{dict(answer.headers)} {answer.text}")
            return answer

        patch.setattr(api.client, "post", posted)
        yield run
        run.lines += [json.dumps(one, default=str, ensure_ascii=False) for one in logged]
        run.lines += [one.getMessage() for one in lines.records]
        assert len(run.lines) > len(run.answers)  # each request leaves at least one
        assert telling(run.lines) == []


def a_ticket(api: Api, **fields: Any) -> str:
    """One whose order is with RS, which it is not about unless ``fields`` say so."""
    usual = {"reporter": WHO, "content": CONTENT, "accused_unit": "YB"}
    ticket = dispatched(api, **{**usual, **fields}).ticket_id
    api.settle()
    return ticket
