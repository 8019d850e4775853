"""办不成事工单行: in which step a ticket stands by its status, and its rows."""

from bancheng.domain.complaint.terms import Status
from bancheng.domain.steps import Step
from bancheng.projections.ledger.matter_rows import MatterRows
from bancheng.projections.tickets.row import ticket

STEP_OF = {
    Status.REPORTED: Step.DISCOVER,
    Status.REFUSED: Step.DISCOVER,
    Status.DIVERTED: Step.DISCOVER,
    Status.ACCEPTED: Step.ANALYSE,
    Status.ANALYSED: Step.DISPATCH,
    Status.DISPATCHED: Step.DEADLINE,
    Status.RESOLVED: Step.VERIFY,
    Status.VERIFIED: Step.SUPERVISE,
    Status.CLOSED: Step.SUPERVISE,
    Status.WITHDRAWN: Step.SUPERVISE,
    Status.TERMINATED: Step.SUPERVISE,
    Status.MERGED: Step.SUPERVISE,
}

ROWS = MatterRows(ticket, STEP_OF)
