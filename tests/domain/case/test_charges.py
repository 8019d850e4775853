"""收费: nothing is asked for that the item does not say, and what is owed holds the result back."""

import pytest
from msgspec.structs import replace

from bancheng.domain.case.charges import (
    ChargeFee,
    ChargeWaived,
    FeeCharged,
    FeePaid,
    RecordPayment,
    WaiveCharge,
)
from support.builders import after
from support.case_builders import (
    ALL_HERE,
    FEE,
    ITEM,
    SEALED,
    TEXT,
    C,
    a_child,
    a_notified_case,
    a_received_case,
    a_rejected_case,
    a_submitted_case,
    accepting,
    an_accepted_case,
    delivering,
    finishing,
    granting,
    making,
    notifying,
    receiving,
    rejecting,
)
from support.given import CLERK, HEAD, OFFICER, given

CHARGE = ChargeFee(**C, charge=FEE.name, bill_no="缴1号")
WAIVE = WaiveCharge(**C, charge=FEE.name, reason=TEXT, basis="财税〔2014〕101号")
PAY = RecordPayment(**C, charge=FEE.name, receipt_no="票1号")


def test_b17a_the_amount_and_its_ground_are_those_of_the_item():
    charged = given(*an_accepted_case()).when(CHARGE)
    charged.then(
        FeeCharged(charge=FEE.name, amount_fen=FEE.amount_fen, basis=FEE.basis, bill_no="缴1号")
    )
    given(*charged.history).when(PAY).then(
        FeePaid(charge=FEE.name, amount_fen=FEE.amount_fen, receipt_no="票1号")
    )


def test_xkf_58_what_the_item_does_not_charge_nobody_charges():
    other = ChargeFee(**C, charge="加急费", bill_no="缴1号")
    given(*an_accepted_case()).when(other).then_refused("CHARGE_NOT_OF_ITEM", "charge")


def test_nothing_is_billed_for_what_costs_nothing():
    free = replace(ITEM, charges=(replace(FEE, amount_fen=0),))
    story = after(after(a_submitted_case(free), receiving(*ALL_HERE)), accepting())
    given(*story).when(CHARGE).then_refused("CHARGE_IS_NOTHING", "charge")


def test_b17a_each_is_asked_for_once_and_paid_once():
    there = an_accepted_case()
    given(*there).when(PAY).then_refused("NOT_CHARGED")
    charged = after(there, CHARGE)
    given(*charged).when(CHARGE).then_refused("CHARGED_ALREADY")
    given(*after(charged, PAY)).when(PAY).then_refused("PAID_ALREADY")


def test_b17a_what_is_owed_holds_the_result_back_until_it_is_paid():
    owing = after(a_notified_case(), CHARGE)
    given(*owing).when(delivering()).then_refused("FEE_UNPAID")
    assert given(*after(owing, PAY)).when(delivering()).refusal is None


def test_b17a_a_child_that_owes_is_not_made_so_its_theme_does_not_go_out():
    child = after(after(a_child(), finishing(), OFFICER), granting(), OFFICER)
    owing = after(child, CHARGE)
    given(*owing).when(making(), OFFICER).then_refused("FEE_UNPAID")
    assert given(*after(owing, PAY)).when(making(), OFFICER).refusal is None
    made = after(child, making(), OFFICER)
    given(*made).when(CHARGE).then_refused("WRONG_STATUS")


def test_xkf_38_44_a_refusal_goes_out_whatever_is_owed():
    refused = after(after(a_rejected_case(), making(), OFFICER), notifying())
    assert given(*after(refused, CHARGE)).when(delivering()).refusal is None
    child = after(after(a_child(), finishing(), OFFICER), CHARGE)
    assert given(*after(child, rejecting(), HEAD)).when(making(), OFFICER).refusal is None


def test_xkf_58_what_was_charged_in_error_or_of_who_is_exempt_is_not_owed_any_more():
    waived = given(*after(a_notified_case(), CHARGE)).when(WAIVE, HEAD)
    basis = "财税〔2014〕101号"
    waived.then(
        ChargeWaived(charge=FEE.name, amount_fen=FEE.amount_fen, reason=SEALED, basis=basis)
    )
    given(*waived.history).when(PAY).then_refused("NOT_CHARGED")
    assert given(*waived.history).when(delivering()).refusal is None


def test_what_was_charged_in_error_may_be_charged_rightly_afterwards():
    waived = after(after(an_accepted_case(), CHARGE), WAIVE, HEAD)
    assert given(*waived).when(CHARGE).refusal is None


def test_nothing_is_waived_that_is_not_owed():
    there = an_accepted_case()
    given(*there).when(WAIVE, HEAD).then_refused("NOT_CHARGED")
    given(*after(after(there, CHARGE), PAY)).when(WAIVE, HEAD).then_refused("PAID_ALREADY")


def test_a_charge_is_waived_by_the_unit_of_the_item_and_not_by_who_charged():
    charged = after(an_accepted_case(), CHARGE)
    elsewhere = replace(HEAD, unit="YB")
    given(*charged).when(WAIVE, elsewhere).then_refused("NOT_OWN_UNIT")
    both = replace(HEAD, id=CLERK.id)
    given(*charged).when(WAIVE, both).then_refused("CHARGER_WAIVES")


@pytest.mark.parametrize("act", [CHARGE, PAY])
def test_nothing_is_charged_before_the_acceptance(act):
    given(*a_received_case()).when(act).then_refused("WRONG_STATUS")
