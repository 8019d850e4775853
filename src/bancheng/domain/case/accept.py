"""受理: the case is accepted, by the hall or by the law, and its time begins to run."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from bancheng.domain.case.at_window import flagged, needs_window
from bancheng.domain.case.discover import Materials, Received, codes_of
from bancheng.domain.case.guards import (
    all_of,
    needs_file,
    needs_gap_in_time,
    needs_no_theme,
    needs_notice_in_time,
    waits_in,
)
from bancheng.domain.case.item_steps import StepBegun, first_step
from bancheng.domain.case.notice import untold
from bancheng.domain.case.renewing import renewal_due
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.items import CaseKind, ServiceItem, decide_purpose
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.effects import DeemedAcceptance, deemed_acceptance
from bancheng.domain.time_limits.limit import DueDate, Limit
from bancheng.domain.windows import WindowAuthority


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """办理期限: by when an accepted case must be decided, by law and by promise.

    ``renewal`` is when the licence expires that it would renew.
    """

    statutory: DueDate | None = None
    promised: DueDate | None = None
    renewal: DueDate | None = None


@topic("case.case-accepted", step=Step.ANALYSE)
class CaseAccepted(Event, frozen=True, kw_only=True):
    """办件受理: the case is handled, and its time runs.

    ``unit`` answers for it. ``gap`` are the materials that come later: promised in writing to come
    until ``gap_due`` (容缺受理), under the promise ``gap_promise_no``, or forgotten in the one
    notice. ``step_begun`` is the first step of the item, if the unit that accepted does it.
    """

    unit: str
    terms: Terms
    step_begun: StepBegun | None = None
    gap_promise_no: str | None = None
    gap: tuple[str, ...] = ()
    gap_due: DueDate | None = None


@topic("case.case-deemed-accepted", step=Step.ANALYSE)
class CaseDeemedAccepted(Event, frozen=True, kw_only=True):
    """视为受理: no notice came in time, so the law accepts from the day of receipt.

    ``gap`` are required materials that are still missing; without them nothing can be granted.
    ``step_begun`` is the first step of the item, if the unit that took the materials in does it.
    """

    unit: str
    deemed: DeemedAcceptance
    terms: Terms
    step_begun: StepBegun | None = None
    gap: tuple[str, ...] = ()


@topic("case.gap-filled", step=Step.ANALYSE)
class GapFilled(Event, frozen=True, kw_only=True):
    """容缺补齐: promised materials came; ``missing`` are those that did not yet."""

    materials: tuple[Received, ...]
    missing: tuple[str, ...]


class AcceptCase(CaseCommand, frozen=True, kw_only=True):
    """办件受理: handle the case; what may come later does so on a written promise."""

    gap_promise_no: Annotated[str, Meta(max_length=60, description="容缺受理承诺书编号")] | None = (
        None
    )
    asks_successors: ClassVar[bool] = True
    asks_window: ClassVar[bool] = True


class DeemAccepted(CaseCommand, frozen=True, kw_only=True):
    """视为受理: record that the law accepted the case, because no notice came in time."""

    asks_successors: ClassVar[bool] = True


class FillGap(CaseCommand, frozen=True, kw_only=True):
    """容缺补齐: take in promised materials."""

    materials: Materials


def _needs_materials(case: Case, _: Attempt) -> None:
    askable = set(case.missing) - untold(case)
    missing = [one for one in case.offered.materials if one.code in askable]
    if needed := [one.code for one in missing if not one.gap_allowed]:
        raise WrongStep(
            "MATERIALS_MISSING",
            f"必要材料未齐: {'、'.join(needed)}",
            remedy="请一次性告知补正",
        )


may_accept = all_of(
    waits_in(CaseStatus.RECEIVED),
    needs_file,
    needs_notice_in_time,
    _needs_materials,
    needs_window(WindowAuthority.ACCEPT),
)


@guarded(may_accept)
def accept(case: Case, command: AcceptCase, desk: Desk) -> list[Event]:
    promised = [code for code in case.missing if code not in untold(case)]
    if promised and command.gap_promise_no is None:
        raise InvalidInput(
            "GAP_PROMISE_MISSING",
            f"材料 {'、'.join(promised)} 容缺受理须有书面承诺",
            field="gap_promise_no",
            remedy="请填写承诺书编号",
        )
    terms = terms_of(case.offered, desk, since=desk.now, case=case)
    # What is promised must come while the case can still be decided in time (安阳市条例 24).
    gap_due = _gap_due(case, terms, desk) if promised else None
    return [
        CaseAccepted(
            unit=case.offered.unit,
            terms=terms,
            step_begun=first_step(
                case.offered, case.worked_on_at(desk.actor), desk, since=desk.now
            ),
            gap_promise_no=command.gap_promise_no,
            gap=case.missing,
            gap_due=gap_due,
        ),
        *flagged(case, desk, WindowAuthority.ACCEPT),
    ]


# What nobody looked at is accepted, too: it came with its materials (行政许可法 29, 32(4)).
DEEMED_IN = (CaseStatus.SUBMITTED, CaseStatus.PRE_REVIEWED, CaseStatus.RECEIVED)
may_deem_accepted = all_of(waits_in(*DEEMED_IN), lambda case, attempt: _deemed(case, attempt.desk))


@guarded(may_deem_accepted)
def deem_accepted(case: Case, _: DeemAccepted, desk: Desk) -> list[Event]:
    deemed = _deemed(case, desk)
    # The time to decide runs from the day of receipt, not from when the law's effect was recorded.
    item, since = case.offered, deemed.effective_at
    return [
        CaseDeemedAccepted(
            unit=item.unit,
            deemed=deemed,
            terms=terms_of(item, desk, since=since, case=case),
            step_begun=first_step(item, case.file_at, desk, since=since),
            gap=_not_there(case),
        )
    ]


def _gap_due(case: Case, terms: Terms, desk: Desk) -> DueDate | None:
    due = terms.promised or terms.statutory
    # Nobody withdraws an application by not bringing what they did not promise.
    effect = None if untold(case) else LimitKind.SUPPLEMENT.effect
    if due is None:
        return None
    # Of the unit's time it has the date, not the cards: it is the applicant's own.
    return desk.ending(desk.warned(due, LimitKind.SUPPLEMENT.purpose), effect, case.offered)


def _not_there(case: Case) -> tuple[str, ...]:
    # What was never ticked nobody has seen: it is taken in afterwards, before anything is granted.
    required = tuple(one.code for one in case.offered.materials if one.required)
    return case.missing if case.receipts else required


def _deemed(case: Case, desk: Desk) -> DeemedAcceptance:
    notice = case.deadline(LimitKind.NOTICE, desk.stream_id)
    if notice is not None and notice.due.effect is None:
        raise WrongStep(
            "NO_SUCH_EFFECT",
            f"规则库没有为「{case.offered.type.label}」事项规定逾期未告知即视为受理",
            remedy="请受理,或告知补正",
        )
    deemed = (
        deemed_acceptance(notice.due, noticed_at=notice.ended_at, at=desk.now) if notice else None
    )
    if deemed is None:
        raise WrongStep("NOTICE_STILL_DUE", "一次性告知的期限未满", remedy="请在期限内告知或受理")
    return deemed


def _needs_gap(case: Case, _: Attempt) -> None:
    if not case.gap:
        raise WrongStep("NO_GAP", "本件没有待补齐的容缺材料", remedy="请核对办件")


@guarded(all_of(waits_in(CaseStatus.ACCEPTED), needs_no_theme, needs_gap_in_time, _needs_gap))
def fill_gap(case: Case, command: FillGap, _: Desk) -> list[Event]:
    there, _ = together(
        lambda: codes_of(case, command.materials), lambda: _check_promised(case, command)
    )
    missing = tuple(code for code in case.gap if code not in there)
    return [GapFilled(materials=command.materials, missing=missing)]


def _check_promised(case: Case, command: FillGap) -> None:
    others = [at for at, one in enumerate(command.materials) if one.code not in case.gap]
    if others:
        faults = [
            InvalidInput(
                "MATERIAL_NOT_PROMISED",
                "其中有未承诺补交的材料",
                field=f"materials[{at}]",
                remedy=f"待补齐的材料: {'、'.join(case.gap)}",
            )
            for at in others
        ]
        raise faults[0].with_others(faults[1:])


def terms_of(item: ServiceItem, desk: Desk, *, since: datetime, case: Case | None = None) -> Terms:
    """The due dates of the decision. ``since`` is when the case was accepted, or counts as it."""
    statutory = item.statutory or desk.limit_for(decide_purpose(item), item)
    return Terms(
        statutory=_due(statutory, LimitKind.STATUTORY, since, desk),
        promised=_due(_promise(item, desk), LimitKind.PROMISED, since, desk),
        renewal=None if case is None else renewal_due(case.renewing, item, case.applied_at, desk),
    )


def _promise(item: ServiceItem, desk: Desk) -> Limit | None:
    # 即办件 promises by its name: on the spot, and what that means stands in the book.
    if item.promised is not None or item.kind is not CaseKind.INSTANT:
        return item.promised
    return desk.limit_for("case.on_the_spot", item)


def _due(limit: Limit | None, kind: LimitKind, since: datetime, desk: Desk) -> DueDate | None:
    return None if limit is None else desk.due(limit, kind.purpose, since=since)
