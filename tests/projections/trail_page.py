"""The trail of a ticket with all its acts, and a sentence of every event: one committed page.

``python tests/projections/trail_page.py`` writes it into ``docs/trail.md``; a test compares it.
A sentence that reads otherwise than before stands in old rows as it was, so it is written only
once the version of the trail was raised; that of a new event stands in no row yet.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from msgspec.structs import replace  # noqa: E402

from bancheng.domain.commands import Command  # noqa: E402
from bancheng.domain.complaint.answer import AnswerReporter  # noqa: E402
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport  # noqa: E402
from bancheng.domain.complaint.deadline import GrantExtension, NoteProgress  # noqa: E402
from bancheng.domain.complaint.discover import AcceptTicket  # noqa: E402
from bancheng.domain.complaint.dispatch import (  # noqa: E402
    AddCoUnit,
    ReassignWorkOrder,
    SignInWorkOrder,
)
from bancheng.domain.complaint.merging import (  # noqa: E402
    AnswerMerged,
    MergeTicket,
    NoteMergedSupplement,
)
from bancheng.domain.complaint.regrade import GrantRegrade, RequestRegrade  # noqa: E402
from bancheng.domain.complaint.release import ReleaseText  # noqa: E402
from bancheng.domain.complaint.returns import (  # noqa: E402
    RejectReturn,
    ReturnWorkOrder,
    UpholdReturn,
)
from bancheng.domain.complaint.supervise import StrikeOffTicket  # noqa: E402
from bancheng.domain.complaint.suspend import ResumeWorkOrder, SuspendWorkOrder  # noqa: E402
from bancheng.domain.complaint.terms import (  # noqa: E402
    AnswerWay,
    Outcome,
    Satisfaction,
    Status,
    TicketCategory,
)
from bancheng.domain.complaint.ties import NoteTie, TieKind  # noqa: E402
from bancheng.domain.complaint.verify import OrderRework  # noqa: E402
from bancheng.domain.events import TOPICS, Event  # noqa: E402
from bancheng.domain.limit_kinds import LimitKind  # noqa: E402
from bancheng.domain.people import Actor, FreeText, Title  # noqa: E402
from bancheng.domain.personal_text.released import ReleasedText  # noqa: E402
from bancheng.domain.supervision.answering import AnswerMeasure  # noqa: E402
from bancheng.domain.supervision.events import SupervisionColour  # noqa: E402
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit  # noqa: E402
from bancheng.domain.time_limits.levels import WarningLevel  # noqa: E402
from bancheng.domain.warnings.answering import AnswerWarning  # noqa: E402
from bancheng.domain.warnings.raising import RaiseWarning  # noqa: E402
from bancheng.infra.database import connect  # noqa: E402
from bancheng.projections.registry import PROJECTIONS  # noqa: E402
from bancheng.projections.story import changes, entry_of, needed_for, read_by, told  # noqa: E402
from bancheng.projections.trail import TRAIL, timeline  # noqa: E402
from bancheng.projections.wording.marks import filled  # noqa: E402
from bancheng.projections.wording.naming import names_of  # noqa: E402
from bancheng.projections.wording.sentences import wording_of  # noqa: E402
from bancheng.projections.wording.templates import Beside  # noqa: E402
from golden.examples import example  # noqa: E402
from projections.views import MemoryLog, PlainOpener, Views  # noqa: E402
from support import builders  # noqa: E402
from support.builders import CO_1, CO_2, LEAD, History, after, officer_of  # noqa: E402
from support.given import (  # noqa: E402
    CALENDAR,
    CLERK,
    HANDLER,
    OFFICER,
    ROBOT,
    RULES,
    START,
    STREAM,
    SUPERVISOR,
    VERIFIER,
    Given,
    local,
)
from support.tie_acts import OTHER, other_file  # noqa: E402

PAGE = ROOT / "docs" / "trail.md"
MARK = "<!-- written by tests/projections/trail_page.py -->"
NAMES = names_of(
    {"RS": "区人社局", "YB": "市医保局", "GA": "区公安分局", "HALL": "政务服务中心"},
    RULES,
    CALENDAR.local,
)
T, M = {"ticket_id": STREAM}, {"matter_id": STREAM}
RED = RaiseWarning(matter_id=STREAM, kind=LimitKind.RESOLVE, subject=CO_2, level=WarningLevel.RED)


def _on(order_id: str) -> dict[str, str]:
    return {**T, "order_id": order_id}


def _said(text: str) -> FreeText:
    return FreeText(text)


# When, who, and what they do: 84 days of a matter that nobody wants.
ACTS: tuple[tuple[str, Actor, Command], ...] = (
    ("2026-03-02 09:10", CLERK, CorrectTicket(
        **T, category=TicketCategory.SUGGESTION, subject=Title("社保卡不能用"),
        reason=_said("来人说是建议"))),
    ("2026-03-02 09:20", CLERK, CorrectTicket(
        **T, category=TicketCategory.COMPLAINT, reason=_said("再次核对,确为投诉"))),
    ("2026-03-02 10:00", HANDLER, AcceptTicket(**T)),
    ("2026-03-02 11:00", HANDLER, SupplementReport(
        **T, content=_said("又去了一趟,仍未办成,可打 13800138000"))),
    ("2026-03-02 14:00", HANDLER, replace(
        builders.analysing(), opinion=_said("系统未同步,涉及两家单位"))),
    ("2026-03-02 15:00", HANDLER, replace(
        builders.dispatching("RS"), instruction=_said("请查明未同步的原因并办结"),
        released=ReleasedText("社保卡三个窗口都说不能用,来了两趟没有办成"))),
    ("2026-03-02 16:00", OFFICER, ReturnWorkOrder(
        **_on(LEAD), reason="not_our_duty", explanation=_said("卡由医保管理"))),
    ("2026-03-03 09:00", HANDLER, RejectReturn(
        **_on(LEAD), ruling=_said("发卡由贵单位负责,不同意退单"))),
    ("2026-03-03 09:30", OFFICER, SignInWorkOrder(**_on(LEAD))),
    ("2026-03-03 10:00", HANDLER, AddCoUnit(
        **T, unit="YB", instruction=_said("请提供参保记录"),
        released=ReleasedText("反映社保卡不能用"))),
    ("2026-03-03 11:00", officer_of("YB"), ReturnWorkOrder(
        **_on(CO_1), reason="not_our_duty", explanation=_said("记录在公安"))),
    ("2026-03-03 14:00", HANDLER, UpholdReturn(**_on(CO_1), ruling=_said("属实"))),
    ("2026-03-03 15:00", HANDLER, ReassignWorkOrder(
        **_on(CO_1), unit="GA", instruction=_said("请核对户籍姓名"), final=True,
        released=ReleasedText("反映社保卡上的姓名与户籍不符"))),
    ("2026-03-03 15:30", HANDLER, ReleaseText(
        **_on(LEAD), released=ReleasedText("社保卡不能用,又去了一趟仍未办成"))),
    ("2026-03-03 16:00", officer_of("GA"), SignInWorkOrder(**_on(CO_2))),
    ("2026-03-04 10:00", OFFICER, NoteProgress(**_on(LEAD), progress=_said("已与银行联系"))),
    ("2026-03-04 11:00", OFFICER, replace(
        builders.asking_extension(), reason=_said("银行须重新制卡"))),
    ("2026-03-05 10:00", HANDLER, GrantExtension(**_on(LEAD), ruling=_said("同意"))),
    ("2026-03-05 14:00", OFFICER, RequestRegrade(
        **T, complexity="complex", reason=_said("涉及三家单位"))),
    ("2026-03-05 15:00", HANDLER, GrantRegrade(**T, ruling=_said("确属疑难"))),
    ("2026-03-06 10:00", OFFICER, replace(
        builders.asking_suspension(local("2026-03-12 00:00")), measures=_said("已告知等候制卡"))),
    ("2026-03-06 11:00", HANDLER, SuspendWorkOrder(**_on(LEAD), ruling=_said("同意挂起"))),
    ("2026-03-10 09:00", HANDLER, ResumeWorkOrder(**_on(LEAD))),
    ("2026-03-11 09:00", SUPERVISOR, UrgeUnit(
        **M, unit="GA", ground="near_due", demand=_said("请本周内答复群众"))),
    ("2026-03-17 16:00", OFFICER, replace(
        builders.submitting(), result=_said("新卡已发到群众手中"))),
    ("2026-03-18 00:05", ROBOT, RED),
    ("2026-03-18 09:00", SUPERVISOR, IssueSupervisionOrder(
        **M, unit="GA", colour=SupervisionColour.BLUE, ground="overdue",
        stands_on=f"{CO_2}/resolve/2/red", demand=_said("说明至今未办的原因"))),
    ("2026-03-19 09:00", officer_of("GA"), AnswerMeasure(
        **M, measure_id=f"{LEAD[:-3]}-D02", answer=_said("经办人出差,已换人"))),
    ("2026-03-19 10:00", officer_of("GA"), AnswerWarning(
        matter_id=STREAM, warning_id=f"{CO_2}/resolve/2/red", answer=_said("今日办结"))),
    ("2026-03-19 16:00", officer_of("GA"), replace(
        builders.submitting(CO_2), result=_said("姓名已核对"))),
    ("2026-03-20 10:00", VERIFIER, replace(
        builders.calling_back(solved=False), satisfaction=Satisfaction.DISSATISFIED,
        comment=_said("卡还是刷不了"))),
    ("2026-03-20 11:00", VERIFIER, OrderRework(
        **_on(LEAD), reason=_said("卡未激活,请当面试刷"))),
    ("2026-03-23 15:00", OFFICER, replace(
        builders.submitting(), result=_said("已当面试刷成功"))),
    ("2026-03-24 10:00", VERIFIER, replace(
        builders.calling_back(), comment=_said("好用了,谢谢"))),
    ("2026-03-24 11:00", VERIFIER, replace(
        builders.passing(), conclusion=_said("群众满意,结果属实"))),
    ("2026-03-24 14:00", SUPERVISOR, StrikeOffTicket(**T)),
)  # fmt: skip


def a_life() -> History:
    """The ticket of the page."""
    history = builders.a_reported_ticket()
    for at, by, command in ACTS:
        history = after(history, command, by, at=local(at))
    return history


# One of five that report the same: its unit was late when it went on in the first one.
MAIN: Final = {OTHER: replace(other_file(), number="BCS-0")}
MERGED: tuple[tuple[str, Actor, Command], ...] = (
    ("2026-03-02 10:00", HANDLER, AcceptTicket(**T)),
    ("2026-03-02 14:00", HANDLER, replace(builders.analysing(), opinion=_said("系统未同步"))),
    ("2026-03-02 15:00", HANDLER, replace(
        builders.dispatching("RS"), instruction=_said("请查明未同步的原因并办结"),
        released=ReleasedText("社保卡不能用"))),
    ("2026-03-02 16:00", OFFICER, SignInWorkOrder(**_on(LEAD))),
    ("2026-03-16 09:00", HANDLER, MergeTicket(
        **T, main_id=OTHER, reason=_said("同一批社保卡未同步,与首件同一事实和理由"),
        progress=_said("首件已查明原因,正在补录"))),
    ("2026-03-17 09:00", CLERK, SupplementReport(**T, content=_said("今天又刷了一次,仍不能用"))),
    ("2026-03-18 15:00", ROBOT, AnswerMerged(
        **T, ended=Status.VERIFIED, outcome=Outcome.SOLVED)),
    ("2026-03-18 16:00", HANDLER, AnswerReporter(
        **T, way=AnswerWay.PHONE, answer=_said("数据已补录,卡可以用了"), record_no="录音-18")),
)  # fmt: skip
# What the first one notes of it, and of the four others.
NOTED: tuple[tuple[str, Actor, Command], ...] = (
    *(
        (f"2026-03-16 09:0{n}", ROBOT, NoteTie(
            **T, other_id=f"ticket-{n}", other_number=f"BCS-{n}", kind=TieKind.MERGED, ended=False))
        for n in range(1, 5)
    ),
    ("2026-03-16 10:00", ROBOT, NoteTie(
        **T, other_id="ticket-3", other_number="BCS-3", kind=TieKind.MERGED, ended=True)),
    ("2026-03-17 09:00", ROBOT, NoteMergedSupplement(
        **T, other_id="ticket-1", other_number="BCS-1")),
)  # fmt: skip


def merged_life() -> History:
    """A ticket that goes on in another one."""
    return _lived("BCS-1", MERGED)


def main_life() -> History:
    """The ticket in which four others go on, and then three."""
    return _lived("BCS-0", NOTED)


def _lived(number: str, acts: Iterable[tuple[str, Actor, Command]]) -> History:
    history = Given().when(builders.reporting(), at=START, official_number=number).history
    for at, by, command in acts:
        history = after(history, command, by, at=local(at), files=MAIN)
    return history


def views_of(history: History, folder: str) -> Views:
    """The read models of ``history``, on a database in ``folder``."""
    engine = connect(f"sqlite:///{folder}/trail.db")
    return Views(engine, MemoryLog(history), projections=PROJECTIONS).caught_up()


def render() -> str:
    """What is written of the page."""
    parts = {
        "": _story(a_life()),
        "## One merged of five": _story(merged_life()),
        "## What the one that it went on in notes of it": _story(main_life()),
        "## Every event": _sentences(),
    }
    told = (f"{heading}\n\n" * bool(heading) + "\n".join(rows) for heading, rows in parts.items())
    return "\n\n".join(told) + "\n"


def _story(history: History) -> Iterator[str]:
    yield "| 序 | 时间 | 经过 | 理由、要求或答复 | 改前 → 改后 |\n| --- | --- | --- | --- | --- |"
    with TemporaryDirectory() as folder:
        views = views_of(history, folder)
        with views.database.read() as connection:
            rows = timeline(connection, STREAM)
            entries = [entry_of(row) for row in rows]
            changed = changes(views.batches, entries, needed_for(connection, entries))
    for row in rows:
        moved = (read_by(one, NAMES) for one in changed[row.position] if one.before is not None)
        yield _row(
            str(row.version),
            f"{NAMES.local(row.occurred_at):%m-%d %H:%M}",
            told(row, NAMES),
            row.reason_masked or "",
            "<br>".join(f"{one.label}: {one.before} → {one.after}" for one in moved),
        )


def sentences() -> Mapping[str, str]:
    """What is said of an event of each topic, every field of it being filled."""
    return {topic: _said_of(cls) for topic, cls in sorted(TOPICS.items())}


def _said_of(cls: type[Event]) -> str:
    said = wording_of(cls).say(example(cls, full=True), PlainOpener().masked, Beside("RS", "示例"))
    return filled(said, NAMES)


def _sentences() -> Iterator[str]:
    yield f"Of version {TRAIL.projection.version} of the trail, each with every field filled.\n"
    yield "| topic | 事件 | 句子 |\n| --- | --- | --- |"
    yield from (_row(f"`{topic}`", TOPICS[topic].term, said) for topic, said in sentences().items())


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def written() -> tuple[int, Mapping[str, str]]:
    """Which version of the trail the page is of, and the sentences that stand there."""
    page = PAGE.read_text(encoding="utf-8")
    version = re.search(r"^Of version (\d+) of the trail", page, re.MULTILINE)
    return int(version[1]) if version else 0, dict(
        re.findall(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE)
    )


def reworded() -> Iterable[str]:
    """The topics of which rows may say otherwise by now than the program does."""
    version, before = written()
    now = sentences()
    changed = [topic for topic, said in before.items() if now.get(topic, said) != said]
    return changed if version == TRAIL.projection.version else []


if __name__ == "__main__":
    if worded := list(reworded()):
        sys.exit(f"raise the version of TRAIL first: {', '.join(worded)}")
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{render()}", encoding="utf-8")
