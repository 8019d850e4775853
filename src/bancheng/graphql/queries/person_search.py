"""personSearch: the matters of a person by a whole value, for a purpose; each one is recorded."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import strawberry
from sqlalchemy import Connection as Database
from strawberry import UNSET

from bancheng.domain.accesses import Access
from bancheng.domain.commands import check_term
from bancheng.domain.errors import WrongStep, together
from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.person_search import Sought, SoughtBy, sought
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.graphql.context import Asking, asking_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.limits import PAGE_DEFAULT
from bancheng.graphql.queries.connections import connection_of
from bancheng.graphql.queries.searches import found_as_searcher, search_by
from bancheng.graphql.types.matter import Matter
from bancheng.projections.ledger.windows import PAGE_MAX, Page, Window
from bancheng.projections.matters import FoundMatter, FoundSort
from bancheng.projections.sight import PERSON_SEARCH

NAME = "personSearch"


class _Asked(NamedTuple):
    """What is looked for, for what, and which page of it."""

    sought: Sought
    paper: PaperKind
    purpose: str
    window: Window


def _told(annotation: Any, text: str) -> Any:
    return Annotated[annotation, strawberry.argument(description=text)]


def _known_total(_: Database, total: int) -> int:
    return total


_CONNECTION = connection_of(Matter, "查得案件", _known_total)


async def _search(  # noqa: PLR0917  these are GraphQL's arguments, not ours
    info: Any, by: Any, value: Any, purpose: Any, paper: Any = UNSET,
    first: Any = UNSET, after: Any = UNSET, last: Any = UNSET, before: Any = UNSET,
) -> Any:  # fmt: skip
    asking = asking_of(info)
    PERSON_SEARCH.require(asking.known)
    book, kind = await asking.rulebook(), PaperKind.RESIDENT
    if paper not in (None, UNSET):
        kind = PaperKind(paper.value)  # type: ignore[call-arg]
    given = {"first": first, "after": after, "last": last, "before": before}
    window = _window(given)
    way: SoughtBy = SoughtBy(by.value)  # type: ignore[call-arg]
    looked_for, checked, _ = together(
        lambda: sought(way, value, kind),
        lambda: _checked_purpose(book, purpose),
        window.size,
    )
    asked = _Asked(looked_for, kind, checked, window)
    asking.services.searches.take(asking.known.id)
    try:
        page, total = await _found(asking, asked)
    except WrongStep as refused:
        if refused.code == "PROCESSING_RESTRICTED":  # which tells that there is somebody
            await asking.services.witness(_access(asking, asked, ()))
        raise
    await asking.services.witness(_access(asking, asked, page.rows))
    return _CONNECTION.of(await _shown(asking, page), total, asking)


def _window(given: Mapping[str, Any]) -> Window:
    values = {name: value for name, value in given.items() if value not in (None, UNSET)}
    if not values.keys() & {"first", "last"}:
        values["first"] = PAGE_DEFAULT
    return Window(sort=FoundSort.BEGAN_AT, descending=True, **values)


def _checked_purpose(book: RuleBook, purpose: str) -> str:
    if not book.searches:
        raise WrongStep(
            "NO_PURPOSE",
            "规则库没有规定查人用途",
            remedy="请由系统管理员在规则库中补充查人用途(searches)",
        )
    return check_term(book.searches, purpose, "purpose", "查人用途")


async def _found(asking: Asking, asked: _Asked) -> tuple[Page[FoundMatter], int]:
    finder = asking.services.finder
    return await found_as_searcher(
        asking, lambda seen, who: finder.found(seen, asked.sought, who, asked.window)
    )


def _access(asking: Asking, asked: _Asked, rows: Sequence[FoundMatter]) -> Access:
    by, window = asked.sought.by, asked.window
    filled: dict[str, Any] = {"by": by.value, "value": asked.sought.masked}
    if by is SoughtBy.ID_NUMBER:
        filled["paper"] = asked.paper.value
    if window.cursor is not None:
        filled["page"] = "before" if window.is_backward else "after"
    return search_by(asking, NAME, filled, [row.matter_id for row in rows], asked.purpose)


async def _shown(asking: Asking, page: Page[FoundMatter]) -> Page[Any]:
    """The page with the rows of the ledgers, as everybody sees them."""
    rows = await asyncio.gather(*(asking.loaders.matter(row.matter_id) for row in page.rows))
    pairs = [(row, at) for row, at in zip(rows, page.cursors, strict=True) if row is not None]
    return Page(
        rows=tuple(row for row, _ in pairs),
        cursors=tuple(at for _, at in pairs),
        has_next=page.has_next,
        has_previous=page.has_previous,
    )


_search.__annotations__ = {
    "info": strawberry.Info,
    "by": _told(enum_of(SoughtBy), "查找方式。"),
    "value": _told(
        str, "所查的完整内容;空格、横线、全角、+86 与字母大小写不计,15 位与 18 位身份证号码互通。"
    ),
    "purpose": _told(str, "用途代码,见规则库的查人用途(词表 searches)。"),
    "paper": _told(enum_of(PaperKind) | None, "按证件号码查时的证件类型;不填为居民身份证。"),
    "first": _told(int | None, f"前几件,1 至 {PAGE_MAX};不填为 {PAGE_DEFAULT}。"),
    "after": _told(str | None, "与 first 同用: 从此游标之后。"),
    "last": _told(int | None, f"后几件,1 至 {PAGE_MAX}。"),
    "before": _told(str | None, "与 last 同用: 到此游标之前。"),
    "return": _CONNECTION.type,
}
PERSON_SEARCH_QUERY = strawberry.field(
    resolver=_search,
    name=NAME,
    description="查人: 按完整的姓名、电话、证件号码或查询码查一个人的办不成事工单与办件,"
    "新的在前;反映本人、本窗口、本单位的办不成事工单不在其中;每次查找都记入访问日志,"
    f"次数有限。{PERSON_SEARCH.told}",
)
