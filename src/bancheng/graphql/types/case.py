"""办件 as GraphQL, with its applicant, its item, its theme and its children."""

from typing import Any

import strawberry

from bancheng.domain.people import SpecialGroup
from bancheng.graphql.enums import enum_of
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.matter import Matter
from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.parts import parts_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, lazily, relation, shown_type
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.cases.cases import CASES, CHILDREN
from bancheng.projections.cases.issued import ISSUED, RESULTS_OF_CASES
from bancheng.projections.cases.row import CaseRow
from bancheng.projections.sight import APPLICANT_IN_HAND, ORIGINAL
from bancheng.projections.tickets.tickets import TICKETS_OF_CASES

_CASE: Any = lazily("Case", "bancheng.graphql.types.case")
_GROUP: Any = enum_of(SpecialGroup)
_ISSUING: Any = node_of(ISSUED)


@strawberry.type(description="代办人: 只有脱敏后的信息。")
class MaskedAgent:
    """Who handles the case for the applicant, as everybody who may know of them sees them."""

    name: str = strawberry.field(description="姓名(已脱敏)。")
    phone: str | None = strawberry.field(description="电话(已脱敏)。")
    id_number: str | None = strawberry.field(description="证件号码(已脱敏)。")
    mandate: str | None = strawberry.field(description="委托书编号。")


@strawberry.type(description="申请人: 只有脱敏后的信息。")
class MaskedApplicant:
    """Who applies, as everybody who may know of them sees them."""

    name: str | None = strawberry.field(description="姓名(已脱敏)。")
    phone: str | None = strawberry.field(description="电话(已脱敏)。")
    id_number: str | None = strawberry.field(description="证件号码(已脱敏)。")
    address: str | None = strawberry.field(description="地址(已脱敏)。")
    special_group: _GROUP | None = strawberry.field(description="特殊群体。")
    special_group_label: str | None = strawberry.field(description="特殊群体的名称。")
    agent: MaskedAgent | None = strawberry.field(description="代办人。")


def _applicant(root: Any) -> Any:
    row: CaseRow = root.row
    group = row.special_group
    return MaskedApplicant(
        name=row.applicant_name_masked,
        phone=row.applicant_phone_masked,
        id_number=row.applicant_id_number_masked,
        address=row.applicant_address_masked,
        special_group=None if group is None else _GROUP(group.value),
        special_group_label=None if group is None else group.label,
        agent=_agent(row),
    )


def _agent(row: CaseRow) -> MaskedAgent | None:
    if row.agent_name_masked is None:
        return None
    return MaskedAgent(
        name=row.agent_name_masked,
        phone=row.agent_phone_masked,
        id_number=row.agent_id_number_masked,
        mandate=row.mandate,
    )


def _paused(root: Any) -> Any:
    shown: Shown = root
    return shown.row.paused(shown.asking.now)


async def _item(root: Any) -> Any:
    shown: Shown = root
    row: CaseRow = shown.row
    return shown.beside(await shown.asking.loaders.kept_item(row.item_code, row.item_version))


async def _theme(root: Any) -> Any:
    shown: Shown = root
    theme_id = shown.row.theme_id
    return None if theme_id is None else shown.beside(await shown.asking.loaders.case(theme_id))


async def _children(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.several(CHILDREN, shown.row.case_id))


async def _tickets(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.several(TICKETS_OF_CASES, shown.row.case_id)
    return shown.all_beside(found)


async def _issuing(root: Any) -> Any:
    shown: Shown = root
    return shown.beside(await shown.asking.loaders.one(RESULTS_OF_CASES, shown.row.case_id))


Case: Any = shown_type(
    CaseRow,
    CASES.type_name,
    CASES.description,
    {
        "applicant": relation(
            _applicant, MaskedApplicant | None, "申请人(已脱敏)。", seen_by=APPLICANT_IN_HAND
        ),
        "paused": relation(_paused, bool, "此刻是否停止计时。", seen_by=WITH_THE_ROW),
        "item": relation(
            _item,
            ServiceItem | None,
            "所办事项,为办件开始时的版本。",
            seen_by=WITH_THE_ROW,
        ),
        "theme": relation(_theme, _CASE | None, "所属的一件事主题件。", seen_by=WITH_THE_ROW),
        "children": relation(
            _children,
            list[_CASE],
            "并联办理的子件,按编号排列;单位人员只见本单位的。",
            seen_by=WITH_THE_ROW,
        ),
        "tickets": relation(
            _tickets,
            list[Ticket] | None,
            "关于本件的办不成事工单(如由差评转办的)。",
            # Whose case it is is who reported: a unit is told by what is released to it, or not.
            seen_by=ORIGINAL,
        ),
        "issuing": relation(_issuing, _ISSUING | None, "出件;未制证则为空。", seen_by=WITH_THE_ROW),
        **parts_of("case"),
    },
    interface=Matter,
)
