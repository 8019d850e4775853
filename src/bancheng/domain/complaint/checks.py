"""监督检查: what the logic checks find in the course of a ticket is recorded, each once."""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.checks import OF_ANY_MATTER, Finding, History, findings
from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.errors import WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.domain.time_limits.rules import RuleBook


@topic("complaint.check-failed", step=Step.SUPERVISE)
class TicketCheckFailed(Event, frozen=True, kw_only=True):
    """办不成事工单校验异常: its course contradicts a rule; ``finding_id`` names it once.

    ``unit`` is that of whoever did what was found; None if another system told of it.
    """

    finding_id: str
    rule: CheckRule
    rule_version: str
    basis: str
    detail: str
    unit: str | None = None


class RecordTicketFinding(TicketCommand, frozen=True, kw_only=True):
    """办不成事工单校验异常: record what a logic check found."""

    finding_id: Annotated[str, Meta(max_length=200, description="异常编号")]
    rule: Annotated[CheckRule, Meta(description="校验规则")]
    basis: Annotated[str, Meta(max_length=500, description="依据")]
    detail: Annotated[str, Meta(max_length=1000, description="情况")]
    unit: Annotated[UnitRef, Meta(description="行为人所在单位编码")] | None = None


def findings_in(history: History, rulebook: RuleBook) -> list[Finding]:
    """Everything the checks of ``rulebook`` find in ``history``, also what was recorded before."""
    course = [one for one in history if not isinstance(one.event, TicketCheckFailed)]
    return findings(course, rulebook, OF_ANY_MATTER)


FINDINGS: Final = Targets[Ticket](
    of=lambda command: command.finding_id, within=lambda ticket: ticket.findings
)


def may_record_finding(ticket: Ticket, attempt: Attempt) -> None:
    # Every sweep finds again what the course of the ticket contradicts; it is recorded once.
    if attempt.target in ticket.findings:
        raise WrongStep("FINDING_KNOWN", "该异常已记录", remedy="无需重复记录")


@guarded(may_record_finding, FINDINGS)
def record_finding(_: Ticket, command: RecordTicketFinding, desk: Desk) -> list[Event]:
    return [
        TicketCheckFailed(
            finding_id=command.finding_id,
            rule=command.rule,
            rule_version=desk.rulebook.version,
            basis=command.basis,
            detail=command.detail,
            unit=command.unit,
        )
    ]
