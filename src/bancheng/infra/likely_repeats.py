"""疑似重复件: what may be the same matter as a report that is being typed, or as a ticket.

By the reporter (their keyed digests, ADR 22), by the number of another system, by the item, and by
what the texts have in common. Nothing of the report is kept. Who may ask at all is
`bancheng.projections.sight.LIKELY_REPEATS`'s matter.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from bancheng.domain.person_search import Sought
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.processing import DataState
from bancheng.infra.person_index import PersonIndex
from bancheng.infra.person_search import NOT_ABOUT_SEARCHER, OF_TICKETS, require_whole_index
from bancheng.infra.schema import person_index
from bancheng.projections.sight import Searcher
from bancheng.projections.tickets.likeness import Like, alike, pairs_of
from bancheng.projections.tickets.repeats import SHOWN_MAX, LikelyBy, LikelyRepeat, Report
from bancheng.projections.tickets.row import TicketRow, ticket

_LOOKED_AT: Final = 50
# A number of another system is given once; a person has several troubles, and an item has many.
_WEIGHTS: Final = {LikelyBy.SOURCE: 300, LikelyBy.REPORTER: 60, LikelyBy.ITEM: 15}
_LIKEST, _LESS_LIKE = 100, 10  # the likest text, and each that follows
# Who shares a name only is mostly somebody else.
_TELLING: Final = (PersonalField.PHONE, PersonalField.ID_NUMBER)


class LikelyRepeats:
    """疑似重复件. ``index`` knows by which digests people are found."""

    def __init__(self, index: PersonIndex) -> None:
        self._index = index

    def of_report(
        self, connection: Connection, report: Report, people: Sequence[Sought], searcher: Searcher
    ) -> list[LikelyRepeat]:
        """What may be the same as ``report``, which ``people`` told, the likeliest first.

        ``WrongStep`` ``INDEX_INCOMPLETE`` if somebody is looked for while the index is filled.
        """
        if people:
            require_whole_index(connection)
        digests = [self._index.digest(one.spelling) for one in people]
        likes = alike(connection, pairs_of(report.subject, report.content))
        by_reporter = self._told_by(connection, digests)
        return _ranked(connection, report, by_reporter, likes, searcher)[:SHOWN_MAX]

    def of_ticket(
        self, connection: Connection, of: TicketRow, searcher: Searcher
    ) -> list[LikelyRepeat]:
        """What may be the same as a ticket that stands in the ledger as ``of``."""
        told = (
            select(person_index.c.digest)
            .where(person_index.c.stream_id == of.ticket_id, person_index.c.part.in_(_TELLING))
            .where(person_index.c.digest.is_not(None))
        )
        by_reporter = self._told_by(connection, connection.scalars(told).all())
        report = Report(
            of.subject_masked or "", of.content_masked or "", of.source_ref, of.service_item
        )
        pairs = pairs_of(report.subject, report.content)
        likes = alike(connection, pairs, but=of.ticket_id)
        found = _ranked(connection, report, by_reporter, likes, searcher)
        return [one for one in found if one.ticket_id != of.ticket_id][:SHOWN_MAX]

    def _told_by(self, connection: Connection, digests: Sequence[bytes]) -> set[str]:
        told = select(person_index.c.stream_id).where(person_index.c.digest.in_(digests))
        return set(connection.scalars(told))


def _ranked(
    connection: Connection,
    report: Report,
    by_reporter: set[str],
    likes: Sequence[Like],
    searcher: Searcher,
) -> list[LikelyRepeat]:
    """The likeliest first, those alone that who asks may learn of in this way."""
    likeness = {one.ticket_id: (n, one.percent) for n, one in enumerate(likes[:_LOOKED_AT])}
    named = {*by_reporter, *likeness, *_by_code(connection, report)}
    kept = connection.execute(
        select(ticket.c.ticket_id, ticket.c.source_ref, ticket.c.service_item)
        .select_from(OF_TICKETS)
        .where(ticket.c.ticket_id.in_(named), ticket.c.data_state == DataState.KEPT)
        .where(NOT_ABOUT_SEARCHER),
        {"units": searcher.units, "stays": searcher.stays},
    ).all()
    found = []
    for one in kept:
        place, percent = likeness.get(one.ticket_id, (None, 0))
        reasons = tuple(_reasons(one, report, by_reporter, place))
        weight = sum(_WEIGHTS.get(reason, 0) for reason in reasons)
        weight += 0 if place is None else max(1, _LIKEST - _LESS_LIKE * place)
        found.append((-weight, one.ticket_id, LikelyRepeat(one.ticket_id, reasons, percent)))
    return [one for *_, one in sorted(found)]


def _reasons(
    one: Any, report: Report, by_reporter: set[str], place: int | None
) -> Iterator[LikelyBy]:
    if report.source_ref is not None and one.source_ref == report.source_ref:
        yield LikelyBy.SOURCE
    if one.ticket_id in by_reporter:
        yield LikelyBy.REPORTER
    if report.service_item is not None and one.service_item == report.service_item:
        yield LikelyBy.ITEM
    if place is not None:
        yield LikelyBy.TEXT


def _by_code(connection: Connection, report: Report) -> Iterator[str]:
    """The latest tickets with the same number of another system, and those of the same item."""
    for column, value in (
        (ticket.c.source_ref, report.source_ref),
        (ticket.c.service_item, report.service_item),
    ):
        if value is not None:
            latest = select(ticket.c.ticket_id).where(column == value)
            ordered = latest.order_by(ticket.c.reported_at.desc(), ticket.c.ticket_id)
            yield from connection.scalars(ordered.limit(_LOOKED_AT))
