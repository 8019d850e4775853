"""The whole write API on one screen: every act, its decision, who may do it, and on what ground.

The mutations, their inputs, the SDL and the glossary are derived from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bancheng.domain import warn
from bancheng.domain.case import history
from bancheng.domain.commands import Command, Desk
from bancheng.domain.complaint import (
    analyse,
    deadline,
    discover,
    dispatch,
    supervise,
    suspend,
    verify,
)
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.complaint.ticket import evolve as evolve_ticket
from bancheng.domain.events import Event, Recorded, term_of
from bancheng.domain.office import calendars, item, item_publication, staff, unit
from bancheng.domain.people import Role


@dataclass(frozen=True)
class Aggregate:
    """聚合: a kind of stream. ``ledger`` numbers new streams, ``prefix`` begins their ids.

    ``term`` is what people call one of them. In a ``chronological`` one no event is said to have
    happened before the one it follows.
    """

    prefix: str
    term: str
    empty: Callable[[], Any]
    evolve: Callable[[Any, Recorded], Any]
    ledger: str | None = None
    named_by: Callable[[Any], str] | None = None
    chronological: bool = True


@dataclass(frozen=True)
class Act:
    """办理动作: a command with its decision. ``opens``: the act begins a new stream.

    ``on`` are the kinds of streams it is done on; more than one only for acts on existing matters.
    What is not ``offered`` is done by imports only.
    """

    command: type[Command]
    decide: Callable[[Any, Any, Desk], Sequence[Event]]
    on: tuple[Aggregate, ...]
    by: frozenset[Role]
    basis: str
    opens: bool = False
    offered: bool = True

    @property
    def name(self) -> str:
        """The command's name, which is also the mutation's."""
        return self.command.__name__

    def aggregate(self, stream_id: str) -> Aggregate | None:
        """The kind of the stream, if the act can be done on it."""
        return next((one for one in self.on if stream_id.startswith(one.prefix)), None)

    def kind_of(self, stream_id: str) -> Aggregate:
        """The kind of a stream on which the act can be done."""
        kind = self.aggregate(stream_id)
        assert kind is not None, "a stream of another kind was refused before"
        return kind

    @property
    def term(self) -> str:
        """The act's Chinese term."""
        return term_of(self.command)


TICKET = Aggregate(TICKETS, "工单", Ticket, evolve_ticket, ledger="BCS")
UNIT = Aggregate("unit-", "单位", unit.Unit, unit.evolve, named_by=lambda command: command.code)
STAFF = Aggregate(
    "staff-", "人员", staff.Staff, staff.evolve, named_by=lambda command: command.staff_id
)
ITEM = Aggregate(
    "item-", "事项", item.CatalogueEntry, item.evolve, named_by=lambda command: command.code
)
CALENDAR = Aggregate(
    "calendar-", "日历", calendars.CalendarRegister, calendars.evolve, named_by=lambda _: "hall"
)
# A source may tell of a step later than of those that followed it (补录).
PAST_CASE = Aggregate(
    "past-case-", "历史办件", history.PastCase, history.evolve,
    named_by=lambda command: command.case.stream_name, chronological=False,
)  # fmt: skip

MATTERS = (TICKET,)

CLERK = Role.WINDOW_CLERK
HANDLER = Role.HANDLER
OFFICER = Role.UNIT_OFFICER
VERIFIER = Role.VERIFIER
SUPERVISOR = Role.SUPERVISOR
EFFICIENCY = Role.EFFICIENCY_SUPERVISOR
ADMIN = Role.ADMINISTRATOR

SIX_STEPS = "六步程序"
OWN_RULES = "本厅规则库"
OTHER_SYSTEM = "来源系统的办件日志"


def _act(
    command: type[Command],
    decide: Callable[[Any, Any, Desk], Sequence[Event]],
    *by: Role,
    on: Aggregate | tuple[Aggregate, ...] = TICKET,
    basis: str = SIX_STEPS,
    opens: bool = False,
    offered: bool = True,
) -> Act:
    kinds = on if isinstance(on, tuple) else (on,)
    return Act(command, decide, kinds, frozenset(by), basis, opens, offered)


ACTS: tuple[Act, ...] = (
    # 发现问题
    _act(discover.ReportTicket, discover.report, CLERK, HANDLER, SUPERVISOR, EFFICIENCY,
         basis="首问负责制", opens=True),
    _act(discover.AcceptTicket, discover.accept, HANDLER),
    _act(discover.RefuseTicket, discover.refuse, HANDLER, basis=OWN_RULES),
    _act(discover.DivertTicket, discover.divert, HANDLER, basis=OWN_RULES),
    # 分析原因
    _act(analyse.AnalyseCause, analyse.analyse, HANDLER),
    _act(analyse.AnswerInquiry, analyse.answer_inquiry, CLERK, HANDLER, basis="首问负责制"),
    _act(analyse.PassOnPraise, analyse.pass_on_praise, HANDLER),
    # 派发工单
    _act(dispatch.DispatchWorkOrders, dispatch.dispatch, HANDLER, basis="限时办结制"),
    _act(dispatch.SignInWorkOrder, dispatch.sign_in, OFFICER, HANDLER),
    _act(dispatch.ReturnWorkOrder, dispatch.return_order, OFFICER, basis=OWN_RULES),
    _act(dispatch.RejectReturn, dispatch.reject_return, HANDLER, basis="派单异议审核机制"),
    _act(dispatch.UpholdReturn, dispatch.uphold_return, HANDLER, basis="派单异议审核机制"),
    _act(dispatch.ReassignWorkOrder, dispatch.reassign, HANDLER, basis="派单异议审核机制"),
    # 限期解决
    _act(deadline.NoteProgress, deadline.note_progress, OFFICER, HANDLER),
    _act(deadline.RequestExtension, deadline.request_extension, OFFICER, basis=OWN_RULES),
    _act(deadline.GrantExtension, deadline.grant_extension, HANDLER, basis=OWN_RULES),
    _act(deadline.DenyExtension, deadline.deny_extension, HANDLER, basis=OWN_RULES),
    _act(suspend.SuspendWorkOrder, suspend.suspend, HANDLER, basis="济南12345条例第二十四条"),
    _act(suspend.ResumeWorkOrder, suspend.resume, HANDLER),
    _act(suspend.RegradeTicket, suspend.regrade, HANDLER, basis=OWN_RULES),
    _act(deadline.SubmitResult, deadline.submit_result, OFFICER, HANDLER, basis="限时办结制"),
    # 结果核查
    _act(verify.RecordCallBack, verify.record_call_back, VERIFIER),
    _act(verify.PassVerification, verify.pass_verification, VERIFIER),
    _act(verify.OrderRework, verify.order_rework, VERIFIER),
    # 监督检查
    _act(supervise.UrgeWorkOrder, supervise.urge, HANDLER, SUPERVISOR, EFFICIENCY),
    _act(supervise.IssueSupervisionOrder, supervise.issue_supervision_order, SUPERVISOR,
         EFFICIENCY, basis="责任追究制"),
    _act(supervise.AnswerSupervisionOrder, supervise.answer_supervision_order, OFFICER),
    _act(supervise.StrikeOffTicket, supervise.strike_off, HANDLER, SUPERVISOR),
    _act(supervise.ReopenTicket, supervise.reopen, SUPERVISOR, EFFICIENCY),
    # 预警
    _act(warn.RaiseWarning, warn.raise_warning, EFFICIENCY, on=MATTERS, basis="限时办结制"),
    _act(warn.AnswerWarning, warn.answer_warning, OFFICER, HANDLER, on=MATTERS),
    _act(warn.AppealWarning, warn.appeal_warning, OFFICER, HANDLER, on=MATTERS),
    _act(warn.RejectWarningAppeal, warn.reject_warning_appeal, EFFICIENCY, on=MATTERS),
    _act(warn.RevokeWarning, warn.revoke_warning, EFFICIENCY, on=MATTERS),
    _act(warn.ReplanDueDate, warn.replan_due_date, EFFICIENCY, on=MATTERS, basis="工作日历新版"),
    # 历史办件
    _act(history.RecordPastStep, history.record_past_step, ADMIN, EFFICIENCY, on=PAST_CASE,
         basis=OTHER_SYSTEM, offered=False),
    _act(history.RestatePastCase, history.restate_past_case, ADMIN, EFFICIENCY, on=PAST_CASE,
         basis=OTHER_SYSTEM, offered=False),
    # 日历、单位、人员与事项
    _act(calendars.PublishCalendar, calendars.publish_calendar, ADMIN, EFFICIENCY, on=CALENDAR,
         basis="国务院办公厅节假日安排通知"),
    _act(unit.RegisterUnit, unit.register_unit, ADMIN, on=UNIT, basis="单位名册"),
    _act(unit.CloseUnit, unit.close_unit, ADMIN, on=UNIT, basis="单位名册"),
    _act(staff.RegisterStaff, staff.register_staff, ADMIN, on=STAFF, basis="人员名册"),
    _act(staff.DismissStaff, staff.dismiss_staff, ADMIN, on=STAFF, basis="人员名册"),
    _act(item_publication.PublishItem, item.publish_item, ADMIN, on=ITEM, basis="事项目录"),
    _act(item.WithdrawItem, item.withdraw_item, ADMIN, on=ITEM, basis="事项目录"),
)  # fmt: skip

BY_COMMAND: dict[type[Command], Act] = {act.command: act for act in ACTS}


def stream_of(act: Act, command: Command) -> str | None:
    """The stream the command is about; ``None`` if the act opens a new one."""
    if command.about is not None or act.on[0].named_by is None:
        return command.about
    return act.on[0].prefix + act.on[0].named_by(command)
