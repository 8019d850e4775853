"""预审: what came from afar is looked at before it is received; nobody is sent back twice.

To send an application back is the one-time notice of what must be supplemented (行政许可法 32(4)).
The window has no veto: whoever thinks that it can not be accepted at all reports that (`refuse`).
"""

from typing import Annotated

from msgspec import Meta

from bancheng.domain.case.discover import owed
from bancheng.domain.case.guards import all_of, needs_file, needs_notice_in_time, waits_in
from bancheng.domain.case.notice import (
    REMEDY,
    Notice,
    Period,
    WantedList,
    awaited_until,
    check_notice,
    notice_no,
)
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseSource, CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate


@topic("case.pre-review-passed", step=Step.DISCOVER)
class PreReviewPassed(Event, frozen=True, kw_only=True):
    """预审通过: the application may be received, until ``receive_due`` if a rule limits it."""

    receive_due: DueDate | None = None


@topic("case.pre-review-rejected", step=Step.DISCOVER)
class PreReviewRejected(Notice, frozen=True, kw_only=True):
    """预审退回: the application went back, with everything to be changed (行政许可法 32(4)).

    ``faults`` are what is wrong with the form, in words.
    """

    faults: FreeText | None = None


@topic("case.case-resubmitted", step=Step.DISCOVER)
class CaseResubmitted(Event, frozen=True, kw_only=True):
    """重新提交: the applicant changed what the pre-review had found.

    The time to tell what is missing begins anew: what came is another application.
    """

    source: CaseSource
    pre_review_due: DueDate | None = None
    notice_due: DueDate | None = None
    receive_due: DueDate | None = None


class PassPreReview(CaseCommand, frozen=True, kw_only=True):
    """预审通过: let the application be received."""


class RejectPreReview(CaseCommand, frozen=True, kw_only=True):
    """预审退回: send the application back, once, with everything that must be changed."""

    working_days: Period
    wanted: WantedList = ()
    faults: Annotated[FreeText | None, Meta(description="申请表等形式上需修改的全部内容")] = None


class ResubmitCase(CaseCommand, frozen=True, kw_only=True):
    """重新提交: take in what the applicant changed."""


may_pre_review = all_of(waits_in(CaseStatus.SUBMITTED), needs_file)


@guarded(may_pre_review)
def pass_pre_review(case: Case, _: PassPreReview, desk: Desk) -> list[Event]:
    return [PreReviewPassed(receive_due=desk.due_for("case.receive", case.offered))]


def _needs_first_notice(case: Case, _: Attempt) -> None:
    # Even with the same words: sent back without end, an application would never be accepted, and
    # nobody would have refused it (窗口无否决权).
    if case.notices:
        raise WrongStep("NOTICE_SPENT", "本件已预审退回过,不能再次退回", remedy=REMEDY)


@guarded(all_of(may_pre_review, needs_notice_in_time, _needs_first_notice))
def reject_pre_review(case: Case, command: RejectPreReview, desk: Desk) -> list[Event]:
    together(lambda: _require_said(command), lambda: check_notice(case, command.wanted))
    return [
        PreReviewRejected(
            notice_no=notice_no(case),
            wanted=command.wanted,
            due=awaited_until(command.working_days, desk),
            faults=command.faults and desk.sealed(command.faults),
        )
    ]


def _require_said(command: RejectPreReview) -> None:
    if not command.wanted and command.faults is None:
        raise InvalidInput(
            "NOTICE_EMPTY",
            "退回须一次性写明需要补正的全部内容",
            field="wanted",
            remedy="请逐项列出材料及要求,形式问题写入形式上需修改的内容",
        )


@guarded(waits_in(CaseStatus.PRE_REJECTED))
def resubmit(case: Case, _: ResubmitCase, desk: Desk) -> list[Event]:
    dues = owed(case.offered, case.source, desk)
    return [
        CaseResubmitted(
            source=case.source,
            pre_review_due=dues.pre_review,
            notice_due=dues.notice,
            receive_due=dues.receive,
        )
    ]
