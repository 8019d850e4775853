"""likelyRepeats: what may be the same matter as a report that is being typed, or as a ticket."""

import asyncio
from functools import partial
from typing import Annotated, Any, Final

import strawberry
from strawberry import UNSET

from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.people import FreeText, Title, mask_text
from bancheng.domain.person_search import Sought, SoughtBy, sought
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.looks import looks
from bancheng.graphql.queries.searches import found_as_searcher, search_by
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.sight import LIKELY_REPEATS, no_such_matter
from bancheng.projections.tickets.repeats import SHOWN_MAX, LikelyBy, LikelyRepeat, Report
from bancheng.projections.tickets.tickets import TICKETS_BY_ID

NAME: Final = "likelyRepeats"
_BY: Any = enum_of(LikelyBy)
_PAPER: Any = enum_of(PaperKind)
_CODE_MAX: Final = 100
_TEXTS: Final = {
    "subject": Title.length_max, "content": FreeText.length_max,
    "source_ref": _CODE_MAX, "service_item": _CODE_MAX,
}  # fmt: skip


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
    found = await found_as_searcher(
        asking, lambda c, who: asking.services.repeats.of_ticket(c, row, who)
    )
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
    found = await found_as_searcher(
        asking, lambda c, who: asking.services.repeats.of_report(c, report, people, who)
    )
    asked: dict[str, Any] = {one.by.value: one.masked for one in people}
    asked |= {one: f"〔{len(filled[one])}字〕" for one in _TEXTS if one in filled}
    if people:
        await asking.services.witness(
            search_by(asking, NAME, asked, [one.ticket_id for one in found])
        )
    else:
        looks().listed(NAME, asked)
        looks().counted(len(found))
    return await _shown(asking, found)


def _report(filled: dict[str, str]) -> Report:
    together(*(partial(_check_length, filled, name, most) for name, most in _TEXTS.items()))
    # What stands in the index has its numbers starred.
    return Report(
        mask_text(filled.get("subject", "")),
        mask_text(filled.get("content", "")),
        filled.get("source_ref"),
        filled.get("service_item"),
    )


def _check_length(filled: dict[str, str], name: str, most: int) -> None:
    if len(filled.get(name, "")) > most:
        raise InvalidInput(
            "FIELD_TOO_LONG", f"不得超过 {most} 字", field=name, remedy="请缩短后重试"
        )


def _sought(by: SoughtBy, typed: str, field: str, paper: PaperKind) -> Sought:
    try:
        return sought(by, typed, paper)
    except InvalidInput as fault:
        raise fault.at(field) from None


async def _shown(asking: Asking, found: list[LikelyRepeat]) -> list[Any]:
    rows = await asyncio.gather(*(asking.loaders.ticket(one.ticket_id) for one in found))
    return [
        _Shown(
            ticket=Shown(row, asking),
            reasons=[_BY(reason.value) for reason in one.reasons],
            reason_labels=[reason.label for reason in one.reasons],
            likeness_percent=one.percent,
        )
        for one, row in zip(found, rows, strict=True)
        if row is not None
    ]


LIKELY_REPEATS_QUERY = relation(
    _likely_repeats,
    list[_Shown],
    f"疑似重复件: 与正在登记的内容或一件办不成事工单可能为同一事的,最多 {SHOWN_MAX} 件,最像的在前;"
    "所填内容不留存;反映本人、本窗口、本单位的不在其中;每次查找都记入访问日志,按人查的次数有限。"
    f"{LIKELY_REPEATS.told}",
    seen_by=WITH_THE_ROW,  # the query itself asks who may
)
