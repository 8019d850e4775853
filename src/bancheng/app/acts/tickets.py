"""办不成事工单: the acts on tickets."""

from bancheng.app.acts.act import (
    CLERK,
    DUTY,
    EFFICIENCY,
    HANDLER,
    HEAD,
    MANY,
    OFFICER,
    SUPERVISOR,
    SYSTEM,
    VERIFIER,
    Act,
    Aggregate,
    Many,
)
from bancheng.domain.complaint import (
    analyse,
    answer,
    checks,
    contact,
    correct,
    deadline,
    discover,
    dispatch,
    ending,
    meeting,
    on_the_spot,
    regrade,
    release,
    returns,
    succession,
    supervise,
    suspend,
    ties,
    verify,
)
from bancheng.domain.complaint.state import PREFIX, Ticket
from bancheng.domain.complaint.ticket import evolve
from bancheng.domain.time_limits.granting import GRANTERS

TICKET = Aggregate(PREFIX, "办不成事工单", Ticket, evolve, ledger="BCS")
OWN_RULES = "本厅规则库"
MEETINGS = "济南市12345市民服务热线条例第三十条; 潍坊市12345政务服务便民热线条例第二十三条"
ORDERS = Many(part=("order_id",))

ACTS: tuple[Act, ...] = (
    # 发现问题
    TICKET.act(discover.ReportTicket, discover.report, CLERK, HANDLER, SUPERVISOR, EFFICIENCY,
               basis="首问负责制", opens=True),
    TICKET.act(discover.AcceptTicket, discover.accept, HANDLER, many=MANY),
    TICKET.act(discover.RefuseTicket, discover.refuse, HANDLER, basis=OWN_RULES),
    TICKET.act(discover.DivertTicket, discover.divert, HANDLER, basis=OWN_RULES),
    TICKET.act(correct.CorrectTicket, correct.correct, CLERK, HANDLER,
               basis="个人信息保护法第四十六条"),
    TICKET.act(correct.SupplementReport, correct.supplement, CLERK, HANDLER, basis="首问负责制"),
    # 调阅与联系
    TICKET.act(contact.DiscloseReporter, contact.disclose, HANDLER, VERIFIER, OFFICER, HEAD,
               basis="个人信息保护法第三十四条"),
    TICKET.act(contact.ContactReporter, contact.contact, HANDLER, OFFICER, HEAD,
               basis="上海市优化营商环境条例第三十条"),
    # 分析原因
    TICKET.act(analyse.AnalyseCause, analyse.analyse, HANDLER),
    TICKET.act(analyse.AnswerInquiry, analyse.answer_inquiry, CLERK, HANDLER, basis="首问负责制"),
    TICKET.act(on_the_spot.SettleOnTheSpot, on_the_spot.settle_on_the_spot, CLERK, HANDLER,
               SUPERVISOR, basis="首问负责制"),
    TICKET.act(analyse.PassOnPraise, analyse.pass_on_praise, HANDLER),
    # 派发工单
    TICKET.act(dispatch.DispatchWorkOrders, dispatch.dispatch, HANDLER, basis="限时办结制",
               many=Many(own=("released", "keeps"))),
    TICKET.act(dispatch.AddCoUnit, dispatch.add_co_unit, HANDLER, basis="限时办结制"),
    TICKET.act(release.ReleaseText, release.release, HANDLER, basis="信访工作条例第三十条"),
    TICKET.act(dispatch.SignInWorkOrder, dispatch.sign_in, OFFICER, HANDLER, many=ORDERS),
    TICKET.act(returns.ReturnWorkOrder, returns.return_order, OFFICER, basis=OWN_RULES),
    TICKET.act(returns.RejectReturn, returns.reject_return, HANDLER, basis="派单异议审核机制"),
    TICKET.act(returns.UpholdReturn, returns.uphold_return, HANDLER, basis="派单异议审核机制"),
    TICKET.act(returns.EndWorkOrder, returns.end_order, HANDLER, basis="派单异议审核机制"),
    TICKET.act(dispatch.ReassignWorkOrder, dispatch.reassign, HANDLER, basis="派单异议审核机制",
               many=Many(part=("order_id",), own=("released", "keeps"))),
    TICKET.act(meeting.ConveneMeeting, meeting.convene, HANDLER, SUPERVISOR, DUTY,
               basis=MEETINGS),
    TICKET.act(meeting.CancelMeeting, meeting.cancel, HANDLER, SUPERVISOR, DUTY, basis=MEETINGS),
    TICKET.act(meeting.RecordMeeting, meeting.record, HANDLER, SUPERVISOR, DUTY, basis=MEETINGS),
    TICKET.act(meeting.FollowUpMeeting, meeting.follow_up, OFFICER, HEAD, HANDLER,
               basis=MEETINGS),
    # 限期解决
    TICKET.act(deadline.NoteProgress, deadline.note_progress, OFFICER, HANDLER),
    TICKET.act(deadline.RequestExtension, deadline.request_extension, OFFICER, basis=OWN_RULES),
    TICKET.act(deadline.GrantExtension, deadline.grant_extension, *GRANTERS["resolve"],
               basis=OWN_RULES),
    TICKET.act(deadline.DenyExtension, deadline.deny_extension, *GRANTERS["resolve"],
               basis=OWN_RULES),
    TICKET.act(suspend.RequestSuspension, suspend.request_suspension, OFFICER, HANDLER,
               basis=OWN_RULES),
    TICKET.act(suspend.SuspendWorkOrder, suspend.suspend, HANDLER, SUPERVISOR, basis=OWN_RULES),
    TICKET.act(suspend.DenySuspension, suspend.deny_suspension, HANDLER, SUPERVISOR,
               basis=OWN_RULES),
    TICKET.act(suspend.ResumeWorkOrder, suspend.resume, HANDLER),
    TICKET.act(regrade.RequestRegrade, regrade.request_regrade, OFFICER, HANDLER,
               basis=OWN_RULES),
    TICKET.act(regrade.GrantRegrade, regrade.grant_regrade, *GRANTERS["resolve"],
               basis=OWN_RULES),
    TICKET.act(regrade.DenyRegrade, regrade.deny_regrade, *GRANTERS["resolve"],
               basis=OWN_RULES),
    TICKET.act(deadline.SubmitResult, deadline.submit_result, OFFICER, HANDLER, basis="限时办结制"),
    # 关联
    TICKET.act(ties.LinkTickets, ties.link, HANDLER, SUPERVISOR, basis=OWN_RULES),
    TICKET.act(ties.UnlinkTickets, ties.unlink, HANDLER, SUPERVISOR, basis=OWN_RULES),
    TICKET.act(ties.NoteTie, ties.note_tie, SYSTEM, basis=OWN_RULES),
    # 办结之外的终结
    TICKET.act(ending.WithdrawTicket, ending.withdraw, CLERK, HANDLER, basis=OWN_RULES),
    TICKET.act(ending.RequestTermination, ending.request_termination, OFFICER,
               basis="限时办结制"),
    TICKET.act(ending.TerminateTicket, ending.terminate, HANDLER, SUPERVISOR, basis="限时办结制"),
    TICKET.act(ending.DenyTermination, ending.deny_termination, HANDLER, SUPERVISOR,
               basis="限时办结制"),
    # 结果核查
    TICKET.act(verify.RecordCallBack, verify.record_call_back, VERIFIER),
    TICKET.act(verify.PassVerification, verify.pass_verification, VERIFIER,
               many=Many(own=("conclusion",))),
    TICKET.act(verify.OrderRework, verify.order_rework, VERIFIER),
    TICKET.act(on_the_spot.RejectSettlement, on_the_spot.reject_settlement, VERIFIER),
    TICKET.act(answer.AnswerReporter, answer.answer, HANDLER, OFFICER, HEAD,
               basis="限时办结制"),
    TICKET.act(answer.PublishAnswer, answer.publish_answer, HANDLER, basis="限时办结制"),
    # 监督检查
    TICKET.act(supervise.StrikeOffTicket, supervise.strike_off, HANDLER, SUPERVISOR, many=MANY),
    TICKET.act(supervise.ReopenTicket, supervise.reopen, SUPERVISOR, EFFICIENCY),
    TICKET.act(succession.TakeOverTicket, succession.take_over, SYSTEM, basis="单位名册"),
    TICKET.act(checks.RecordTicketFinding, checks.record_finding, SYSTEM, basis="电子监察"),
)  # fmt: skip
