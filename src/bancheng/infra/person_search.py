"""查人: the tickets and cases of a person, by the index of keyed digests, for one searcher.

Who may search at all is `bancheng.projections.sight.PERSON_SEARCH`'s matter.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    Connection,
    LargeBinary,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
)

from bancheng.domain.errors import WrongStep
from bancheng.domain.person_search import Sought, SoughtBy
from bancheng.domain.processing import DataState, not_processed
from bancheng.infra.person_index import PersonIndex
from bancheng.infra.person_indexing import left_to_index
from bancheng.infra.schema import person_index
from bancheng.projections.cases.row import case
from bancheng.projections.ledger.listing import Listing
from bancheng.projections.ledger.windows import Filter, Page, Window
from bancheng.projections.matters import FoundMatter, FoundSort
from bancheng.projections.office import staff
from bancheng.projections.office import window as window_register
from bancheng.projections.sight import Searcher
from bancheng.projections.tickets.row import ticket
from bancheng.projections.work_orders.succession import succession


class _BySearcher(Filter, frozen=True, kw_only=True):
    units: tuple[str, ...]
    stays: bool


class _ByPerson(_BySearcher, frozen=True, kw_only=True):
    digest: bytes


class _ByCode(_BySearcher, frozen=True, kw_only=True):
    query_code: str


_HIT = (
    select(person_index.c.stream_id, person_index.c.part)
    .where(person_index.c.digest == bindparam("digest", type_=LargeBinary))
    .cte("hit")
)
_OF_HIT = select(_HIT.c.stream_id)
_THEIRS: BindParameter[str] = bindparam("units", expanding=True)
# Joined, and not looked up by sub-queries: those would not be rewritten with what is withheld.
OF_TICKETS = ticket.outerjoin(
    window_register, window_register.c.code == ticket.c.accused_window
).outerjoin(staff, and_(staff.c.staff_id == ticket.c.accused_staff, staff.c.active))
_ACCUSED = (
    ticket.c.accused_unit,
    func.coalesce(ticket.c.accused_window_unit, window_register.c.unit),
    staff.c.unit,
)
# Also who took this very ticket over from an accused unit, though that one is open again.
_TAKEN_OVER = exists().where(
    succession.c.ticket_id == ticket.c.ticket_id,
    or_(*(succession.c.unit == one for one in _ACCUSED)),
    succession.c.successor.in_(_THEIRS),
)
NOT_ABOUT_SEARCHER = or_(
    ticket.c.agrees_to_contact,
    bindparam("stays", type_=Boolean()),
    and_(*(or_(one.is_(None), one.not_in(_THEIRS)) for one in _ACCUSED), ~_TAKEN_OVER),
)
_TICKETS = select(
    ticket.c.ticket_id.label("matter_id"), ticket.c.number, ticket.c.reported_at.label("began_at")
).select_from(OF_TICKETS)
_CASES = select(
    case.c.case_id.label("matter_id"), case.c.number, case.c.submitted_at.label("began_at")
)
_OWN = person_index.alias("own")
# A child has the people of its theme, but for those that were told of itself after it had left.
_CHILDREN = (
    _CASES.join(_HIT, _HIT.c.stream_id == case.c.theme_id)
    .outerjoin(_OWN, and_(_OWN.c.stream_id == case.c.case_id, _OWN.c.part == _HIT.c.part))
    .where(_OWN.c.stream_id.is_(None))
)


def _listing(*of: Select[Any]) -> Listing[FoundMatter]:
    found = union(*of).subquery("found")
    columns: Any = found.c  # those of a table, whatever a subquery is typed as
    return Listing(
        FoundMatter,
        columns=list(columns),
        source=found,
        key=columns.matter_id,
        sortings={FoundSort.BEGAN_AT: columns.began_at},
        conditions={},
    )


def _by_person(state: DataState) -> Listing[FoundMatter]:
    """The matters whose personal data is in that state."""
    return _listing(
        _TICKETS.where(
            ticket.c.ticket_id.in_(_OF_HIT), ticket.c.data_state == state, NOT_ABOUT_SEARCHER
        ),
        _CASES.where(case.c.case_id.in_(_OF_HIT), case.c.data_state == state),
        _CHILDREN.where(case.c.data_state == state),
    )


def _by_code(state: DataState) -> Listing[FoundMatter]:
    code: BindParameter[str] = bindparam("query_code")
    return _listing(
        _TICKETS.where(
            ticket.c.query_code == code, ticket.c.data_state == state, NOT_ABOUT_SEARCHER
        ),
        _CASES.where(case.c.query_code == code, case.c.data_state == state),
    )


_BY_PERSON, _BY_CODE = _by_person(DataState.KEPT), _by_code(DataState.KEPT)
_RESTRICTED_BY_PERSON = _by_person(DataState.RESTRICTED)
_RESTRICTED_BY_CODE = _by_code(DataState.RESTRICTED)


class PersonSearch:
    """查人."""

    def __init__(self, index: PersonIndex) -> None:
        self._index = index

    def found(
        self, connection: Connection, sought: Sought, searcher: Searcher, window: Window
    ) -> tuple[Page[FoundMatter], int]:
        """A page of the matters found, and how many there are.

        ``WrongStep`` ``INDEX_INCOMPLETE`` while the index is filled: an answer would not be whole;
        ``PROCESSING_RESTRICTED`` if there are none but such as are kept and not used.
        """
        units, stays = searcher.units, searcher.stays
        if sought.by is SoughtBy.QUERY_CODE:
            by_code = _ByCode(query_code=sought.spelling, units=units, stays=stays)
            return _answer(_BY_CODE, _RESTRICTED_BY_CODE, connection, by_code, window)
        require_whole_index(connection)
        by_person = _ByPerson(digest=self._index.digest(sought.spelling), units=units, stays=stays)
        return _answer(_BY_PERSON, _RESTRICTED_BY_PERSON, connection, by_person, window)


def require_whole_index(connection: Connection) -> None:
    """``WrongStep`` ``INDEX_INCOMPLETE`` while the index is filled."""
    if left_to_index(connection):
        raise WrongStep(
            "INDEX_INCOMPLETE",
            "查人索引尚未建完,此时查找可能漏件",
            remedy="索引由系统自动补建,请稍后再查;急需的请用编号或查询码查",
        )


def _answer(
    listing: Listing[FoundMatter],
    restricted: Listing[FoundMatter],
    connection: Connection,
    asked: Filter,
    window: Window,
) -> tuple[Page[FoundMatter], int]:
    found = listing.count(connection, asked)
    if not found and restricted.count(connection, asked):
        raise not_processed(erased=False)
    return listing.page(connection, asked, window), found
