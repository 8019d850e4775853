"""办不成事工单台账: what it has of a ticket, and its tables. What each event does: `fold`."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.terms import (
    EscalationCause,
    Outcome,
    ReporterWay,
    Satisfaction,
    Status,
    TicketCategory,
)
from bancheng.domain.events import Channel
from bancheng.domain.people import SpecialGroup
from bancheng.domain.processing import DataState
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.ledger.fields import (
    BookTerm,
    Position,
    Word,
    asked,
    asked_any,
    asked_least,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, count_index, partial_index, stream_column
from bancheng.projections.machine.rows import Row, Rows
from bancheng.projections.sight import ACCUSED, ORIGINAL, OTHER_UNITS, QUERY_CODE, REPORTER, SOURCE


class TicketRow(msgspec.Struct, frozen=True, kw_only=True):
    """办不成事工单: a ticket as the ledger has it.

    What it knows only from work orders and supervision orders may be of other units, and is not
    for the officers of one.
    """

    ticket_id: Annotated[str, Word("办不成事工单标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    number: Annotated[str, Word("编号"), sorts]
    query_code: Annotated[str, Word("查询码", QUERY_CODE)]
    category: Annotated[TicketCategory, Word("类别"), asked]
    channel: Annotated[Channel, Word("来源渠道"), asked]
    source_ref: Annotated[str | None, Word("来源编号", SOURCE), asked]
    subject_masked: Annotated[str | None, Word("标题(已脱敏)", ORIGINAL)]
    content_masked: Annotated[str | None, Word("反映内容(已脱敏)", ORIGINAL)]
    # The reporter is shown as a whole, to whom may see them (`reporter` of the API).
    anonymous: Annotated[bool, Word("是否匿名", REPORTER), asked, unseen]
    reporter_name_masked: Annotated[str | None, Word("反映人姓名(已脱敏)", REPORTER), unseen]
    reporter_phone_masked: Annotated[str | None, Word("反映人电话(已脱敏)", REPORTER), unseen]
    reporter_id_number_masked: Annotated[
        str | None, Word("反映人证件号码(已脱敏)", REPORTER), unseen
    ]
    reporter_address_masked: Annotated[str | None, Word("反映人地址(已脱敏)", REPORTER), unseen]
    service_item: Annotated[str | None, Word("事项编码"), asked]
    case_id: Annotated[str | None, Word("关联办件标识", ORIGINAL), asked]
    special_group: Annotated[SpecialGroup | None, Word("特殊群体", ORIGINAL), asked]
    proactive: Annotated[bool, Word("是否未诉先办"), asked]
    first_contact_owner: Annotated[str, Word("首问责任人工号"), asked]
    first_contact_unit: Annotated[str, Word("首问单位编码"), asked, unit_code]
    first_receiver: Annotated[
        str | None, Word("首接单位编码: 首次派单的主办单位,改派不变", OTHER_UNITS), asked, unit_code
    ]
    held_by: Annotated[
        str | None, Word("承办人工号: 受理、认领或被指派的工单处理员", OTHER_UNITS), asked
    ]
    held_by_name: Annotated[str | None, Word("承办人姓名", OTHER_UNITS), prose]
    held_by_unit: Annotated[str | None, unseen]
    accused_unit: Annotated[str | None, Word("被反映单位编码", OTHER_UNITS), asked, unit_code]
    accused_window: Annotated[str | None, Word("被反映窗口编号", ACCUSED)]
    accused_window_unit: Annotated[str | None, unseen]
    accused_staff: Annotated[str | None, Word("被反映人员工号", ACCUSED)]
    agrees_to_contact: Annotated[bool, Word("反映人是否同意被反映单位与其联系", OTHER_UNITS)] = (
        False
    )
    cause: Annotated[str | None, Word("原因代码"), BookTerm("causes"), asked]
    complexity: Annotated[str | None, Word("复杂程度代码"), BookTerm("complexities")]
    responsible_units: Annotated[tuple[str, ...], Word("责任单位编码", OTHER_UNITS)] = ()
    lead_order_id: Annotated[str | None, Word("主办派单编号", OTHER_UNITS)]
    lead_unit: Annotated[str | None, Word("主办单位编码", OTHER_UNITS), asked, unit_code]
    units: Annotated[tuple[str, ...], unseen] = ()
    status: Annotated[Status, Word("状态"), asked_any]
    step: Annotated[Step, Word("环节"), asked]
    refusal_reason: Annotated[str | None, Word("不予受理情形代码"), BookTerm("exclusions")]
    diverted_to: Annotated[str | None, Word("分流去向代码"), BookTerm("diversions")]
    diverted_to_organ: Annotated[str | None, Word("受理后分流的,接办的机关")]
    withdrawn_by_way: Annotated[ReporterWay | None, Word("反映人表示撤回的方式", ORIGINAL)]
    ending_reason_masked: Annotated[
        str | None, Word("撤回原因,或终止时告知的理由(已脱敏)", ORIGINAL)
    ]
    repeats: Annotated[str | None, Word("所重复的原件标识", OTHER_UNITS), asked]
    repeats_number: Annotated[str | None, Word("所重复的原件编号", OTHER_UNITS)]
    new_facts: Annotated[bool | None, Word("重复反映有无新事实,不是重复反映的为空")]
    merged_into: Annotated[str | None, Word("并入的主件标识", OTHER_UNITS), asked]
    merged_into_number: Annotated[str | None, Word("并入的主件编号", OTHER_UNITS)]
    merged_at: Annotated[datetime | None, Word("并入时间")]
    merged_answered_at: Annotated[datetime | None, Word("随主件答复的时间")]
    reported_at: Annotated[datetime, Word("登记时间"), asked, sorts]
    accepted_at: Annotated[datetime | None, Word("受理时间")]
    analysed_at: Annotated[datetime | None, Word("分析时间")]
    dispatched_at: Annotated[datetime | None, Word("派单时间"), asked]
    resolved_at: Annotated[datetime | None, Word("办结时间")]
    answered_at: Annotated[
        datetime | None, Word("以回访之外的方式答复反映人的时间;须另行答复的为空"), asked
    ]
    verified_at: Annotated[datetime | None, Word("核查通过时间")]
    closed_at: Annotated[datetime | None, Word("销号时间"), asked]
    rule_version: Annotated[str | None, Word("派发时的规则库版本"), prose]
    due_at: Annotated[datetime | None, Word("主办期限,此刻起为逾期", OTHER_UNITS), asked, sorts]
    due_date: Annotated[date | None, Word("主办到期日,当日24时止", OTHER_UNITS), asked]
    on_time: Annotated[
        bool | None,
        Word("是否按时: 任一派单任一次结论逾期即为否,其后重办按时也不改", OTHER_UNITS),
        asked,
    ]
    first_on_time: Annotated[bool | None, Word("首次结论是否按时", OTHER_UNITS), asked]
    last_on_time: Annotated[bool | None, Word("主办最近一次结论是否按时", OTHER_UNITS), asked]
    limit_unit: Annotated[LimitUnit | None, Word("时限单位", OTHER_UNITS)]
    used: Annotated[int | None, Word("主办已用时限", OTHER_UNITS)]
    remaining: Annotated[int | None, Word("主办剩余时限", OTHER_UNITS)]
    overdue: Annotated[int | None, Word("主办逾期时限", OTHER_UNITS)]
    outcome: Annotated[Outcome | None, Word("主办办理结果", OTHER_UNITS)]
    late_verdicts: Annotated[int, Word("逾期次数,含逾期后转出", OTHER_UNITS)] = 0
    open_orders: Annotated[int, Word("在办派单数", OTHER_UNITS)] = 0
    returns: Annotated[int, Word("退单次数", OTHER_UNITS), asked_least, sorts] = 0
    reworks: Annotated[int, Word("重办次数", OTHER_UNITS), asked_least, sorts] = 0
    reassignments: Annotated[int, Word("改派次数", OTHER_UNITS), asked_least, sorts] = 0
    way: Annotated[tuple[str, ...], Word("流转路径: 主办派单先后所在单位的编码", OTHER_UNITS)] = ()
    loop: Annotated[
        bool, Word("是否循环派单: 改派次数或派给同一单位的次数已满规则库所定", OTHER_UNITS), asked
    ] = False
    extensions: Annotated[int, Word("延期次数", OTHER_UNITS), asked_least, sorts] = 0
    on_the_spot: Annotated[bool, Word("是否当场办结"), asked] = False
    escalated_at: Annotated[datetime | None, Word("提级督办时间", OTHER_UNITS)]
    escalation_cause: Annotated[EscalationCause | None, Word("提级督办缘由", OTHER_UNITS), asked]
    urges: Annotated[int, Word("催办次数", OTHER_UNITS), asked_least, sorts] = 0
    warnings: Annotated[int, unseen] = 0
    measure_count: Annotated[int, Word("督促次数,自催办至问责", OTHER_UNITS)] = 0
    open_measures: Annotated[int, Word("未反馈的督促数", OTHER_UNITS)] = 0
    rung: Annotated[Rung | None, Word("已至的督促阶梯", OTHER_UNITS), asked_any] = None
    corrections: Annotated[int, Word("更正次数")] = 0
    supplements: Annotated[int, Word("补充反映次数")] = 0
    latest_supplement_masked: Annotated[str | None, Word("最近的补充反映(已脱敏)", ORIGINAL)]
    reopenings: Annotated[int, Word("重启次数"), asked_least, sorts] = 0
    contacts: Annotated[int, Word("联系反映人次数,未接通的也算", OTHER_UNITS)] = 0
    call_backs: Annotated[int, Word("回访次数")] = 0
    call: Annotated[CallResult | None, Word("最近一次回访的通话结果")]
    solved: Annotated[bool | None, Word("反映人认为是否解决")]
    satisfaction: Annotated[Satisfaction | None, Word("满意度"), asked]
    data_state: Annotated[DataState, Word("个人信息状态"), asked] = DataState.KEPT
    recording_gap_seconds_max: Annotated[int, Word("发生与入库相差的最大秒数")] = 0
    updated_at: Annotated[datetime, Word("更新时间")]
    position: Annotated[Position, unseen]

    @property
    def is_running(self) -> bool:
        """Whether the lead unit's limit is running, so that a light is on."""
        return self.due_at is not None and self.last_on_time is None

    @property
    def matter_id(self) -> str:
        """What every matter is known by."""
        return self.ticket_id

    @property
    def began_at(self) -> datetime:
        """Since when the citizen waits."""
        return self.reported_at

    @property
    def over_at(self) -> datetime | None:
        """Since when the citizen waits no more."""
        # What was merged is answered with its main ticket.
        return self.merged_answered_at if self.status is Status.MERGED else self.closed_at


_COUNTED = ("returns", "reworks", "reassignments", "extensions", "urges", "reopenings")
ticket = table_of(
    TicketRow,
    "ticket_ledger",
    Index("ticket_ledger_number", "number"),
    Index("ticket_ledger_query_code", "query_code"),
    Index("ticket_ledger_case", "case_id"),
    Index("ticket_ledger_reported_at", "reported_at", "ticket_id"),
    Index("ticket_ledger_due_at", "due_at", "ticket_id"),
    partial_index("ticket_ledger_held_by", "held_by", "ticket_id", where="held_by IS NOT NULL"),
    partial_index("ticket_ledger_closed_at", "closed_at", where="closed_at IS NOT NULL"),
    partial_index("ticket_ledger_accused", "accused_unit", where="accused_unit IS NOT NULL"),
    partial_index("ticket_ledger_about_staff", "accused_staff", where="accused_staff IS NOT NULL"),
    partial_index(
        "ticket_ledger_about_window",
        "accused_window",
        "accused_unit",
        where="accused_window IS NOT NULL",
    ),
    partial_index(
        "ticket_ledger_about_window_of",
        "accused_window_unit",
        where="accused_window_unit IS NOT NULL",
    ),
    partial_index("ticket_ledger_item", "service_item", where="service_item IS NOT NULL"),
    partial_index("ticket_ledger_repeats", "repeats", where="repeats IS NOT NULL"),
    partial_index("ticket_ledger_merged", "merged_into", where="merged_into IS NOT NULL"),
    partial_index("ticket_ledger_source", "source_ref", where="source_ref IS NOT NULL"),
    *(count_index("ticket_ledger", name, "ticket_id") for name in _COUNTED),
)

ticket_unit = Table(
    "ticket_ledger_unit",
    MetaData(),
    stream_column("ticket_id", primary_key=True),
    Column("unit", Code, primary_key=True),
    Index("ticket_ledger_unit_unit", "unit", "ticket_id"),
)


def involve(rows: Rows, row: Row, unit: str) -> None:
    """Let ``unit`` see the ticket of ``row``."""
    if unit not in row["units"]:
        row["units"] = (*row["units"], unit)
        rows.new(ticket_unit, ticket_id=row["ticket_id"], unit=unit)
