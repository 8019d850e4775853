"""What supervision orders of before leave in the write state of their ticket. It only assigns."""

from msgspec.structs import replace

from bancheng.domain.complaint import supervised_before
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Recorded
from bancheng.domain.matter_state import Leaves
from bancheng.domain.supervision.matter import Measure
from bancheng.domain.time_limits.levels import Rung


def _supervised_before(
    ticket: Ticket, event: supervised_before.SupervisionOrderIssued, _: Recorded
) -> Ticket:
    measure = Measure(unit=event.unit, rung=Rung.SUPERVISE, asks=True)
    return replace(ticket, measures={**ticket.measures, event.supervision_order_id: measure})


def _answered_before(
    ticket: Ticket, event: supervised_before.SupervisionOrderAnswered, _: Recorded
) -> Ticket:
    id_ = event.supervision_order_id
    answered = replace(ticket.measures[id_], answered=True)
    return replace(ticket, measures={**ticket.measures, id_: answered})


LEFT_BEFORE: dict[type, Leaves[Ticket]] = {
    supervised_before.SupervisionOrderIssued: _supervised_before,
    supervised_before.SupervisionOrderAnswered: _answered_before,
}
