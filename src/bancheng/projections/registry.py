"""The one list of read models."""

from collections.abc import Sequence

from bancheng.projections import (
    audit_trail,
    case_ledger,
    deadline_board,
    finding_ledger,
    hand_over_ledger,
    intake_ledger,
    issuing_ledger,
    item_catalogue,
    matter_register,
    office,
    past_case_ledger,
    rating_ledger,
    refusal_ledger,
    ticket_ledger,
    warning_ledger,
    work_order_ledger,
    workload,
)
from bancheng.projections.machine.base import Projection

PROJECTIONS: Sequence[Projection] = (
    matter_register.PROJECTION,
    ticket_ledger.PROJECTION,
    work_order_ledger.PROJECTION,
    case_ledger.PROJECTION,
    intake_ledger.PROJECTION,
    refusal_ledger.PROJECTION,
    hand_over_ledger.PROJECTION,
    issuing_ledger.PROJECTION,
    rating_ledger.PROJECTION,
    finding_ledger.PROJECTION,
    workload.PROJECTION,
    deadline_board.PROJECTION,
    audit_trail.PROJECTION,
    warning_ledger.PROJECTION,
    past_case_ledger.PROJECTION,
    office.PROJECTION,
    item_catalogue.PROJECTION,
)

for _projection in PROJECTIONS:
    _projection.require_complete()
