"""likelyRepeats: what may be the same matter as a report that is being typed, or as a ticket."""

from typing import Annotated, Any, Final

import msgspec
import strawberry
from strawberry import UNSET

from bancheng.domain.accesses import Access, AccessKind
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.people import FreeText, Title, mask_text
from bancheng.domain.person_search import Sought, SoughtBy, sought
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.looks import looks
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.sight import LIKELY_REPEATS, no_such_matter, searcher_of
from bancheng.projections.tickets.repeats import SHOWN_MAX, LikelyBy, LikelyRepeat, Report
from bancheng.projections.tickets.row import TicketRow
from bancheng.projections.tickets.tickets import TICKETS_BY_ID

NAME: Final = "likelyRepeats"
_BY: Any = enum_of(LikelyBy)
_PAPER: Any = enum_of(PaperKind)
_CODE_MAX: Final = 100
_TEXTS: Final = ("subject", "content", "source_ref", "service_item")


@strawberry.type(name="LikelyRepeat", description="疑似重复件: 可能与所报为同一事的办不成事工单。")
class _Shown:
    """A ticket that may be the same matter, and why."""

    ticket: Ticket = strawberry.field(description="可能为同一事的办不成事工单。")
    reasons: list[_BY] = strawberry.field(description="疑似依据。")
    reason_labels: list[str] = strawberry.field(description="疑似依据的名称。")
    likeness_percent: int = strawberry.field(
        description="内容相似度(%): 较短一方的字对中,另一方也有的占比。"
    )


def _told(annotation: Any, text: str) -> Any:
    return Annotated[annotation, strawberry.argument(description=text)]


async def _likely_repeats(  # noqa: PLR0917  these are GraphQL's arguments, not ours
    info: strawberry.Info,
    ticket_id: _told(strawberry.ID | None, "已登记的办不成事工单标识;与其余各项不同填。") = UNSET,  # type: ignore[valid-type]
    subject: _told(str | None, "正在登记的标题。") = UNSET,  # type: ignore[valid-type]
    content: _told(str | None, "正在登记的反映内容。") = UNSET,  # type: ignore[valid-type]
    phone: _told(str | None, "反映人电话,须完整。") = UNSET,  # type: ignore[valid-type]
    id_number: _told(str | None, "反映人证件号码,须完整。") = UNSET,  # type: ignore[valid-type]
    paper: _told(_PAPER | None, "证件类型;不填为居民身份证。") = UNSET,  # type: ignore[valid-type]
    source_ref: _told(str | None, "来源编号。") = UNSET,  # type: ignore[valid-type]
    service_item: _told(str | None, "事项编码。") = UNSET,  # type: ignore[valid-type]
) -> Any:
    asking = asking_of(info)
    LIKELY_REPEATS.require(asking.known)
    filled = {
        "subject": subject, "content": content, "phone": phone, "id_number": id_number,
        "source_ref": source_ref, "service_item": service_item,
    }  # fmt: skip
    filled = {name: one for name, one in filled.items() if one not in (None, UNSET, "")}
    if bool(ticket_id) == bool(filled):
        raise InvalidInput(
            "REPEATS_UNNAMED",
            "须填已登记的办不成事工单标识,或正在登记的内容,二者择一",
            field="ticket_id",
            remedy="请只填其中一种",
        )
    if ticket_id:
        return await _of_ticket(asking, str(ticket_id))
    kind = PaperKind.RESIDENT if paper in (None, UNSET) else PaperKind(paper.value)  # type: ignore[call-arg]
    return await _of_report(asking, filled, kind)


async def _of_ticket(asking: Asking, ticket_id: str) -> list[Any]:
    row = await asking.loaders.ticket(ticket_id)
    if row is None:
        if await asking.loaders.hidden(TICKETS_BY_ID, ticket_id) is not None:
            looks().refused(NAME, "MATTER_NOT_FOUND", ticket_id)
        raise no_such_matter("ticket_id")
    looks().saw(ticket_id)
    found = await _found(asking, lambda c, who: asking.services.repeats.of_ticket(c, row, who))
    return await _shown(asking, found)


async def _of_report(asking: Asking, filled: dict[str, str], paper: PaperKind) -> list[Any]:
    report, *people = together(
        lambda: _report(filled),
        *(
            (lambda by=by, name=name: _sought(by, filled[name], name, paper))
            for by, name in ((SoughtBy.PHONE, "phone"), (SoughtBy.ID_NUMBER, "id_number"))
            if name in filled
        ),
    )
    if people:  # each answer tells whether a number is of somebody who reported something
        asking.services.searches.take(asking.known.id)
    found = await _found(
        asking, lambda c, who: asking.services.repeats.of_report(c, report, people, who)
    )
    asked: dict[str, Any] = {one.by.value: one.masked for one in people}
    asked |= {one: f"〔{len(filled[one])}字〕" for one in _TEXTS if one in filled}
    if people:
        await asking.services.witness(_access(asking, asked, found))
    else:
        looks().listed(NAME, asked)
        looks().counted(len(found))
    return await _shown(asking, found)


def _report(filled: dict[str, str]) -> Report:
    for name, most in (
        ("subject", Title.length_max), ("content", FreeText.length_max),
        ("source_ref", _CODE_MAX), ("service_item", _CODE_MAX),
    ):  # fmt: skip
        if len(filled.get(name, "")) > most:
            raise InvalidInput(
                "FIELD_TOO_LONG", f"不得超过 {most} 字", field=name, remedy="请缩短后重试"
            )
    # What stands in the index has its numbers starred.
    return Report(
        mask_text(filled.get("subject", "")),
        mask_text(filled.get("content", "")),
        filled.get("source_ref"),
        filled.get("service_item"),
    )


def _sought(by: SoughtBy, typed: str, field: str, paper: PaperKind) -> Sought:
    try:
        return sought(by, typed, paper)
    except InvalidInput as fault:
        raise fault.at(field) from None


async def _found(asking: Asking, find: Any) -> list[LikelyRepeat]:
    services, actor = asking.services, asking.known

    def work() -> list[LikelyRepeat]:
        # Not while a connection is held: who takes a second one waits for those who hold one.
        searcher = searcher_of(actor, services.rules.successors())
        with services.database.connect() as connection:
            found: list[LikelyRepeat] = find(asking.seen_on(connection), searcher)
            return found

    return await services.off_loop(work)


def _access(asking: Asking, asked: dict[str, Any], found: list[LikelyRepeat]) -> Access:
    return Access(
        kind=AccessKind.SEARCHED,
        visitor=asking.visitor,
        what=NAME,
        asked=msgspec.json.encode(asked).decode(),
        count=len(found),
        matters=tuple(one.ticket_id for one in found),
    )


async def _shown(asking: Asking, found: list[LikelyRepeat]) -> list[Any]:
    shown = []
    for one in found:
        row: TicketRow | None = await asking.loaders.ticket(one.ticket_id)
        if row is not None:
            shown.append(
                _Shown(
                    ticket=Shown(row, asking),
                    reasons=[_BY(reason.value) for reason in one.reasons],
                    reason_labels=[reason.label for reason in one.reasons],
                    likeness_percent=one.percent,
                )
            )
    return shown


LIKELY_REPEATS_QUERY = relation(
    _likely_repeats,
    list[_Shown],
    f"疑似重复件: 与正在登记的内容或一件办不成事工单可能为同一事的,最多 {SHOWN_MAX} 件,最像的在前;"
    "所填内容不留存;反映本人、本窗口、本单位的不在其中;每次查找都记入访问日志,按人查的次数有限。"
    f"{LIKELY_REPEATS.told}",
    seen_by=WITH_THE_ROW,  # the query itself asks who may
)
