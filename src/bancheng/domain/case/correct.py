"""办件更正: what was taken down wrongly of a case is put right, and remarks are added.

The earlier words stay in the events that carried them. The item is not corrected: its version rules
the case, so a case of the wrong item is voided and applied for anew.
"""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.case.delivery import check_address, require_offered
from bancheng.domain.case.discover import require_mandate, require_window
from bancheng.domain.case.guards import needs_no_theme, needs_renewal_in_time, waits_in
from bancheng.domain.case.renewing import Renewing, renewal_due, renewing
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import OPEN, CaseSource, CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.items import DeliveryWay
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import (
    Address,
    Agent,
    Applicant,
    CertificateNumber,
    FreeText,
    Party,
    SpecialGroup,
)
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import DueDate

CORRECTABLE: Final = (
    "applicant", "agent", "mandate", "source", "window", "special_group", "delivery",
    "delivery_address", "licence_no", "licence_expires_on",
)  # fmt: skip

# Who it is about may have that put right whenever they ask (个人信息保护法 46), also to be called
# about a rating that they gave afterwards; what a case was done by is over with it.
OF_PEOPLE: Final = ("applicant", "agent", "mandate", "special_group")


@topic("case.case-corrected", step=Step.DISCOVER)
class CaseCorrected(Event, frozen=True, kw_only=True):
    """办件更正: what was taken down wrongly is put right; ``corrected`` names the fields.

    ``renewing`` is there if the licence expires on another day; of a case that waits for its
    decision that moves ``renewal_due``, by which the law renews it. ``renewal_unit`` owes the
    decision if no such limit ran before. An address goes with the delivery that it was for.
    """

    corrected: tuple[str, ...]
    reason: FreeText
    applicant: Applicant | None = None
    source: CaseSource | None = None
    window: str | None = None
    special_group: SpecialGroup | None = None
    agent: Agent | None = None
    mandate: str | None = None
    delivery: DeliveryWay | None = None
    delivery_address: Address | None = None
    licence_no: CertificateNumber | None = None
    renewing: Renewing | None = None
    renewal_due: DueDate | None = None
    renewal_unit: str | None = None


@topic("case.remark-added", step=Step.DISCOVER)
class RemarkAdded(Event, frozen=True, kw_only=True):
    """补充说明: somebody added to the file what the applicant told later."""

    remark: FreeText


class CorrectCase(CaseCommand, frozen=True, kw_only=True):
    """办件更正: put right what was taken down wrongly; only what is filled in is replaced."""

    reason: Annotated[FreeText, Meta(description="更正理由")]
    applicant: Annotated[Applicant | None, Meta(description="更正后的申请人,整体替换")] = None
    source: Annotated[CaseSource | None, Meta(description="更正后的办件来源")] = None
    window: Annotated[str, Meta(max_length=40, description="更正后的窗口编号")] | None = None
    special_group: Annotated[SpecialGroup | None, Meta(description="更正后的特殊群体")] = None
    agent: Annotated[
        Agent | None, Meta(description="更正后的代办人,整体替换;须同时填写委托书编号")
    ] = None
    mandate: Annotated[str, Meta(max_length=100, description="更正后的委托书编号")] | None = None
    delivery: Annotated[DeliveryWay | None, Meta(description="更正后的送达方式")] = None
    delivery_address: Annotated[
        Address | None, Meta(description="更正后的收件地址;送达方式为邮寄的")
    ] = None
    licence_no: Annotated[
        CertificateNumber | None, Meta(description="更正后的原许可证件编号;仅延续申请")
    ] = None
    licence_expires_on: Annotated[
        date | None, Meta(description="更正后的原许可有效期届满日;仅未决定的延续申请")
    ] = None

    def party(self) -> Party | None:
        return self.applicant

    def windows_named(self) -> tuple[tuple[str, str], ...]:
        return () if self.window is None else (("window", self.window),)


class AddRemark(CaseCommand, frozen=True, kw_only=True):
    """补充说明: add to the file what the applicant tells later."""

    remark: Annotated[FreeText, Meta(description="补充说明的内容")]


def may_correct(case: Case, attempt: Attempt) -> None:
    """A child has its applicant from its theme. Once it is over, only `OF_PEOPLE` is corrected."""
    needs_no_theme(case, attempt)


@guarded(may_correct)
def correct(case: Case, command: CorrectCase, desk: Desk) -> list[Event]:
    corrected = tuple(name for name in CORRECTABLE if getattr(command, name) is not None)
    if not corrected:
        raise InvalidInput(
            "NOTHING_CORRECTED",
            "没有填写要更正的内容",
            field="applicant",
            remedy=f"请填写要更正的项,可更正: {'、'.join(CORRECTABLE)}",
        )
    _check_not_over(case, corrected)
    *_, applicant, agent, expiry = together(
        lambda: require_window(case.offered, command.window),
        lambda: _check_mandate(case, command),
        lambda: _check_delivery(case, command),
        lambda: _check_source(case, command),
        lambda: _check_renews(case, command.licence_no, "licence_no"),
        lambda: _check_renews(case, command.licence_expires_on, "licence_expires_on"),
        lambda: command.applicant and command.applicant.checked("applicant"),
        lambda: command.agent and command.agent.checked("agent"),
        lambda: _expiry(case, command, desk),
    )
    # Whose case it is, its address is sealed for: whoever is forgotten is forgotten whole.
    person = desk.person or case.applicant_key or desk.stream_id
    due = None if expiry is None else _renewal_due(case, expiry, desk)
    return [
        CaseCorrected(
            corrected=corrected,
            reason=desk.sealed(command.reason),
            applicant=applicant and applicant.owned_by(person),
            source=command.source,
            window=command.window,
            special_group=command.special_group,
            agent=agent and agent.owned_by(desk.stream_id),
            mandate=command.mandate,
            delivery=command.delivery,
            delivery_address=command.delivery_address and command.delivery_address.owned_by(person),
            licence_no=command.licence_no and command.licence_no.owned_by(desk.stream_id),
            renewing=expiry,
            renewal_due=due,
            renewal_unit=case.offered.unit if due and not case.running(LimitKind.RENEWAL) else None,
        )
    ]


def _check_not_over(case: Case, corrected: tuple[str, ...]) -> None:
    others = [name for name in corrected if name not in OF_PEOPLE]
    if case.status.is_closed and others:
        raise InvalidInput(
            "CASE_OVER",
            f"本件已结束(当前为「{case.status.label}」),只更正申请人、代办人的信息",
            field=others[0],
            remedy="请删去其他更正;办理有误的,依法另行处理",
        )


def _check_mandate(case: Case, command: CorrectCase) -> None:
    if command.agent is not None or not case.has_agent:
        require_mandate(command.agent, command.mandate)


def _check_delivery(case: Case, command: CorrectCase) -> None:
    if command.delivery is not None or command.delivery_address is not None:
        way = command.delivery or case.delivery
        together(
            lambda: require_offered(case.offered, command.delivery, "delivery"),
            lambda: check_address(way, command.delivery_address),
        )


def _check_renews(case: Case, corrected: object, field: str) -> None:
    if corrected is not None and case.renewing is None:
        raise InvalidInput(
            "NOT_A_RENEWAL",
            "本件不是延续申请,没有原许可可更正",
            field=field,
            remedy="请删去原许可的更正;确为延续申请的,请作废后重新登记",
        )


def _expiry(case: Case, command: CorrectCase, desk: Desk) -> Renewing | None:
    """When the licence expires as it is corrected; whether it was applied for in time follows."""
    if command.licence_expires_on is None or case.renewing is None:
        return None
    if case.outcome is not None:
        raise InvalidInput(
            "RENEWAL_DECIDED",
            "本件已作决定,原许可有效期届满日不再更正",
            field="licence_expires_on",
            remedy="决定有误的,请先撤回决定",
        )
    # What the law has renewed stays renewed: a later expiry would take a deemed grant back.
    try:
        needs_renewal_in_time(case, Attempt(CorrectCase, desk))
    except WrongStep as lapsed:
        # Everything else of the case can still be corrected: it is this field that can not.
        field = "licence_expires_on"
        raise InvalidInput(lapsed.code, lapsed.message, field=field, remedy=lapsed.remedy) from None
    assert case.applied_at is not None, "a child of a theme is not corrected"
    return renewing(
        command.licence_expires_on, case.offered, case.applied_at, desk, field="licence_expires_on"
    )


def _renewal_due(case: Case, expiry: Renewing, desk: Desk) -> DueDate | None:
    # Before the acceptance no time to decide runs; the acceptance takes the expiry as it is then.
    is_accepted = case.status is CaseStatus.ACCEPTED
    return renewal_due(expiry, case.offered, case.applied_at, desk) if is_accepted else None


def _check_source(case: Case, command: CorrectCase) -> None:
    # Before, it says which clocks run: online work has a pre-review and the five days of a notice.
    if command.source is not None and not case.receipts:
        raise InvalidInput(
            "SOURCE_RULES_CLOCKS",
            "收件之前,来源决定预审与告知的时限,不能更正",
            field="source",
            remedy="请在收件后更正;登记有误的,请作废后重新登记",
        )


@guarded(waits_in(*OPEN))
def add_remark(_: Case, command: AddRemark, desk: Desk) -> list[Event]:
    return [RemarkAdded(remark=desk.sealed(command.remark))]
