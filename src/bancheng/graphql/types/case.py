"""办件 as GraphQL, with its applicant, its item, its theme and its children."""

from collections.abc import Callable
from typing import Any

import strawberry

from bancheng.domain.people import SpecialGroup
from bancheng.graphql.enums import enum_of
from bancheng.graphql.permissions import APPLICANT, QUERY_CODE, bound_unit
from bancheng.graphql.types.case_parts import (
    Finding,
    HandOver,
    Issuing,
    Rating,
    Receipt,
    Refusal,
)
from bancheng.graphql.types.item import ServiceItem
from bancheng.graphql.types.matter import Matter
from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type
from bancheng.graphql.types.ticket import Ticket
from bancheng.projections.cases import CaseRow

_CASE: Any = lazily("Case", "bancheng.graphql.types.case")
_GROUP: Any = enum_of(SpecialGroup)


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


def has_in_hand(row: CaseRow, unit: str) -> bool:
    """Whether ``unit`` answers for the case or has its file, now or as soon as it signs."""
    return unit in (row.unit, row.holder, row.handed_to)


def _applicant(root: Any) -> Any:
    shown: Shown = root
    row: CaseRow = shown.row
    unit = bound_unit(shown.asking.known)
    if unit is not None and not has_in_hand(row, unit):
        return None
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
    return shown.all_beside(await shown.asking.loaders.children_of(shown.row.case_id))


async def _tickets(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(await shown.asking.loaders.tickets_of(shown.row.case_id))


async def _issuing(root: Any) -> Any:
    shown: Shown = root
    found = await shown.asking.loaders.parts_of("issued", shown.row.case_id)
    return shown.beside(found[0] if found else None)


def _parts(name: str) -> Callable[..., Any]:
    async def parts(root: Any) -> Any:
        shown: Shown = root
        return shown.all_beside(await shown.asking.loaders.parts_of(name, shown.row.case_id))

    return parts


Case = shown_type(
    CaseRow,
    Words(
        name="Case",
        description="办件: 台账中的一件;个人信息已脱敏。",
        fields={
            "case_id": "办件标识",
            "version": "版本,办理时可作 expectedVersion",
            "query_code": "查询码",
            "item_code": "事项实施编码",
            "item_version": "受理所依据的事项版本",
            "item_name": "事项名称",
            "item_type": "事项类型",
            "kind": "办件类型",
            "unit": "承办单位编码",
            "units": "有过参与的单位编码",
            "source": "办件来源",
            "window": "窗口编号",
            "cross_region": "跨域通办的属地",
            "is_theme": "是否一件事主题件",
            "theme_id": "所属主题件的标识",
            "theme_number": "所属主题件的编号",
            "status": "办件状态",
            "step": "环节",
            "holder": "持有材料的单位编码,空为窗口",
            "handed_to": "已移交、待签收的单位编码",
            "item_step": "正在办理的事项环节",
            "submitted_at": "提交时间",
            "received_at": "首次收件时间",
            "noticed_at": "一次性告知时间",
            "accepted_at": "受理时间;视为受理的为收到材料的时间",
            "deemed": "是否视为受理",
            "decided_at": "作出决定时间",
            "made_at": "制证时间",
            "notified_at": "通知领取时间",
            "delivered_at": "送达时间",
            "closed_at": "结束时间",
            "archived_at": "归档时间",
            "archive_no": "档号",
            "statutory_due_at": "法定期限,此刻起为逾期",
            "statutory_due_date": "法定到期日",
            "promised_due_at": "承诺期限,此刻起为逾期",
            "promised_due_date": "承诺到期日",
            "statutory_on_time": "是否在法定期限内",
            "promised_on_time": "是否在承诺期限内",
            "on_time": "是否按时: 有承诺的按承诺期限,否则按法定期限",
            "limit_unit": "时限单位",
            "used": "已用时限",
            "remaining": "剩余时限",
            "overdue": "逾期时限",
            "outcome": "办理结论",
            "document_no": "决定文书编号",
            "refusal_ground": "不予受理事由",
            "end_reason_masked": "未办结而结束的原因(已脱敏)",
            "missing": "尚缺的必要材料编码",
            "gap_open": "容缺材料是否待补",
            "gap": "待补的容缺材料编码",
            "gap_due_at": "容缺材料的补齐期限",
            "refusal_pending": "是否有待批的否定报备",
            "extension_pending": "是否有待批的延长申请",
            "procedure": "进行中的特别程序",
            "paused_at": "计时暂停的起时",
            "resumes_at": "计时暂停的止时,到时自动恢复",
            "receipt_count": "收件次数",
            "notice_count": "告知补正次数",
            "extension_count": "延长次数",
            "procedure_count": "特别程序次数",
            "hand_over_count": "移交次数",
            "recall_count": "撤回决定次数",
            "rating_count": "评价次数",
            "rating_level": "最近的评价等级",
            "finding_count": "校验异常数",
            "recording_gap_seconds_max": "发生与入库相差的最大秒数",
            "updated_at": "更新时间",
        },
        only={"query_code": QUERY_CODE},
    ),
    {
        "applicant": relation(
            _applicant,
            MaskedApplicant | None,
            f"申请人(已脱敏)。{APPLICANT.told}承办或持有材料的单位也可见。",
        ),
        "paused": relation(_paused, bool, "此刻是否停止计时。"),
        "item": relation(_item, ServiceItem | None, "所办事项,为办件开始时的版本。"),
        "theme": relation(_theme, _CASE | None, "所属的一件事主题件。"),
        "children": relation(
            _children, list[_CASE], "并联办理的子件,按编号排列;单位人员只见本单位的。"
        ),
        "tickets": relation(
            _tickets, list[Ticket], "关于本件的工单(如由差评转办的);单位人员只见本单位有派单的。"
        ),
        "receipts": relation(_parts("receipts"), list[Receipt], "收件,按先后排列。"),
        "refusals": relation(_parts("refusals"), list[Refusal], "否定报备,按先后排列。"),
        "hand_overs": relation(_parts("hand_overs"), list[HandOver], "移交,按先后排列。"),
        "issuing": relation(_issuing, Issuing | None, "出件;未制证则为空。"),
        "ratings": relation(_parts("ratings"), list[Rating], "评价,按先后排列。"),
        "findings": relation(_parts("findings"), list[Finding], "校验异常,按先后排列。"),
    },
    Matter,
)
