"""办不成事工单全文: what is looked for in a ticket, as those may read it who see what was reported.

A row has masked text alone, and is emptied with the key of the ticket; its number stays.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Boolean, Column, Index, MetaData, Table

from bancheng.domain.complaint.correct import ReportSupplemented, TicketCorrected
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.state import PREFIX
from bancheng.domain.events import Event, Recorded
from bancheng.domain.people import ERASED
from bancheng.domain.privacy.events import PersonalDataErased
from bancheng.projections.ledger.full_text import PART, TextIndex, grams_of, spelt
from bancheng.projections.machine.base import Handler, Projection
from bancheng.projections.machine.columns import Code, Position, stream_column
from bancheng.projections.machine.grams import PLACE, Grams
from bancheng.projections.machine.rows import Row, Rows

ticket_text = Table(
    "ticket_text",
    MetaData(),
    stream_column("ticket_id", primary_key=True),
    Column(PLACE, Position, nullable=False),
    Column("number", Code, nullable=False),
    Column("spelling_masked", Code, nullable=False),
    Column("grams", Grams, nullable=False),
    Column("erased", Boolean, nullable=False, default=False),
    Index("ticket_text_place", PLACE, unique=True),
)
_SUBJECT, _CONTENT = range(2)


def _reported(rows: Rows, event: TicketReported, recorded: Recorded) -> None:
    row = rows.new(
        ticket_text,
        ticket_id=recorded.stream_id,
        place=recorded.position,
        number=spelt(event.number),
    )
    _write(row, [spelt(rows.masked(one)) for one in (event.subject, event.content)])


def _corrected(rows: Rows, event: TicketCorrected, recorded: Recorded) -> None:
    for part, name in ((_SUBJECT, "subject"), (_CONTENT, "content")):
        if name in event.corrected:
            row = rows.of(ticket_text, recorded.stream_id)
            parts = row["spelling_masked"].split(PART)
            parts += [""] * (part + 1 - len(parts))  # of what was erased one is left
            parts[part] = spelt(rows.masked(getattr(event, name)))
            _write(row, parts)


def _supplemented(rows: Rows, event: ReportSupplemented, recorded: Recorded) -> None:
    row = rows.of(ticket_text, recorded.stream_id)
    _write(row, [*row["spelling_masked"].split(PART), spelt(rows.masked(event.content))])


def _erased(rows: Rows, _: PersonalDataErased, recorded: Recorded) -> None:
    row = rows.of(ticket_text, recorded.stream_id)
    row["erased"] = True
    _write(row, [ERASED])


def _write(row: Row, parts: list[str]) -> None:
    row["spelling_masked"] = PART.join(parts)
    row["grams"] = grams_of(PART.join((row["number"], *parts)))


HANDLES: Final[Mapping[type[Event], Handler]] = {
    TicketReported: _reported,
    TicketCorrected: _corrected,
    ReportSupplemented: _supplemented,
    PersonalDataErased: _erased,
}
PROJECTION: Final = Projection(
    "ticket_texts",
    version=1,
    tables=(ticket_text,),
    handles=HANDLES,
    follows=("complaint", "privacy"),
    of=(PREFIX,),
)
TICKET_TEXTS: Final = TextIndex(ticket_text, ticket_text.c.ticket_id)
