"""Reactions that a crash or somebody's act comes between: nothing that was asked for is lost."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from bancheng.app import found
from bancheng.bootstrap import Container
from bancheng.domain.case import accept, discover, rate, supervise, verify
from bancheng.domain.case.terms import CaseStatus
from bancheng.domain.complaint.discover import ReportTicket, TicketReported
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.rating_levels import RatingLevel
from bancheng.infra.clock import FixedClock
from bancheng.infra.store import Store
from support import backends, halls
from support.theme_hall import (
    CHILDREN,
    TEXT,
    UNITS,
    accepted,
    children,
    examined,
    granted,
    issue,
    item,
    received,
    settle,
    state,
    withdrawing,
)

pytestmark = backends.ONCE


@pytest.fixture
def hall(furnished: str) -> Iterator[Container]:
    with halls.hall(furnished, FixedClock(halls.MONDAY)) as container:
        for unit in UNITS:
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        for code, unit in CHILDREN.items():
            halls.act(container, item(code, unit))
        halls.act(container, item("CYKD", "HALL", children=tuple(CHILDREN)))
        yield container


def react_and_die(hall: Container, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """The process ends when the reactor has done ``after`` acts, and another one goes on."""
    units = 0
    unit = Store.unit

    def dying(store: Store) -> object:
        nonlocal units
        units += 1
        if units > after:
            raise OSError("the power went")
        return unit(store)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "unit", dying)
        with pytest.raises(OSError, match="the power went"):
            hall.reactor.react()
    settle(hall)


@pytest.mark.parametrize("after", [1, 2])
def test_every_child_of_a_withdrawn_theme_ends_though_the_process_died_in_between(
    hall: Container, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    theme_id = accepted(hall, "CYKD")
    halls.act(hall, withdrawing(theme_id))
    react_and_die(hall, monkeypatch, after=after)
    ended = [state(hall, one).status for one in children(hall, theme_id).values()]
    assert ended == [CaseStatus.TERMINATED] * len(CHILDREN)


@pytest.mark.parametrize("after", [1, 2])
def test_what_came_to_a_theme_comes_to_every_child_though_the_process_died_in_between(
    hall: Container, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    theme_id = received(hall, "CYKD", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=theme_id, gap_promise_no="容1号"))
    settle(hall)
    opened = children(hall, theme_id).values()
    assert [state(hall, one).gap for one in opened] == [("CNS",)] * len(CHILDREN)
    came = (discover.Received(code="CNS"),)
    halls.act(hall, accept.FillGap(case_id=theme_id, materials=came))
    react_and_die(hall, monkeypatch, after=after)
    assert [state(hall, one).gap for one in opened] == [()] * len(CHILDREN)


def test_every_child_is_closed_with_its_theme_though_the_process_died_in_between(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme_id = accepted(hall, "CYKD")
    opened = children(hall, theme_id).values()
    for one in opened:
        halls.act(hall, examined(one))
        halls.act(hall, granted(one))
        halls.act(hall, verify.MakeResult(case_id=one, documents=("证照",)))
    settle(hall)
    halls.act(hall, examined(theme_id))
    halls.act(hall, granted(theme_id))
    settle(hall)
    issue(hall, theme_id)
    react_and_die(hall, monkeypatch, after=1)
    assert [state(hall, one).status for one in opened] == [CaseStatus.DELIVERED] * len(CHILDREN)


def rated_badly(hall: Container, case_id: str) -> None:
    issued = halls.act(hall, rate.IssueRatingCode(case_id=case_id))
    said = {"case_id": case_id, "level": RatingLevel.VERY_DISSATISFIED, "named": False}
    halls.act(hall, rate.RateByCode(**said, code=issued.one_time_code or ""))


def reviewed_badly(hall: Container, case_id: str) -> None:
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    issue(hall, case_id)
    failed = supervise.ReviewApproval(case_id=case_id, passed=False, conclusion=TEXT)
    halls.act(hall, failed, by="second")


@pytest.mark.parametrize("complained", [rated_badly, reviewed_badly])
@pytest.mark.parametrize("closed_later", [(), ("XF",)], ids=["once", "and its successor"])
def test_a_complaint_is_not_lost_when_its_unit_is_closed_at_that_moment(
    hall: Container,
    monkeypatch: pytest.MonkeyPatch,
    complained: Callable[[Container, str], None],
    closed_later: tuple[str, ...],
) -> None:
    case_id = accepted(hall, "YYZZ")
    complained(hall, case_id)
    closing = [("SC", "XF"), *((one, "WS") for one in closed_later)]

    def looked_before_the_closing(**fields: Any) -> ReportTicket:
        if closing:
            code, successor = closing.pop(0)
            halls.act(hall, CloseUnit(code=code, successor=successor))
        return ReportTicket(**fields)

    monkeypatch.setattr(found, "ReportTicket", looked_before_the_closing)
    with capture_logs() as logged:
        assert settle(hall) == 1
    tickets = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    successor = "WS" if closed_later else "XF"
    assert [(one.case_id, one.accused_unit) for one in tickets] == [(case_id, successor)]
    assert "reaction_refused" not in [one["event"] for one in logged]
