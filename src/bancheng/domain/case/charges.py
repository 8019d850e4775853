"""收费: what is asked for is what the item says, and what is owed holds the result back."""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.case.guards import all_of, needs_own_item
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotAllowed, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.items import Charge
from bancheng.domain.people import FreeText
from bancheng.domain.steps import Step


@topic("case.fee-charged", step=Step.DEADLINE)
class FeeCharged(Event, frozen=True, kw_only=True):
    """收费通知: the applicant was told to pay one of the charges of the item, by a paper."""

    charge: str
    amount_fen: int
    basis: str
    bill_no: str


@topic("case.fee-paid", step=Step.DEADLINE)
class FeePaid(Event, frozen=True, kw_only=True):
    """缴费: what was charged was paid, against a receipt."""

    charge: str
    amount_fen: int
    receipt_no: str


@topic("case.charge-waived", step=Step.DEADLINE)
class ChargeWaived(Event, frozen=True, kw_only=True):
    """减免或撤销收费: what was charged in error, or of who is exempt, is not owed any more."""

    charge: str
    amount_fen: int
    reason: FreeText
    basis: str


class ChargeFee(CaseCommand, frozen=True, kw_only=True):
    """收费通知: ask for one of the charges of the item; the amount is the item's."""

    charge: Annotated[str, Meta(min_length=1, max_length=200, description="收费名称")]
    bill_no: Annotated[str, Meta(min_length=1, max_length=60, description="缴费通知书编号")]


class RecordPayment(CaseCommand, frozen=True, kw_only=True):
    """缴费登记: write down that a charge was paid."""

    charge: Annotated[str, Meta(min_length=1, max_length=200, description="收费名称")]
    receipt_no: Annotated[str, Meta(min_length=1, max_length=60, description="财政票据号码")]


class WaiveCharge(CaseCommand, frozen=True, kw_only=True):
    """减免或撤销收费: take back a charge made in error, or waive it for who is exempt by law."""

    charge: Annotated[str, Meta(min_length=1, max_length=200, description="收费名称")]
    reason: Annotated[FreeText, Meta(description="减免或撤销的理由")]
    basis: Annotated[str, Meta(min_length=1, max_length=200, description="减免或撤销的依据")]


_BEFORE_DELIVERY: Final = (
    CaseStatus.ACCEPTED, CaseStatus.DECIDED, CaseStatus.MADE, CaseStatus.NOTIFIED,
)  # fmt: skip
CHARGES: Final = Targets[Case](
    of=lambda command: command.charge,
    within=lambda case: [one.name for one in case.offered.charges],
)


def _charge(case: Case, name: str) -> Charge:
    found = next((one for one in case.offered.charges if one.name == name), None)
    if found is None:
        # What no law sets is not charged (行政许可法 58, 59).
        raise NotFound(
            "CHARGE_NOT_OF_ITEM",
            f"事项「{case.offered.name}」没有收费项目「{name}」,不得收取",
            field="charge",
            remedy="请按事项公布的收费项目办理;没有收费项目的不收费",
        )
    return found


def _may_charge(case: Case, attempt: Attempt) -> None:
    charge = _charge(case, attempt.target)
    if charge.name in case.charged:
        raise WrongStep(
            "CHARGED_ALREADY", f"「{charge.name}」已通知缴费", remedy="同一收费项目只收一次"
        )


def _is_charged(case: Case, attempt: Attempt) -> None:
    charge = _charge(case, attempt.target)
    if charge.name not in case.charged:
        raise WrongStep(
            "NOT_CHARGED", f"「{charge.name}」尚未通知缴费", remedy="请先出具缴费通知书"
        )
    if charge.name in case.paid:
        raise WrongStep("PAID_ALREADY", f"「{charge.name}」已缴清", remedy="请核对财政票据")


def _may_waive(case: Case, attempt: Attempt) -> None:
    # Also a child whose refusal was made meanwhile: nothing that was charged stays owed for ever.
    case.require(attempt.act, *_BEFORE_DELIVERY)
    needs_own_item(case, attempt)
    _is_charged(case, attempt)
    if attempt.desk.actor.id in case.charged[attempt.target]:
        raise NotAllowed(
            "CHARGER_WAIVES",
            "通知缴费的人不能自行减免或撤销",
            remedy="请由事项实施单位的其他负责人办理",
        )


def _is_owed(case: Case, attempt: Attempt) -> None:
    # What a child owes holds back its making, and so the theme: after that nothing is asked for.
    is_child = case.theme_id is not None
    case.require(attempt.act, *(_BEFORE_DELIVERY[:2] if is_child else _BEFORE_DELIVERY))


def needs_child_paid(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` while a child of a theme, which is delivered with it, owes something."""
    if case.theme_id is not None:
        needs_paid(case, attempt)


def needs_paid(case: Case, _: Attempt) -> None:
    """``WrongStep`` while something that was charged is not paid, unless the answer is a no."""
    # Whoever is refused hears why and how to contest it, whatever they owe (行政许可法 38, 44).
    unpaid = sorted(case.charged.keys() - case.paid)
    if unpaid and case.outcome is not CaseOutcome.REFUSED:
        raise WrongStep(
            "FEE_UNPAID",
            f"尚未缴清: {'、'.join(unpaid)}",
            remedy="请在缴费登记后送达;收费有误或者应当减免的,请办理减免或撤销收费",
        )


@guarded(all_of(_is_owed, _may_charge), CHARGES)
def charge_fee(case: Case, command: ChargeFee, _: Desk) -> list[Event]:
    charge = _charge(case, command.charge)
    if not charge.amount_fen:
        raise InvalidInput(
            "CHARGE_IS_NOTHING",
            f"「{charge.name}」为零元,无须缴费",
            field="charge",
            remedy="不收费的无须出具缴费通知书",
        )
    return [
        FeeCharged(
            charge=charge.name,
            amount_fen=charge.amount_fen,
            basis=charge.basis,
            bill_no=command.bill_no,
        )
    ]


@guarded(all_of(_is_owed, _is_charged), CHARGES)
def record_payment(case: Case, command: RecordPayment, _: Desk) -> list[Event]:
    charge = _charge(case, command.charge)
    return [
        FeePaid(charge=charge.name, amount_fen=charge.amount_fen, receipt_no=command.receipt_no)
    ]


@guarded(_may_waive, CHARGES)
def waive_charge(case: Case, command: WaiveCharge, desk: Desk) -> list[Event]:
    charge = _charge(case, command.charge)
    return [
        ChargeWaived(
            charge=charge.name,
            amount_fen=charge.amount_fen,
            reason=desk.sealed(command.reason),
            basis=command.basis,
        )
    ]
