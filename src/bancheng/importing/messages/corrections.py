"""更正: in which columns a message says otherwise what an earlier file told under its number."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.structs import replace

from bancheng.domain.complaint.correct import CorrectTicket, TicketCorrected
from bancheng.domain.complaint.deadline import ResultSubmitted
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.dispatch import WorkOrderDispatched
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.errors import Conflict
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import FreeText, Personal, Reporter
from bancheng.importing.messages.reading import (
    CONTENT,
    RECEIVED,
    REPLIED,
    REPLY,
    SUBJECT,
    USER,
    Message,
)

CATEGORY, UNIT = "登记类别(--category)", "答复单位(--unit)"
_REASON = FreeText("来源系统已更改此留言,按其后续文件更正")
Open = Callable[[Personal], str | None]


class MessageCorrections(Labelled):
    """留言更正办法: what an import does with a message that its source tells otherwise by now."""

    REFUSE = "refuse", "列出而不导入"
    RECORD = "record", "能更正的记为登记更正,不能的列出"


class Earlier(NamedTuple):
    """此前所述: what earlier files of one source told of a message.

    Texts are plain; one whose key was destroyed is None, and is no more compared. ``name`` is
    empty for who reported without one. ``reporter`` is who reports by now, with what people of the
    hall added. ``corrections`` and ``replies`` count what the source's files led to.
    """

    received: datetime
    category: TicketCategory
    subject: str | None
    content: str | None
    name: str | None
    reporter: Reporter | None
    unit: str = ""
    reply: str | None = None
    replied: datetime | None = None
    corrections: int = 0
    replies: int = 0


class Difference(NamedTuple):
    """差异: a column in which a message differs, with what `CorrectTicket` takes of it.

    It takes nothing of what can not be corrected; ``why_not`` says why.
    """

    column: str
    taken: Mapping[str, Any] = {}
    why_not: str = ""

    def __str__(self) -> str:
        return f"{self.column}({self.why_not})" if self.why_not else self.column


def told_earlier(history: Sequence[Recorded], source: str, opened: Open) -> Earlier:
    """What the events of a ticket say that files of ``source`` told."""
    first = history[0]
    assert isinstance(first.event, TicketReported), "the message opened the ticket"
    found = Earlier(
        received=first.envelope.occurred_at,
        category=first.event.category,
        subject=opened(first.event.subject),
        content=opened(first.event.content),
        name=_name(first.event.reporter, opened),
        reporter=first.event.reporter,
    )
    for one in history:
        if one.envelope.source_system == source:
            found = found._replace(**_told_by(one, found, opened))
        elif isinstance(one.event, TicketCorrected) and one.event.reporter is not None:
            found = found._replace(reporter=one.event.reporter)
    return found


def _told_by(one: Recorded, found: Earlier, opened: Open) -> dict[str, Any]:
    match one.event:
        case WorkOrderDispatched(unit=unit):
            return {"unit": unit}
        case ResultSubmitted(result=result):
            at, replies = one.envelope.occurred_at, found.replies + 1
            return {"reply": opened(result), "replied": at, "replies": replies}
        case TicketCorrected() as event:
            told: dict[str, Any] = {"corrections": found.corrections + 1}
            if event.category is not None:
                told["category"] = event.category
            if event.reporter is not None:
                told |= {"name": _name(event.reporter, opened), "reporter": event.reporter}
            texts = {"subject": event.subject, "content": event.content}
            return told | {key: opened(text) for key, text in texts.items() if text is not None}
        case _:
            return {}


def _name(reporter: Reporter | None, opened: Open) -> str | None:
    return "" if reporter is None else opened(reporter.name)


def differences(
    message: Message, earlier: Earlier, category: TicketCategory, unit: str, opened: Open
) -> Iterator[Difference]:
    """In what ``message`` differs; of its reply see `differences_of_reply`."""
    for column, name in ((SUBJECT, "subject"), (CONTENT, "content")):
        text, before = getattr(message, name), getattr(earlier, name)
        if before is not None and text.plain != before:
            yield Difference(column, {name: text})
    yield from _of_name(message, earlier, opened)
    if category is not earlier.category:
        yield Difference(CATEGORY, {"category": category})
    if message.received != earlier.received:
        yield Difference(RECEIVED, why_not="各时限已自此前的时间起算")
    if unit != earlier.unit:
        yield Difference(UNIT, why_not="换承办单位的,请改派")


def _of_name(message: Message, earlier: Earlier, opened: Open) -> Iterator[Difference]:
    if message.reporter is None:
        if earlier.name:
            yield Difference(USER, why_not="此前有姓名,不能改为匿名")
    elif earlier.name is not None and message.reporter.name.plain != earlier.name:
        kept = earlier.reporter and _opened(earlier.reporter, opened)
        named = replace(kept, name=message.reporter.name) if kept else message.reporter
        yield Difference(USER, {"reporter": named})


def _opened(reporter: Reporter, opened: Open) -> Reporter:
    """Who reports, as a command says it: a correction replaces them as a whole."""
    parts: dict[str, Personal | None] = {}
    for name in ("name", "phone", "id_number", "address"):
        part = getattr(reporter, name)
        plain = None if part is None else opened(part)
        parts[name] = None if plain is None else type(part)(plain)
    return replace(reporter, **parts)


def differences_of_reply(message: Message, earlier: Earlier) -> Iterator[Difference]:
    """In what its reply differs from the one that an earlier file told."""
    if earlier.replied is None:
        return
    if message.reply is None:
        yield Difference(REPLY, why_not="此前导入时已有答复")
        return
    if earlier.reply is not None and message.reply.text.plain != earlier.reply:
        yield Difference(REPLY, why_not="已反馈的结果不能更改,答复有误的请重办")
    if message.reply.at != earlier.replied:
        yield Difference(REPLIED, why_not="已按此前的时间作出时限结论")


def correction(ticket: str, found: Iterable[Difference]) -> CorrectTicket | None:
    """The command that takes what can be corrected of ``found``, if anything can."""
    taken = {name: value for one in found for name, value in one.taken.items()}
    return CorrectTicket(ticket_id=ticket, reason=_REASON, **taken) if taken else None


def changed(number: str, found: Sequence[Difference]) -> Conflict:
    """Why a row that differs was not taken at all."""
    can_any = any(one.taken for one in found)
    record = "来源系统确有更正的,请用 --corrections record 导入" if can_any else "请核对来源数据"
    return Conflict(
        "MESSAGE_CHANGED",
        f"留言「{number[:40]}」此前已导入,与此前不同: {_listed(found)}",
        field=_columns(found),
        remedy=f"{record};是另一件留言的,请换编号",
    )


def not_corrected(number: str, left: Sequence[Difference]) -> Conflict:
    """Why these columns of a row were not taken, while the others were."""
    return Conflict(
        "MESSAGE_NOT_CORRECTABLE",
        f"留言「{number[:40]}」此前已导入,以下各项不能更正,保留此前所述: {_listed(left)}",
        field=_columns(left),
        remedy="请核对来源数据;是另一件留言的,请换编号",
    )


def _listed(found: Iterable[Difference]) -> str:
    return "、".join(map(str, found))


def _columns(found: Iterable[Difference]) -> str:
    return "、".join(one.column for one in found)
