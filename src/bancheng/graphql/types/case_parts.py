"""办件分项 as GraphQL: receipts, results, proposed refusals, hand-overs, ratings and findings."""

from collections.abc import Mapping
from typing import Any

from bancheng.domain.case.discover import Received
from bancheng.graphql.permissions import APPLICANT, View
from bancheng.graphql.types.shown import Shown, Words, lazily, relation, shown_type, value_type
from bancheng.projections.finding_ledger import FindingRow
from bancheng.projections.hand_over_ledger import HandOverRow
from bancheng.projections.intake_ledger import ReceiptRow
from bancheng.projections.issuing_ledger import IssuingRow
from bancheng.projections.rating_ledger import RatingRow
from bancheng.projections.refusal_ledger import RefusalRow

_CASE: Any = lazily("Case", "bancheng.graphql.types.case")
_OF_CASE = {
    "case_id": "办件标识",
    "case_number": "办件编号",
    "item_name": "事项名称",
    "unit": "承办单位编码",
}
ReceivedMaterial: Any = value_type(Received)


async def _case(root: Any) -> Any:
    shown: Shown = root
    return shown.beside(await shown.asking.loaders.case(shown.row.case_id))


def _materials(root: Any) -> Any:
    shown: Shown = root
    return shown.all_beside(shown.row.materials)


def _who(name: str, what: str) -> dict[str, str]:
    return {
        f"{name}_by": f"{what}人工号",
        f"{name}_by_name": f"{what}人姓名",
        f"{name}_unit": f"{what}人单位编码",
    }


def _part(
    row: Any,
    name: str,
    description: str,
    fields: Mapping[str, str],
    *,
    only: Mapping[str, View] | None = None,
    **more: Any,
) -> Any:
    words = Words(
        name=name, description=description, fields={**_OF_CASE, **fields}, only=only or {}
    )
    return shown_type(row, words, {"case": relation(_case, _CASE | None, "所属办件。"), **more})


Receipt = _part(
    ReceiptRow,
    "Receipt",
    "收件: 一次收件及其凭证。",
    {
        "receipt_id": "收件标识",
        "receipt_no": "收件凭证编号;容缺补齐的为空",
        "kind": "收件种类",
        "missing": "收件后尚缺的材料编码",
        "received_at": "收件时间",
        **_who("received", "收件"),
    },
    materials=relation(_materials, list[ReceivedMaterial], "收到的材料。"),
)
Issuing = _part(
    IssuingRow,
    "Issuing",
    "出件: 一件的结果及其去向。",
    {
        "documents": "结果文书名称",
        "certificate_no": "证照编号",
        "made_at": "制证时间",
        **_who("made", "制证"),
        "notified_way": "通知方式",
        "notified_at": "通知时间",
        "kept_at": "代管起始时间",
        "kept_place": "存放位置",
        "in_custody": "是否代管中",
        "delivered_way": "送达方式",
        "delivered_at": "送达时间",
        **_who("delivered", "送达"),
        "receiver_masked": "领取人(已脱敏)",
        "tracking_no": "邮寄单号",
        "bundle_no": "打包送达的包号",
        "with_theme": "是否随主题件统一出件",
        "dropped_at": "办件提前结束而不再送达的时间",
    },
    only={"receiver_masked": APPLICANT},
)
Refusal = _part(
    RefusalRow,
    "Refusal",
    "否定报备: 窗口拟不予受理,由上级决定。",
    {
        "report_id": "报备标识",
        "ground": "不予受理事由",
        "reason_masked": "基本事实与理由(已脱敏)",
        "basis": "法律依据",
        "reported_at": "报备时间",
        **_who("reported", "报备"),
        "state": "报备状态",
        "decided_at": "决定时间",
        **_who("decided", "决定"),
        "ruling_masked": "意见,或告知申请人的理由(已脱敏)",
        "remedy_masked": "告知的救济途径(已脱敏)",
    },
)
HandOver = _part(
    HandOverRow,
    "HandOver",
    "移交: 一份移交清单。",
    {
        "list_no": "清单编号",
        "from_unit": "移出单位编码,空为窗口",
        "to_unit": "接收单位编码",
        "materials": "所列材料编码",
        "item_step": "接收后办理的事项环节",
        "due_at": "环节期限,此刻起为逾期",
        "state": "移交状态",
        "handed_at": "移交时间",
        **_who("handed", "移交"),
        "signed_at": "签收时间",
        **_who("signed", "签收"),
    },
)
Rating = _part(
    RatingRow,
    "Rating",
    "评价: 一次好差评及其后续。",
    {
        "rating_id": "评价编号",
        "level": "评价等级",
        "origin": "评价来源",
        "named": "是否实名",
        "comment_masked": "评价内容(已脱敏)",
        "rated_at": "评价时间",
        "state": "差评状态",
        "contact_due_at": "联系期限,此刻起为逾期",
        "contacted_at": "最近一次联系的时间,未联系上的也算",
        "reached": "是否联系上评价人",
        "justified": "差评是否属实合理",
        "finding_masked": "核实情况(已脱敏)",
        "rectify_due_at": "整改期限,此刻起为逾期",
        "rectified_at": "整改时间",
        "measure_masked": "整改措施与答复(已脱敏)",
        "appealed_at": "申诉时间",
        "appeal_ground_masked": "申诉理由(已脱敏)",
        "ruled_at": "甄别时间",
        "ruling_masked": "甄别意见(已脱敏)",
    },
)
Finding = _part(
    FindingRow,
    "Finding",
    "校验结果: 办件过程与一项校验规则不符。",
    {
        "finding_id": "异常编号",
        "rule": "校验规则",
        "rule_version": "规则库版本",
        "basis": "依据",
        "detail": "情况",
        "found_at": "发现时间",
    },
)
