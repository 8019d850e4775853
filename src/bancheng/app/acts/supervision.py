"""督促: what is demanded of units, and how they answer, the same for tickets and cases."""

from bancheng.app.acts.act import (
    CLERK,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    SUPERVISOR,
    SYSTEM,
    Act,
    Many,
)
from bancheng.app.acts.matters import on_both
from bancheng.domain.supervision import answering, climbing, conduct, taking

ACCOUNTABILITY = "责任追究制"
# The hall is urged as well as any unit: those who work for it answer for it.
SUPERVISED = (OFFICER, HEAD, HANDLER, CLERK)

# The same is demanded of a unit about one of its matters and of another about another.
DEMANDS = Many(part=("unit",), own=("stands_on",))
MEASURES = Many(part=("measure_id",))

ACTS: tuple[Act, ...] = (
    on_both(taking.UrgeUnit, taking.urge, HANDLER, SUPERVISOR, EFFICIENCY, basis="限时办结制",
            many=DEMANDS),
    on_both(taking.IssueSupervisionOrder, taking.issue_order, SUPERVISOR, EFFICIENCY,
            basis=ACCOUNTABILITY, many=DEMANDS),
    on_both(taking.SendAdvisoryLetter, taking.send_letter, SUPERVISOR, EFFICIENCY,
            basis=ACCOUNTABILITY, many=DEMANDS),
    on_both(taking.IssueBulletin, taking.issue_bulletin, EFFICIENCY, basis=ACCOUNTABILITY,
            many=DEMANDS),
    on_both(taking.CallToInterview, taking.call_to_interview, EFFICIENCY, basis=ACCOUNTABILITY,
            many=DEMANDS),
    on_both(taking.ReferForAccountability, taking.refer, EFFICIENCY, basis=ACCOUNTABILITY,
            many=DEMANDS),
    on_both(climbing.ClimbLadder, climbing.climb, SYSTEM, basis=ACCOUNTABILITY),
    on_both(climbing.SignMeasure, climbing.sign_measure, EFFICIENCY, basis=ACCOUNTABILITY,
            many=MEASURES),
    on_both(climbing.DeclineMeasure, climbing.decline_measure, EFFICIENCY, basis=ACCOUNTABILITY,
            many=MEASURES),
    on_both(conduct.GiveConductCard, conduct.give_card, EFFICIENCY, basis="效能监察"),
    on_both(conduct.CardFinding, conduct.card_finding, SYSTEM, basis="电子监察"),
    on_both(answering.AnswerMeasure, answering.answer, *SUPERVISED),
    on_both(answering.ExtendAnswer, answering.extend_answer, SUPERVISOR, EFFICIENCY, many=MEASURES),
    on_both(answering.CloseMeasure, answering.close, SUPERVISOR, EFFICIENCY, many=MEASURES),
)  # fmt: skip
