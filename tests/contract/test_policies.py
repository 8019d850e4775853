"""What the hall does by itself between matters: themes, deemed acceptance, bad ratings, checks."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from bancheng.app.acts.cases import CASE
from bancheng.app.engine import Context
from bancheng.app.policies import Reaction
from bancheng.bootstrap import Container
from bancheng.domain.case import (
    accept,
    decide,
    discover,
    dispatch,
    rate,
    recall,
    supervise,
    theme,
    verify,
)
from bancheng.domain.case.state import Case
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    NotifyWay,
    RatingLevel,
    RatingOrigin,
)
from bancheng.domain.commands import Command
from bancheng.domain.complaint.checks import TicketCheckFailed
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.errors import Conflict, DomainError
from bancheng.domain.events import Channel, Place
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, DeliveryWay, Material
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.office.item import WithdrawItem
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.people import Applicant, FreeText, PersonName
from bancheng.domain.time_limits.rules import CheckRule
from bancheng.infra.clock import FixedClock
from bancheng.infra.store import Store, Unit
from bancheng.jobs import reactor
from bancheng.projections.cases.cases import CASES_BY_ID
from bancheng.projections.deadlines.deadlines import DEADLINES_OF_MATTERS
from support import backends, builders, halls
from support.case_builders import SEEN
from support.halls import EXTRA_HOLIDAY

pytestmark = backends.ONCE

TEXT = FreeText("情况属实")
RECEIVER = PersonName("张建国")
UNITS = ("HALL", "SC", "XF", "WS")
CHILDREN = {"YYZZ": "SC", "XFXK": "XF", "WSXK": "WS"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(halls.MONDAY)


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        for unit in UNITS:
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        for code, unit in CHILDREN.items():
            halls.act(container, item(code, unit))
        halls.act(container, item("CYKD", "HALL", children=tuple(CHILDREN)))
        yield container


def item(code: str, unit: str, **fields: object) -> PublishItem:
    usual = {
        "code": code, "basic_code": code, "name": f"事项{code}", "type": PowerType.LICENCE,
        "kind": CaseKind.PROMISED, "unit": unit, "legal_basis": "测试", "source": "测试",
        "promised": StatedLimit(amount=5),
        "steps": (StatedStep(name="审查", unit=unit, limit=StatedLimit(amount=2)),),
        "materials": (Material(code="SQB", name="申请表"),
                      Material(code="CNS", name="场地证明", gap_allowed=True)),
        "effective_from": date(2026, 1, 1),
    }  # fmt: skip
    return PublishItem(**{**usual, **fields})  # type: ignore[arg-type]


def received(container: Container, code: str, *materials: str) -> str:
    applicant = Applicant(name=PersonName("张建国"))
    case_id = halls.act(container, discover.SubmitCase(item=code, applicant=applicant)).stream_id
    ticked = tuple(discover.Received(code=one) for one in materials)
    halls.act(container, discover.ReceiveMaterials(case_id=case_id, materials=ticked))
    return case_id


def accepted(container: Container, code: str) -> str:
    case_id = received(container, code, "SQB", "CNS")
    halls.act(container, accept.AcceptCase(case_id=case_id))
    settle(container)
    return case_id


def settle(container: Container) -> int:
    done = container.reactor.react()
    assert container.runner.wait(container.store.head())
    return done


def state(container: Container, case_id: str) -> Case:
    case: Case = reduce(CASE.evolve, container.store.load(case_id), CASE.empty())
    return case


def children(container: Container, theme_id: str) -> dict[str, str]:
    found = state(container, theme_id).children
    return {code: child.case_id or "" for code, child in found.items()}


def examined(case_id: str) -> dispatch.FinishStep:
    return dispatch.FinishStep(case_id=case_id, name="审查", opinion=TEXT)


def withdrawing(case_id: str) -> supervise.WithdrawCase:
    signed_on = date(2026, 3, 2)
    return supervise.WithdrawCase(
        case_id=case_id, request_no="撤1号", signed_on=signed_on, reason=TEXT
    )


def granted(case_id: str) -> decide.DecideCase:
    return decide.DecideCase(case_id=case_id, outcome=CaseOutcome.GRANTED, document_no="1号")


def refused(container: Container, command: Command) -> DomainError:
    with pytest.raises(DomainError) as caught:
        halls.act(container, command)
    return caught.value


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


def issue(container: Container, case_id: str) -> None:
    halls.act(container, verify.MakeResult(case_id=case_id, documents=("证照",)))
    halls.act(container, verify.NotifyResult(case_id=case_id, way=NotifyWay.SMS))
    to_somebody = {"way": DeliveryWay.COUNTER, "receiver": RECEIVER, "seen": SEEN}
    halls.act(container, verify.DeliverResult(case_id=case_id, **to_somebody))


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
        hall.reactor._carry_out(Reaction("policy/overtaken/0", again))
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


def test_the_fifth_working_day_without_a_notice_accepts_from_the_day_of_receipt(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "CNS")
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # midnight in the hall
    assert hall.sweep.lapse() == 1
    assert hall.sweep.lapse() == 0
    [event] = [
        one.event
        for one in hall.store.load(case_id)
        if isinstance(one.event, accept.CaseDeemedAccepted)
    ]
    assert event.deemed.effective_at == halls.MONDAY
    assert event.terms.promised is not None
    assert event.terms.promised.due_date == date(2026, 3, 9)
    lines = "".join(event.deemed.lines())
    assert "自收到申请材料之日起即为受理" in lines
    assert "第三十二条" in lines
    assert state(hall, case_id).status is CaseStatus.ACCEPTED


def test_xkf_32_an_online_application_that_nobody_reviewed_is_accepted_from_its_submission(
    hall: Container, clock: FixedClock
) -> None:
    applicant = Applicant(name=PersonName("张建国"))
    submit = discover.SubmitCase(item="YYZZ", applicant=applicant, source=CaseSource.ONLINE)
    case_id = halls.act(hall, submit).stream_id
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # midnight in the hall
    assert hall.sweep.lapse() == 1
    deemed = hall.store.load(case_id)[-1].event
    assert isinstance(deemed, accept.CaseDeemedAccepted)
    assert deemed.deemed.effective_at == halls.MONDAY
    assert state(hall, case_id).gap == ("SQB", "CNS")


def test_no_law_takes_effect_by_a_calendar_that_another_one_replaced(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "CNS")
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    clock.set(halls.MONDAY.replace(day=9, hour=16))  # five working days, before it was published
    assert hall.sweep.lapse() == 0
    assert hall.runner.wait(hall.store.head())
    assert state(hall, case_id).status is CaseStatus.RECEIVED
    clock.advance(days=1)
    assert hall.sweep.lapse() == 1


def test_what_was_promised_and_did_not_come_withdraws_the_case(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=case_id, gap_promise_no="承诺1号"))
    clock.set(halls.MONDAY.replace(day=9, hour=15, minute=59))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=9, hour=16))
    assert hall.sweep.lapse() == 1
    assert state(hall, case_id).status is CaseStatus.WITHDRAWN


def test_a_wrong_refusal_does_not_withdraw_what_the_applicant_still_had_time_for(
    hall: Container, clock: FixedClock
) -> None:
    case_id = received(hall, "YYZZ", "SQB")
    halls.act(hall, accept.AcceptCase(case_id=case_id, gap_promise_no="承诺1号"))
    grounds = {"reason": TEXT, "basis": "测试", "remedy": TEXT}
    halls.act(hall, replace(granted(case_id), outcome=CaseOutcome.REFUSED, **grounds))
    clock.set(halls.MONDAY.replace(day=11))
    halls.act(hall, recall.RecallDecision(case_id=case_id, reason=TEXT))
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=18, hour=15, minute=59))  # five working days after it
    assert hall.sweep.lapse() == 0
    clock.set(halls.MONDAY.replace(day=18, hour=16))
    assert hall.sweep.lapse() == 1
    assert state(hall, case_id).status is CaseStatus.WITHDRAWN


def test_what_is_recalled_under_a_new_calendar_is_due_by_it_everywhere(
    hall: Container, clock: FixedClock
) -> None:
    case_id = accepted(hall, "YYZZ")
    halls.act(hall, granted(case_id))
    clock.advance(hours=1)
    halls.act(hall, PublishCalendar(text=EXTRA_HOLIDAY))
    hall.calendar.refresh()
    assert hall.sweep.replan() >= 1  # of what runs; nothing looks a second time
    clock.set(halls.MONDAY.replace(day=4))
    halls.act(hall, recall.RecallDecision(case_id=case_id, reason=TEXT))
    with hall.sweep.database.connect() as connection:
        limits = DEADLINES_OF_MATTERS(connection, [case_id])[case_id]
        row = CASES_BY_ID(connection, [case_id])[case_id]
    (promised,) = (one for one in limits if one.kind is LimitKind.PROMISED)
    assert promised.due_date == row.due_date == date(2026, 3, 10)
    assert (promised.calendar_version, promised.expired_at) == ("2026-加放", None)
    assert hall.sweep.replan() == 0


def rated(hall: Container, case_id: str, level: RatingLevel, origin: RatingOrigin) -> None:
    said = {"case_id": case_id, "level": level, "named": True}
    if origin is RatingOrigin.CITIZEN:
        issued = halls.act(hall, rate.IssueRatingCode(case_id=case_id))
        halls.act(hall, rate.RateByCode(**said, code=issued.one_time_code or ""))
    elif origin is RatingOrigin.STAFF_ASSISTED:
        halls.act(hall, rate.RateCase(**said), by="somebody")
    else:
        halls.act(hall, rate.ImportRating(**said, source_ref="PJ-1"))


@pytest.mark.parametrize(
    ("level", "origin", "opens"),
    [
        (RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN, True),
        (RatingLevel.DISSATISFIED, RatingOrigin.STAFF_ASSISTED, True),
        (RatingLevel.DISSATISFIED, RatingOrigin.IMPORT, False),
        (RatingLevel.FAIR, RatingOrigin.CITIZEN, False),
    ],
)
def test_a_bad_rating_of_a_citizen_opens_a_ticket_about_the_case(
    hall: Container, level: RatingLevel, origin: RatingOrigin, *, opens: bool
) -> None:
    case_id = accepted(hall, "YYZZ")
    rated(hall, case_id, level, origin)
    assert settle(hall) == int(opens)
    tickets = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    assert [(one.case_id, one.accused_unit) for one in tickets] == [(case_id, "SC")] * opens


@pytest.mark.parametrize(
    ("successor", "told"), [("XF", "由「XF」承接"), (None, "请核实其职责现由哪个单位承担")]
)
def test_a_bad_rating_of_a_closed_unit_opens_a_ticket_about_its_successor_if_there_is_one(
    hall: Container, successor: str | None, told: str
) -> None:
    case_id = accepted(hall, "YYZZ")
    if successor is None:  # with nothing in hand: the case is over, the item is another's
        halls.act(hall, withdrawing(case_id))
        halls.act(hall, item("YYZZ", "XF"))
    halls.act(hall, CloseUnit(code="SC", successor=successor))
    rated(hall, case_id, RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN)
    assert settle(hall) == 1
    [ticket] = [
        one.event for one in hall.store.read(0, 1000) if isinstance(one.event, TicketReported)
    ]
    assert (ticket.case_id, ticket.accused_unit) == (case_id, successor)
    content = hall.engine.vault.open(ticket.content) or ""
    assert "办理单位「SC」已停用" in content
    assert told in content


def test_a_step_that_is_late_in_a_case_that_is_not_is_found_once(
    hall: Container, clock: FixedClock
) -> None:
    case_id = accepted(hall, "YYZZ")
    transfer = dispatch.TransferCase(case_id=case_id, to_unit="HALL", step="审查")
    halls.act(hall, transfer)
    clock.set(halls.MONDAY + timedelta(days=3))
    halls.act(hall, dispatch.SignHandOver(case_id=case_id), by="second")
    halls.act(hall, examined(case_id))
    halls.act(hall, granted(case_id))
    assert settle(hall) == 1
    assert settle(hall) == 0
    [found] = [
        one.event
        for one in hall.store.load(case_id)
        if isinstance(one.event, supervise.CheckFailed)
    ]
    assert (found.rule, "审查" in found.detail) == (CheckRule.STEP_OVERDUE, True)


def test_d23_a_ticket_that_is_told_a_day_later_is_found_once(
    hall: Container, clock: FixedClock
) -> None:
    clock.set(halls.MONDAY + timedelta(days=2))
    context = Context(
        actor=replace(halls.EVERYTHING, id="late"),
        key="backdated",
        place=Place(Channel.WINDOW),
        occurred_at=halls.MONDAY,
    )
    answer = hall.engine.execute(builders.reporting(accused_unit=None), context)
    assert hall.runner.wait(answer.position)
    halls.act(hall, builders.reporting(accused_unit=None))
    assert settle(hall) == 1
    assert settle(hall) == 0
    [found] = [one for one in hall.store.read(0, 1000) if isinstance(one.event, TicketCheckFailed)]
    assert (found.stream_id, found.event.rule) == (answer.stream_id, CheckRule.RECORDED_LATE)
