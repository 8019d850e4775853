"""收费: nothing is asked for that the item does not say, and what is owed holds the result back."""

import pytest

from bancheng.domain.case.charges import ChargeFee, FeeCharged, FeePaid, RecordPayment
from support.builders import after
from support.case_builders import (
    FEE,
    C,
    a_child,
    a_notified_case,
    a_received_case,
    an_accepted_case,
    delivering,
    finishing,
    granting,
    making,
)
from support.given import OFFICER, given

CHARGE = ChargeFee(**C, charge=FEE.name, bill_no="缴1号")
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


@pytest.mark.parametrize("act", [CHARGE, PAY])
def test_nothing_is_charged_before_the_acceptance(act):
    given(*a_received_case()).when(act).then_refused("WRONG_STATUS")
