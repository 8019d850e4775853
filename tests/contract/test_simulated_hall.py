"""The simulated hall: weeks of cases and tickets by the real acts, the same ones for one seed."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bancheng.app.acts.cases import CASE
from bancheng.app.registry import ACTS
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.bulk import BulkBegun
from bancheng.domain.case.decide import CaseDecided
from bancheng.domain.case.forward import CaseForwarded
from bancheng.domain.case.rate import CITIZEN
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.events import Channel, Recorded
from bancheng.domain.items import CaseKind
from bancheng.domain.office.staff import StaffRegistered
from bancheng.infra import database
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.projections.registry import PROJECTIONS
from bancheng.simulation.catalogue import catalogue
from bancheng.simulation.month import live
from bancheng.simulation.people import PLATFORM, WINDOW_OF
from bancheng.simulation.shares import USUAL, Shares
from support import backends
from support.given import BOOK

SINCE = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday, in the middle of the afternoon
UNTIL = SINCE + timedelta(days=33)
QUICK_WORKING_DAYS = 4
FURTHER_HALLS = (2, 3, 4)
# Much happens to few cases, so that every act is needed.
EVENTFUL = Shares(
    joint=0.2, cross_region=0.1, voided=0.05, pre_rejected=0.4, corrected=0.1, supplemented=0.2,
    promised=0.4,
    doubted=0.2, forgotten=0.1, given_up=0.25, in_parts=0.5, refusal_denied=0.5, withdrawn=0.08,
    terminated=0.08, gap_filled=0.6, procedure_told=0.7, procedure_overrun=0.3, extended=0.6,
    hearing_asked=0.9,
    extension_granted=0.3, late=0.2, refused=0.2, recalled=0.3, reviewed=0.4, rated=1, bad=0.5,
    charge_waived=0.3, appealed=0.7, excluded=0.5, warning_appealed=0.2, warning_revoked=0.5,
    urged=0.6, pressed=0.9, answer_extended=0.5,
)  # fmt: skip
# Calendars are published by hand, and not every month.
# No licence of its weeks is renewed: an application comes thirty days before the expiry.
# No theme of the demo is withdrawn after a child was decided, no unit closes, and nobody leaves.
NEVER_NEEDED = {
    "DeemRenewed", "ReplanDueDate", "LeaveTheme", "TakeOverCase", "TakeBackWork",
    # Nobody asks for their data to be erased; retention would end years after the run.
    "RestrictProcessing", "LiftRestriction", "ErasePersonalData",
    "RecordNoticeSent", "RecordNoticeFailed", "ResendNotice",
}  # fmt: skip


def offered() -> list:
    """Items of every kind that are done within days, and the themes with what they join."""
    items = list(catalogue(1, SINCE.date()))
    joined = {code for item in items for code in item.children}
    quick = [
        item
        for item in items
        if item.promised is not None and item.promised.amount <= QUICK_WORKING_DAYS
    ]
    special = [item for item in quick if item.procedures][:20]
    instant = [item for item in items if item.kind is CaseKind.INSTANT][:20]
    sent_up = [item for item in quick if item.kind.goes_up][:10]
    themes = [item for item in items if item.children or item.code in joined]
    return list(
        {item.code: item for item in [*themes, *special, *sent_up, *quick[:10], *instant]}.values()
    )


@contextmanager
def lived(cases: int, until: datetime, shares: Shares, seed: int = 1) -> Iterator[Container]:
    """A hall on SQLite after its weeks."""
    with backends.fresh("sqlite") as url:
        clock = FixedClock(SINCE)
        config = Config(
            database_url=url,
            hall="TEST",
            master_key=b"t" * 32,
            rulebook=str(BOOK),
        )
        container = build(config, clock=clock, ids=SeededIds(1, clock))
        try:
            container.runner.catch_up()
            live(
                container,
                clock,
                SINCE,
                until,
                items=offered(),
                seed=seed,
                cases=cases,
                shares=shares,
            )
            container.runner.catch_up()
            yield container
        finally:
            container.close()


@pytest.fixture(scope="module")
def hall() -> Iterator[Container]:
    with lived(100, UNTIL, EVENTFUL) as container:
        yield container


@pytest.fixture(scope="module")
def log(hall: Container) -> list[Recorded]:
    return hall.store.read(0, 10_000)


def test_every_act_on_cases_is_done(log: list[Recorded]):
    wanted = {act.name for act in ACTS if CASE in act.on} - NEVER_NEEDED
    done = acts_on_cases(log)
    # What is rare may not happen in one hall; in one of a few it does.
    for seed in FURTHER_HALLS:
        if wanted <= done:
            break
        with lived(100, UNTIL, EVENTFUL, seed) as another:
            done |= acts_on_cases(another.store.read(0, 10_000))
    assert done == wanted


def acts_on_cases(log: list[Recorded]) -> set[str]:
    return {one.envelope.act for one in log if one.stream_id.startswith(CASE.prefix)}


def test_the_files_of_a_day_are_archived_in_one_go(log: list[Recorded]):
    begun = {one.stream_id: one.event.count for one in log if isinstance(one.event, BulkBegun)}
    archived = Counter(one.envelope.batch_id for one in log if one.envelope.act == "ArchiveCase")
    alone = archived.pop(None)
    assert begun == archived
    assert len(begun) > 1
    assert alone


def test_nobody_acts_without_being_on_the_staff(hall: Container, log: list[Recorded]):
    on_staff = {one.event.staff_id for one in log if isinstance(one.event, StaffRegistered)}
    actors = {one.envelope.actor.id for one in log if one.envelope.channel is not Channel.SYSTEM}
    assert actors <= on_staff | {CITIZEN.id, PLATFORM.id}


def test_who_sits_at_a_window_says_which_one_it_is(log: list[Recorded]):
    acts = [one.envelope for one in log if one.envelope.actor.id in WINDOW_OF]
    assert acts
    for act in acts:
        assert (act.channel, act.window) == (Channel.WINDOW, WINDOW_OF[act.actor.id])


def test_events_come_in_the_order_of_their_time(log: list[Recorded]):
    times = [one.envelope.occurred_at for one in log]
    assert times == sorted(times)
    assert times[0] == SINCE
    assert UNTIL - times[-1] < timedelta(days=3)


def test_a_bad_rating_becomes_a_ticket_that_somebody_handles(log: list[Recorded]):
    opened = {one.stream_id for one in log
              if isinstance(one.event, TicketReported) and one.event.case_id}  # fmt: skip
    handled = {one.stream_id for one in log if one.envelope.act == "StrikeOffTicket"}
    assert opened & handled


def test_some_tickets_end_without_a_result(log: list[Recorded]):
    done = {one.envelope.act for one in log}
    assert {"WithdrawTicket", "RequestTermination", "TerminateTicket"} <= done


def test_some_reports_go_on_in_an_earlier_one_and_are_answered_with_it(log: list[Recorded]):
    done = {one.envelope.act for one in log}
    assert {
        "MergeTicket", "UnmergeTicket", "AnswerMerged", "LinkTickets", "UnlinkTickets", "NoteTie",
    } <= done  # fmt: skip


def test_a_theme_is_decided_when_its_children_are(log: list[Recorded]):
    children = {one.stream_id: one.event.theme_id for one in log
                if isinstance(one.event, ChildOpened)}  # fmt: skip
    decided = {one.stream_id: one.position for one in log
               if isinstance(one.event, CaseDecided | CaseForwarded)}  # fmt: skip
    themes = {theme for theme in children.values() if theme in decided}
    assert themes
    for child, theme in children.items():
        if theme in themes:
            assert decided[child] < decided[theme]


def test_rebuilt_rows_are_the_live_ones(hall: Container):
    for projection in PROJECTIONS:
        before = _rows(hall, projection)
        hall.builder.rebuild(projection)
        assert _rows(hall, projection) == before, projection.name
        assert before


def test_one_seed_makes_one_hall():
    courses = []
    for _ in range(2):
        with lived(15, SINCE + timedelta(days=8), USUAL) as container:
            courses.append(
                [
                    (one.stream_id, one.version, one.event.topic, one.envelope.occurred_at)
                    for one in container.store.read(0, 10_000)
                ]
            )
    assert courses[0] == courses[1]


def _rows(hall: Container, projection) -> dict:
    with database.read(hall.database) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in projection.tables
        }
