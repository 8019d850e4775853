"""个人信息: the acts by which a person's data is erased, or kept unused until it may be."""

from bancheng.app.acts.act import (
    CLERK,
    EFFICIENCY,
    HANDLER,
    SUPERVISOR,
    SYSTEM,
    Act,
    Aggregate,
)
from bancheng.app.acts.matters import on_files
from bancheng.domain.privacy import erasure, restriction

ERASURE = Aggregate(erasure.PREFIX, "删除申请", erasure.Erasure, erasure.evolve)
LAW = "个人信息保护法第四十七条"

ACTS: tuple[Act, ...] = (
    ERASURE.act(erasure.RequestErasure, erasure.request_erasure, CLERK, HANDLER,
                basis=LAW, opens=True),
    ERASURE.act(erasure.ApproveErasure, erasure.approve_erasure, SUPERVISOR, EFFICIENCY,
                basis=LAW),
    ERASURE.act(erasure.RefuseErasure, erasure.refuse_erasure, SUPERVISOR, EFFICIENCY, basis=LAW),
    ERASURE.act(erasure.WithdrawErasure, erasure.withdraw_erasure, SUPERVISOR, EFFICIENCY,
                basis=LAW),
    ERASURE.act(erasure.RestrictErasure, erasure.note_restriction, SYSTEM, basis=LAW),
    ERASURE.act(erasure.CarryOutErasure, erasure.carry_out_erasure, SYSTEM, basis=LAW),
    on_files(restriction.RestrictProcessing, restriction.restrict_processing, SYSTEM, basis=LAW),
    on_files(restriction.LiftRestriction, restriction.lift_restriction, SYSTEM, basis=LAW),
    on_files(restriction.ErasePersonalData, restriction.erase_personal_data, SYSTEM, basis=LAW),
)  # fmt: skip
