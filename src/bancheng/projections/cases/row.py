"""办件台账: what it has of a case, and its tables. What each event does to them: `fold`."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from sqlalchemy import Column, Index, MetaData, Table

from bancheng.domain.case.hearing import HearingStage
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    CrossMode,
    RefusalGround,
)
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, DeliveryWay
from bancheng.domain.people import SpecialGroup
from bancheng.domain.processing import DataState
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.levels import Rung
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    asked_least,
    elsewhere,
    key,
    prose,
    sorts,
    stream,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import Code, count_index, partial_index, stream_column
from bancheng.projections.sight import APPLICANT, APPLICANT_IN_HAND, QUERY_CODE


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """办件: a case as the ledger has it; a child has the applicant and the source of its theme.

    ``on_time``, ``used``, ``remaining`` and ``overdue`` are of the promised limit, or of the
    statutory one if nothing was promised. ``waiting_since`` is when the applicant first came.
    """

    case_id: Annotated[str, Word("办件标识"), key, stream]
    version: Annotated[int, Word("版本,办理时可作 expectedVersion")]
    number: Annotated[str, Word("编号"), sorts]
    query_code: Annotated[str, Word("查询码", QUERY_CODE)]
    item_code: Annotated[str, Word("事项实施编码"), asked]
    item_version: Annotated[int, Word("受理所依据的事项版本")]
    item_name: Annotated[str, Word("事项名称")]
    item_type: Annotated[PowerType, Word("事项类型"), asked]
    kind: Annotated[CaseKind, Word("办件类型"), asked]
    unit: Annotated[str, Word("承办单位编码"), asked, unit_code]
    units: Annotated[tuple[str, ...], Word("有过参与的单位编码")] = ()
    # Applicant and agent are shown together, to whom may see them (`applicant` of the API).
    applicant_name_masked: Annotated[
        str | None, Word("申请人姓名(已脱敏)", APPLICANT_IN_HAND), unseen
    ]
    applicant_phone_masked: Annotated[
        str | None, Word("申请人电话(已脱敏)", APPLICANT_IN_HAND), unseen
    ]
    applicant_id_number_masked: Annotated[
        str | None, Word("申请人证件号码(已脱敏)", APPLICANT_IN_HAND), unseen
    ]
    applicant_address_masked: Annotated[
        str | None, Word("申请人地址(已脱敏)", APPLICANT_IN_HAND), unseen
    ]
    agent_name_masked: Annotated[str | None, Word("代办人姓名(已脱敏)", APPLICANT_IN_HAND), unseen]
    agent_phone_masked: Annotated[str | None, Word("代办人电话(已脱敏)", APPLICANT_IN_HAND), unseen]
    agent_id_number_masked: Annotated[
        str | None, Word("代办人证件号码(已脱敏)", APPLICANT_IN_HAND), unseen
    ]
    mandate: Annotated[str | None, Word("委托书编号", APPLICANT_IN_HAND), prose, unseen]
    source: Annotated[CaseSource | None, Word("办件来源"), asked]
    window: Annotated[str | None, Word("窗口编号"), asked]
    special_group: Annotated[SpecialGroup | None, Word("特殊群体", APPLICANT), asked, unseen]
    cross_region: Annotated[str | None, Word("跨域通办的属地"), asked]
    counterpart: Annotated[str | None, Word("跨域通办的对方办理机关")]
    cross_mode: Annotated[CrossMode | None, Word("跨域通办模式"), asked]
    delivery: Annotated[DeliveryWay | None, Word("申请人选择的送达方式"), asked]
    delivery_address_masked: Annotated[str | None, Word("收件地址(已脱敏)", APPLICANT)]
    is_theme: Annotated[bool, Word("是否一件事主题件"), asked] = False
    theme_id: Annotated[str | None, Word("所属主题件的标识"), asked]
    theme_number: Annotated[str | None, Word("所属主题件的编号")]
    left_theme: Annotated[bool, Word("是否已脱离主题件,单独出件与评价")] = False
    status: Annotated[CaseStatus, Word("办件状态"), asked_any]
    step: Annotated[Step, Word("环节"), asked]
    holder: Annotated[str | None, Word("持有材料的单位编码,空为窗口"), asked, unit_code]
    handed_to: Annotated[str | None, Word("已移交、待签收的单位编码"), unit_code]
    held_by: Annotated[
        str | None,
        Word("承办人工号: 最近收件、受理、签收移交、认领或被指派的人,移交签收前仍为移交前的人"),
        asked,
    ]
    held_by_name: Annotated[str | None, Word("承办人姓名"), prose]
    held_by_unit: Annotated[str | None, unseen]
    item_step: Annotated[str | None, Word("正在办理的事项环节")]
    waiting_since: Annotated[datetime, elsewhere, unseen]
    submitted_at: Annotated[datetime, Word("提交时间"), asked, sorts]
    received_at: Annotated[datetime | None, Word("首次收件时间")]
    noticed_at: Annotated[datetime | None, Word("一次性告知时间")]
    accepted_at: Annotated[datetime | None, Word("受理时间;视为受理的为收到材料的时间"), asked]
    deemed: Annotated[bool, Word("是否视为受理"), asked] = False
    decided_at: Annotated[datetime | None, Word("作出决定时间"), asked]
    made_at: Annotated[datetime | None, Word("制证时间")]
    notified_at: Annotated[datetime | None, Word("通知领取时间")]
    delivered_at: Annotated[datetime | None, Word("送达时间"), asked]
    closed_at: Annotated[datetime | None, Word("结束时间"), asked]
    rule_version: Annotated[str | None, Word("受理时的规则库版本"), prose]
    archived_at: Annotated[datetime | None, Word("归档时间")]
    archive_no: Annotated[str | None, Word("档号"), prose]
    statutory_due_at: Annotated[datetime | None, Word("法定期限,此刻起为逾期")]
    statutory_due_date: Annotated[date | None, Word("法定到期日")]
    promised_due_at: Annotated[datetime | None, Word("承诺期限,此刻起为逾期")]
    promised_due_date: Annotated[date | None, Word("承诺到期日")]
    due_at: Annotated[datetime | None, Word("办理期限"), asked, sorts, unseen]
    due_date: Annotated[date | None, Word("办理到期日,当日24时止;有承诺的为承诺的"), asked]
    statutory_on_time: Annotated[bool | None, Word("是否在法定期限内"), asked]
    promised_on_time: Annotated[bool | None, Word("是否在承诺期限内")]
    on_time: Annotated[
        bool | None,
        Word("是否按时: 有承诺的按承诺期限,否则按法定期限;任一次结论逾期即为否"),
        asked,
    ]
    first_on_time: Annotated[bool | None, Word("首次结论是否按时"), asked]
    last_on_time: Annotated[bool | None, Word("最近一次结论是否按时"), asked]
    limit_unit: Annotated[LimitUnit | None, Word("时限单位"), asked]
    used: Annotated[int | None, Word("已用时限")]
    remaining: Annotated[int | None, Word("剩余时限")]
    overdue: Annotated[int | None, Word("逾期时限")]
    outcome: Annotated[CaseOutcome | None, Word("办理结论"), asked]
    document_no: Annotated[str | None, Word("决定文书编号,上报、转报的为其文号"), prose]
    forwarded_to: Annotated[str | None, Word("上报、转报的接收机关"), prose]
    refusal_ground: Annotated[RefusalGround | None, Word("不予受理事由")]
    end_reason_masked: Annotated[str | None, Word("未办结而结束的原因(已脱敏)")]
    missing: Annotated[tuple[str, ...], Word("尚缺的必要材料编码")] = ()
    gap_open: Annotated[bool, Word("容缺材料是否待补"), asked] = False
    gap: Annotated[tuple[str, ...], Word("待补的容缺材料编码")] = ()
    gap_due_at: Annotated[datetime | None, Word("容缺材料的补齐期限")]
    refusal_pending: Annotated[bool, Word("是否有待批的否定报备"), asked] = False
    extension_pending: Annotated[bool, Word("是否有待批的延长申请"), asked] = False
    procedure: Annotated[str | None, Word("进行中的特别程序"), prose]
    paused_at: Annotated[datetime | None, Word("计时暂停的起时")]
    resumes_at: Annotated[datetime | None, Word("计时暂停的止时,到时自动恢复")]
    hearing: Annotated[HearingStage | None, Word("听证进展"), asked]
    hearing_until: Annotated[date | None, Word("可申请听证至")]
    hearing_asked_on: Annotated[date | None, Word("提出听证申请之日")]
    hearing_at: Annotated[datetime | None, Word("听证举行时间")]
    hearing_place: Annotated[str | None, Word("听证举行地点"), prose]
    hearing_chair: Annotated[str | None, Word("听证主持人工号")]
    hearing_announcement_no: Annotated[str | None, Word("听证公告编号")]
    hearing_held_at: Annotated[datetime | None, Word("最近一次听证登记时间")]
    hearing_records: Annotated[tuple[str, ...], Word("听证笔录编号")] = ()
    urges: Annotated[int, Word("催办次数"), asked_least] = 0
    measure_count: Annotated[int, Word("督促次数,自催办至问责")] = 0
    open_measures: Annotated[int, Word("未反馈的督促数")] = 0
    rung: Annotated[Rung | None, Word("已至的督促阶梯"), asked_any] = None
    correction_count: Annotated[int, Word("更正次数")] = 0
    remark_count: Annotated[int, Word("补充说明次数")] = 0
    receipt_count: Annotated[int, Word("收件次数")] = 0
    notice_count: Annotated[int, Word("告知补正次数"), asked_least, sorts] = 0
    extension_count: Annotated[int, Word("延长次数"), asked_least, sorts] = 0
    procedure_count: Annotated[int, Word("特别程序次数")] = 0
    hand_over_count: Annotated[int, Word("移交次数")] = 0
    recall_count: Annotated[int, Word("撤回决定次数"), asked_least, sorts] = 0
    renews_masked: Annotated[str | None, Word("申请延续的原许可证件编号,证件号码已脱敏")]
    renews_until: Annotated[date | None, Word("原许可有效期届满日")]
    renewal_late: Annotated[bool | None, Word("是否逾期提出延续申请"), asked]
    deemed_renewed: Annotated[bool, Word("是否视为准予延续"), asked] = False
    charged_fen: Annotated[int, Word("已通知缴费的金额(分)")] = 0
    paid_fen: Annotated[int, Word("已缴费的金额(分)")] = 0
    waived_fen: Annotated[int, Word("已减免或撤销的金额(分)")] = 0
    review_due_at: Annotated[datetime | None, Word("批后复审期限,此刻起为逾期")]
    reviewed_at: Annotated[datetime | None, Word("最近一次批后复审的时间"), asked]
    review_passed: Annotated[bool | None, Word("最近一次批后复审是否维持"), asked]
    review_failures: Annotated[int, Word("批后复审不予维持的次数,其后维持也不抹去")] = 0
    rating_count: Annotated[int, Word("评价次数")] = 0
    rating_level: Annotated[RatingLevel | None, Word("最近的评价等级"), asked]
    warnings: Annotated[int, unseen] = 0
    finding_count: Annotated[int, Word("校验异常数")] = 0
    data_state: Annotated[DataState, Word("个人信息状态"), asked] = DataState.KEPT
    recording_gap_seconds_max: Annotated[int, Word("发生与入库相差的最大秒数")] = 0
    updated_at: Annotated[datetime, Word("更新时间")]
    position: Annotated[Position, unseen]

    @property
    def matter_id(self) -> str:
        """What every matter is known by."""
        return self.case_id

    @property
    def began_at(self) -> datetime:
        """Since when the citizen waits."""
        return self.waiting_since

    @property
    def over_at(self) -> datetime | None:
        """Since when the citizen waits no more."""
        return self.closed_at

    def paused(self, now: datetime) -> bool:
        """计时暂停: whether its time stands still at ``now``; a pause ends by itself."""
        return (
            self.paused_at is not None
            and self.resumes_at is not None
            and self.paused_at <= now < self.resumes_at
        )


case = table_of(
    CaseRow,
    "case_ledger",
    Index("case_ledger_number", "number"),
    Index("case_ledger_query_code", "query_code"),
    # Of those alone that have one: else SQLite would look up "no theme" here, and read every case.
    partial_index("case_ledger_theme", "theme_id", where="theme_id IS NOT NULL"),
    Index("case_ledger_submitted_at", "submitted_at", "case_id"),
    Index("case_ledger_due_at", "due_at", "case_id"),
    partial_index("case_ledger_held_by", "held_by", "case_id", where="held_by IS NOT NULL"),
    partial_index("case_ledger_decided_at", "decided_at", where="decided_at IS NOT NULL"),
    partial_index("case_ledger_delivered_at", "delivered_at", where="delivered_at IS NOT NULL"),
    *(
        count_index("case_ledger", name, "case_id")
        for name in ("notice_count", "extension_count", "recall_count")
    ),
)

case_unit = Table(
    "case_ledger_unit",
    MetaData(),
    stream_column("case_id", primary_key=True),
    Column("unit", Code, primary_key=True),
    Index("case_ledger_unit_unit", "unit", "case_id"),
)
