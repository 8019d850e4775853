"""时限种类: every kind of limit that may run on a matter, in one table. One row a kind.

A new kind is a row here; a member without all its columns raises ``TypeError`` at import.
"""

from typing import Final, NamedTuple, Self

from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Role
from bancheng.domain.steps import Step

_RECEPTION: Final = "综合受理岗"
_HANDLING: Final = "工单处理岗"
_UNIT: Final = "单位承办岗"
_CHECKING: Final = "核查岗"
_ISSUING: Final = "综合出件岗"
# Whoever holds a post answers for it: a card to a post that nobody could answer would go nowhere.
# What the hall itself owes as a unit its handlers and clerks work on; no other unit has any.
_HELD_BY: Final = {
    _RECEPTION: (Role.WINDOW_CLERK,),
    _HANDLING: (Role.HANDLER,),
    _UNIT: (Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.HANDLER, Role.WINDOW_CLERK),
    _CHECKING: (Role.VERIFIER,),
    _ISSUING: (Role.WINDOW_CLERK,),
}


class LegalEffect(Labelled):
    """法定后果: what law does to a limit, or lets a hall do to it, where the rule book says so.

    All but 挂起 come by themselves when a limit runs out and nothing was done.
    """

    DEEMED_ACCEPTED = "deemed_accepted", "视为受理"
    DEEMED_WITHDRAWN = "deemed_withdrawn", "视为撤回"
    DEEMED_RENEWED = "deemed_renewed", "视为准予延续"
    DEEMED_RENEWED_LATE = "deemed_renewed_late", "逾期申请也视为准予延续"
    SUSPENDED = "suspended", "挂起"


class _Row(NamedTuple):
    code: str
    label: str
    step: Step
    purpose: str
    post: str
    given: bool = False
    pausable: bool = False
    effect: LegalEffect | None = None
    theirs: bool = False


class LimitKind(Labelled):
    """时限种类: what must have happened when the limit runs out.

    ``step`` is the step that is slow if it has not. ``purpose`` is what the rule book calls such
    limits; one that is ``given`` comes with the matter (from its item, its promise, or what the
    applicant was told), and a book says only when it warns. ``post`` answers for it if no unit
    does. ``pausable``: its time may stand still. ``effect`` is what law does at its
    end, where the rule book has it. ``theirs``: the applicant owes it, and neither hall nor unit
    is late by it.
    """

    step: Step
    purpose: str
    post: str
    given: bool
    pausable: bool
    effect: LegalEffect | None
    theirs: bool

    def __new__(cls, *columns: object) -> Self:
        row = _Row(*columns)  # type: ignore[arg-type]  # a tuple that lacks a column raises here
        # Enum takes the ``__new__`` of `Labelled` away, so what it does is done here again.
        member = str.__new__(cls, row.code)
        member._value_ = row.code
        vars(member).update(row._asdict())
        return member

    ACCEPT = _Row("accept", "受理", Step.DISCOVER, "accept", _HANDLING)
    # The citizen's own: from the hall's receipt, through all hands, and never paused.
    ANSWER = _Row("answer", "诉求答复", Step.VERIFY, "answer", _HANDLING)
    ANALYSE = _Row("analyse", "分析", Step.ANALYSE, "analyse", _HANDLING)
    ANSWER_INQUIRY = _Row("answer_inquiry", "咨询答复", Step.ANALYSE, "answer_inquiry", _HANDLING)
    DISPATCH = _Row("dispatch", "派单", Step.DISPATCH, "dispatch", _HANDLING)
    RULE = _Row("rule", "退单裁定", Step.DISPATCH, "rule", _HANDLING)
    REASSIGN = _Row("reassign", "改派", Step.DISPATCH, "reassign", _HANDLING)
    SIGN_IN = _Row("sign_in", "签收", Step.DISPATCH, "sign_in", _UNIT)
    RESPOND = _Row("respond", "响应", Step.DISPATCH, "respond", _UNIT)
    # Only what a unit owes pauses. What people wait for at the counter, or to be called, does not.
    RESOLVE = _Row("resolve", "办结", Step.DEADLINE, "resolve", _UNIT, pausable=True)
    CALL_BACK = _Row("call_back", "回访", Step.VERIFY, "call_back", _CHECKING)
    STRIKE_OFF = _Row("strike_off", "销号", Step.SUPERVISE, "strike_off", _HANDLING)
    # By the day that a meeting set; it outlives the ticket as an answer to a demand does.
    FOLLOW_UP = _Row("follow_up", "会议事项落实", Step.SUPERVISE, "follow_up", _UNIT, given=True)
    FEEDBACK = _Row("feedback", "督办反馈", Step.SUPERVISE, "feedback", _HANDLING)
    CARD_FEEDBACK = _Row(
        "card_feedback", "发牌反馈", Step.SUPERVISE, "card_feedback", _HANDLING
    )  # fmt: skip
    RECEIVE = _Row("receive", "收件", Step.DISCOVER, "case.receive", _RECEPTION)
    PRE_REVIEW = _Row("pre_review", "预审", Step.DISCOVER, "case.pre_review", _RECEPTION)
    NOTICE = _Row(
        "notice", "一次性告知", Step.ANALYSE, "case.one_time_notice", _RECEPTION,
        effect=LegalEffect.DEEMED_ACCEPTED,
    )  # fmt: skip
    SUPPLEMENT = _Row(
        "supplement", "补齐材料", Step.ANALYSE, "case.supplement", _RECEPTION,
        given=True, effect=LegalEffect.DEEMED_WITHDRAWN, theirs=True,
    )  # fmt: skip
    # Of the applicant; nothing happens by itself at its end, but then the waiting may be over.
    AWAIT_SUPPLEMENT = _Row(
        "await_supplement", "补正", Step.ANALYSE, "case.await_supplement", _RECEPTION,
        given=True, theirs=True,
    )  # fmt: skip
    STATUTORY = _Row("statutory", "法定办结", Step.DEADLINE, "case.decide", _UNIT, pausable=True)
    PROMISED = _Row(
        "promised", "承诺办结", Step.DEADLINE, "case.promised", _UNIT, given=True, pausable=True
    )
    STEP = _Row("step", "环节", Step.DEADLINE, "case.step", _UNIT, given=True, pausable=True)
    RENEWAL = _Row(
        "renewal", "延续决定", Step.DEADLINE, "case.renewal", _UNIT,
        given=True, effect=LegalEffect.DEEMED_RENEWED,
    )  # fmt: skip
    PROCEDURE = _Row("procedure", "特别程序", Step.DEADLINE, "case.procedure", _UNIT, given=True)
    HEARING_REQUEST = _Row(
        "hearing_request", "申请听证", Step.DEADLINE, "case.hearing_request", _UNIT, theirs=True
    )
    HEARING = _Row("hearing", "组织听证", Step.DEADLINE, "case.hearing", _UNIT)
    DELIVER = _Row("deliver", "送达", Step.VERIFY, "case.deliver", _ISSUING)
    POST_REVIEW = _Row("post_review", "复审", Step.SUPERVISE, "case.post_review", _UNIT)
    CONTACT = _Row("contact", "差评联系", Step.SUPERVISE, "rating.contact", _CHECKING)
    RECTIFY = _Row("rectify", "差评整改", Step.SUPERVISE, "rating.rectify", _UNIT)

    def post_of(self, unit: str | None) -> str:
        """Who answers for a limit of the kind: the officers of its ``unit``, else ``post``."""
        if unit is not None:
            return _UNIT
        # What a unit owes and none is named for is the handlers' to clear up.
        return _HANDLING if self.post == _UNIT else self.post

    def answered_by(self, unit: str | None) -> tuple[Role, ...]:
        """The roles that hold the post of `post_of`."""
        return _HELD_BY[self.post_of(unit)]
