"""收费: what is asked for is what the item says, and what is owed holds the result back."""

from typing import Annotated, Final

from msgspec import Meta

from bancheng.domain.case.guards import all_of
from bancheng.domain.case.state import Case, CaseCommand
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded
from bancheng.domain.items import Charge
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


class ChargeFee(CaseCommand, frozen=True, kw_only=True):
    """收费通知: ask for one of the charges of the item; the amount is the item's."""

    charge: Annotated[str, Meta(min_length=1, max_length=200, description="收费名称")]
    bill_no: Annotated[str, Meta(min_length=1, max_length=60, description="缴费通知书编号")]


class RecordPayment(CaseCommand, frozen=True, kw_only=True):
    """缴费登记: write down that a charge was paid."""

    charge: Annotated[str, Meta(min_length=1, max_length=200, description="收费名称")]
    receipt_no: Annotated[str, Meta(min_length=1, max_length=60, description="财政票据号码")]


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


def _may_pay(case: Case, attempt: Attempt) -> None:
    charge = _charge(case, attempt.target)
    if charge.name not in case.charged:
        raise WrongStep(
            "NOT_CHARGED", f"「{charge.name}」尚未通知缴费", remedy="请先出具缴费通知书"
        )
    if charge.name in case.paid:
        raise WrongStep("PAID_ALREADY", f"「{charge.name}」已缴清", remedy="请核对财政票据")


def _is_owed(case: Case, attempt: Attempt) -> None:
    # What a child owes holds back its making, and so the theme: after that nothing is asked for.
    is_child = case.theme_id is not None
    case.require(attempt.act, *(_BEFORE_DELIVERY[:2] if is_child else _BEFORE_DELIVERY))


def needs_child_paid(case: Case, attempt: Attempt) -> None:
    """``WrongStep`` while a child of a theme, which is delivered with it, owes something."""
    if case.theme_id is not None:
        needs_paid(case, attempt)


def needs_paid(case: Case, _: Attempt) -> None:
    """``WrongStep`` while something that was charged is not paid."""
    if unpaid := sorted(case.charged - case.paid):
        raise WrongStep("FEE_UNPAID", f"尚未缴清: {'、'.join(unpaid)}", remedy="请在缴费登记后送达")


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


@guarded(all_of(_is_owed, _may_pay), CHARGES)
def record_payment(case: Case, command: RecordPayment, _: Desk) -> list[Event]:
    charge = _charge(case, command.charge)
    return [
        FeePaid(charge=charge.name, amount_fen=charge.amount_fen, receipt_no=command.receipt_no)
    ]
