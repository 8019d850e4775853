"""The whole write API on one screen: every act, its decision, who may do it, and on what ground.

The mutations, their inputs, the SDL and the glossary are derived from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bancheng.domain import case
from bancheng.domain.case import history, theme
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.case.state import Case
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
from bancheng.domain.warnings import answering, raising


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
    What is not ``offered`` is done by imports or by the hall itself, not through the API.
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


CASE = Aggregate(CASES, "办件", Case, case.case.evolve, ledger="BJ")
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

MATTERS = (TICKET, CASE)

CLERK = Role.WINDOW_CLERK
HANDLER = Role.HANDLER
OFFICER = Role.UNIT_OFFICER
VERIFIER = Role.VERIFIER
SUPERVISOR = Role.SUPERVISOR
EFFICIENCY = Role.EFFICIENCY_SUPERVISOR
HEAD = Role.UNIT_HEAD
DUTY = Role.DUTY_LEADER
GOVERNMENT = Role.GOVERNMENT_HEAD
ARCHIVIST = Role.ARCHIVIST
ADMIN = Role.ADMINISTRATOR
SYSTEM = Role.SYSTEM

SIX_STEPS = "六步程序"
OWN_RULES = "本厅规则库"
OTHER_SYSTEM = "来源系统的办件日志"
LICENSING = "行政许可法"
RATING = "政务服务好差评制度"
THEME = "一件事一次办"


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
    asked_for = offered and set(by) != {SYSTEM}
    return Act(command, decide, kinds, frozenset(by), basis, opens, asked_for)


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
    # 办件的提交与收件
    _act(case.discover.SubmitCase, case.discover.submit, CLERK, on=CASE, basis="一窗受理",
         opens=True),
    _act(case.discover.PassPreReview, case.discover.pass_pre_review, CLERK, on=CASE),
    _act(case.discover.RejectPreReview, case.discover.reject_pre_review, CLERK, on=CASE,
         basis="一次性告知制"),
    _act(case.discover.ResubmitCase, case.discover.resubmit, CLERK, on=CASE),
    _act(case.discover.ReceiveMaterials, case.discover.receive, CLERK, on=CASE, basis=LICENSING),
    # 办件的告知与受理
    _act(case.analyse.CorrectMaterial, case.analyse.correct, CLERK, on=CASE, basis=LICENSING),
    _act(case.analyse.NoticeSupplement, case.analyse.notice_supplement, CLERK, OFFICER, on=CASE,
         basis="一次性告知制"),
    _act(case.analyse.ReceiveSupplement, case.analyse.receive_supplement, CLERK, on=CASE,
         basis=LICENSING),
    _act(case.accept.AcceptCase, case.accept.accept, CLERK, OFFICER, on=CASE, basis=LICENSING),
    _act(case.accept.DeemAccepted, case.accept.deem_accepted, SYSTEM, on=CASE,
         basis="行政许可法第三十二条第一款第四项"),
    _act(case.accept.FillGap, case.accept.fill_gap, CLERK, on=CASE, basis="容缺受理"),
    _act(case.refuse.ReportRefusal, case.refuse.report_refusal, CLERK, OFFICER, on=CASE,
         basis="窗口无否决权"),
    _act(case.refuse.DenyRefusal, case.refuse.deny_refusal, DUTY, HEAD, on=CASE,
         basis="否定报备制"),
    _act(case.refuse.RefuseAcceptance, case.refuse.refuse_acceptance, DUTY, HEAD, on=CASE,
         basis=LICENSING),
    # 办件的流转
    _act(case.dispatch.TransferCase, case.dispatch.transfer, CLERK, OFFICER, on=CASE),
    _act(case.dispatch.SignHandOver, case.dispatch.sign_hand_over, CLERK, OFFICER, on=CASE),
    _act(case.dispatch.FinishStep, case.dispatch.finish_step, OFFICER, CLERK, on=CASE),
    _act(theme.OpenChild, theme.open_child, SYSTEM, on=CASE, basis=THEME, opens=True),
    _act(theme.AttachChild, theme.attach_child, SYSTEM, on=CASE, basis=THEME),
    _act(theme.NoteChild, theme.note_child, SYSTEM, on=CASE, basis=THEME),
    _act(theme.CloseWithTheme, theme.close_with_theme, SYSTEM, on=CASE, basis=THEME),
    # 办件的办理与决定
    _act(case.procedure.StartProcedure, case.procedure.start_procedure, OFFICER, on=CASE,
         basis="行政许可法第四十五条"),
    _act(case.procedure.EndProcedure, case.procedure.end_procedure, OFFICER, on=CASE,
         basis="行政许可法第四十五条"),
    _act(case.deadline.RequestCaseExtension, case.deadline.request_extension, OFFICER, on=CASE,
         basis="行政许可法第四十二条"),
    _act(case.deadline.GrantCaseExtension, case.deadline.grant_extension, HEAD, GOVERNMENT,
         on=CASE, basis="行政许可法第四十二条"),
    _act(case.deadline.DenyCaseExtension, case.deadline.deny_extension, HEAD, GOVERNMENT,
         on=CASE, basis="行政许可法第四十二条"),
    _act(case.decide.DecideCase, case.decide.decide, CLERK, OFFICER, HEAD, on=CASE,
         basis="行政许可法第三十八条"),
    _act(case.decide.RecallDecision, case.decide.recall, HEAD, on=CASE),
    # 办件的出件与评价
    _act(case.verify.MakeResult, case.verify.make_result, CLERK, OFFICER, on=CASE),
    _act(case.verify.NotifyResult, case.verify.notify, CLERK, on=CASE),
    _act(case.verify.KeepResult, case.verify.keep, CLERK, on=CASE),
    _act(case.verify.DeliverResult, case.verify.deliver, CLERK, on=CASE,
         basis="行政许可法第四十四条"),
    _act(case.verify.RateCase, case.verify.rate, CLERK, VERIFIER, on=CASE, basis=RATING),
    # 办件的监督
    _act(case.ratings.ContactRater, case.ratings.contact, VERIFIER, on=CASE, basis=RATING),
    _act(case.ratings.RectifyRating, case.ratings.rectify, OFFICER, HEAD, on=CASE,
         basis=RATING),
    _act(case.ratings.AppealRating, case.ratings.appeal_rating, OFFICER, HEAD, on=CASE,
         basis=RATING),
    _act(case.ratings.ExcludeRating, case.ratings.exclude_rating, SUPERVISOR, EFFICIENCY,
         on=CASE, basis=RATING),
    _act(case.ratings.UpholdRating, case.ratings.uphold_rating, SUPERVISOR, EFFICIENCY,
         on=CASE, basis=RATING),
    _act(case.supervise.WithdrawCase, case.supervise.withdraw, CLERK, on=CASE),
    _act(case.supervise.DeemWithdrawn, case.supervise.deem_withdrawn, SYSTEM, on=CASE,
         basis="安阳市政务服务条例第二十四条"),
    _act(case.supervise.TerminateCase, case.supervise.terminate, HEAD, DUTY, SYSTEM, on=CASE),
    _act(case.supervise.VoidCase, case.supervise.void, DUTY, on=CASE),
    _act(case.supervise.ReviewApproval, case.supervise.review_approval, OFFICER, SUPERVISOR,
         on=CASE, basis="批后复审制"),
    _act(case.supervise.ArchiveCase, case.supervise.archive, ARCHIVIST, on=CASE, basis="档案法"),
    _act(case.supervise.RecordFinding, case.supervise.record_finding, SYSTEM, on=CASE,
         basis="电子监察"),
    # 预警
    _act(raising.RaiseWarning, raising.raise_warning, EFFICIENCY, on=MATTERS, basis="限时办结制"),
    _act(answering.AnswerWarning, answering.answer_warning, OFFICER, HANDLER, on=MATTERS),
    _act(answering.AppealWarning, answering.appeal_warning, OFFICER, HANDLER, on=MATTERS),
    _act(answering.RejectWarningAppeal, answering.reject_warning_appeal, EFFICIENCY, on=MATTERS),
    _act(answering.RevokeWarning, answering.revoke_warning, EFFICIENCY, on=MATTERS),
    _act(raising.ReplanDueDate, raising.replan_due_date, EFFICIENCY, on=MATTERS,
         basis="工作日历新版"),
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
