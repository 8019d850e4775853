"""What the engine asks of every act: texts that say something, a channel and windows to name."""

import pytest

from bancheng.domain.case.discover import Received, ReceiveMaterials
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import RejectPreReview
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.case.verify import DeliverResult, KeepResult, MakeResult
from bancheng.domain.errors import DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.items import DeliveryWay
from support import builders
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


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (Place(Channel.WINDOW, window=" \u3000"), "place.window"),
        (Place(Channel.WINDOW, terminal="\u200b"), "place.terminal"),
    ],
)
def test_d25_a_place_of_blanks_is_no_place(hall, place, field):
    with pytest.raises(DomainError) as refused:
        do(hall, submitting(), CLERK, place=place)
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


def reporting_at(window):
    return builders.reporting(), Place(Channel.WINDOW, window)


def test_a_ticket_is_not_reported_at_a_window_that_is_not_there(hall):
    hall.rules.open_windows = frozenset({"A01"})
    report, nowhere = reporting_at("A99")
    with pytest.raises(DomainError) as refused:
        do(hall, report, CLERK, place=nowhere)
    assert (refused.value.code, refused.value.field) == ("WINDOW_NOT_REGISTERED", "place.window")
    assert "A99" in refused.value.message
    assert refused.value.remedy
    assert not hall.store.log
    report, here = reporting_at("A01")
    do(hall, report, CLERK, place=here)
    assert hall.store.log


def test_every_window_that_is_not_there_is_named(hall):
    hall.rules.open_windows = frozenset({"A01"})
    with pytest.raises(DomainError) as refused:
        do(hall, submitting(window="A98"), CLERK, place=Place(Channel.WINDOW, "A99"))
    faults = (refused.value, *refused.value.others)
    assert [one.field for one in faults] == ["place.window", "window"]


def test_a_hall_without_a_register_of_windows_takes_any(hall):
    report, anywhere = reporting_at("A99")
    do(hall, report, CLERK, place=anywhere)
    assert hall.store.log


def test_a_register_whose_windows_are_all_closed_is_a_register_still(hall):
    hall.rules.open_windows = frozenset()
    report, nowhere = reporting_at("A01")
    with pytest.raises(DomainError) as refused:
        do(hall, report, CLERK, place=nowhere)
    assert refused.value.code == "WINDOW_NOT_REGISTERED"


def test_windows_of_another_system_are_not_of_the_register(hall):
    hall.rules.open_windows = frozenset({"A01"})
    report, elsewhere = reporting_at("旧3号")
    do(hall, report, CLERK, place=elsewhere, source_system="12345")
    assert hall.store.log
