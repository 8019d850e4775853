"""The data of a person ends: nobody finds or opens it, no file holds it, and all else stays."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select

from bancheng.bootstrap import Container
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.discover import RefuseTicket
from bancheng.domain.complaint.supervise import ReopenTicket
from bancheng.domain.errors import DomainError, WrongStep
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import FreeText, IdNumber, PersonName, Phone, Reporter
from bancheng.domain.person_search import SoughtBy, sought
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.erasure import (
    ApproveErasure,
    RequestErasure,
    WithdrawErasure,
)
from bancheng.domain.privacy.events import ErasureCarriedOut, PersonalDataErased
from bancheng.domain.privacy.restriction import RestrictProcessing
from bancheng.domain.privacy.terms import ErasureStatus
from bancheng.domain.processing import DataState
from bancheng.infra import database, key_remains, streams
from bancheng.infra.clock import FixedClock
from bancheng.infra.schema import person_key
from bancheng.projections.erasures import ERASURES_BY_ID
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.tickets.tickets import TICKETS_BY_ID
from support import backends, builders, halls
from support.people_hall import found

pytestmark = backends.EACH
LI = Reporter(
    name=PersonName("李慕白"),
    phone=Phone("13900139000"),
    id_number=IdNumber("11010519491231002X"),
)
NEIGHBOUR = Reporter(name=PersonName("王翠"), phone=Phone("13900139000"))
THEIRS = (
    sought(SoughtBy.NAME, "李慕白"),
    sought(SoughtBy.PHONE, "13900139000"),
    sought(SoughtBy.ID_NUMBER, "11010519491231002X"),
)
CLEAR = ("李慕白", "13900139000", "11010519491231002X", "跑了三趟")
TEN_YEARS = timedelta(days=366 * 10)
WHY = FreeText("当事人来电要求")


@pytest.fixture
def hall(furnished: str, clock: FixedClock) -> Iterator[Container]:
    with halls.hall(furnished, clock) as container:
        halls.act(container, RegisterUnit(code="RS", name="人社局"))
        yield container


def closed(hall: Container, who: Reporter = LI) -> str:
    """A ticket of ``who`` that was not taken on."""
    ticket = halls.act(hall, builders.reporting(reporter=who)).stream_id
    refused = RefuseTicket(
        ticket_id=ticket, reason="litigation", explanation=FreeText("李慕白已起诉" * 1000),
        remedy=FreeText("向法院"),
    )  # fmt: skip
    halls.act(hall, refused)
    return ticket


def requested(hall: Container, *matters: str) -> str:
    command = RequestErasure(
        matters=matters, ground="consent_withdrawn", why=FreeText("李慕白要求")
    )
    return halls.act(hall, command, by="h1").stream_id


def approved(hall: Container, *matters: str) -> str:
    erasure = requested(hall, *matters)
    halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    catch_up(hall)
    hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.RESTRICTED
    return erasure


def erased(hall: Container, clock: FixedClock, *matters: str) -> str:
    erasure = approved(hall, *matters)
    clock.advance(TEN_YEARS)
    hall.erasing.go_on()
    catch_up(hall)
    return erasure


def catch_up(hall: Container) -> None:
    halls.settled(hall)


def row_of(hall: Container, ticket: str) -> Any:
    with hall.database.connect() as connection:
        return TICKETS_BY_ID.one(connection, ticket)


def status_of(hall: Container, erasure: str) -> ErasureStatus:
    with hall.database.connect() as connection:
        row = ERASURES_BY_ID.one(connection, erasure)
    assert row is not None
    return row.status


def opening(ticket: str) -> DiscloseReporter:
    return DiscloseReporter(
        ticket_id=ticket, purpose="contact", fields=(PersonalField.NAME,), reason=FreeText("联系")
    )


def code_of(hall: Container, command: Any) -> str:
    with pytest.raises(DomainError) as refused:
        halls.act(hall, command, by="h1")
    return refused.value.code


def wrapped(hall: Container) -> dict[str, bytes]:
    with hall.database.connect() as connection:
        query = select(person_key.c.owner, person_key.c.wrapped)
        return {owner: bytes(key) for owner, key in connection.execute(query)}


def files_of(url: str) -> bytes:
    """Everything that lies in the folder of the hall, one behind the other."""
    folder = Path(make_url(url).database or "").parent
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def test_after_the_retention_nothing_of_a_person_can_be_read(hall: Container, clock: FixedClock):
    ticket, other = closed(hall), closed(hall, NEIGHBOUR)
    erasure = erased(hall, clock, ticket)
    assert status_of(hall, erasure) is ErasureStatus.CARRIED_OUT
    assert [found(hall, one) for one in THEIRS] == [set(), {other}, set()]
    assert code_of(hall, opening(ticket)) == "PERSONAL_DATA_ERASED"
    row = row_of(hall, ticket)
    assert row.data_state is DataState.ERASED
    assert {row.reporter_name_masked, row.reporter_phone_masked, row.subject_masked} == {"已销毁"}
    assert row_of(hall, other).reporter_name_masked == "王*"
    assert [one.value.plain for one in halls.act(hall, opening(other)).opened] == ["王翠"]
    assert set(wrapped(hall)) >= {other}
    assert not {ticket, erasure} & set(wrapped(hall))


def test_no_event_of_an_erasure_holds_a_value_and_its_own_reasons_go_along(
    hall: Container, clock: FixedClock
):
    erasure = erased(hall, clock, closed(hall))
    course = hall.store.load(erasure)
    assert isinstance(course[-1].event, ErasureCarriedOut)
    why = course[0].envelope.why
    assert why is not None
    assert hall.engine.vault.open(why) is None


def test_the_chain_holds_and_rebuilt_rows_are_the_live_ones(hall: Container, clock: FixedClock):
    erased(hall, clock, closed(hall))
    closed(hall, NEIGHBOUR)
    live = rows_of_all(hall)
    for one in PROJECTIONS:
        hall.builder.rebuild(one)
    assert rows_of_all(hall) == live
    for stream in streams.every(hall.database):
        assert hall.store.recorder.verify_chain(stream.stream_id) == []


def rows_of_all(hall: Container) -> dict[str, list[Any]]:
    with hall.database.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for one in PROJECTIONS
            for table in one.tables
        }


def test_while_the_retention_runs_the_data_is_kept_and_nobody_uses_it(
    hall: Container, clock: FixedClock
):
    ticket, other = closed(hall), closed(hall, NEIGHBOUR)
    erasure = approved(hall, ticket)
    hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.RESTRICTED
    assert row_of(hall, ticket).data_state is DataState.RESTRICTED
    assert code_of(hall, opening(ticket)) == "PROCESSING_RESTRICTED"
    assert code_of(hall, ReopenTicket(ticket_id=ticket, reason=WHY)) == "PROCESSING_RESTRICTED"
    for one in (THEIRS[0], THEIRS[2]):
        with pytest.raises(WrongStep) as refused:
            found(hall, one)
        assert refused.value.code == "PROCESSING_RESTRICTED"
    assert found(hall, THEIRS[1]) == {other}  # a family's phone
    assert ticket in wrapped(hall)


def test_what_was_withdrawn_is_used_again(hall: Container):
    ticket = closed(hall)
    erasure = approved(hall, ticket)
    halls.act(hall, WithdrawErasure(erasure_id=erasure, reason=WHY))
    hall.reactor.react()
    catch_up(hall)
    assert row_of(hall, ticket).data_state is DataState.KEPT
    assert found(hall, THEIRS[0]) == {ticket}
    assert [one.value.plain for one in halls.act(hall, opening(ticket)).opened] == ["李慕白"]


def reopened_after_approval(hall: Container) -> tuple[str, str, str]:
    """A request that was approved for two tickets, one of which somebody reopened at once."""
    ticket, other = closed(hall), closed(hall)
    erasure = requested(hall, ticket, other)
    halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    halls.act(hall, ReopenTicket(ticket_id=other, reason=WHY))
    catch_up(hall)
    hall.erasing.go_on()
    return erasure, ticket, other


def end_again(hall: Container, ticket: str) -> None:
    said = FreeText("仍应由法院处理")
    refusing = RefuseTicket(ticket_id=ticket, reason="litigation", explanation=said, remedy=said)
    halls.act(hall, refusing)
    catch_up(hall)


def test_what_was_reopened_after_the_approval_is_handled_first_and_all_is_restricted_then(
    hall: Container, clock: FixedClock
):
    erasure, ticket, other = reopened_after_approval(hall)
    assert status_of(hall, erasure) is ErasureStatus.APPROVED
    states = {row_of(hall, one).data_state for one in (ticket, other)}
    assert states == {DataState.KEPT}  # all or nothing
    clock.advance(timedelta(days=400))
    end_again(hall, other)
    hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.RESTRICTED
    with hall.database.connect() as connection:
        row = ERASURES_BY_ID.one(connection, erasure)
    assert row is not None
    # By the day on which the last of them ended, which was not known when it was approved.
    assert row.erase_from.year == clock.now().year + 10
    clock.advance(timedelta(days=365 * 9))
    hall.erasing.go_on()
    assert row_of(hall, ticket).data_state is DataState.RESTRICTED
    clock.advance(TEN_YEARS)
    hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.CARRIED_OUT


def test_a_request_that_waits_lets_others_pass_and_is_withdrawn_whole(hall: Container):
    waiting, ticket, other = reopened_after_approval(hall)
    approved(hall, closed(hall, NEIGHBOUR))
    halls.act(hall, WithdrawErasure(erasure_id=waiting, reason=WHY))
    hall.erasing.go_on()  # its row still says that it was approved
    catch_up(hall)
    end_again(hall, other)
    hall.erasing.go_on()
    assert status_of(hall, waiting) is ErasureStatus.WITHDRAWN
    assert {row_of(hall, one).data_state for one in (ticket, other)} == {DataState.KEPT}


def test_what_an_earlier_program_restricted_one_by_one_goes_on(hall: Container, clock: FixedClock):
    ticket, other = closed(hall), closed(hall)
    erasure = requested(hall, ticket, other)
    halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    halls.act(
        hall,
        RestrictProcessing(matter_id=ticket, erasure_id=erasure, erase_from=date(2036, 3, 3)),
        by="robot",
    )
    catch_up(hall)
    hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.RESTRICTED
    assert {row_of(hall, one).data_state for one in (ticket, other)} == {DataState.RESTRICTED}


def test_nothing_is_erased_while_a_matter_of_the_person_is_open(hall: Container):
    ticket = closed(hall)
    still = halls.act(hall, builders.reporting(reporter=LI)).stream_id
    assert code_of(hall, RequestErasure(matters=(ticket, still), ground="unlawful")) == (
        "MATTER_OPEN"
    )
    erasure = requested(hall, ticket)
    assert code_of(hall, ApproveErasure(erasure_id=erasure)) == "OWN_REQUEST"
    with pytest.raises(WrongStep) as refused:
        halls.act(hall, ApproveErasure(erasure_id=erasure), by="s1")
    assert refused.value.code == "MATTER_OPEN"
    assert row_of(hall, still).number in refused.value.message


def test_who_approves_is_told_which_closed_matters_are_missing(hall: Container):
    ticket, more = closed(hall), closed(hall)
    by_phone = closed(hall, Reporter(name=LI.name, phone=LI.phone))
    with pytest.raises(WrongStep) as refused:
        halls.act(hall, ApproveErasure(erasure_id=requested(hall, ticket)), by="s1")
    assert refused.value.code == "MATTERS_MISSING"
    for one in (more, by_phone):
        assert row_of(hall, one).number in refused.value.message
    approved(hall, ticket, more, by_phone)


def test_what_another_request_restricted_already_is_not_approved_to_wait_for_ever(hall: Container):
    ticket = closed(hall)
    first, second = requested(hall, ticket), requested(hall, ticket)
    halls.act(hall, ApproveErasure(erasure_id=first), by="s1")
    catch_up(hall)
    hall.erasing.go_on()
    with pytest.raises(WrongStep) as refused:
        halls.act(hall, ApproveErasure(erasure_id=second), by="s1")
    assert refused.value.code == "MATTERS_RESTRICTED"
    assert row_of(hall, ticket).number in refused.value.message
    catch_up(hall)
    assert status_of(hall, second) is ErasureStatus.REQUESTED


def test_who_comes_back_meanwhile_is_somebody_new_and_keeps_what_they_tell(
    hall: Container, clock: FixedClock
):
    ticket = closed(hall)
    erasure = approved(hall, ticket)
    again = halls.act(hall, builders.reporting(reporter=LI)).stream_id
    clock.advance(TEN_YEARS)
    hall.erasing.go_on()
    catch_up(hall)
    assert status_of(hall, erasure) is ErasureStatus.CARRIED_OUT
    assert found(hall, THEIRS[2]) == {again}
    assert row_of(hall, again).reporter_name_masked == "李**"


def test_another_process_forgets_the_keys_within_a_second(
    hall: Container, clock: FixedClock, furnished: str
):
    ticket = closed(hall)
    with halls.hall(furnished, clock) as other:
        event: Any = other.store.load(ticket)[0].event
        vault: Any = other.engine.vault
        assert vault.open(event.reporter.name) == "李慕白"
        erased(hall, clock, ticket)
        vault.follow_destroyed()  # as its sweeper does every half second
        assert vault.open(event.reporter.name) is None
        assert other.engine.vault.open(event.subject) is None


class Killed(BaseException):
    """What ends a process between two statements."""


def test_who_is_killed_before_the_commit_has_erased_nothing_and_goes_on_at_the_next_start(
    hall: Container, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
):
    ticket = closed(hall)
    erasure = approved(hall, ticket)
    clock.advance(TEN_YEARS)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("bancheng.infra.keyring.bookmarks.count", killed)
        with pytest.raises(Killed):
            hall.erasing.go_on()
    assert status_of(hall, erasure) is ErasureStatus.RESTRICTED
    assert ticket in wrapped(hall)
    assert not [one for one in hall.store.load(ticket) if isinstance(one.event, PersonalDataErased)]
    hall.erasing.go_on()
    catch_up(hall)
    assert status_of(hall, erasure) is ErasureStatus.CARRIED_OUT


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_file_of_a_hall_on_sqlite_holds_anything_of_the_erased(
    hall: Container, clock: FixedClock, furnished: str, monkeypatch: pytest.MonkeyPatch
):
    ticket = closed(hall)
    keys = wrapped(hall)
    assert all(key in files_of(furnished) for key in keys.values())

    def killed(_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patched:  # between the commit and the cleaning
        patched.setattr(key_remains.KeyRemains, "_emptied", killed)
        with pytest.raises(Killed):
            erased(hall, clock, ticket)
    assert any(key in files_of(furnished) for key in keys.values())
    hall.erasing.go_on()
    catch_up(hall)
    assert key_remains.KeyRemains(hall.database).clean()
    left = files_of(furnished)
    gone = set(keys) - set(wrapped(hall))
    assert ticket in gone
    assert [owner for owner in gone if keys[owner] in left] == []
    assert [value for value in CLEAR if value.encode() in left] == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_whoever_reads_what_was_before_delays_the_cleaning_and_no_writer(
    hall: Container, clock: FixedClock
):
    erasure = approved(hall, closed(hall))
    clock.advance(TEN_YEARS)
    with database.read(hall.database) as connection:
        connection.execute(select(person_key)).all()
        hall.erasing.go_on()
        catch_up(hall)
        remains = key_remains.KeyRemains(hall.database)
        assert not remains.clean()
        assert status_of(hall, erasure) is ErasureStatus.CARRIED_OUT
    assert remains.clean()
