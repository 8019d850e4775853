"""The ledgers of cases, and what their filters are called."""

from bancheng.graphql import permissions
from bancheng.graphql.queries.ledgers import Ledger
from bancheng.graphql.types.case import Case
from bancheng.projections import cases

_TIMES = {
    f"{name}_{edge}": f"{term}{word}"
    for name, term in {
        "submitted": "提交时间", "accepted": "受理时间", "decided": "决定时间",
        "closed": "结束时间", "due": "期限",
    }.items()
    for edge, word in {"from": "不早于", "before": "早于"}.items()
}  # fmt: skip
_WORDS = _TIMES | {
    "text": "编号、事项名称或事项编码中的文字",
    "applicant": "申请人姓名或电话(已脱敏)中的文字",
    "unit": "有过参与的单位编码",
    "holder": "持有材料的单位编码",
    "item_code": "事项实施编码",
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
    "theme_id": "所属主题件的标识",
    "special_group": "特殊群体",
    "cross_region": "跨域通办的属地",
    "rating_level": "最近的评价等级",
}

CASE_LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        name="cases",
        node=Case,
        filter=cases.CaseFilter,
        words=_WORDS,
        order=cases.CaseOrder,
        first_order=cases.CaseOrder.SUBMITTED_AT,
        descending=True,
        page=cases.cases,
        count=cases.case_count,
        view=permissions.CASES,
        bound_by="unit",
        hidden=frozenset({"applicant", "special_group", "level"}),
    ),
)
