"""A ticket and a case that went through everything, and what is shown of it: one committed page.

``python tests/projections/everything.py`` writes it into ``docs/lateness.md``; a test compares it.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from msgspec.structs import replace  # noqa: E402

from bancheng.app.queries import deadlines_of  # noqa: E402
from bancheng.domain.case.deadline import GrantCaseExtension, RequestCaseExtension  # noqa: E402
from bancheng.domain.case.dispatch import SignHandOver  # noqa: E402
from bancheng.domain.case.recall import RecallDecision  # noqa: E402
from bancheng.domain.complaint.deadline import GrantExtension  # noqa: E402
from bancheng.domain.complaint.dispatch import ReassignWorkOrder, SignInWorkOrder  # noqa: E402
from bancheng.domain.complaint.verify import OrderRework  # noqa: E402
from bancheng.domain.people import FreeText  # noqa: E402
from bancheng.infra.database import connect  # noqa: E402
from bancheng.projections.cases.cases import CASES_BY_ID  # noqa: E402
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS  # noqa: E402
from bancheng.projections.registry import PROJECTIONS  # noqa: E402
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES  # noqa: E402
from bancheng.projections.tickets.tickets import TICKETS_BY_ID  # noqa: E402
from bancheng.projections.work_orders.work_orders import ORDERS_OF_TICKETS  # noqa: E402
from projections.views import MemoryLog, Views  # noqa: E402
from support import builders, case_builders  # noqa: E402
from support.builders import CO_1, LEAD, TEXT, History, after, officer_of  # noqa: E402
from support.case_builders import CASE_ID, EXAMINE, ITEM, REVIEW, C  # noqa: E402
from support.given import CALENDAR, HEAD, OFFICER, READ, STREAM, local  # noqa: E402

PAGE = ROOT / "docs" / "lateness.md"
MARK = "<!-- written by tests/projections/everything.py -->"
NOW = local("2026-04-30 18:00")
DAYS = ON_TIME_RATES.scope(first_day=date(2026, 3, 1), last_day=date(2026, 4, 30))
ORDER = {"ticket_id": STREAM, "order_id": LEAD}
_NAMED = replace(
    ITEM,
    statutory=ITEM.statutory and replace(ITEM.statutory, label="法定20个工作日"),
    promised=ITEM.promised and replace(ITEM.promised, label="承诺5个工作日"),
)
_WHOLE = ("statutory", "promised", "resolve")
_SHOWN = (*_WHOLE, "step")


def a_ticket() -> History:
    """More time, another complexity, a suspension; late; given away; late again; reworked."""
    history = builders.a_signed_in_ticket()
    history = after(history, builders.asking_extension(), OFFICER, at=local("2026-03-03 10:00"))
    history = after(history, GrantExtension(**ORDER, ruling=TEXT), at=local("2026-03-04 10:00"))
    history = builders.regraded(history, "complex", at=local("2026-03-05 10:00"))
    history = builders.suspended(history, local("2026-03-10 00:00"), local("2026-03-06 10:00"))
    away = ReassignWorkOrder(
        **ORDER, unit="GA", instruction=FreeText("请贵单位办理"), released=READ
    )
    history = after(history, away, at=local("2026-03-25 10:00"))
    history = after(
        history, SignInWorkOrder(ticket_id=STREAM, order_id=CO_1), officer_of("GA"),
        at=local("2026-03-25 11:00"),
    )  # fmt: skip
    done = builders.submitting(CO_1)
    history = after(history, done, officer_of("GA"), at=local("2026-04-10 10:00"))
    unsolved = builders.calling_back(solved=False)
    history = after(history, unsolved, at=local("2026-04-10 15:00"))
    rework = OrderRework(ticket_id=STREAM, order_id=CO_1, reason=TEXT)
    history = after(history, rework, at=local("2026-04-13 10:00"))
    history = after(history, done, officer_of("GA"), at=local("2026-04-15 10:00"))
    history = after(history, builders.calling_back(), at=local("2026-04-15 15:00"))
    return after(history, builders.passing(), at=local("2026-04-16 10:00"))


def a_case() -> History:
    """A survey stops its time; more time by law; handed on; decided late; recalled; withdrawn."""
    history = case_builders.an_accepted_case(item=_NAMED)
    survey = case_builders.starting(days=3, on="2026-03-03")
    history = after(history, survey, OFFICER, at=local("2026-03-03 10:00"))
    history = after(history, case_builders.ending(), OFFICER, at=local("2026-03-05 09:00"))
    ask = RequestCaseExtension(**C, reason=TEXT)
    history = after(history, ask, OFFICER, at=local("2026-03-05 10:00"))
    grant = GrantCaseExtension(**C, ruling=TEXT)
    history = after(history, grant, HEAD, at=local("2026-03-06 10:00"))
    for unit, step, day in (("RS", EXAMINE, "09"), ("YB", REVIEW, "16")):
        # Whoever has the file hands it on, and the other side signs; each does its step.
        to = case_builders.transferring(unit, step)
        by = None if unit == "RS" else OFFICER
        history = after(history, to, by, at=local(f"2026-03-{day} 10:00"))
        history = after(history, SignHandOver(**C), replace(officer_of(unit), id=f"second-{unit}"))
        done = case_builders.finishing(step)
        history = after(history, done, officer_of(unit), at=local(f"2026-03-{day} 16:00"))
    history = after(history, case_builders.transferring("RS"), officer_of("YB"))
    history = after(history, SignHandOver(**C), replace(OFFICER, id="second-RS"))
    history = after(history, case_builders.granting(), OFFICER, at=local("2026-03-20 10:00"))
    recall = RecallDecision(**C, reason=TEXT)
    history = after(history, recall, HEAD, at=local("2026-03-23 10:00"))
    return after(history, case_builders.withdrawing(), OFFICER, at=local("2026-04-24 10:00"))


def render() -> str:
    """The part of the page that is written: what happened, and what is shown of it."""
    with TemporaryDirectory() as folder:
        return "\n".join([*_of_ticket(folder), *_of_case(folder)])


def _of_ticket(folder: str) -> Iterator[str]:
    history = a_ticket()
    yield from _course("A ticket", history)
    with _views(folder, "ticket", history).database.read() as connection:
        row = TICKETS_BY_ID(connection, [STREAM])[STREAM]
        yield f"On the ticket: {_verdicts(row)}, {row.late_verdicts} late.\n"
        yield from _table(
            ("派单", "单位", "结束", "停留分钟", "首次", "最近", "按时"),
            (
                (one.order_id, one.unit, _label(one.ended), one.held_minutes or "",
                 _yes(one.first_on_time), _yes(one.last_on_time), _yes(one.on_time))
                for one in sorted(
                    ORDERS_OF_TICKETS(connection, [STREAM])[STREAM], key=lambda one: one.order_id
                )
            ),
        )  # fmt: skip
        yield from _limits_and_rate(connection, STREAM)
    yield from _explained(history, STREAM)


def _of_case(folder: str) -> Iterator[str]:
    history = a_case()
    yield from _course("A case", history)
    with _views(folder, "case", history).database.read() as connection:
        row = CASES_BY_ID(connection, [CASE_ID])[CASE_ID]
        law, promise = _yes(row.statutory_on_time), _yes(row.promised_on_time)
        yield f"On the case: {_verdicts(row)}; by law {law}, by promise {promise}.\n"
        yield from _limits_and_rate(connection, CASE_ID)
    yield from _explained(history, CASE_ID)


def _views(folder: str, name: str, history: History) -> Views:
    engine = connect(f"sqlite:///{folder}/{name}.db")
    return Views(engine, MemoryLog(history), projections=PROJECTIONS).caught_up()


def _course(title: str, history: History) -> Iterator[str]:
    yield f"### {title}\n"
    yield from _table(
        ("时间", "发生"),
        ((_at(one.envelope.occurred_at), one.event.term) for one in history),
    )


def _limits_and_rate(connection: Any, matter: str) -> Iterator[str]:
    rows = DEADLINES_OF_MATTERS(connection, [matter])[matter]
    yield from _table(
        ("时限", "第几次", "单位", "到期", "首次届满未结", "如何结束", "计入"),
        (
            (row.kind.label, row.run, row.unit or "大厅", _at(row.due_at), _at(row.expired_at),
             row.state.label, _at(row.counted_at))
            for row in rows
            if row.kind in _SHOWN
        ),
    )  # fmt: skip
    rates = ON_TIME_RATES.read(connection, DAYS, CALENDAR, ["unit", "kind"], now=NOW)
    yield from _table(
        ("单位", "时限", "按时", "应结", "届满未结", "期内解除"),
        (
            (one.unit or "大厅", one.kind.label, one.on_time.numerator, one.on_time.denominator,
             one.late, one.outside)
            for one in rates
            if one.kind in _SHOWN
        ),
    )  # fmt: skip


def _explained(history: History, matter: str) -> Iterator[str]:
    """What `explain` of the API says: the last date of each limit, and every verdict on it."""
    yield "时限说明:\n"
    for one in deadlines_of(_Stored(history), matter):  # type: ignore[arg-type]
        if one.deadline.kind in _WHOLE:
            yield f"- {one.deadline.kind.label} {one.deadline.subject}({one.deadline.unit})"
            for lines in (one.decisions[-1].lines(), *one.verdict_lines()):
                yield from ("", "  ```text", *(f"  {line}" for line in lines), "  ```")
            yield ""


class _Stored(NamedTuple):
    """The one stream that there is."""

    history: History

    def load(self, _: str) -> History:
        return self.history


def _verdicts(row: Any) -> str:
    first, last = _yes(row.first_on_time), _yes(row.last_on_time)
    return f"first in time {first}, last in time {last}, all in time {_yes(row.on_time)}"


def _yes(value: bool | None) -> str:
    return {True: "是", False: "否", None: "–"}[value]


def _label(value: Any) -> str:
    return "" if value is None else str(value.label)


def _at(at: datetime | None) -> str:
    return "" if at is None else f"{CALENDAR.local(at):%m-%d %H:%M}"


def _table(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    named = list(headings)
    for cells in (named, ["---"] * len(named), *rows):
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def page(written: str) -> str:
    """The page with ``written`` in the place of what stood there."""
    return f"{PAGE.read_text(encoding='utf-8').split(MARK)[0]}{MARK}\n\n{written}"


if __name__ == "__main__":
    PAGE.write_text(page(render()), encoding="utf-8")
