"""预警: the acts about the limits of a matter, the same for tickets and cases."""

from dataclasses import replace
from typing import TypeVar

from bancheng.app.acts.act import (
    CLERK,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    SIX_STEPS,
    VERIFIER,
    Act,
)
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.tickets import TICKET
from bancheng.domain.commands import Command
from bancheng.domain.guards import Decision
from bancheng.domain.people import Role
from bancheng.domain.warnings import answering, raising
from bancheng.domain.warnings.matter import Matter

C = TypeVar("C", bound=Command)


def _on_both(
    command: type[C], decide: Decision[Matter, C], *by: Role, basis: str = SIX_STEPS
) -> Act:
    # Made for each kind, because that is how mypy sees that the state of each is a `Matter`.
    of_ticket = TICKET.act(command, decide, *by, basis=basis)
    of_case = CASE.act(command, decide, *by, basis=basis)
    return replace(of_ticket, on=of_ticket.on + of_case.on)


# The posts that a card may name: see `LimitKind.answered_by`.
WARNED = (OFFICER, HEAD, HANDLER, CLERK, VERIFIER)

ACTS: tuple[Act, ...] = (
    _on_both(raising.RaiseWarning, raising.raise_warning, EFFICIENCY, basis="限时办结制"),
    _on_both(answering.AnswerWarning, answering.answer_warning, *WARNED),
    _on_both(answering.AppealWarning, answering.appeal_warning, *WARNED),
    _on_both(answering.RejectWarningAppeal, answering.reject_warning_appeal, EFFICIENCY),
    _on_both(answering.RevokeWarning, answering.revoke_warning, EFFICIENCY),
    _on_both(raising.ReplanDueDate, raising.replan_due_date, EFFICIENCY, basis="工作日历新版"),
)
