"""成文: what was claimed becomes a message; a number is opened for it, recorded, and forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bancheng.app.engine import Engine
from bancheng.app.noticing.drafts import QUERY_CODE
from bancheng.app.noticing.messages import Item, Message
from bancheng.app.noticing.routes import Route
from bancheng.app.opening import on_file
from bancheng.app.ports import AccessLog
from bancheng.app.registry import file_kind
from bancheng.domain.accesses import Access, AccessKind, Visitor
from bancheng.domain.assistance.mandate import AssistanceMandated
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.events import TOPICS, Recorded
from bancheng.domain.incidents.incident import IncidentRegistered
from bancheng.domain.notices.terms import Addressee, NoticeChannel
from bancheng.domain.people import Phone
from bancheng.domain.phone_numbers import mobile
from bancheng.jobs.noticing import CITIZENS_FIELDS, NOTIFIER, off_the_list
from bancheng.projections.notices import Made, NoticeRow

# Whoever is helped has somebody to ask, and of an incident no citizen is told.
_UNCODED: Final = (AssistanceMandated, IncidentRegistered)
WHAT: Final = "notice/sms"


class Queue(Protocol):
    """待发通知: see `bancheng.infra.notice_queue`."""

    def dropped(self, row: NoticeRow) -> None: ...
    def to_call(self, row: NoticeRow, so_far: Callable[[], Made]) -> None: ...


@dataclass(frozen=True)
class Composing:
    """成文: reads what goes out from the log at the moment of sending."""

    engine: Engine
    queue: Queue
    accesses: AccessLog

    def __call__(self, rows: Sequence[NoticeRow], route: Route) -> Message | None:
        """The message; none if its citizen is not to be told any more, or only by telephone."""
        histories = {row.matter_id: self.engine.store.load(row.matter_id) for row in rows}
        items = tuple(_item(row, histories[row.matter_id]) for row in rows)
        id_ = rows[0].message_id or rows[0].notice_id
        if route.channel is not NoticeChannel.SMS:
            return Message(id=id_, items=items)
        phone = self._phone(rows[0], histories[rows[0].matter_id])
        return None if phone is None else Message(id=id_, items=items, phone=phone)

    def _phone(self, row: NoticeRow, history: Sequence[Recorded]) -> Phone | None:
        """The number, if it can be told to; what becomes of the notice otherwise is noted."""
        kind = file_kind(row.matter_id)
        assert kind is not None, "notices are about matters"
        found = on_file(row.matter_id, self.engine.store.load)
        sealed = next((found[one][0] for one in CITIZENS_FIELDS if one in found), None)
        if sealed is None or kind.state_after(history).restriction is not None:
            self.queue.dropped(row)
            return None
        self._record(row)
        plain = self.engine.vault.open(sealed)
        if plain is None:  # its key was destroyed
            self.queue.dropped(row)
            return None
        if mobile(plain) is None:
            load = self.engine.store.load
            self.queue.to_call(row, lambda: off_the_list(load(row.matter_id)))
            return None
        return Phone(plain, owner=sealed.owner)

    def _record(self, row: NoticeRow) -> None:
        """Let the access log have it first: a look of the hall's own is a look."""
        self.accesses.record(
            Access(
                kind=AccessKind.DISCLOSED,
                visitor=Visitor(actor=NOTIFIER),
                what=WHAT,
                matters=(row.matter_id,),
            )
        )


def _item(row: NoticeRow, history: Sequence[Recorded]) -> Item:
    first = history[0].event
    numbered = (
        TicketReported | CaseSubmitted | ChildOpened | AssistanceMandated | IncidentRegistered
    )
    assert isinstance(first, numbered), "what is told of is numbered"
    text = row.text
    if row.addressee is Addressee.CITIZEN and not isinstance(first, _UNCODED):
        text = text.replace(QUERY_CODE, first.query_code)
    return Item(
        notice_id=row.notice_id,
        matter_id=row.matter_id,
        number=first.number,
        of_topic=row.of_topic,
        term=TOPICS[row.of_topic].term,
        text=text,
        made_at=row.made_at,
        position=row.position,
        unit=row.unit,
    )
