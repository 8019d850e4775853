"""What the hall does by itself between matters: themes and their children, reactions."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from bancheng.app.policies import Reaction
from bancheng.bootstrap import Container
from bancheng.domain.case import (
    accept,
    discover,
    supervise,
    theme,
    verify,
)
from bancheng.domain.case.terms import (
    CaseStatus,
    NotifyWay,
)
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.errors import Conflict
from bancheng.domain.events import Channel
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.item import WithdrawItem
from bancheng.domain.people import Applicant, PersonName
from bancheng.infra.clock import FixedClock
from bancheng.infra.store import Store, Unit
from bancheng.jobs import reactor
from bancheng.projections.reports.rating_rates import RATING_RATES
from support import backends, halls, theme_hall
from support.theme_hall import (
    CHILDREN,
    TEXT,
    accepted,
    children,
    examined,
    granted,
    issue,
    received,
    refused,
    settle,
    state,
    withdrawing,
)

pytestmark = backends.ONCE


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with theme_hall.opened(furnished, clock) as container:
        yield container


@backends.EACH
def test_a_theme_opens_a_case_for_each_of_its_items_when_it_is_accepted(hall: Container) -> None:
    theme_id = accepted(hall, "CYKD")
    opened = children(hall, theme_id)
    assert set(opened) == set(CHILDREN)
    for code, child_id in opened.items():
        child = state(hall, child_id)
        assert (child.theme_id, child.status) == (theme_id, CaseStatus.ACCEPTED)
        assert child.holder == CHILDREN[code] == state(hall, theme_id).children[code].unit
    [joint] = state(hall, theme_id).running(LimitKind.STATUTORY)
    assert (joint.due.limit.amount, joint.due.due_date) == (45, date(2026, 5, 8))


def test_issuing_waits_for_all_and_says_for_whom(hall: Container, clock: FixedClock) -> None:
    theme_id = accepted(hall, "CYKD")
    opened = children(hall, theme_id)
    halls.act(hall, examined(theme_id))
    assert refused(hall, granted(theme_id)).code == "CHILDREN_OPEN"
    for code in ("YYZZ", "XFXK"):
        halls.act(hall, examined(opened[code]))
        halls.act(hall, granted(opened[code]))
    settle(hall)
    clock.set(halls.MONDAY + timedelta(days=10))
    waiting = refused(hall, granted(theme_id))
    assert (waiting.code, "WS(WSXK)" in waiting.message) == ("CHILDREN_OPEN", True)
    halls.act(hall, examined(opened["WSXK"]))
    halls.act(hall, granted(opened["WSXK"]))
    deadlines = state(hall, opened["WSXK"]).deadlines.values()
    late = {one.kind for one in deadlines if one.state is DeadlineState.LATE}
    assert late == {LimitKind.PROMISED, LimitKind.STEP}
    settle(hall)
    halls.act(hall, granted(theme_id))
    assert refused(hall, verify.MakeResult(case_id=theme_id, documents=("证",))).code == (
        "CHILDREN_NOT_MADE"
    )
    for child_id in opened.values():
        halls.act(hall, verify.MakeResult(case_id=child_id, documents=("证照",)))
        alone = verify.NotifyResult(case_id=child_id, way=NotifyWay.SMS)
        assert refused(hall, alone).code == "BELONGS_TO_THEME"
    settle(hall)
    issue(hall, theme_id)
    settle(hall)
    assert {state(hall, one).status for one in opened.values()} == {CaseStatus.DELIVERED}
    assert {child.status for child in state(hall, theme_id).children.values()} == {
        CaseStatus.DELIVERED
    }


def test_children_end_with_a_theme_that_is_withdrawn(hall: Container) -> None:
    theme_id = accepted(hall, "CYKD")
    opened = children(hall, theme_id)
    halls.act(hall, withdrawing(theme_id))
    settle(hall)
    assert {state(hall, one).status for one in opened.values()} == {CaseStatus.TERMINATED}


def test_a_child_that_was_decided_outlives_its_theme_and_is_issued_by_itself(
    hall: Container,
) -> None:
    theme_id = accepted(hall, "CYKD")
    opened = children(hall, theme_id)
    first, second, third = opened.values()
    halls.act(hall, examined(first))
    halls.act(hall, granted(first))
    settle(hall)
    halls.act(hall, examined(second))
    halls.act(hall, withdrawing(theme_id))
    halls.act(hall, granted(second))  # before the hall comes to end it
    settle(hall)
    assert state(hall, third).status is CaseStatus.TERMINATED
    for one in (first, second):
        assert state(hall, one).status is CaseStatus.DECIDED
        assert state(hall, one).running(LimitKind.DELIVER)
        issue(hall, one)
        assert state(hall, one).status is CaseStatus.DELIVERED
    assert settle(hall) == 0


def test_children_end_with_a_theme_that_ended_before_they_were_opened(hall: Container) -> None:
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    halls.act(hall, accept.AcceptCase(case_id=theme_id))
    halls.act(hall, withdrawing(theme_id))
    settle(hall)
    opened = children(hall, theme_id)
    assert {state(hall, one).status for one in opened.values()} == {CaseStatus.TERMINATED}


def test_children_are_accepted_when_their_theme_was_also_if_by_law(
    hall: Container, clock: FixedClock
) -> None:
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    clock.set(halls.MONDAY + timedelta(days=8))
    assert hall.sweep.lapse() == 1
    settle(hall)
    for child_id in children(hall, theme_id).values():
        for deadline in state(hall, child_id).running(LimitKind.PROMISED, LimitKind.STEP):
            assert deadline.due.started_at == halls.MONDAY
        assert len(state(hall, child_id).running(LimitKind.STEP)) == 1


def test_a_grant_that_does_not_stand_when_it_is_looked_at_again_becomes_a_ticket_to_its_unit(
    hall: Container,
) -> None:
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    issue(hall, case_id)
    for passed in (True, False):
        review = supervise.ReviewApproval(case_id=case_id, passed=passed, conclusion=TEXT)
        halls.act(hall, review, by="another")
    settle(hall)
    [ticket] = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    assert (ticket.channel, ticket.accused_unit, ticket.case_id) == (
        Channel.INSPECTION, "SC", case_id,
    )  # fmt: skip


@pytest.mark.parametrize("at_once", [False, True], ids=["later", "before they were opened"])
def test_what_comes_to_a_theme_later_comes_to_its_children(
    hall: Container, *, at_once: bool
) -> None:
    theme_id = received(hall, "CYKD", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=theme_id, gap_promise_no="承诺1号"))
    if not at_once:
        settle(hall)
        opened = children(hall, theme_id).values()
        assert {state(hall, one).gap for one in opened} == {("CNS",)}
    lease = (discover.Received(code="CNS"),)
    halls.act(hall, accept.FillGap(case_id=theme_id, materials=lease))
    settle(hall)
    for child_id in children(hall, theme_id).values():
        child = state(hall, child_id)
        assert (child.there, child.gap) == ({"SQB", "CNS"}, ())


@backends.EACH
def test_reacting_again_or_from_the_start_does_nothing_twice(hall: Container) -> None:
    accepted(hall, "CYKD")
    before = hall.store.head()
    assert settle(hall) == 0
    again = hall.reactor.__class__(hall.engine, Nowhere())
    assert again.react() == 0
    assert hall.store.head() == before


class Nowhere:
    """A bookmark that was lost."""

    def __init__(self) -> None:
        self._position = 0

    def position(self) -> int:
        return self._position

    def move(self, position: int) -> None:
        self._position = position


@backends.EACH
def test_what_was_done_before_a_crash_is_not_done_again(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    halls.act(hall, accept.AcceptCase(case_id=theme_id))
    calls = 0
    unit = Store.unit

    def dying(store: Store) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError("the power went")
        return unit(store)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "unit", dying)
        with pytest.raises(OSError, match="the power went"):
            hall.reactor.react()
    settle(hall)
    opened = [one for one in hall.store.read(0, 1000) if isinstance(one.event, theme.ChildOpened)]
    assert len(opened) == len(CHILDREN)
    assert all(children(hall, theme_id).values())


@pytest.mark.parametrize("by_law", [False, True], ids=["accepted", "deemed accepted"])
def test_an_item_withdrawn_after_the_application_is_done_in_the_theme_all_the_same(
    hall: Container, clock: FixedClock, *, by_law: bool
) -> None:
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    clock.advance(minutes=1)
    halls.act(hall, WithdrawItem(code="WSXK", reason="取消"))
    if by_law:
        clock.advance(days=8)
        assert hall.sweep.lapse() == 1
    else:
        halls.act(hall, accept.AcceptCase(case_id=theme_id))
    settle(hall)
    opened = children(hall, theme_id)
    assert all(opened.values())
    for child_id in opened.values():
        halls.act(hall, examined(child_id))
        halls.act(hall, granted(child_id))
    settle(hall)
    halls.act(hall, examined(theme_id))
    halls.act(hall, granted(theme_id))
    applicant = Applicant(name=PersonName("张建国"))
    again = refused(hall, discover.SubmitCase(item="CYKD", applicant=applicant))
    assert (again.code, "WSXK" in again.message) == ("THEME_ITEMS_NOT_OFFERED", True)


@backends.EACH
def test_a_reaction_that_others_overtook_thrice_is_tried_again(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    halls.act(hall, accept.AcceptCase(case_id=theme_id))
    append, overtaken = Unit.append, []

    def overtaking(unit: Unit, stream_id: str, *rest: Any) -> object:
        if stream_id == theme_id and len(overtaken) < 3:
            overtaken.append(stream_id)
            raise Conflict("VERSION_CONFLICT", "本件刚被他人更新", remedy="请刷新后重新办理")
        return append(unit, stream_id, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(Unit, "append", overtaking)
        with pytest.raises(Conflict):
            hall.reactor.react()
        settle(hall)
    assert all(children(hall, theme_id).values())


@backends.EACH
def test_what_another_reactor_was_faster_to_note_is_moot(hall: Container) -> None:
    theme_id = accepted(hall, "CYKD")
    noted = state(hall, theme_id).children["WSXK"]
    again = theme.NoteChild(
        case_id=theme_id, item="WSXK", status=noted.status, outcome=noted.outcome
    )
    with capture_logs() as logged:
        hall.reactor._carry_out(Reaction("policy/overtaken/0", again), list)
    assert [(one["event"], one["code"]) for one in logged] == [("reaction_moot", "CHILD_UNCHANGED")]


def test_what_is_refused_for_another_reason_than_that_it_is_moot_is_an_error_in_the_log(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme_id = accepted(hall, "CYKD")
    halls.act(hall, withdrawing(theme_id))
    moot = children(hall, theme_id)["WSXK"]
    halls.act(hall, supervise.TerminateCase(case_id=moot, reason=TEXT, basis="法", remedy=TEXT))
    forbidden = replace(reactor.REACTOR, roles=())
    with capture_logs() as logged:
        settle(hall)
    assert [one["event"] for one in logged] == ["reaction_moot"]
    theme_id = received(hall, "CYKD", "SQB", "CNS")
    halls.act(hall, accept.AcceptCase(case_id=theme_id))
    monkeypatch.setattr(reactor, "REACTOR", forbidden)
    with capture_logs() as logged:
        settle(hall)
    told = [(one["event"], one["log_level"], one["code"]) for one in logged]
    assert told == [("reaction_refused", "error", "ROLE_MISSING")] * 3


def test_a_child_that_left_its_theme_is_counted_among_what_was_delivered(hall: Container) -> None:
    theme_id = accepted(hall, "CYKD")
    first = next(iter(children(hall, theme_id).values()))
    halls.act(hall, examined(first))
    halls.act(hall, granted(first))
    settle(hall)
    halls.act(hall, withdrawing(theme_id))
    settle(hall)
    issue(hall, first)
    scope = RATING_RATES.scope(first_day=halls.MONDAY.date(), last_day=halls.MONDAY.date())
    with hall.database.connect() as connection:
        [rates] = RATING_RATES.read(
            connection, scope, hall.rules.calendar(), now=hall.engine.clock.now()
        )
    assert rates.voluntary.denominator == 1
