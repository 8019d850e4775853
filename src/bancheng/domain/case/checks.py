"""逻辑校验: what a supervision engine finds in the course of a case (湖南电子监察).

The decisions of this program forbid most of it; what came in from other systems, or was entered
afterwards, knows no such rule. Which checks are made, and how strictly, is in the rule book.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from bancheng.domain.case.accept import CaseAccepted, CaseDeemedAccepted
from bancheng.domain.case.analyse import SupplementNoticed
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.dispatch import StepFinished
from bancheng.domain.case.pre_review import PreReviewRejected
from bancheng.domain.case.refuse import AcceptanceRefused
from bancheng.domain.case.supervise import CheckFailed
from bancheng.domain.case.terms import CaseOutcome
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.case.verify import ResultDelivered, ResultMade
from bancheng.domain.events import Recorded
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rules import CheckRule, CheckSetting

History = Sequence[Recorded]


class Finding(NamedTuple):
    """校验结果: what contradicts which rule; ``finding_id`` names it once within the case."""

    finding_id: str
    rule: CheckRule
    basis: str
    detail: str


class _Found(NamedTuple):
    about: str
    detail: str


def findings_in(history: History, rulebook: RuleBook) -> list[Finding]:
    """Everything the checks of ``rulebook`` find in ``history``, also what was recorded before."""
    course = [one for one in history if not isinstance(one.event, CheckFailed)]
    return [
        Finding(f"{setting.code}/{found.about}", setting.code, setting.basis, found.detail)
        for setting in rulebook.checks
        for found in CHECKS[setting.code](course, setting)
    ]


def _supplement_repeated(course: History, setting: CheckSetting) -> Iterator[_Found]:
    noticed = _of(course, PreReviewRejected, SupplementNoticed)
    for number, one in enumerate(noticed[setting.most :], start=setting.most + 1):
        yield _Found(one.envelope.event_id, f"第 {number} 次告知补正")


def _accepted_after_end(course: History, _: CheckSetting) -> Iterator[_Found]:
    ends = _of(course, CaseDecided, AcceptanceRefused)
    for accepted in _of(course, CaseAccepted, CaseDeemedAccepted):
        if ends and accepted.version > ends[0].version:
            yield _Found(accepted.envelope.event_id, "作出决定之后才受理")


def _step_out_of_order(course: History, _: CheckSetting) -> Iterator[_Found]:
    begun = [one.event for one in course if isinstance(one.event, CaseSubmitted | ChildOpened)]
    # In the item's own order; it names every step that can be finished.
    order = [step.name for event in begun for step in event.item.steps]
    done: list[int] = []
    for one in _of(course, StepFinished):
        assert isinstance(one.event, StepFinished)
        place = order.index(one.event.name)
        if any(place < earlier for earlier in done):
            yield _Found(one.envelope.event_id, f"环节「{one.event.name}」在其后序环节之后办结")
        done.append(place)


def _result_before_application(course: History, _: CheckSetting) -> Iterator[_Found]:
    begun = course[0].envelope.occurred_at if course else None
    for one in _of(course, CaseDecided, ResultMade, ResultDelivered):
        if begun is not None and one.envelope.occurred_at < begun:
            yield _Found(one.envelope.event_id, "结果的发生时间早于申请")


def _refused_without_reason(course: History, _: CheckSetting) -> Iterator[_Found]:
    for one in _of(course, CaseDecided):
        assert isinstance(one.event, CaseDecided)
        if one.event.outcome is CaseOutcome.REFUSED and one.event.reason is None:
            yield _Found(one.envelope.event_id, "不予决定未说明理由")


def _step_overdue(course: History, _: CheckSetting) -> Iterator[_Found]:
    decided = [one.event for one in course if isinstance(one.event, CaseDecided)]
    late = any(not one.verdict.on_time for event in decided for one in event.verdicts)
    for one in _of(course, StepFinished):
        assert isinstance(one.event, StepFinished)
        verdict = one.event.verdict
        if decided and not late and verdict is not None and not verdict.on_time:
            yield _Found(one.envelope.event_id, f"环节「{one.event.name}」超期,整体未超期")


def _recorded_late(course: History, setting: CheckSetting) -> Iterator[_Found]:
    for one in _afterwards(course, setting):
        gap = one.envelope.recorded_at - one.envelope.occurred_at
        yield _Found(one.envelope.event_id, f"发生后 {gap // timedelta(hours=1)} 小时才录入")


def _recorded_in_bulk(course: History, setting: CheckSetting) -> Iterator[_Found]:
    late = _afterwards(course, setting)
    for first, last in zip(late, late[setting.most :], strict=False):
        # By when it was entered: several late steps in one sitting are what is looked for.
        apart = last.envelope.recorded_at - first.envelope.recorded_at
        if apart <= timedelta(hours=setting.hours):
            yield _Found(first.envelope.event_id, f"超过 {setting.most} 个环节事后集中录入")
            return


def _afterwards(course: History, setting: CheckSetting) -> list[Recorded]:
    hours = timedelta(hours=setting.hours)
    return [one for one in course if one.envelope.recorded_at - one.envelope.occurred_at > hours]


def _of(course: History, *kinds: type) -> list[Recorded]:
    return [one for one in course if isinstance(one.event, kinds)]


CHECKS: dict[CheckRule, Callable[[History, CheckSetting], Iterator[_Found]]] = {
    CheckRule.SUPPLEMENT_REPEATED: _supplement_repeated,
    CheckRule.ACCEPTED_AFTER_END: _accepted_after_end,
    CheckRule.STEP_OUT_OF_ORDER: _step_out_of_order,
    CheckRule.RESULT_BEFORE_APPLICATION: _result_before_application,
    CheckRule.REFUSED_WITHOUT_REASON: _refused_without_reason,
    CheckRule.STEP_OVERDUE: _step_overdue,
    CheckRule.RECORDED_LATE: _recorded_late,
    CheckRule.RECORDED_IN_BULK: _recorded_in_bulk,
}
