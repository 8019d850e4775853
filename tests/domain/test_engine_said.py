"""What the engine asks of every act: texts that say something, and a channel that is one's own."""

import pytest

from bancheng.domain.case.discover import Received, ReceiveMaterials
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import RejectPreReview
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.case.verify import DeliverResult, KeepResult, MakeResult
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.items import DeliveryWay
from support.case_builders import ITEMS, submitting
from support.fakes import a_hall, do
from support.given import CLERK, ROBOT

CASE = {"case_id": "case-1"}
POST = DeliveryWay.POST
BLANK = (
    (KeepResult(**CASE, place="  "), "place"),
    (DeliverResult(**CASE, way=POST, tracking_no=""), "tracking_no"),
    (DeliverResult(**CASE, way=POST, tracking_no="EMS1", bundle_no="\u3000"), "bundle_no"),
    (MakeResult(**CASE, documents=("许可证", " ")), "documents[1]"),
    (submitting(window=" "), "window"),
    (submitting(mandate=""), "mandate"),
    (ReceiveMaterials(case_id=" ", materials=(Received(code="M1"),)), "case_id"),
    (
        RejectPreReview(**CASE, wanted=(Wanted(code="M1", standard=" "),), working_days=3),
        "wanted[0].standard",
    ),
)


@pytest.fixture
def hall():
    with a_hall("memory", None) as engine:
        engine.rules.items_on_offer.update(ITEMS)
        yield engine


@pytest.mark.parametrize(("command", "field"), BLANK, ids=[field for _, field in BLANK])
def test_a_text_that_is_there_says_something(hall, command, field):
    with pytest.raises(DomainError) as refused:
        do(hall, command, CLERK)
    assert (refused.value.code, refused.value.field) == ("FIELD_EMPTY", field)
    assert refused.value.remedy
    assert not hall.store.log


def test_a_person_does_not_act_as_the_system(hall):
    by_system = Place(Channel.SYSTEM)
    with pytest.raises(DomainError) as refused:
        do(hall, submitting(source=CaseSource.ONLINE), CLERK, place=by_system)
    assert (refused.value.code, refused.value.field) == ("CHANNEL_RESERVED", "place.channel")
    assert not hall.store.log
    with pytest.raises(DomainError) as refused:
        do(hall, submitting(), ROBOT, place=by_system)
    assert refused.value.code == "ROLE_MISSING"
