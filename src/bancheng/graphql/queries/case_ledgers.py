"""The ledgers of cases, and what their filters are called."""

from typing import Any

from bancheng.domain.labelled import Labelled
from bancheng.graphql import permissions
from bancheng.graphql.permissions import View
from bancheng.graphql.queries.ledgers import Ledger
from bancheng.graphql.types.case import Case
from bancheng.graphql.types.case_parts import (
    Finding,
    HandOver,
    Issuing,
    Rating,
    Receipt,
    Refusal,
)
from bancheng.projections import (
    case_filter,
    cases,
    finding_ledger,
    hand_over_ledger,
    intake_ledger,
    issuing_ledger,
    rating_ledger,
    refusal_ledger,
)
from bancheng.projections.paging import Listing
from bancheng.projections.windows import Filter

_TIMES = {
    f"{name}_{edge}": f"{term}{word}"
    for name, term in {
        "submitted": "提交时间", "accepted": "受理时间", "decided": "决定时间",
        "closed": "结束时间", "due": "期限", "received": "收件时间", "reported": "报备时间",
        "handed": "移交时间", "made": "制证时间", "delivered": "送达时间", "rated": "评价时间",
        "found": "发现时间",
    }.items()
    for edge, word in {"from": "不早于", "before": "早于"}.items()
}  # fmt: skip
_WORDS = _TIMES | {
    "text": "编号、事项名称或事项编码中的文字",
    "applicant": "申请人姓名或电话(已脱敏)中的文字",
    "unit": "有过参与的单位编码",
    "holder": "持有材料的单位编码",
    "item_code": "事项实施编码",
    "item_unit": "承办单位编码,即事项所属单位",
    "item_type": "事项类型",
    "kind": "办件类型",
    "source": "办件来源",
    "window": "窗口编号",
    "statuses": "办件状态,符合其一即可",
    "step": "环节",
    "level": "此刻的预警级别",
    "on_time": "是否按时: 有承诺的按承诺期限,否则按法定期限",
    "statutory_on_time": "是否在法定期限内",
    "deemed": "是否视为受理",
    "paused": "此刻是否停止计时",
    "gap_open": "容缺材料是否待补",
    "refusal_pending": "是否有待批的否定报备",
    "extension_pending": "是否有待批的延长申请",
    "outcome": "办理结论",
    "is_theme": "是否一件事主题件",
    "is_child": "是否一件事主题件的子件",
    "theme_id": "所属主题件的标识",
    "special_group": "特殊群体",
    "cross_region": "跨域通办的属地",
    "rating_level": "最近的评价等级",
    "rated": "是否有群众主动评价(不含剔除的)",
}

_PART_WORDS = _WORDS | {
    "case_id": "办件标识",
    "receipt_no": "收件凭证编号",
    "received_by": "收件人工号",
    "ground": "不予受理事由",
    "states": "状态,符合其一即可",
    "state": "移交状态",
    "reported_by": "报备人工号",
    "from_unit": "移出单位编码",
    "to_unit": "接收单位编码",
    "item_step": "事项环节名称",
    "in_custody": "是否代管中",
    "delivered": "是否已送达",
    "delivered_way": "送达方式",
    "bundle_no": "打包送达的包号",
    "levels": "评价等级,符合其一即可",
    "bad": "是否差评",
    "origin": "评价来源",
    "named": "是否实名",
    "own": "是否群众主动评价(不含剔除的)",
    "settled": "是否按期整改或经核实无需整改",
    "rules": "校验规则,符合其一即可",
}


def _parts(
    name: str,
    node: Any,
    view: View,
    *,
    listing: Listing[Any],
    chosen: type[Filter],
    order: Labelled,
    **words: str,
) -> Ledger:
    """The ledger of some part of cases, newest first."""
    return Ledger(
        name=name,
        node=node,
        filter=chosen,
        words=_PART_WORDS | words,
        order=type(order),
        first_order=order,
        descending=True,
        page=listing.page,
        count=listing.count,
        view=view,
        bound_by="unit",
    )


CASE_LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        name="cases",
        node=Case,
        filter=case_filter.CaseFilter,
        words=_WORDS,
        order=case_filter.CaseOrder,
        first_order=case_filter.CaseOrder.SUBMITTED_AT,
        descending=True,
        page=cases.cases,
        count=cases.case_count,
        view=permissions.CASES,
        bound_by="unit",
        hidden=frozenset({"applicant", "special_group", "level"}),
    ),
    _parts(
        "receipts",
        Receipt,
        permissions.RECEIPTS,
        listing=intake_ledger.RECEIPTS,
        chosen=intake_ledger.ReceiptFilter,
        order=intake_ledger.ReceiptOrder.RECEIVED_AT,
        kind="收件种类",
    ),
    _parts(
        "refusals",
        Refusal,
        permissions.REFUSALS,
        listing=refusal_ledger.REFUSALS,
        chosen=refusal_ledger.RefusalFilter,
        order=refusal_ledger.RefusalOrder.REPORTED_AT,
    ),
    _parts(
        "hand_overs",
        HandOver,
        permissions.HAND_OVERS,
        listing=hand_over_ledger.HAND_OVERS,
        chosen=hand_over_ledger.HandOverFilter,
        order=hand_over_ledger.HandOverOrder.HANDED_AT,
    ),
    _parts(
        "issued",
        Issuing,
        permissions.ISSUED,
        listing=issuing_ledger.ISSUED,
        chosen=issuing_ledger.IssuingFilter,
        order=issuing_ledger.IssuingOrder.MADE_AT,
        text="证照编号、邮寄单号或包号中的文字",
    ),
    _parts(
        "ratings",
        Rating,
        permissions.RATINGS,
        listing=rating_ledger.RATINGS,
        chosen=rating_ledger.RatingFilter,
        order=rating_ledger.RatingOrder.RATED_AT,
    ),
    _parts(
        "findings",
        Finding,
        permissions.FINDINGS,
        listing=finding_ledger.FINDINGS,
        chosen=finding_ledger.FindingFilter,
        order=finding_ledger.FindingOrder.FOUND_AT,
    ),
)
