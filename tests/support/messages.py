"""Messages of another system, and a hall that imports them."""

from dataclasses import replace
from typing import Any

from bancheng.bootstrap import Container
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.events import Recorded
from bancheng.domain.people import Actor
from bancheng.importing.batch import Batch
from bancheng.importing.messages.limits import rulebook_of_messages
from bancheng.importing.messages.recording import Imported, MessageImport
from bancheng.importing.tables import Row

from . import halls

MESSAGE = {
    "留言编号": "7", "留言用户": "A0001", "留言主题": "路灯不亮", "留言详情": "晚上没有灯",
    "留言时间": "2019/4/24 15:40:04", "答复意见": "已修复", "答复时间": "2019/5/9 9:49:14",
}  # fmt: skip
WAITING = MESSAGE | {"答复意见": "", "答复时间": ""}
LONG_AGO, LAST_WEEK = "2019/4/24 15:40", "2026-02-25 09:00"  # the import is on 2026-03-02


def told(
    hall: Container,
    *messages: dict[str, str],
    days: int = 15,
    by: Actor | None = None,
    **how: Any,
) -> list[Imported]:
    """What became of ``messages``, in a batch of their own; their first line is 2."""
    book = rulebook_of_messages(hall.rules.rulebook(), days)
    work = MessageImport(
        engine=replace(hall.engine, rules=replace(hall.rules, rulebook_in_force=lambda: book)),
        batch=Batch(id=hall.engine.ids.new(), source_system="old", started_by=by),
        **{"unit": "OLD", "category": TicketCategory.COMPLAINT, **how},
    )
    results = list(work.run(Row(line, message) for line, message in enumerate(messages, 2)))
    halls.settled(hall)
    return results


def faults(results: list[Imported]) -> list[tuple[int, str | None, str]]:
    return [(one.line, one.error.field, one.error.code) for one in results if one.error]


def trail(hall: Container) -> list[Recorded]:
    return [one for one in hall.store.read(0, 1000) if one.stream_id.startswith("ticket-")]
