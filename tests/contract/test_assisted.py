"""Whoever is helped is told of it, and their data is erased like that of any other matter."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bancheng.bootstrap import Container
from bancheng.domain.assistance.terms import AssistanceOutcome
from bancheng.domain.errors import DomainError
from bancheng.domain.gathering import GatherMatter
from bancheng.domain.notices.terms import Addressee
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText
from bancheng.domain.privacy.erasure import ApproveErasure, RequestErasure
from bancheng.infra.clock import FixedClock
from bancheng.projections.assistances import ASSISTANCES_BY_ID
from bancheng.projections.gatherings import GATHERINGS, GATHERINGS_OF
from bancheng.projections.withheld import withheld_from, without
from support import assistance_acts, backends, builders, halls, noticing
from support.given import CLERK, DUTY, HANDLER, VERIFIER
from support.holding_acts import registering

pytestmark = backends.EACH
TEN_YEARS = timedelta(days=366 * 10)
CLEAR = ("周明", "13912340000", "11010519491231002X", "早餐店", "食品经营许可", "13712345678")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="HALL", name="政务服务中心"))
        halls.act(container, RegisterUnit(code="RS", name="人社局"))
        for who in (CLERK, HANDLER, DUTY, VERIFIER):
            halls.act(container, registering(who))
        yield container


def an_assistance(hall: Container) -> str:
    return halls.act(hall, assistance_acts.mandating(), by=CLERK.id).stream_id


def acted(hall: Container, id_: str, command: Any, by: str) -> None:
    halls.act(hall, assistance_acts.of(id_, command), by=by)


def code_of(hall: Container, id_: str, command: Any) -> str:
    with pytest.raises(DomainError) as refused:
        acted(hall, id_, command, VERIFIER.id)
    return refused.value.code


def ended(hall: Container) -> str:
    id_ = an_assistance(hall)
    acted(hall, id_, assistance_acts.noting(), CLERK.id)
    acted(hall, id_, assistance_acts.correcting(), CLERK.id)
    end = assistance_acts.ending(AssistanceOutcome.WITHDRAWN, FreeText("周明不办了"))
    acted(hall, id_, end, CLERK.id)
    return id_


def row_of(hall: Container, id_: str) -> Any:
    with hall.database.connect() as connection:
        return ASSISTANCES_BY_ID.one(connection, id_)


def test_the_numbers_of_assistances_are_their_own(hall: Container):
    halls.act(hall, builders.reporting())
    ids = [an_assistance(hall) for _ in range(2)]
    halls.settled(hall)
    numbers = [row_of(hall, one).number for one in ids]
    assert [one[:2] for one in numbers] == ["BB", "BB"]
    assert [int(one[-6:]) for one in numbers] == [1, 2]


def test_the_client_is_told_who_helps_how_far_it_is_and_what_came_of_it(hall: Container):
    id_ = ended(hall)
    noticing.make(hall)
    told = noticing.rows(hall, matter_id=id_, addressee=Addressee.CITIZEN)
    # What is said face to face needs no call; nothing was set up that reaches a citizen otherwise.
    assert [one.of_topic for one in told] == ["assistance.ended"]
    assert "委托人撤回" in told[0].text
    to_verifier = noticing.rows(hall, matter_id=id_, addressee=Addressee.POST)
    assert [one.of_topic for one in to_verifier] == ["assistance.ended"]
    for one in noticing.rows(hall):
        assert not any(clear in one.text for clear in CLEAR)
    acted(hall, id_, assistance_acts.rating(), VERIFIER.id)
    noticing.make(hall)
    after = noticing.rows(hall, matter_id=id_, addressee=Addressee.CITIZEN)
    assert [one.status for one in after] != [one.status for one in told]


def test_after_the_retention_nothing_of_the_client_can_be_read(hall: Container, clock: FixedClock):
    id_ = ended(hall)
    request = RequestErasure(matters=(id_,), ground="consent_withdrawn")
    erasure = halls.act(hall, request, by="h1").stream_id
    halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    halls.settled(hall)
    hall.erasing.go_on()
    assert code_of(hall, id_, assistance_acts.rating()) == "PROCESSING_RESTRICTED"
    clock.advance(TEN_YEARS)
    hall.erasing.go_on()
    halls.settled(hall)
    row = row_of(hall, id_)
    masked = {row.client_name_masked, row.subject_masked, row.note_masked, row.reason_masked}
    assert masked == {"已销毁"}
    assert code_of(hall, id_, assistance_acts.rating()) == "PERSONAL_DATA_ERASED"


def test_who_approves_an_erasure_is_told_of_an_assistance_that_is_not_named(hall: Container):
    first, second = ended(hall), ended(hall)
    request = RequestErasure(matters=(first,), ground="consent_withdrawn")
    erasure = halls.act(hall, request, by="h1").stream_id
    with pytest.raises(DomainError) as refused:
        halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    halls.settled(hall)
    assert refused.value.code == "MATTERS_MISSING"
    assert row_of(hall, second).number in refused.value.message


def test_a_ticket_that_is_gathered_stays_withheld_from_whom_it_is_about(hall: Container):
    id_ = an_assistance(hall)
    about = builders.reporting(accused_unit=None, accused_staff=CLERK.id)
    hidden, known = (
        halls.act(hall, about).stream_id,
        halls.act(hall, builders.reporting()).stream_id,
    )
    for one in (hidden, known):
        halls.act(hall, GatherMatter(matter_id=one, assistance_id=id_), by=HANDLER.id)
    with pytest.raises(DomainError) as refused:
        halls.act(hall, GatherMatter(matter_id=hidden, assistance_id=id_), by=CLERK.id)
    assert refused.value.code == "MATTER_NOT_FOUND"
    halls.settled(hall)
    for who, seen in ((CLERK, {known}), (HANDLER, {known, hidden})):
        with hall.database.connect() as connection:
            without(connection, withheld_from(connection, who))
            found = GATHERINGS_OF(connection, [id_])[id_]
            assert {one.matter_id for one in found} == seen
            assert GATHERINGS.count(connection, GATHERINGS.filter()) == len(seen)
            assert ASSISTANCES_BY_ID.one(connection, id_).gathered == len(seen)
