"""预警: the acts about the limits of a matter, the same for tickets and cases."""

from dataclasses import replace
from typing import TypeVar

from bancheng.app.acts.act import EFFICIENCY, HANDLER, OFFICER, SIX_STEPS, Act
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.domain import warn
from bancheng.domain.commands import Command
from bancheng.domain.guards import Leads
from bancheng.domain.people import Role
from bancheng.domain.warn import Matter

C = TypeVar("C", bound=Command)


def _on_both(command: type[C], decide: Leads[Matter, C], *by: Role, basis: str = SIX_STEPS) -> Act:
    # Made for each kind, because that is how mypy sees that the state of each is a `Matter`.
    of_ticket = TICKET.act(command, decide, *by, basis=basis)
    of_case = CASE.act(command, decide, *by, basis=basis)
    return replace(of_ticket, on=of_ticket.on + of_case.on)


ACTS: tuple[Act, ...] = (
    _on_both(warn.RaiseWarning, warn.raise_warning, EFFICIENCY, basis="限时办结制"),
    _on_both(warn.AnswerWarning, warn.answer_warning, OFFICER, HANDLER),
    _on_both(warn.AppealWarning, warn.appeal_warning, OFFICER, HANDLER),
    _on_both(warn.RejectWarningAppeal, warn.reject_warning_appeal, EFFICIENCY),
    _on_both(warn.RevokeWarning, warn.revoke_warning, EFFICIENCY),
    _on_both(warn.ReplanDueDate, warn.replan_due_date, EFFICIENCY, basis="工作日历新版"),
)
