"""跨域通办: with which organ and in which mode a case is done, and when each leg was made."""

import pytest

from bancheng.domain.case.cross_region import LegReceived, LegSent, ReceiveLeg, SendLeg
from support.builders import officer_of
from support.case_builders import (
    CROSSING,
    C,
    a_delivered_case,
    a_refused_case,
    a_submitted_case,
    a_terminated_case,
    a_withdrawn_case,
    an_accepted_case,
    an_archived_case,
)
from support.given import OFFICER, given

SEND = SendLeg(**C, content="申请材料一套", tracking_no="EMS1")
RECEIVE = ReceiveLeg(**C, content="办理结果")


def test_b17a_each_leg_to_and_from_the_other_area_is_an_act_with_its_time():
    there = an_accepted_case(cross_region=CROSSING)
    sent = given(*there).when(SEND)
    organ = CROSSING.counterpart
    sent.then(LegSent(counterpart=organ, content="申请材料一套", tracking_no="EMS1"))
    given(*sent.history).when(RECEIVE).then(LegReceived(counterpart=organ, content="办理结果"))


def test_b17a_a_case_of_this_area_alone_has_no_legs():
    for act in (SEND, RECEIVE):
        given(*a_submitted_case()).when(act).then_refused("NOT_CROSS_REGION")


ENDED = (a_delivered_case, a_withdrawn_case, a_terminated_case, a_refused_case, an_archived_case)


@pytest.mark.parametrize("ended", ENDED, ids=lambda it: it.__name__)
def test_b17a_what_the_other_organ_sent_is_taken_in_though_the_case_is_over(ended):
    over = ended(cross_region=CROSSING)
    given(*over).when(RECEIVE).then(
        LegReceived(counterpart=CROSSING.counterpart, content="办理结果")
    )
    given(*over).when(SEND).then_refused("WRONG_STATUS")


def test_b17a_nobody_of_a_unit_without_a_part_in_it_sends_a_leg():
    there = an_accepted_case(cross_region=CROSSING)
    given(*there).when(SEND, officer_of("GA")).then_refused("NOT_OWN_UNIT")
    assert given(*there).when(SEND, OFFICER).refusal is None
