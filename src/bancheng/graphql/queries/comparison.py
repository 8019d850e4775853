"""comparison: what changed between two moments, in a matter or in a ledger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
import strawberry

from bancheng.app.accesses import MATTERS
from bancheng.app.inputs import to_question
from bancheng.domain.errors import InvalidInput
from bancheng.graphql.context import Asking, asking_of, root_key_of
from bancheng.graphql.enums import enum_of
from bancheng.graphql.limits import PAGE_DEFAULT
from bancheng.graphql.looks import looks
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.past import PastServices, ask_of_the_past
from bancheng.graphql.queries.past import BASES, BY_RECORDED, By
from bancheng.graphql.types.nodes import ChangedField
from bancheng.graphql.types.shown import WITH_THE_ROW, relation
from bancheng.projections import matters
from bancheng.projections.cases.cases import CASES
from bancheng.projections.comparison import (
    COMPARED,
    ChangeKind,
    Comparison,
    RowChange,
    Side,
    order_checked,
    text_name,
)
from bancheng.projections.ledger.cells import Reading
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.widths import narrow
from bancheng.projections.ledger.windows import PAGE_MAX
from bancheng.projections.sight import no_such_matter
from bancheng.projections.tickets.tickets import TICKETS

_KIND: Any = enum_of(ChangeKind)
Since = Annotated[datetime, strawberry.argument(description="较早的时刻。")]
Until = Annotated[datetime, strawberry.argument(description="较晚的时刻,不晚于现在。")]
MatterId = Annotated[strawberry.ID | None, strawberry.argument(description="标识。")]
Number = Annotated[str | None, strawberry.argument(description="编号;与标识择一。")]
First = Annotated[
    int | None,
    strawberry.argument(
        description=f"前几行,1 至 {PAGE_MAX};不填为 {PAGE_DEFAULT}。到数后把同一件的列完。"
    ),
]
After = Annotated[str | None, strawberry.argument(description="从此游标之后。")]


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    first: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX, description="前几行")] = PAGE_DEFAULT
    after: Annotated[
        str, msgspec.Meta(max_length=80, pattern=r"^[0-9A-Za-z.:-]*$", description="游标")
    ] = ""


@strawberry.type(description="行变动: 台账的一行在两个时刻之间的变动。")
class ChangedRow:
    """A row of a ledger at two moments."""

    ledger: str = strawberry.field(description="台账。")
    ledger_label: str = strawberry.field(description="台账名称。")
    matter_id: strawberry.ID | None = strawberry.field(
        description="所属办不成事工单、办件或历史办件的标识。"
    )
    number: str | None = strawberry.field(description="所属办不成事工单或办件的编号。")
    key: str = strawberry.field(description="该行在台账中的标识。")
    kind: _KIND = strawberry.field(description="变动种类。")
    kind_label: str = strawberry.field(description="变动种类的名称。")
    fields: list[ChangedField] = strawberry.field(
        description="有变动的栏目,按台账的栏目排列;只列在两个时刻都可见的。"
    )


@strawberry.type(description="一件的变动。")
class ChangedMatter:
    """What changed in a matter."""

    rows: list[ChangedRow] = strawberry.field(description="有变动的行,按台账排列。")


@strawberry.type(description="变动的一页。")
class ChangedRows:
    """A page of what changed in a ledger."""

    rows: list[ChangedRow] = strawberry.field(description="有变动的行,同一件的在一起。")
    has_next_page: bool = strawberry.field(description="后面是否还可能有;一页也可能没有一行。")
    end_cursor: str | None = strawberry.field(description="本页末的游标。")


@dataclass(frozen=True)
class _Sides:
    """两侧: the two moments of one request."""

    earlier: PastServices
    later: PastServices
    asking: Asking

    async def read(self, query: Callable[[Comparison], Any]) -> Any:
        """The result of ``query``, with the numbers of the matters in it."""

        def both(earlier: Side) -> Any:
            return query(Comparison(earlier, self.later.side(), self.asking.known))

        return await self.earlier.read_side(both)

    async def shown(self, rows: Sequence[RowChange]) -> list[ChangedRow]:
        """``rows`` as the answer has them; whose matters are seen by that."""
        streams = list(dict.fromkeys(one.stream_id for one in rows))
        numbers = await self.asking.read(lambda c: matters.numbers_of(c, streams))
        for one in streams:
            if one.startswith(MATTERS):
                looks().saw(one)
        names = await self.asking.names()
        reading = Reading(names.local, names.unit, names.term)
        return [_row(one, numbers, reading) for one in rows]


def _row(change: RowChange, numbers: Mapping[str, str], reading: Reading) -> ChangedRow:
    ledger, of = change.ledger, change.stream_id
    return ChangedRow(
        ledger=lower_camel(ledger.name),
        ledger_label=ledger.term,
        matter_id=strawberry.ID(of) if of.startswith(MATTERS) else None,
        number=numbers.get(of),
        key=change.key,
        kind=_KIND(change.kind.value),
        kind_label=change.kind.label,
        fields=[
            ChangedField(
                name=lower_camel(text_name(field)),
                label=ledger.heading(field.name),
                before=before or None,
                after=after or None,
            )
            for field, before, after in change.told(reading)
        ],
    )


def _of_ledger(ledger: Ledger[Any]) -> Any:
    async def changed(
        root: Any,
        info: strawberry.Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Any:
        sides: _Sides = root.sides
        ledger.view.require(sides.asking.known)
        given = {"first": first, "after": after}
        asked = to_question(_Page, {n: v for n, v in given.items() if v not in (None, "", _UNSET)})
        page = await sides.read(lambda both: both.of_ledger(ledger, asked.first, asked.after))
        between = {"since": sides.earlier.at, "until": sides.later.at, "by": sides.later.by.name}
        looks().listed(str(info.path.key), {**between, "first": asked.first})
        looks().counted(len(page.rows))
        return ChangedRows(
            rows=await sides.shown(page.rows), has_next_page=page.goes_on, end_cursor=page.last
        )

    text = f"{ledger.term}中有变动的行,按件排列,逐页查询。{ledger.view.told}"
    return relation(changed, ChangedRows, text, seen_by=WITH_THE_ROW)


_UNSET: Final = strawberry.UNSET


def _of_matter(ledger: Ledger[Any], term: str) -> Any:
    async def changed(
        root: Any,
        info: strawberry.Info,
        id: MatterId = strawberry.UNSET,  # noqa: A002
        number: Number = strawberry.UNSET,
    ) -> Any:
        sides: _Sides = root.sides
        ledger.view.require(sides.asking.known)
        matter_id = await _matter(sides, id or None, number or None, ledger.projection.of)
        rows = await sides.read(lambda both: both.of_matter(matter_id))
        if rows is None:
            if matter_id in await sides.asking.services.read(
                lambda c: matters.numbers_of(c, [matter_id])
            ):
                looks().refused(info.field_name, "MATTER_NOT_FOUND", matter_id)
            raise no_such_matter("id" if id else "number")
        looks().saw(matter_id)
        return ChangedMatter(rows=await sides.shown(rows))

    text = f"一件{term}及其派单、时限、收件等各部分的变动。{ledger.view.told}"
    return relation(changed, ChangedMatter, text, seen_by=WITH_THE_ROW)


async def _matter(sides: _Sides, id_: Any, number: Any, of: tuple[str, ...]) -> str:
    if bool(id_) == bool(number):
        raise InvalidInput(
            "MATTER_UNNAMED", "须填标识或编号,二者择一", field="id", remedy="请只填一项"
        )
    found = str(id_)
    if number:
        named = narrow(str(number)).strip().upper()
        known = await sides.asking.services.read(lambda c: matters.matter_by_number(c, named))
        found = known or ""
    if not found.startswith(of):
        raise no_such_matter("number" if number else "id")
    return found


def comparison_field() -> Any:
    """The query for what changed between two moments."""
    body = {
        "__annotations__": {"since": datetime, "until": datetime},
        "since": strawberry.field(description="较早的时刻。"),
        "until": strawberry.field(description="较晚的时刻。"),
        "ticket": _of_matter(TICKETS, "办不成事工单"),
        "case": _of_matter(CASES, "办件"),
        **{one.name: _of_ledger(one) for one in COMPARED},
    }
    told = "对比: 两个时刻之间的变动,逐栏列出原值与现值。"
    cls: Any = strawberry.type(type("Comparison", (), body), name="Comparison", description=told)

    async def compare(
        info: strawberry.Info, since: Since, until: Until, by: By = BY_RECORDED
    ) -> Any:
        asking, key, basis = asking_of(info), root_key_of(info), BASES[by.value]
        earlier = ask_of_the_past(asking, f"{key}/since", since, basis)
        later = ask_of_the_past(asking, f"{key}/until", until, basis)
        order_checked(earlier.at, later.at)
        root = cls(since=earlier.at, until=later.at)
        root.sides = _Sides(earlier, later, asking)
        return root

    text = (
        "对比: 两个时刻之间的变动,逐栏列出原值与现值。能看什么同往日(asOf);"
        "全程留痕与调阅台账只增不改,请按期间查询,不在其中。"
    )
    return relation(compare, cls, text, seen_by=WITH_THE_ROW)  # each query asks who may
