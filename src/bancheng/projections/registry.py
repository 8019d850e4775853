"""The one list of read models."""

from collections.abc import Sequence

from bancheng.projections import (
    audit_trail,
    case_ledger,
    deadline_board,
    item_catalogue,
    matter_register,
    office,
    past_case_ledger,
    ticket_ledger,
    warning_ledger,
    work_order_ledger,
)
from bancheng.projections.base import Projection

PROJECTIONS: Sequence[Projection] = (
    matter_register.PROJECTION,
    ticket_ledger.PROJECTION,
    work_order_ledger.PROJECTION,
    case_ledger.PROJECTION,
    deadline_board.PROJECTION,
    audit_trail.PROJECTION,
    warning_ledger.PROJECTION,
    past_case_ledger.PROJECTION,
    office.PROJECTION,
    item_catalogue.PROJECTION,
)

for _projection in PROJECTIONS:
    _projection.require_complete()
