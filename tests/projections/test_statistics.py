"""评价统计 and 工作量, counted by hand: whose ratings count, to which day an instant belongs."""

from datetime import date, timedelta
from functools import partial

import pytest
from msgspec import structs
from msgspec.structs import replace

from bancheng.domain.calls import CallResult
from bancheng.domain.case.accept import DeemAccepted, FillGap
from bancheng.domain.case.ratings import AppealRating, ContactRater, ExcludeRating, RectifyRating
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    RatingOrigin,
)
from bancheng.domain.case.theme import NoteChild
from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import DeliveryWay
from bancheng.domain.office.item import ItemPublished
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.infra.database import connect
from bancheng.projections.cases.cases import CASES
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.items import ITEMS
from bancheng.projections.ledger.windows import Period
from bancheng.projections.reports import work_done
from bancheng.projections.reports.ranking import figures_of, ranked
from bancheng.projections.reports.rating_rates import RATING_COUNTS, RATING_RATES
from bancheng.projections.reports.report import Rate
from bancheng.projections.reports.speed_rates import SPEED_RATES
from bancheng.projections.reports.workload import WORKLOAD
from projections.case_journeys import case_stories, placed
from projections.views import Anew
from support import backends
from support import case_builders as builders
from support.builders import after
from support.case_builders import CASE_ID, TEXT, C
from support.given import CALENDAR, CLERK, HEAD, OFFICER, START, local, recorded

ASKED_AT = local("2026-12-31 09:00")
WORK_READ = partial(WORKLOAD.read, now=ASKED_AT)


def share(numerator, denominator):
    return Rate(numerator=numerator, denominator=denominator, n=denominator)


LEDGERS = (CASES.projection, RATINGS.projection, work_done.PROJECTION)
MARCH = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
BAD, GOOD = RatingLevel.DISSATISFIED, RatingLevel.SATISFIED


@pytest.fixture
def found(engine):
    """What a query finds after some histories, each of a case of its own."""
    anew = Anew(engine, *LEDGERS)

    def find(histories, query, *arguments, **more):
        log = [one for n, history in enumerate(histories) for one in moved(history, n)]
        with anew.of(log).database.read() as connection:
            return query(connection, *arguments, **more)

    return find


def rates_of(connection, scope, calendar):
    """The one row of 评价统计, of all together."""
    (row,) = RATING_RATES.read(connection, scope, calendar, now=ASKED_AT)
    return row


def counts_of(connection, scope, calendar):
    """评价计数 by origin and level."""
    return RATING_COUNTS.read(connection, scope, calendar, ("origin", "level"), now=ASKED_AT)


def moved(history, number):
    """The same history as that of another case, with a rating id of its own."""
    text = {"rating_id": lambda one: f"{one}-{number}"}
    for one in history:
        changed = {
            name: change(getattr(one.event, name))
            for name, change in text.items()
            if hasattr(one.event, name)
        }
        yield replace(one, stream_id=f"{CASE_ID}{number}", event=replace(one.event, **changed))


def rated(level, **fields):
    return builders.rated(builders.a_delivered_case(), level, **fields)


def followed(*commands):
    """A bad rating by name, the rater called, and what came then."""
    of_it = {**C, "rating_id": "BJ-1-P01"}
    contact = ContactRater(**of_it, call=CallResult.CONNECTED, justified=True, finding=TEXT)
    history = after(rated(BAD), contact)
    for command, field in commands:
        history = after(history, command(**of_it, **{field: TEXT}), by=_usual(command))
    return history


def _usual(command):
    return HEAD if command in (RectifyRating, AppealRating) else None


RECTIFIED = followed((RectifyRating, "measure"))
EXCLUDED = followed((AppealRating, "ground"), (ExcludeRating, "ruling"))


def test_only_what_citizens_gave_of_their_own_counts(found):
    histories = [
        rated(GOOD),
        rated(RatingLevel.FAIR),
        RECTIFIED,
        EXCLUDED,
        rated(GOOD, origin=RatingOrigin.DEFAULT),
        rated(GOOD, origin=RatingOrigin.STAFF_ASSISTED),
        rated(RatingLevel.VERY_SATISFIED, origin=RatingOrigin.IMPORT),
        builders.a_delivered_case(),
    ]
    rates = found(histories, rates_of, RATING_RATES.scope(**MARCH), CALENDAR)
    assert rates.good == share(2, 3)
    assert rates.good.percent == 66.67
    assert rates.voluntary == share(3, 8)
    assert rates.rectified == share(1, 1)
    rows = found(histories, counts_of, RATING_COUNTS.scope(**MARCH), CALENDAR)
    counts = {(one.origin, one.level): (one.ratings, one.excluded) for one in rows}
    assert counts == {
        (RatingOrigin.CITIZEN, GOOD): (1, 0),
        (RatingOrigin.CITIZEN, RatingLevel.FAIR): (1, 0),
        (RatingOrigin.CITIZEN, BAD): (2, 1),
        (RatingOrigin.DEFAULT, GOOD): (1, 0),
        (RatingOrigin.STAFF_ASSISTED, GOOD): (1, 0),
        (RatingOrigin.IMPORT, RatingLevel.VERY_SATISFIED): (1, 0),
    }


def test_a_bad_rating_that_nobody_put_right_in_time_is_not_rectified(found):
    contact = ContactRater(
        **C, rating_id="BJ-1-P01", call=CallResult.CONNECTED, justified=True, finding=TEXT
    )
    mend = RectifyRating(**C, rating_id="BJ-1-P01", measure=TEXT)
    late = after(after(rated(BAD), contact), mend, HEAD, local("2026-03-25 10:00"))
    explained = after(rated(BAD), structs.replace(contact, justified=False))
    for history, expected in ((rated(BAD), 0), (late, 0), (RECTIFIED, 1), (explained, 1)):
        rates = found([history], rates_of, RATING_RATES.scope(**MARCH), CALENDAR)
        assert rates.rectified == share(expected, 1)


APRIL = {"first_day": date(2026, 4, 1), "last_day": date(2026, 4, 30)}
LISTED = [
    rated(GOOD),
    rated(BAD),
    RECTIFIED,
    EXCLUDED,
    rated(GOOD, origin=RatingOrigin.DEFAULT),
    builders.a_delivered_case(),
    builders.an_accepted_case(),
]


@pytest.mark.parametrize("of", [{}, {"unit": "RS"}, {"unit": "YB"}, {"item_code": "FOOD"}])
@pytest.mark.parametrize("month", [MARCH, APRIL], ids=["March", "April"])
def test_the_ledgers_list_what_the_rates_count(found, month, of):
    listed = found(LISTED, _as_listed, month, of)
    rates = found(LISTED, rates_of, RATING_RATES.scope(**month, **of), CALENDAR)
    assert listed == (rates.good, rates.voluntary, rates.rectified)


def _as_listed(connection, month, of):
    """The rates by the filters that the schema names."""
    since = CALENDAR.start_of(month["first_day"])
    until = CALENDAR.start_of(month["last_day"] + timedelta(days=1))

    def ratings(**more):
        chosen = RATINGS.filter(rated_from=since, rated_before=until, own=True, **of, **more)
        return RATINGS.count(connection, chosen)

    def cases(**more):
        chosen = CASES.filter(
            delivered_from=since, delivered_before=until, is_child=False, **of, **more
        )
        return CASES.count(connection, chosen)

    return (
        share(ratings(bad=False), ratings()),
        share(cases(rated=True), cases()),
        share(ratings(bad=True, settled=True), ratings(bad=True)),
    )


def test_of_nothing_there_is_no_rate(found):
    rates = found([], rates_of, RATING_RATES.scope(**MARCH), CALENDAR)
    assert (rates.good, rates.good.percent) == (share(0, 0), None)
    assert found([], counts_of, RATING_COUNTS.scope(**MARCH), CALENDAR) == []


def test_rates_are_of_a_period_a_unit_and_an_item(found):
    def of(**scope):
        rates = found([rated(GOOD)], rates_of, RATING_RATES.scope(**{**MARCH, **scope}), CALENDAR)
        counts = found(
            [rated(GOOD)], counts_of, RATING_COUNTS.scope(**{**MARCH, **scope}), CALENDAR
        )
        return rates.good.denominator, rates.voluntary.denominator, len(counts)

    assert of() == of(unit="RS") == of(item_code="FOOD") == (1, 1, 1)
    assert of(unit="YB") == of(item_code="CARD") == (0, 0, 0)
    assert of(**APRIL) == (0, 0, 0)
    assert of(first_day=date(2026, 3, 2), last_day=date(2026, 3, 2)) == (1, 1, 1)


def test_rates_of_several_units_stand_side_by_side(found):
    rows = found(
        [rated(GOOD), builders.a_delivered_case()], RATING_RATES.read,
        RATING_RATES.scope(**MARCH), CALENDAR, ["unit"], now=ASKED_AT,
    )  # fmt: skip
    assert [(one.unit, one.good, one.voluntary) for one in rows] == [
        ("RS", share(1, 1), share(1, 2))
    ]


@pytest.mark.parametrize("last_day", [date(2026, 2, 28), date(2027, 3, 2)])
def test_a_period_is_bounded(last_day):
    with pytest.raises(InvalidInput, match="PERIOD_OUT_OF_RANGE"):
        Period(first_day=date(2026, 3, 1), last_day=last_day).days(366)


# 23:59 and 00:00 of the hall's clock, a Sunday, a lunch break, and an hour after closing.
TIMES = {
    "2026-03-02 23:59": (date(2026, 3, 2), True),
    "2026-03-03 00:00": (date(2026, 3, 3), True),
    "2026-03-03 09:00": (date(2026, 3, 3), False),
    "2026-03-03 12:30": (date(2026, 3, 3), True),
    "2026-03-03 16:59": (date(2026, 3, 3), False),
    "2026-03-03 17:00": (date(2026, 3, 3), True),
    "2026-03-08 10:00": (date(2026, 3, 8), True),
}


def submitted(at, **fields):
    return builders.opened(builders.submitting(**fields), at=local(at))


def test_an_act_is_counted_on_the_day_of_the_halls_clock(found):
    scope = WORKLOAD.scope(**MARCH)
    rows = found(map(submitted, TIMES), WORK_READ, scope, CALENDAR, [WORKLOAD.by.DAY])
    days = {day for day, _ in TIMES.values()}
    assert [row.day for row in rows] == sorted(days)
    for row in rows:
        there = [extended for day, extended in TIMES.values() if day == row.day]
        assert (row.submitted, row.extended) == (len(there), sum(there))


@pytest.mark.parametrize("source", [one for one in CaseSource if one is not CaseSource.WINDOW])
def test_what_comes_in_online_at_night_keeps_no_window_open(found, source):
    history = submitted("2026-03-02 23:59", source=source)
    (row,) = found([history], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
    assert (row.submitted, row.extended) == (1, 0)


def test_a_result_is_extended_service_if_it_goes_out_over_the_counter(found):
    for way, extended in ((DeliveryWay.COUNTER, 1), (DeliveryWay.POST, 0)):
        sent = builders.delivering(way=way, tracking_no="EMS1")
        history = after(builders.a_notified_case(), sent, at=local("2026-03-03 20:00"))
        (row,) = found([history], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
        assert (row.delivered, row.extended) == (1, extended)


def test_what_a_unit_does_at_night_is_no_extended_service(found):
    history = after(
        builders.an_accepted_case(), builders.granting(), OFFICER, local("2026-03-03 22:00")
    )
    (row,) = found([history], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
    assert (row.decided, row.extended) == (1, 0)


def test_one_thing_at_once_is_decided_once_with_its_children_beside_it(found):
    theme = builders.an_accepted_case(item=builders.THEME)
    done = {"status": CaseStatus.MADE, "outcome": CaseOutcome.GRANTED}
    for item in builders.CHILDREN:
        theme = after(theme, NoteChild(**C, item=item, **done))
    theme = after(theme, builders.granting(), builders.THEME_OFFICER)
    child = after(builders.a_child(), builders.finishing(), OFFICER)
    child = after(child, builders.granting(), OFFICER)
    (row,) = found([theme, child], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
    assert (row.decided, row.children_decided) == (1, 1)


def test_every_receipt_is_work(found):
    filled = after(builders.an_accepted_gap(), FillGap(**C, materials=builders.ticked("M2")))
    supplemented = after(builders.a_supplementing_case(), builders.supplementing("M2"))
    (row,) = found([filled, supplemented], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
    assert row.received == 4


def test_what_was_decided_of_a_case_that_was_then_given_up_is_no_work_done(found):
    given_up = after(builders.a_decided_case(), builders.voiding(), HEAD)
    (row,) = found([given_up], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [])
    assert (row.submitted, row.received, row.accepted, row.decided) == (1, 1, 1, 0)


def test_hours_by_notice_are_extended_hours_too(found):
    sunday = date(2026, 3, 8)
    session = structs.replace(CALENDAR.office_hours(date(2026, 3, 9))[0])
    open_on_sunday = structs.replace(CALENDAR, version="by notice", date_hours={sunday: (session,)})
    scope = WORKLOAD.scope(**MARCH)
    (row,) = found([submitted("2026-03-08 10:00")], WORK_READ, scope, open_on_sunday, [])
    assert (row.submitted, row.extended) == (1, 1)


def test_days_have_the_length_of_their_zone(found):
    zurich = structs.replace(CALENDAR, version="zone", zone="Europe/Zurich")
    last = zurich.start_of(date(2026, 3, 29)) + timedelta(hours=22, minutes=59)  # one hour is lost
    histories = [
        builders.opened(builders.submitting(), at=last),
        builders.opened(builders.submitting(), at=last + timedelta(minutes=1)),
    ]
    rows = found(histories, WORK_READ, WORKLOAD.scope(**MARCH), zurich, [WORKLOAD.by.DAY])
    assert [(row.day.day, row.submitted) for row in rows] == [(29, 1), (30, 1)]


def test_each_act_counts_for_who_did_it(found):
    case = builders.a_delivered_case(window="W01")
    recalled = after(builders.a_decided_case(), RecallDecision(**C, reason=TEXT))
    scope = WORKLOAD.scope(**MARCH)
    histories = [case, after(recalled, builders.granting(), OFFICER)]
    by = [WORKLOAD.by.WINDOW, WORKLOAD.by.ACTOR, WORKLOAD.by.UNIT]
    rows = found(histories, WORK_READ, scope, CALENDAR, by)
    seen = {(row.window, row.actor_id, row.unit): row for row in rows}
    assert set(seen) == {
        (None, CLERK.id, "RS"), (None, OFFICER.id, "RS"),
        ("W01", CLERK.id, "RS"), ("W01", OFFICER.id, "RS"),
    }  # fmt: skip
    clerk, officer = seen["W01", CLERK.id, "RS"], seen["W01", OFFICER.id, "RS"]
    assert (clerk.submitted, clerk.received, clerk.accepted, clerk.decided, clerk.delivered) == (
        1, 1, 1, 0, 1,
    )  # fmt: skip
    assert (officer.decided, officer.submitted, officer.actor_name) == (1, 0, OFFICER.name)
    assert seen[None, OFFICER.id, "RS"].decided == 1, "what was recalled is no work done"


def test_workload_is_kept_to_its_scope(found):
    def total(**scope):
        rows = found([builders.a_delivered_case(window="W01")], WORK_READ,
                     WORKLOAD.scope(**{**MARCH, **scope}), CALENDAR, [])  # fmt: skip
        return sum(row.submitted + row.decided for row in rows)

    assert total() == total(unit="RS") == total(window="W01") == 2
    assert (total(actor_unit="HALL"), total(actor_id=OFFICER.id), total(post="窗口")) == (1, 1, 1)
    assert total(unit="YB") == total(window="W02") == 0
    assert total(first_day=date(2026, 3, 3)) == 0


def test_what_the_hall_does_by_itself_is_nobodys_work(found):
    deemed = after(builders.a_received_case(), DeemAccepted(**C), at=local("2026-03-12 09:00"))
    rows = found([deemed], WORK_READ, WORKLOAD.scope(**MARCH), CALENDAR, [WORKLOAD.by.SOURCE])
    assert [(row.source, row.received, row.accepted) for row in rows] == [(CaseSource.WINDOW, 1, 0)]


@pytest.fixture(scope="module", params=backends.chosen())
def many(request):
    """The acts of many cases, on a database of their own."""
    with backends.furnished(request.param) as url:
        engine = connect(url)
        story = placed(one for told in case_stories(11, cases=60) for one in told)
        with Anew(engine, *LEDGERS).of(story).database.read() as connection:
            yield connection
        engine.dispose()


@pytest.mark.parametrize("by", list(WORKLOAD.by), ids=str)
def test_however_it_is_counted_the_sum_is_the_same(many, by):
    scope = WORKLOAD.scope(first_day=date(2026, 3, 1), last_day=date(2026, 4, 30))
    (total,) = WORK_READ(many, scope, CALENDAR, [])
    groups = WORK_READ(many, scope, CALENDAR, [by])
    for kind in ("submitted", "received", "accepted", "decided", "delivered", "extended"):
        assert sum(getattr(group, kind) for group in groups) == getattr(total, kind) > 0
    assert len(groups) > 1


def test_too_many_groups_are_refused(many, monkeypatch):
    monkeypatch.setattr("bancheng.projections.reports.report.GROUPS_MAX", 3)
    with pytest.raises(InvalidInput, match="REPORT_TOO_LARGE"):
        WORK_READ(many, WORKLOAD.scope(**MARCH), CALENDAR, [WORKLOAD.by.DAY])


SPEEDY = (CASES.projection, ITEMS.projection)


@pytest.fixture
def speed(engine):
    """提速率 of some cases of March, of items that are in the catalogue."""
    anew = Anew(engine, *SPEEDY)

    def find(histories, *by, items=(builders.ITEM,), **scope):
        published = [
            recorded(ItemPublished(item=one, source="目录"), n, CLERK, START, f"item-{one.code}")
            for n, one in enumerate(items, start=1)
        ]
        cases = [one for n, history in enumerate(histories) for one in moved(history, n)]
        asked = SPEED_RATES.scope(**{**MARCH, **scope})
        with anew.of([*published, *cases]).database.read() as connection:
            return SPEED_RATES.read(connection, asked, CALENDAR, by, now=ASKED_AT)

    return find


def days(numerator, denominator, n):
    """A rate of days over days, of so many cases."""
    return Rate(numerator=numerator, denominator=denominator, n=n, is_share=False)


def decided_on(day):
    """A case accepted on Monday 2 March, with 20 working days by law and 5 by promise."""
    return after(_examined(), builders.granting(), OFFICER, at=local(f"{day} 10:00"))


def _examined():
    handed = builders.handed_over(builders.an_accepted_case())
    return after(handed, builders.finishing(), OFFICER)


def test_what_was_promised_and_taken_is_compared_with_what_the_law_gives(speed):
    (row,) = speed([decided_on("2026-03-04"), decided_on("2026-03-09")])
    # Of 40 days by law 30 were promised away; 2 and 5 were used.
    assert (row.decided, row.promised) == (2, days(30, 40, n=2))
    assert row.actual == days(33, 40, n=2)
    assert row.actual.percent == 82.5


def test_who_takes_longer_than_the_law_gives_is_slower_than_nothing(speed):
    (row,) = speed([decided_on("2026-04-03")], last_day=date(2026, 4, 30))
    assert row.actual.numerator < 0


def test_only_what_can_be_compared_counts_and_each_unit_by_itself(speed):
    unstated = replace(builders.ITEM, statutory=None)
    in_hours = replace(
        builders.ITEM, promised=replace(builders.ITEM.promised, unit=LimitUnit.NATURAL_DAYS)
    )
    for other in (unstated, in_hours):
        (row,) = speed([decided_on("2026-03-04")], items=(other,))
        assert (row.decided, row.promised.percent) == (0, None)
    (row,) = speed([decided_on("2026-03-04"), _examined()], "unit")
    assert (row.unit, row.decided) == ("RS", 1)
    (row,) = speed([decided_on("2026-03-04")], unit="YB")
    assert row.decided == 0


def test_a_theme_is_as_fast_as_it_is_and_not_as_its_children(speed):
    child = after(builders.a_child(), builders.finishing(), OFFICER)
    child = after(child, builders.granting(), OFFICER)
    (row,) = speed([child], items=tuple(builders.ITEMS[code] for code in builders.CHILDREN))
    assert row.decided == 0


def test_groups_are_ordered_by_a_figure_and_a_rate_of_nothing_stands_last():
    units = [("A", 9, 10), ("B", 0, 0), ("C", 1, 4), ("D", 4, 4)]
    groups = [
        SPEED_RATES.row(
            unit=unit, definition="1", **dict.fromkeys(("promised", "actual"), share(some, all_)),
            decided=all_, first_day=MARCH["first_day"], last_day=MARCH["last_day"], group=None,
        )
        for unit, some, all_ in units
    ]  # fmt: skip
    names = {one.value: one.label for one in figures_of(SPEED_RATES)}
    assert set(names) == {one.name for one in SPEED_RATES.measures}
    for figure, descending, order in (
        ("promised", True, "DACB"), ("promised", False, "CADB"),
        ("decided", True, "ACDB"), ("decided", False, "BCDA"),
    ):  # fmt: skip
        found = ranked(groups, figure, descending=descending)
        assert "".join(one.unit for one in found) == order
