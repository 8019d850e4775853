"""A hall in which happened what supervisors ask about (docs/questions.md); today is 16 March."""

from typing import Any

from bancheng.domain.calls import CallResult
from bancheng.domain.case import deadline as case_time
from bancheng.domain.case import recall, refuse
from bancheng.domain.case.terms import RefusalGround
from bancheng.domain.case.verify import KeepResult
from bancheng.domain.commands import Command
from bancheng.domain.complaint.deadline import GrantExtension, SubmitResult
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.returns import UpholdReturn
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.complaint.terms import Outcome, Satisfaction
from bancheng.domain.complaint.verify import OrderRework, RecordCallBack
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, Applicant, FreeText, PersonName, Phone, Reporter, Title
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.supervision.taking import UrgeUnit
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.raising import RaiseWarning

from . import api_acts as tickets
from . import case_api_acts as cases
from .api_client import Api
from .given import (
    CLERK,
    CO_OFFICER,
    DUTY,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    READ,
    SUPERVISOR,
    VERIFIER,
    local,
)
from .ways import Matter

TEXT = FreeText("窗口说系统故障,让改天再来")
REPORTER = Reporter(name=PersonName("周秀兰"), phone=Phone("13900001234"))
APPLICANT = Applicant(name=PersonName("何桂香"), phone=Phone("13900005678"))
TODAY = local("2026-03-16 09:00")


def lived(api: Api) -> None:
    """Two weeks of the hall's life, up to this morning."""
    unsigned = _tickets(api)
    _cases(api)
    api.clock.set(local("2026-03-12 09:00"))
    _lately(api)
    api.clock.set(TODAY)
    _this_morning(api, unsigned)
    api.settle()


def _tickets(api: Api) -> Matter:
    """Some tickets, the last of which nobody signs for."""
    extended = tickets.asked_for_more_time(api)
    _on(api, extended, GrantExtension, HANDLER, ruling=TEXT)
    for _ in range(2):
        _urged(api, extended, SUPERVISOR)
    _urged_once_and_done_again(api)
    returned = tickets.returned(api)
    _on(api, returned, UpholdReturn, HANDLER, ruling=TEXT)
    _on(api, returned, ReassignWorkOrder, HANDLER, unit="YB", instruction=TEXT, released=READ)
    unsigned = tickets.dispatched(
        api, lead="YB", subject=Title("异地就医备案办不了"), reporter=REPORTER
    )
    tickets.warned(api, unit="YB")
    tickets.closed(api)
    again = tickets.closed(api)
    api.carry_out(ReopenTicket(ticket_id=again.ticket_id, reason=TEXT), SUPERVISOR)
    tickets.suspended(api)
    _looked_at(api, extended)
    return unsigned


def _looked_at(api: Api, matter: Matter) -> None:
    """Two look at a ticket, one opens the telephone number, and others try what they may not."""
    api.settle()
    for who in (HANDLER, CLERK, CO_OFFICER):
        api.post("query ($n: String) { ticket(number: $n) { number } }", {"n": matter.number}, who)
    opening = {"purpose": "contact", "fields": ["PHONE"], "reason": "电话核实"}
    api.act("discloseReporter", HANDLER, {"ticketId": matter.ticket_id, **opening})
    api.post("{ auditTrail { edges { node { sentence } } } }", by=CLERK)


def _urged_once_and_done_again(api: Api) -> None:
    matter = tickets.signed_in(api, subject=Title("不动产登记办不了"))
    _urged(api, matter, HANDLER)
    done = {"outcome": Outcome.SOLVED, "result": FreeText("已为群众补录数据并电话说明")}
    _on(api, matter, SubmitResult, OFFICER, **done)
    call = RecordCallBack(
        ticket_id=matter.ticket_id,
        call=CallResult.CONNECTED,
        solved=False,
        satisfaction=Satisfaction.DISSATISFIED,
    )
    api.carry_out(call, VERIFIER)
    _on(api, matter, OrderRework, VERIFIER, reason=FreeText("群众表示仍未解决"))
    _on(api, matter, SubmitResult, OFFICER, **done)


def _cases(api: Api) -> None:
    cases.refusal_reported(api)
    denied = cases.refusal_reported(api)
    _of(api, denied, refuse.DenyRefusal, DUTY, ruling=TEXT)
    refused = cases.refusal_reported(api)
    grounds = {"ground": RefusalGround.NOT_OURS, "reason": TEXT, "basis": "行政许可法第三十二条"}
    grounds |= {"remedy": FreeText("可申请行政复议"), "right_organ": "市市场监督管理局"}
    _of(api, refused, refuse.RefuseAcceptance, DUTY, **grounds)
    cases.pre_rejected(api)
    cases.in_hand(api)  # and stays there
    longer = cases.asked_for_more_time(api)
    _of(api, longer, case_time.GrantCaseExtension, HEAD, ruling=TEXT)
    cases.supplementing(api)
    cases.accepted_with_gap(api)
    recalled = cases.decided(api)
    _of(api, recalled, recall.RecallDecision, HEAD, reason=TEXT)
    kept = cases.notified(api)
    _of(api, kept, KeepResult, CLERK, place="A柜3格")


def _lately(api: Api) -> None:
    cases.rated(api)
    cases.rated(api, RatingLevel.VERY_SATISFIED)
    cases.in_hand(api, "YB", item=cases.OTHER_ITEM)


def _this_morning(api: Api, unsigned: Matter) -> None:
    card = RaiseWarning(
        matter_id=unsigned.ticket_id,
        kind=LimitKind.SIGN_IN,
        subject=unsigned.order,
        level=WarningLevel.RED,
    )
    api.carry_out(card, EFFICIENCY)
    tickets.dispatched(api)
    tickets.signed_in(api)
    cases.at_window(api, applicant=APPLICANT)


def _urged(api: Api, matter: Matter, by: Actor) -> None:
    command = UrgeUnit(matter_id=matter.ticket_id, unit="RS", ground="overdue", demand=TEXT)
    api.carry_out(command, by)


def _on(api: Api, matter: Matter, command: type[Command], by: Actor, **fields: Any) -> None:
    one: Any = command
    api.carry_out(one(ticket_id=matter.ticket_id, order_id=matter.order, **fields), by)


def _of(
    api: Api, matter: cases.CaseMatter, command: type[Command], by: Actor, **fields: Any
) -> None:
    one: Any = command
    api.carry_out(one(case_id=matter.case_id, **fields), by)
