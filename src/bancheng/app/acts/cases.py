"""办件: the acts on cases, and those of the hall itself by which cases meet."""

from bancheng.app.acts.act import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    DUTY,
    EFFICIENCY,
    HEAD,
    OFFICER,
    SUPERVISOR,
    SYSTEM,
    VERIFIER,
    Act,
    Aggregate,
)
from bancheng.domain.case import (
    accept,
    analyse,
    correct,
    charges,
    deadline,
    decide,
    discover,
    dispatch,
    forward,
    pre_review,
    procedure,
    rate,
    ratings,
    refuse,
    renewal,
    supervise,
    theme,
    verify,
)
from bancheng.domain.case.case import evolve
from bancheng.domain.case.state import PREFIX, Case
from bancheng.domain.time_limits.granting import GRANTERS

CASE = Aggregate(PREFIX, "办件", Case, evolve, ledger="BJ")
LICENSING = "行政许可法"
RATING = "政务服务好差评制度"
THEME = "一件事一次办"
OWN_RULES = "本厅规则库"

ACTS: tuple[Act, ...] = (
    # 提交与收件
    CASE.act(discover.SubmitCase, discover.submit, CLERK, basis="一窗受理", opens=True),
    CASE.act(pre_review.PassPreReview, pre_review.pass_pre_review, CLERK, OFFICER),
    CASE.act(pre_review.RejectPreReview, pre_review.reject_pre_review, CLERK, OFFICER,
             basis="行政许可法第三十二条第一款第四项"),
    CASE.act(pre_review.ResubmitCase, pre_review.resubmit, CLERK),
    CASE.act(discover.ReceiveMaterials, discover.receive, CLERK, basis=LICENSING),
    # 告知与受理
    CASE.act(analyse.CorrectMaterial, analyse.correct, CLERK, basis=LICENSING),
    CASE.act(analyse.NoticeSupplement, analyse.notice_supplement, CLERK, OFFICER,
             basis="一次性告知制"),
    CASE.act(analyse.ReceiveSupplement, analyse.receive_supplement, CLERK, basis=LICENSING),
    CASE.act(accept.AcceptCase, accept.accept, CLERK, OFFICER, basis=LICENSING),
    CASE.act(accept.DeemAccepted, accept.deem_accepted, SYSTEM,
             basis="行政许可法第三十二条第一款第四项"),
    CASE.act(accept.FillGap, accept.fill_gap, CLERK, basis="容缺受理"),
    CASE.act(refuse.ReportRefusal, refuse.report_refusal, CLERK, OFFICER, basis="窗口无否决权"),
    CASE.act(refuse.DenyRefusal, refuse.deny_refusal, DUTY, HEAD, basis="否定报备制"),
    CASE.act(refuse.RefuseAcceptance, refuse.refuse_acceptance, DUTY, HEAD, basis=LICENSING),
    CASE.act(correct.CorrectCase, correct.correct, CLERK, basis="个人信息保护法第四十六条"),
    CASE.act(correct.AddRemark, correct.add_remark, CLERK, OFFICER),
    # 流转
    CASE.act(dispatch.TransferCase, dispatch.transfer, CLERK, OFFICER),
    CASE.act(dispatch.SignHandOver, dispatch.sign_hand_over, CLERK, OFFICER),
    CASE.act(dispatch.FinishStep, dispatch.finish_step, OFFICER, CLERK),
    CASE.act(theme.OpenChild, theme.open_child, SYSTEM, basis=THEME, opens=True),
    CASE.act(theme.FillChildGap, theme.fill_child_gap, SYSTEM, basis=THEME),
    CASE.act(theme.AttachChild, theme.attach_child, SYSTEM, basis=THEME),
    CASE.act(theme.NoteChild, theme.note_child, SYSTEM, basis=THEME),
    CASE.act(theme.CloseWithTheme, theme.close_with_theme, SYSTEM, basis=THEME),
    # 办理与决定
    CASE.act(procedure.StartProcedure, procedure.start_procedure, OFFICER,
             basis="行政许可法第四十五条"),
    CASE.act(procedure.EndProcedure, procedure.end_procedure, OFFICER,
             basis="行政许可法第四十五条"),
    CASE.act(deadline.RequestCaseExtension, deadline.request_extension, OFFICER,
             basis="行政许可法第四十二条"),
    CASE.act(deadline.GrantCaseExtension, deadline.grant_extension, *GRANTERS["case.decide"],
             basis="行政许可法第四十二条"),
    CASE.act(deadline.DenyCaseExtension, deadline.deny_extension, *GRANTERS["case.decide"],
             basis="行政许可法第四十二条"),
    CASE.act(charges.ChargeFee, charges.charge_fee, CLERK,
             basis="行政许可法第五十八条、第五十九条"),
    CASE.act(charges.RecordPayment, charges.record_payment, CLERK,
             basis="行政许可法第五十九条"),
    CASE.act(decide.DecideCase, decide.decide, CLERK, OFFICER, HEAD, basis="行政许可法第三十八条"),
    CASE.act(forward.ForwardCase, forward.forward, OFFICER, HEAD, basis="行政许可法第四十三条"),
    CASE.act(renewal.DeemRenewed, renewal.deem_renewed, SYSTEM, basis="行政许可法第五十条"),
    CASE.act(decide.RecallDecision, decide.recall, HEAD),
    # 出件与评价
    CASE.act(verify.MakeResult, verify.make_result, CLERK, OFFICER),
    CASE.act(verify.NotifyResult, verify.notify, CLERK),
    CASE.act(verify.KeepResult, verify.keep, CLERK),
    CASE.act(verify.DeliverResult, verify.deliver, CLERK, basis="行政许可法第四十四条"),
    CASE.act(rate.IssueRatingCode, rate.issue_code, CLERK, basis=RATING),
    CASE.act(rate.RateByCode, rate.rate_by_code, SYSTEM, basis=RATING),
    CASE.act(rate.RateCase, rate.rate, CLERK, VERIFIER, basis=RATING),
    CASE.act(rate.ImportRating, rate.import_rating, ADMIN, SYSTEM, basis=RATING, offered=False),
    # 监督
    CASE.act(ratings.ContactRater, ratings.contact, VERIFIER, basis=RATING),
    CASE.act(ratings.RectifyRating, ratings.rectify, OFFICER, HEAD, basis=RATING),
    CASE.act(ratings.AppealRating, ratings.appeal_rating, OFFICER, HEAD, basis=RATING),
    CASE.act(ratings.ExcludeRating, ratings.exclude_rating, SUPERVISOR, EFFICIENCY, basis=RATING),
    CASE.act(ratings.UpholdRating, ratings.uphold_rating, SUPERVISOR, EFFICIENCY, basis=RATING),
    CASE.act(supervise.WithdrawCase, supervise.withdraw, CLERK, OFFICER),
    CASE.act(supervise.DeemWithdrawn, supervise.deem_withdrawn, SYSTEM,
             basis=OWN_RULES),
    CASE.act(supervise.TerminateCase, supervise.terminate, HEAD, SYSTEM,
             basis="行政许可法第三十八条"),
    CASE.act(supervise.VoidCase, supervise.void, DUTY),
    CASE.act(supervise.ReviewApproval, supervise.review_approval, OFFICER, HEAD, DUTY,
             basis="批后复审制"),
    CASE.act(supervise.ArchiveCase, supervise.archive, ARCHIVIST, basis="档案法"),
    CASE.act(supervise.RecordFinding, supervise.record_finding, SYSTEM, basis="电子监察"),
)  # fmt: skip
