"""A closed unit leaves nothing behind: what it has goes on to its successor, whatever happens."""

from collections.abc import Iterator
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bancheng.bootstrap import Container
from bancheng.cli.import_report import batch_of
from bancheng.cli.imports import register_unit
from bancheng.domain.case import accept, discover
from bancheng.domain.case.dispatch import SignHandOver, TransferCase
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import DispatchWorkOrders, SignInWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.errors import DomainError
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, Material
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.office.staff import DismissStaff, RegisterStaff
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.office.window import CloseWindow, RegisterWindow
from bancheng.domain.people import Applicant, FreeText, PersonName, Role
from bancheng.domain.warnings.answering import AnswerWarning, AppealWarning, RevokeWarning
from bancheng.infra import database
from bancheng.infra.clock import FixedClock
from bancheng.projections import office
from bancheng.projections.matters import number_of
from bancheng.projections.trail import timeline
from bancheng.projections.warnings import warning
from support import halls
from support.given import READ
from support.theme_hall import examined, state

TEXT = FreeText("情况属实")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        for unit in ("HALL", "SC", "XF", "WS"):
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        halls.act(container, item())
        yield container


def item(unit: str = "SC") -> PublishItem:
    return PublishItem(
        code="YYZZ", basic_code="YYZZ", name="营业执照", type=PowerType.LICENCE,
        kind=CaseKind.PROMISED, unit=unit, legal_basis="测试", source="测试",
        promised=StatedLimit(amount=5), materials=(Material(code="SQB", name="申请表"),),
        effective_from=date(2026, 1, 1),
    )  # fmt: skip


def dispatched(container: Container, unit: str = "SC") -> str:
    ticket = halls.report(container)
    halls.act(container, AcceptTicket(ticket_id=ticket))
    analyse = AnalyseCause(
        ticket_id=ticket, cause="delay", complexity="general", units=(unit,), opinion=TEXT
    )
    halls.act(container, analyse)
    halls.act(
        container,
        DispatchWorkOrders(ticket_id=ticket, lead_unit=unit, instruction=TEXT, released=READ),
    )
    return ticket


def submitted(container: Container) -> str:
    applicant = Applicant(name=PersonName("张建国"))
    return halls.act(container, discover.SubmitCase(item="YYZZ", applicant=applicant)).stream_id


def accepted(container: Container) -> str:
    case_id = submitted(container)
    ticked = (discover.Received(code="SQB"),)
    halls.act(container, discover.ReceiveMaterials(case_id=case_id, materials=ticked))
    halls.act(container, accept.AcceptCase(case_id=case_id))
    return case_id


def clerk(container: Container, unit: str = "SC") -> None:
    halls.act(
        container,
        RegisterStaff(
            staff_id="sc1", name="市监甲", post="承办", unit=unit, roles=(Role.UNIT_OFFICER,)
        ),
    )


def unit_of(container: Container, staff_id: str) -> str:
    member = container.rules.member(staff_id)
    return "" if member is None else member.unit


def left(container: Container) -> list[tuple[str, int]]:
    return [(one.term, one.count) for one in container.rules.open_work("SC", halls.EVERYTHING)]


def refusal(container: Container, command: CloseUnit | discover.SubmitCase) -> DomainError:
    with pytest.raises(DomainError) as caught:
        halls.act(container, command)
    return caught.value


def test_a_unit_is_not_closed_while_something_would_be_left_to_nobody(hall: Container) -> None:
    dispatched(hall)
    accepted(hall)
    clerk(hall)
    refused = refusal(hall, CloseUnit(code="SC"))
    assert (refused.code, refused.field) == ("SUCCESSOR_MISSING", "successor")
    for told in ("派单 1 项", "办件 1 项", "事项 1 项(如 营业执照)", "人员 1 项(如 市监甲)"):
        assert told in refused.message
    assert "SC" in hall.rules.units()


def test_everything_a_closed_unit_has_goes_to_its_successor(hall: Container) -> None:
    tickets = [dispatched(hall) for _ in range(2)]
    cases = [submitted(hall), accepted(hall)]
    clerk(hall)
    halls.act(hall, RegisterWindow(code="A01", name="企业开办窗口", unit="SC"))
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    others = ("item", "window", "staff")
    assert hall.succession.hand_over() == len(tickets) + len(cases) + len(others)
    assert left(hall) == []
    assert hall.succession.hand_over() == 0
    assert unit_of(hall, "sc1") == "XF"
    assert hall.rules.item("YYZZ", halls.MONDAY).unit == "XF"  # type: ignore[union-attr]
    assert submitted(hall)
    assert {one.term: one.count for one in hall.rules.open_work("XF", halls.EVERYTHING)} == {
        "派单": 2, "办件": 3, "事项": 1, "窗口": 1, "人员": 1,
    }  # fmt: skip


def test_its_items_are_not_offered_before_they_have_gone_to_the_successor(hall: Container) -> None:
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    submit = discover.SubmitCase(item="YYZZ", applicant=Applicant(name=PersonName("张建国")))
    assert refusal(hall, submit).code == "ITEM_UNIT_CLOSED"
    hall.succession.hand_over()
    assert submitted(hall)


def test_a_crash_half_way_is_taken_up_again_and_repeats_nothing(
    hall: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        dispatched(hall)
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    with monkeypatch.context() as patched:
        acts = iter(range(2))  # the third never comes to be

        def dies(*_: object) -> object:
            if next(acts, None) is None:
                raise KeyboardInterrupt
            return execute(*_)

        execute = hall.engine.execute
        patched.setattr(type(hall.engine), "execute", lambda _, *rest: dies(*rest))
        with pytest.raises(KeyboardInterrupt):
            hall.succession.hand_over()
    halls.settled(hall)
    assert hall.succession.hand_over() == 2  # of three orders and an item
    assert left(hall) == []


def test_a_successor_that_is_closed_itself_is_passed_over(hall: Container) -> None:
    dispatched(hall)
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    halls.act(hall, CloseUnit(code="XF", successor="WS"))
    hall.succession.hand_over()
    assert {one.term for one in hall.rules.open_work("WS", halls.EVERYTHING)} == {"派单", "事项"}


def test_a_unit_that_was_closed_with_nothing_may_be_given_a_successor_later(
    hall: Container,
) -> None:
    halls.act(hall, CloseUnit(code="WS"))
    with hall.database.connect() as connection:
        assert office.successors(connection) == {}
    halls.act(hall, CloseUnit(code="WS", successor="XF"))
    with hall.database.connect() as connection:
        assert office.successors(connection) == {"WS": "XF"}


def test_what_comes_back_after_the_successor_was_closed_too_waits_for_who_takes_over_then(
    hall: Container,
) -> None:
    """The successor was closed with nothing in hand, and had no successor of its own."""
    ticket = dispatched(hall, "WS")
    order = {"ticket_id": ticket, "order_id": f"{numbered(hall, ticket)}-01"}
    halls.act(hall, SignInWorkOrder(**order))
    halls.act(hall, SubmitResult(**order, outcome=Outcome.SOLVED, result=TEXT))
    halls.act(hall, CloseUnit(code="WS", successor="XF"))
    hall.succession.hand_over()
    halls.act(hall, CloseUnit(code="XF"))
    halls.act(hall, OrderRework(**order, reason=TEXT), by="verifier")
    assert hall.rules.successors() == {}
    assert hall.succession.hand_over() == 0
    halls.act(hall, RegisterUnit(code="XF", name="单位XF"))
    assert hall.succession.hand_over() == 1
    assert [(one.term, one.count) for one in hall.rules.open_work("XF", halls.EVERYTHING)] == [
        ("派单", 1)
    ]


def test_a_unit_is_not_closed_while_what_it_stands_in_for_is_on_its_way_to_it(
    hall: Container,
) -> None:
    dispatched(hall)
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    refused = refusal(hall, CloseUnit(code="XF"))
    assert (refused.code, refused.field) == ("SUCCESSOR_MISSING", "successor")
    halls.act(hall, CloseUnit(code="XF", successor="WS"))
    hall.succession.hand_over()
    assert {one.term for one in hall.rules.open_work("WS", halls.EVERYTHING)} == {"派单", "事项"}


def test_who_was_dismissed_is_not_brought_back_by_a_succession(hall: Container) -> None:
    clerk(hall)
    halls.act(hall, DismissStaff(staff_id="sc1"))
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    hall.succession.hand_over()
    assert unit_of(hall, "sc1") == ""


def test_a_rework_that_comes_back_to_a_closed_unit_goes_on_within_a_minute(
    hall: Container, clock: FixedClock
) -> None:
    ticket = dispatched(hall, "WS")
    order = {"ticket_id": ticket, "order_id": f"{numbered(hall, ticket)}-01"}
    halls.act(hall, SignInWorkOrder(**order))
    halls.act(hall, SubmitResult(**order, outcome=Outcome.SOLVED, result=TEXT))
    halls.act(hall, CloseUnit(code="WS", successor="XF"))
    assert not hall.succession.go_on()
    halls.act(hall, OrderRework(**order, reason=TEXT), by="verifier")
    assert not hall.succession.go_on()
    clock.advance(minutes=1)
    assert hall.succession.go_on()
    assert [(one.term, one.count) for one in hall.rules.open_work("XF", halls.EVERYTHING)] == [
        ("派单", 1)
    ]


def test_another_unit_that_is_closed_is_seen_at_once(hall: Container) -> None:
    halls.act(hall, CloseUnit(code="WS", successor="XF"))
    assert not hall.succession.go_on()
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    assert hall.succession.go_on()  # its item


def test_a_register_whose_only_window_is_closed_is_a_register_still(hall: Container) -> None:
    assert hall.rules.windows() is None
    halls.act(hall, RegisterWindow(code="A01", name="企业开办窗口", unit="SC"))
    assert hall.rules.windows() == {"A01"}
    halls.act(hall, CloseWindow(code="A01"))
    assert hall.rules.windows() == frozenset()


def test_an_import_of_messages_does_not_open_a_closed_unit_again(hall: Container) -> None:
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    register_unit(hall, batch_of(hall, "messages"), "SC")
    assert "SC" not in hall.rules.units()
    assert hall.rules.successors() == {"SC": "XF"}


def test_the_limit_of_a_step_of_a_closed_unit_runs_at_its_successor(hall: Container) -> None:
    steps = (
        StatedStep(name="审查", unit="SC", limit=StatedLimit(amount=2)),
        StatedStep(name="踏勘", unit="XF", limit=StatedLimit(amount=3)),
    )
    halls.act(hall, replace(item(), steps=steps))
    case_id = accepted(hall)
    halls.act(hall, CloseUnit(code="XF", successor="WS"))
    hall.succession.hand_over()
    halls.act(hall, examined(case_id))
    halls.act(hall, TransferCase(case_id=case_id, to_unit="WS"))
    halls.act(hall, SignHandOver(case_id=case_id), by="receiver", of="WS")
    step = state(hall, case_id).deadline(LimitKind.STEP, f"{case_id}/踏勘")
    assert step is not None
    assert (step.unit, step.due.limit.amount) == ("WS", 3)


def test_the_step_of_a_unit_that_nobody_took_over_from_runs_at_the_unit_of_the_item(
    hall: Container,
) -> None:
    steps = (
        StatedStep(name="审查", unit="SC", limit=StatedLimit(amount=2)),
        StatedStep(name="踏勘", unit="XF", limit=StatedLimit(amount=3)),
    )
    halls.act(hall, replace(item(), steps=steps))
    case_id = accepted(hall)
    halls.act(hall, CloseUnit(code="XF"))
    halls.act(hall, TransferCase(case_id=case_id, to_unit="SC", step="审查"))
    halls.act(hall, SignHandOver(case_id=case_id), by="receiver", of="SC")
    halls.act(hall, examined(case_id), of="SC")
    step = state(hall, case_id).deadline(LimitKind.STEP, f"{case_id}/踏勘")
    assert step is not None
    assert (step.unit, step.due.limit.amount) == ("SC", 3)


def test_a_warning_stands_in_the_trail_under_the_unit_that_has_to_answer_it(
    hall: Container, clock: FixedClock
) -> None:
    """A reminder demands no answer by a day, and may be appealed against by who has it now."""
    answered, waiting = dispatched(hall), dispatched(hall)
    clock.advance(days=10)
    hall.sweep.warn()
    settle(hall)
    for one in warned(hall, answered):
        halls.act(hall, AnswerWarning(matter_id=answered, warning_id=one, answer=TEXT), of="SC")
    halls.act(hall, CloseUnit(code="SC", successor="XF"))
    hall.succession.hand_over()
    for one in warned(hall, waiting):
        halls.act(hall, AppealWarning(matter_id=waiting, warning_id=one, ground=TEXT), of="XF")
    for ticket in (answered, waiting):
        for one in warned(hall, ticket):
            halls.act(hall, RevokeWarning(matter_id=ticket, warning_id=one, ruling=TEXT))
    assert units_in_trail(hall, answered, "warning.revoked") == {"SC"}
    assert units_in_trail(hall, waiting, "warning.appealed", "warning.revoked") == {"XF"}


def warned(container: Container, ticket: str) -> list[str]:
    """The warnings that SC was given, and whoever took over from it."""
    with database.read(container.database) as connection:
        of_orders = select(warning.c.warning_id).where(
            warning.c.matter_id == ticket, warning.c.unit.in_(("SC", "XF"))
        )
        return list(connection.scalars(of_orders.order_by(warning.c.warning_id)))


def settle(container: Container) -> None:
    halls.settled(container)


def units_in_trail(container: Container, ticket: str, *topics: str) -> set[str | None]:
    settle(container)
    with database.read(container.database) as connection:
        return {one.unit for one in timeline(connection, ticket) if one.topic in topics}


def numbered(container: Container, ticket: str) -> str:
    with container.database.connect() as connection:
        return number_of(connection, ticket) or ""
