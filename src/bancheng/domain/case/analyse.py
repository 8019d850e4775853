"""分析原因: what is missing is told once; the case is accepted, or refused by who may."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from bancheng.domain.case.discover import Materials, Received, checked, still_missing
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus, RefusalGround
from bancheng.domain.clocks import LimitKind, purpose_of
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.items import ServiceItem
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.effects import DeemedAcceptance, deemed_acceptance
from bancheng.domain.time_limits.limit import DueDate, Limit


class Wanted(Struct, frozen=True, kw_only=True):
    """补正内容: one material that must come, and to what standard."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    standard: Annotated[str, Meta(min_length=1, max_length=500, description="补正要求")]


class Terms(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """办理期限: by when an accepted case must be decided, by law and by promise."""

    statutory: DueDate | None = None
    promised: DueDate | None = None


@topic("case.material-corrected", step=Step.ANALYSE)
class MaterialCorrected(Event, frozen=True, kw_only=True):
    """当场更正: the applicant corrected a material on the spot (行政许可法 32(3))."""

    code: str
    correction: FreeText


@topic("case.supplement-noticed", step=Step.ANALYSE)
class SupplementNoticed(Event, frozen=True, kw_only=True):
    """一次性告知: the whole list of what must be supplemented was told (行政许可法 32(4))."""

    notice_no: str
    wanted: tuple[Wanted, ...]


@topic("case.supplement-received", step=Step.ANALYSE)
class SupplementReceived(Event, frozen=True, kw_only=True):
    """补正收件: what came after the notice, against a receipt."""

    receipt_no: str
    materials: tuple[Received, ...]
    missing: tuple[str, ...]
    notice_due: DueDate | None


@topic("case.case-accepted", step=Step.ANALYSE)
class CaseAccepted(Event, frozen=True, kw_only=True):
    """办件受理: the case is handled, and its time runs.

    ``unit`` answers for it. ``gap`` are the materials that were promised in writing to come until
    ``gap_due`` (容缺受理), under the promise ``gap_promise_no``.
    """

    unit: str
    terms: Terms
    gap_promise_no: str | None = None
    gap: tuple[str, ...] = ()
    gap_due: DueDate | None = None


@topic("case.case-deemed-accepted", step=Step.ANALYSE)
class CaseDeemedAccepted(Event, frozen=True, kw_only=True):
    """视为受理: no notice came in time, so the law accepts from the day of receipt."""

    unit: str
    deemed: DeemedAcceptance
    terms: Terms


@topic("case.gap-filled", step=Step.ANALYSE)
class GapFilled(Event, frozen=True, kw_only=True):
    """容缺补齐: promised materials came; ``missing`` are those that did not yet."""

    materials: tuple[Received, ...]
    missing: tuple[str, ...]


@topic("case.refusal-reported", step=Step.ANALYSE)
class RefusalReported(Event, frozen=True, kw_only=True):
    """否定报备: the window proposes to refuse; it may not decide that itself (窗口无否决权)."""

    ground: RefusalGround
    reason: FreeText
    basis: str


@topic("case.refusal-denied", step=Step.ANALYSE)
class RefusalDenied(Event, frozen=True, kw_only=True):
    """不同意否定: the case goes on."""

    ruling: FreeText


@topic("case.acceptance-refused", step=Step.ANALYSE)
class AcceptanceRefused(Event, frozen=True, kw_only=True):
    """办件不予受理: refused in writing, with reason, basis and remedy."""

    ground: RefusalGround
    reason: FreeText
    basis: str
    remedy: FreeText


class CorrectMaterial(CaseCommand, frozen=True, kw_only=True):
    """当场更正: let the applicant correct a material on the spot."""

    code: Annotated[str, Meta(max_length=40, description="材料编码")]
    correction: Annotated[FreeText, Meta(description="更正内容")]


class NoticeSupplement(CaseCommand, frozen=True, kw_only=True):
    """一次性告知: tell the whole list of what must be supplemented, once."""

    wanted: Annotated[
        tuple[Wanted, ...], Meta(min_length=1, max_length=100, description="需要补正的全部内容")
    ]


class ReceiveSupplement(CaseCommand, frozen=True, kw_only=True):
    """补正收件: take in what came after the notice."""

    materials: Materials


class AcceptCase(CaseCommand, frozen=True, kw_only=True):
    """办件受理: handle the case; what may come later does so on a written promise."""

    gap_promise_no: Annotated[str, Meta(max_length=60, description="容缺受理承诺书编号")] | None = (
        None
    )


class DeemAccepted(CaseCommand, frozen=True, kw_only=True):
    """视为受理: record that the law accepted the case, because no notice came in time."""


class FillGap(CaseCommand, frozen=True, kw_only=True):
    """容缺补齐: take in promised materials."""

    materials: Materials


class ReportRefusal(CaseCommand, frozen=True, kw_only=True):
    """否定报备: propose that the case be refused."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="基本事实与理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]


class DenyRefusal(CaseCommand, frozen=True, kw_only=True):
    """不同意否定: let the case go on."""

    ruling: Annotated[FreeText, Meta(description="意见")]


class RefuseAcceptance(CaseCommand, frozen=True, kw_only=True):
    """办件不予受理: refuse the case that the window proposed to refuse."""

    ground: Annotated[RefusalGround, Meta(description="不予受理事由")]
    reason: Annotated[FreeText, Meta(description="理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=500, description="法律依据")]
    remedy: Annotated[FreeText, Meta(description="告知的救济途径")]


def correct(case: Case, command: CorrectMaterial, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.RECEIVED)
    code = case.material(command.code, "code").code
    return [MaterialCorrected(code=code, correction=desk.sealed(command.correction))]


def notice_supplement(case: Case, command: NoticeSupplement, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.RECEIVED)
    case.require_not_deemed(desk)
    codes = [case.material(one.code, "wanted").code for one in command.wanted]
    if new := [code for code in codes if case.notices and code not in case.told]:
        raise WrongStep(
            "NOTICE_NOT_ONCE",
            f"补正内容须一次性告知,不能再要求: {'、'.join(new)}",
            remedy="请受理,或按否定报备程序处理",
        )
    if untold := [code for code in case.missing if code not in codes]:
        raise InvalidInput(
            "NOTICE_INCOMPLETE",
            f"尚缺的材料未全部告知: {'、'.join(untold)}",
            field="wanted",
            remedy="请一次性告知需要补正的全部内容",
        )
    number = f"{case.number}-B{case.notices + 1:02d}"
    return [SupplementNoticed(notice_no=number, wanted=command.wanted)]


def receive_supplement(case: Case, command: ReceiveSupplement, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.SUPPLEMENTING)
    return [
        SupplementReceived(
            receipt_no=f"{case.number}-S{case.receipts + 1:02d}",
            materials=checked(case, command.materials),
            missing=still_missing(case, command.materials),
            notice_due=desk.due_for("case.one_time_notice"),
        )
    ]


def accept(case: Case, command: AcceptCase, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.RECEIVED)
    case.require_not_deemed(desk)
    needed = [code for code in case.missing if not case.material(code, "gap").gap_allowed]
    if needed:
        raise WrongStep(
            "MATERIALS_MISSING",
            f"必要材料未齐: {'、'.join(needed)}",
            remedy="请一次性告知补正",
        )
    if case.missing and command.gap_promise_no is None:
        raise InvalidInput(
            "GAP_PROMISE_MISSING",
            f"材料 {'、'.join(case.missing)} 容缺受理须有书面承诺",
            field="gap_promise_no",
            remedy="请填写承诺书编号",
        )
    terms = terms_of(case.offered, desk)
    gap_due = (terms.promised or terms.statutory) if case.missing else None
    return [
        CaseAccepted(
            unit=case.offered.unit,
            terms=terms,
            gap_promise_no=command.gap_promise_no,
            gap=case.missing,
            gap_due=gap_due,
        )
    ]


def deem_accepted(case: Case, command: DeemAccepted, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.RECEIVED)
    notice = case.clock(LimitKind.NOTICE, desk.stream_id)
    deemed = (
        deemed_acceptance(notice.due, noticed_at=notice.ended_at, at=desk.now) if notice else None
    )
    if deemed is None:
        raise WrongStep("NOTICE_STILL_DUE", "一次性告知的期限未满", remedy="请在期限内告知或受理")
    item = case.offered
    terms = terms_of(item, desk, deemed)
    return [CaseDeemedAccepted(unit=item.unit, deemed=deemed, terms=terms)]


def fill_gap(case: Case, command: FillGap, _: Desk) -> list[Event]:
    case.require(command, CaseStatus.ACCEPTED)
    there = {one.code for one in checked(case, command.materials)}
    if not there <= set(case.gap):
        raise InvalidInput(
            "MATERIAL_NOT_PROMISED",
            "其中有未承诺补交的材料",
            field="materials",
            remedy=f"待补齐的材料: {'、'.join(case.gap) or '无'}",
        )
    missing = tuple(code for code in case.gap if code not in there)
    return [GapFilled(materials=command.materials, missing=missing)]


def report_refusal(case: Case, command: ReportRefusal, desk: Desk) -> list[Event]:
    case.require(command, CaseStatus.RECEIVED)
    if case.refusal_reported:
        raise WrongStep("REFUSAL_PENDING", "本件已有待批的否定报备", remedy="请等待批复")
    return [
        RefusalReported(
            ground=command.ground, reason=desk.sealed(command.reason), basis=command.basis
        )
    ]


def deny_refusal(case: Case, command: DenyRefusal, desk: Desk) -> list[Event]:
    _require_report(case, command)
    return [RefusalDenied(ruling=desk.sealed(command.ruling))]


def refuse_acceptance(case: Case, command: RefuseAcceptance, desk: Desk) -> list[Event]:
    _require_report(case, command)
    case.require_not_deemed(desk)
    return [
        AcceptanceRefused(
            ground=command.ground,
            reason=desk.sealed(command.reason),
            basis=command.basis,
            remedy=desk.sealed(command.remedy),
        )
    ]


def _require_report(case: Case, command: DenyRefusal | RefuseAcceptance) -> None:
    case.require(command, CaseStatus.RECEIVED)
    if not case.refusal_reported:
        raise WrongStep(
            "REFUSAL_NOT_REPORTED",
            "窗口无否决权: 本件没有否定报备",
            remedy="请先由窗口登记否定报备",
        )


def terms_of(item: ServiceItem, desk: Desk, deemed: DeemedAcceptance | None = None) -> Terms:
    """By when the case must be decided, counted from acceptance; deemed: from the receipt."""
    since = deemed.effective_at if deemed else desk.now
    purpose = "case.decide_joint" if item.is_theme else "case.decide"
    statutory = item.statutory or desk.rulebook.limit_for(purpose)
    return Terms(
        statutory=_due(statutory, LimitKind.STATUTORY, since, desk),
        promised=_due(item.promised, LimitKind.PROMISED, since, desk),
    )


def _due(limit: Limit | None, kind: LimitKind, since: datetime, desk: Desk) -> DueDate | None:
    return None if limit is None else desk.due(limit, purpose_of(kind), since=since)
