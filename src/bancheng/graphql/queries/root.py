"""The root of all queries."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from bancheng.app.credentials import LISTED_MAX
from bancheng.domain.errors import InvalidInput, NotFound
from bancheng.graphql.context import asking_of
from bancheng.graphql.looks import looks
from bancheng.graphql.queries.calendars import CALENDAR, CALENDAR_PREVIEW
from bancheng.graphql.queries.comparison import comparison_field
from bancheng.graphql.queries.dispatch_advice import DISPATCH_ADVICE_QUERY
from bancheng.graphql.queries.explained import EXPLAIN
from bancheng.graphql.queries.item_differences import ITEM_DIFFERENCES_QUERY
from bancheng.graphql.queries.ledgers import ledger_field
from bancheng.graphql.queries.likely_repeats import LIKELY_REPEATS_QUERY
from bancheng.graphql.queries.past import past_field
from bancheng.graphql.queries.person_search import PERSON_SEARCH_QUERY
from bancheng.graphql.queries.proposal import RELEASE_PROPOSAL
from bancheng.graphql.queries.reports import report_field
from bancheng.graphql.queries.rulebooks import RULE_BOOK, RULE_BOOK_PREVIEW, RULE_BOOKS
from bancheng.graphql.types.case import Case
from bancheng.graphql.types.credential import Credential, credential_of
from bancheng.graphql.types.figure import Metric
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.office import Member, Unit, Window
from bancheng.graphql.types.people import Me, me_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.graphql.types.ticket import Ticket
from bancheng.graphql.types.vocabulary import Vocabulary, vocabulary_of
from bancheng.projections import items, office, sight
from bancheng.projections.cases.cases import CASES, CASES_BY_ID, CASES_BY_NUMBER
from bancheng.projections.items import ITEMS
from bancheng.projections.ledger.declared import Each, Ledger
from bancheng.projections.ledger.widths import narrow
from bancheng.projections.registry import LEDGERS, LISTED, REPORTS
from bancheng.projections.reports.metrics import metric_rows
from bancheng.projections.tickets.tickets import TICKETS, TICKETS_BY_ID, TICKETS_BY_NUMBER

TicketId = Annotated[strawberry.ID | None, strawberry.argument(description="办不成事工单标识。")]
TicketNumber = Annotated[str | None, strawberry.argument(description="办不成事工单编号。")]
CaseId = Annotated[strawberry.ID | None, strawberry.argument(description="办件标识。")]
CaseNumber = Annotated[str | None, strawberry.argument(description="办件编号。")]
OfStaff = Annotated[
    str | None, strawberry.argument(description="工号,本人的人人可查;不填为全厅的。")
]
ItemCode = Annotated[str, strawberry.argument(description="事项实施编码。")]
ItemVersion = Annotated[
    int | None, strawberry.argument(description="第几版;不填为最新发布的一版。")
]


async def _me(info: strawberry.Info) -> Any:
    return me_of(asking_of(info).known)


async def _ticket(
    info: strawberry.Info,
    id: TicketId = strawberry.UNSET,  # noqa: A002
    number: TicketNumber = strawberry.UNSET,
) -> Any:
    queries = (TICKETS_BY_ID, TICKETS_BY_NUMBER)
    return await _the_one(info, queries, "办不成事工单", id, number)


async def _case(
    info: strawberry.Info,
    id: CaseId = strawberry.UNSET,  # noqa: A002
    number: CaseNumber = strawberry.UNSET,
) -> Any:
    return await _the_one(info, (CASES_BY_ID, CASES_BY_NUMBER), "办件", id, number)


async def _the_one(
    info: strawberry.Info,
    queries: tuple[Each[Any], Each[Any]],
    term: str,
    id_: Any,
    number: Any,
) -> Shown:
    asking, (by_id, by_number) = asking_of(info), queries
    ledger = by_id.ledger
    ledger.view.require(asking.known)
    if bool(id_) == bool(number):
        raise InvalidInput(
            "MATTER_UNNAMED",
            f"须填{term}标识或{term}编号,二者择一",
            field="id",
            remedy="请只填一项",
        )
    named = str(id_) if id_ else narrow(str(number)).strip().upper()
    query = by_id if id_ else by_number
    row = await asking.loaders.one(query, named)
    if row is None:
        if (hidden := await asking.loaders.hidden(query, named)) is not None:
            looks().refused(info.field_name, "MATTER_NOT_FOUND", hidden.matter_id)
        raise NotFound(
            "MATTER_NOT_FOUND",
            f"没有这个{term}",
            field="id" if id_ else "number",
            remedy=f"请核对{term}标识或编号",
        )
    return Shown(row, asking)


async def _service_item(
    info: strawberry.Info, code: ItemCode, version: ItemVersion = strawberry.UNSET
) -> Any:
    asking = asking_of(info)
    ITEMS.view.require(asking.known)
    if version is None or version is strawberry.UNSET:
        row = await asking.loaders.item(code)
    else:
        row = await asking.services.read(lambda c: items.item_version(c, code, version))
    if row is None:
        raise NotFound(
            "ITEM_NOT_FOUND",
            "事项目录中没有这一事项或这一版本",
            field="code",
            remedy="请核对事项编码与版本",
        )
    return Shown(row, asking)


async def _units(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.UNITS.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(office.all_units)]


async def _windows(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.WINDOWS.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(office.all_windows)]


async def _staff(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.STAFF.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(office.all_staff)]


async def _credentials(info: strawberry.Info, staff_id: OfStaff = strawberry.UNSET) -> Any:
    asking = asking_of(info)
    whose = staff_id or None
    if whose != asking.known.id:
        sight.CREDENTIALS.require(asking.known)
    held = await asking.services.off_loop(lambda: asking.services.who.held(whose))
    return [credential_of(one) for one in held]


async def _vocabulary(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    return vocabulary_of(await asking.rulebook())


def _query(read: Any, returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)  # each asks for itself who may


def _of_any_moment(ledgers: Sequence[Ledger[Any]]) -> dict[str, Any]:
    """What can be asked of today, and of any moment before."""
    return {
        "ticket": _query(
            _ticket, Ticket | None, f"办不成事工单: 按标识或编号查一件。{TICKETS.view.told}"
        ),
        "case": _query(_case, Case | None, f"办件: 按标识或编号查一件。{CASES.view.told}"),
        **{ledger.name: ledger_field(ledger) for ledger in ledgers},
        "service_item": _query(
            _service_item, ServiceItem | None, f"事项: 按实施编码查一项。{ITEMS.view.told}"
        ),
        **{report.name: report_field(report) for report in REPORTS},
        "units": _query(_units, list[Unit], f"单位名册。{sight.UNITS.told}"),
        "windows": _query(_windows, list[Window], f"窗口名册。{sight.WINDOWS.told}"),
        "staff": _query(_staff, list[Member], f"人员名册。{sight.STAFF.told}"),
    }


async def _metrics(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    return [Shown(one, asking) for one in metric_rows()]


_QUERIES = {
    "me": _query(_me, Me, "当前用户: 当前令牌的持有人。"),
    **_of_any_moment(LISTED),
    "metrics": _query(
        _metrics, list[Metric], f"指标目录: 各项指标的口径、依据与版本。{sight.VOCABULARY.told}"
    ),
    "person_search": PERSON_SEARCH_QUERY,
    "likely_repeats": LIKELY_REPEATS_QUERY,
    "as_of": past_field(_of_any_moment(LEDGERS)),
    "comparison": comparison_field(),
    "explain": EXPLAIN,
    "release_proposal": RELEASE_PROPOSAL,
    "item_differences": ITEM_DIFFERENCES_QUERY,
    "dispatch_advice": DISPATCH_ADVICE_QUERY,
    "credentials": _query(
        _credentials,
        list[Credential],
        f"凭证: 现时有效的会话与令牌,会话在前,各自从新到旧,各最多 {LISTED_MAX} 项。"
        f"{sight.CREDENTIALS.told}本人的人人可见。",
    ),
    "calendar": CALENDAR,
    "calendar_preview": CALENDAR_PREVIEW,
    "rule_books": RULE_BOOKS,
    "rule_book": RULE_BOOK,
    "rule_book_preview": RULE_BOOK_PREVIEW,
    "vocabulary": _query(_vocabulary, Vocabulary, "词表: 代码与它们的名称。"),
}
Query: Any = strawberry.type(type("Query", (), _QUERIES), description="查询。")
