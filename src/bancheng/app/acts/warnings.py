"""预警: the acts about the limits of a matter, the same for tickets and cases."""

from bancheng.app.acts.act import (
    CLERK,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    VERIFIER,
    Act,
)
from bancheng.app.acts.matters import on_both
from bancheng.domain.warnings import answering, raising

# The posts that a card may name: see `LimitKind.answered_by`.
WARNED = (OFFICER, HEAD, HANDLER, CLERK, VERIFIER)

ACTS: tuple[Act, ...] = (
    on_both(raising.RaiseWarning, raising.raise_warning, EFFICIENCY, basis="限时办结制"),
    on_both(answering.AnswerWarning, answering.answer_warning, *WARNED),
    on_both(answering.AppealWarning, answering.appeal_warning, *WARNED),
    on_both(answering.RejectWarningAppeal, answering.reject_warning_appeal, EFFICIENCY),
    on_both(answering.RevokeWarning, answering.revoke_warning, EFFICIENCY),
    on_both(raising.ReplanDueDate, raising.replan_due_date, EFFICIENCY, basis="工作日历新版"),
)
