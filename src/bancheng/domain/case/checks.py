"""逻辑校验: what a supervision engine finds in the course of a case (湖南电子监察).

The decisions of this program forbid most of it; what came in from other systems, or was entered
afterwards, knows no such rule. Which checks are made, and how strictly, is in the rule book.
"""

from collections.abc import Iterator, Mapping

from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted
from bancheng.domain.case.analyse import SupplementNoticed
from bancheng.domain.case.at_window import WindowExceeded
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.dispatch import StepFinished
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.pre_review import PreReviewRejected
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.refuse import AcceptanceRefused
from bancheng.domain.case.supervise import CheckFailed
from bancheng.domain.case.terms import CaseOutcome, RatingOrigin
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.case.verify import ResultDelivered, ResultMade
from bancheng.domain.checks import OF_ANY_MATTER, Check, Finding, Found, History, findings
from bancheng.domain.events import Recorded
from bancheng.domain.time_limits.logic_checks import CheckRule, CheckSetting
from bancheng.domain.time_limits.rulebook import RuleBook


def findings_in(history: History, rulebook: RuleBook) -> list[Finding]:
    """Everything the checks of ``rulebook`` find in ``history``, also what was recorded before."""
    course = [one for one in history if not isinstance(one.event, CheckFailed)]
    return findings(course, rulebook, CHECKS)


def _supplement_repeated(course: History, setting: CheckSetting) -> Iterator[Found]:
    noticed = _of(course, PreReviewRejected, SupplementNoticed)
    for number, one in enumerate(noticed[setting.most :], start=setting.most + 1):
        yield Found(one, f"第 {number} 次告知补正")


def _accepted_after_end(course: History, _: CheckSetting) -> Iterator[Found]:
    ends = _of(course, CaseDecided, CaseForwarded, AcceptanceRefused)
    for accepted in _of(course, CaseAccepted, CaseDeemedAccepted):
        if ends and accepted.version > ends[0].version:
            yield Found(accepted, "作出决定之后才受理")


def _step_out_of_order(course: History, _: CheckSetting) -> Iterator[Found]:
    begun = [one.event for one in course if isinstance(one.event, CaseSubmitted | ChildOpened)]
    # In the item's own order; it names every step that can be finished.
    order = [step.name for event in begun for step in event.item.steps]
    done: list[int] = []
    for one in _of(course, StepFinished):
        assert isinstance(one.event, StepFinished)
        place = order.index(one.event.name)
        if any(place < earlier for earlier in done):
            yield Found(one, f"环节「{one.event.name}」在其后序环节之后办结")
        done.append(place)


def _result_before_application(course: History, _: CheckSetting) -> Iterator[Found]:
    begun = course[0].envelope.occurred_at if course else None
    for one in _of(course, CaseDecided, CaseForwarded, ResultMade, ResultDelivered):
        if begun is not None and one.envelope.occurred_at < begun:
            yield Found(one, "结果的发生时间早于申请")


def _refused_without_reason(course: History, _: CheckSetting) -> Iterator[Found]:
    for one in _of(course, CaseDecided):
        assert isinstance(one.event, CaseDecided)
        if one.event.outcome is CaseOutcome.REFUSED and one.event.reason is None:
            yield Found(one, "不予决定未说明理由")


def _step_overdue(course: History, _: CheckSetting) -> Iterator[Found]:
    decided = [one.event for one in course if isinstance(one.event, CaseDecided | CaseForwarded)]
    late = any(not one.verdict.on_time for event in decided for one in event.verdicts)
    for one in _of(course, StepFinished):
        assert isinstance(one.event, StepFinished)
        verdict = one.event.verdict
        if decided and not late and verdict is not None and not verdict.on_time:
            yield Found(one, f"环节「{one.event.name}」超期,整体未超期")


def _rated_by_staff(course: History, _: CheckSetting) -> Iterator[Found]:
    for one in _of(course, CaseRated):
        assert isinstance(one.event, CaseRated)
        if one.event.origin is RatingOrigin.STAFF_ASSISTED:
            yield Found(one, f"「{one.event.level.label}」由工作人员录入,不是办事人自行评价")


def _window_exceeded(course: History, _: CheckSetting) -> Iterator[Found]:
    for one in _of(course, WindowExceeded):
        assert isinstance(one.event, WindowExceeded)
        yield Found(one, f"窗口「{one.event.window}」: {one.event.because.label}")


def _of(course: History, *kinds: type) -> list[Recorded]:
    return [one for one in course if isinstance(one.event, kinds)]


CHECKS: Mapping[CheckRule, Check] = {
    CheckRule.SUPPLEMENT_REPEATED: _supplement_repeated,
    CheckRule.ACCEPTED_AFTER_END: _accepted_after_end,
    CheckRule.STEP_OUT_OF_ORDER: _step_out_of_order,
    CheckRule.RESULT_BEFORE_APPLICATION: _result_before_application,
    CheckRule.REFUSED_WITHOUT_REASON: _refused_without_reason,
    CheckRule.STEP_OVERDUE: _step_overdue,
    CheckRule.WINDOW_EXCEEDED: _window_exceeded,
    CheckRule.RATED_BY_STAFF: _rated_by_staff,
    **OF_ANY_MATTER,
}
