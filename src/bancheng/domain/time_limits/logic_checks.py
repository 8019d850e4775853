"""逻辑校验规则: which checks of a course of events a rule book may ask for, and how strict."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from bancheng.domain.labelled import Labelled


class CheckRule(Labelled):
    """逻辑校验: what a supervision engine finds in a course of events (湖南电子监察)."""

    SUPPLEMENT_REPEATED = "supplement_repeated", "多次告知补正"
    ACCEPTED_AFTER_END = "accepted_after_end", "办结后受理"
    STEP_OUT_OF_ORDER = "step_out_of_order", "后序环节早于前序环节"
    RESULT_BEFORE_APPLICATION = "result_before_application", "结果早于申请"
    REFUSED_WITHOUT_REASON = "refused_without_reason", "不予许可未说明理由"
    STEP_OVERDUE = "step_overdue", "环节超期而整体未超期"
    RECORDED_LATE = "recorded_late", "事后补录"
    RECORDED_IN_BULK = "recorded_in_bulk", "集中补录"
    WINDOW_EXCEEDED = "window_exceeded", "超窗口范围办理"
    RATED_BY_STAFF = "rated_by_staff", "评价由工作人员录入"


class WindowScope(Labelled):
    """窗口范围: what becomes of an acceptance or a decision that is beyond its window."""

    REFUSED = "refused", "拒绝"
    FLAGGED = "flagged", "留痕提示"


class CheckSetting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """校验设置: a logic check that is made, on what ground, and from what on it finds something.

    ``most`` is how often a thing may happen, ``hours`` how far apart two times may lie.
    """

    code: CheckRule
    basis: str
    most: Annotated[int, Meta(ge=0, le=1000)] = 1
    hours: Annotated[int, Meta(ge=1, le=10_000)] = 24


# What the checks read of their settings.
READ_BY: Final[dict[CheckRule, tuple[str, ...]]] = {
    CheckRule.SUPPLEMENT_REPEATED: ("most",),
    CheckRule.RECORDED_LATE: ("hours",),
    CheckRule.RECORDED_IN_BULK: ("most", "hours"),
}
