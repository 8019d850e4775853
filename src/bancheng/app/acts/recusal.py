"""回避: the acts by which who has an interest in a matter does nothing on it."""

from bancheng.app.acts.act import (
    ARCHIVIST,
    CLERK,
    DUTY,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
    Act,
)
from bancheng.app.acts.matters import on_both
from bancheng.domain import recusal

LAW = "公务员法第七十六条、第七十七条"
_DECIDE = (SUPERVISOR, EFFICIENCY, HEAD)

ACTS: tuple[Act, ...] = (
    on_both(recusal.RequestRecusal, recusal.request_recusal, CLERK, HANDLER, VERIFIER, SUPERVISOR,
            EFFICIENCY, OFFICER, HEAD, DUTY, ARCHIVIST, basis=LAW),
    on_both(recusal.OrderRecusal, recusal.order_recusal, *_DECIDE, basis=LAW),
    on_both(recusal.DenyRecusal, recusal.deny_recusal, *_DECIDE, basis=LAW),
    on_both(recusal.LiftRecusal, recusal.lift_recusal, *_DECIDE, basis=LAW),
)  # fmt: skip
