"""Each filter lets through exactly the rows it says, on both databases."""

import operator
from collections import Counter
from datetime import timedelta
from functools import cache, partial

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bancheng.domain.calls import CallResult
from bancheng.domain.case.terms import CaseSource, RatingOrigin, RatingState
from bancheng.domain.complaint.terms import Status
from bancheng.domain.deadlines import DeadlineState
from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import CaseKind
from bancheng.domain.privacy.events import ProcessingRestricted
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.infra.database import connect
from bancheng.projections.call_backs.call_backs import CALL_BACKS
from bancheng.projections.cases.archives import ARCHIVES
from bancheng.projections.cases.cases import CASES
from bancheng.projections.cases.findings import FINDINGS
from bancheng.projections.cases.hand_overs import HAND_OVERS
from bancheng.projections.cases.issued import ISSUED
from bancheng.projections.cases.post_reviews import POST_REVIEWS
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.cases.receipts import RECEIPTS
from bancheng.projections.cases.refusals import REFUSALS
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.deadlines.stretches import STRETCHES
from bancheng.projections.items import ITEMS
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.searching import NAMED_MAX, TEXT_MAX, Words
from bancheng.projections.ledger.windows import PAGE_MAX, HoldsAt, LevelAt, Window
from bancheng.projections.past_cases import PAST_CASES
from bancheng.projections.tickets.findings import TICKET_FINDINGS
from bancheng.projections.tickets.inquiries import INQUIRIES
from bancheng.projections.tickets.row import ticket_unit
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from bancheng.projections.warnings import WARNINGS
from bancheng.projections.work_orders.returns import RETURNS
from bancheng.projections.work_orders.work_orders import WORK_ORDERS
from projections.journeys import TEXTS, varied
from projections.views import MemoryLog, Views
from support import backends
from support.given import CALENDAR, ROBOT, START, recorded

KINDS = {
    "tickets": TICKETS,
    "inquiries": INQUIRIES,
    "work orders": WORK_ORDERS,
    "returns": RETURNS,
    "call-backs": CALL_BACKS,
    "ticket findings": TICKET_FINDINGS,
    "deadlines": DEADLINES,
    "stretches": STRETCHES,
    "warnings": WARNINGS,
    "past cases": PAST_CASES,
    "trail": TRAIL,
    "items": ITEMS,
    "cases": CASES,
    "receipts": RECEIPTS,
    "refusals": REFUSALS,
    "hand-overs": HAND_OVERS,
    "issued": ISSUED,
    "archives": ARCHIVES,
    "post-reviews": POST_REVIEWS,
    "ratings": RATINGS,
    "findings": FINDINGS,
}
OF_CASES = (
    "receipts", "refusals", "hand-overs", "issued", "archives", "post-reviews", "ratings",
    "findings",
)  # fmt: skip
# Filters whose name is not that of a column, or that do not ask for one value of it.
PLURAL = {
    "statuses": "status", "rungs": "rung", "kinds": "kind", "states": "state", "levels": "level",
    "conducts": "conduct",
    "rules": "rule", "calls": "call", "satisfactions": "satisfaction",
    "ended_ases": "ended_as",
    "topics": "topic", "steps": "step", "acts": "act", "channels": "channel", "units": "unit",
    "actor_ids": "actor_id", "acting_fors": "acting_for", "actor_units": "actor_unit",
    "windows": "window",
}  # fmt: skip
BY_HAND = {
    "involved_unit", "text", "level", "running", "matter_number", "window", "offered_on", "ended",
    "applicant", "paused", "late", "delivered", "bad", "item_code", "is_child", "rated", "own",
    "settled", "reached", "archived", "planned", "answered", "promised", "early", "forwarded",
    "online", "open_at", "over", "for_another", "once", "returned", "counts", "merged",
    "repeated", "bare_repeat",
}  # fmt: skip
OF_A_COLUMN = {
    ("cases", "item_code"),
    ("work orders", "ended"),
    ("items", "level"),
    ("cases", "window"),
}


@pytest.fixture(scope="module", params=backends.chosen())
def connection(request):
    with backends.furnished(request.param) as url:
        engine = connect(url)
        history = _restricted(varied(11, tickets=40, cases=60))
        views = Views(engine, MemoryLog(history)).caught_up()
        with views.database.read() as connection:
            yield connection
        engine.dispose()


def _restricted(history):
    """``history``, and that the data of one ticket and of one case are only kept from then on."""
    restricted = ProcessingRestricted(erasure_id="erasure-1", erase_from=START.date(), keys=())
    more, position = [], history[-1].position
    for prefix in ("ticket-", "case-"):
        last = [one for one in history if one.stream_id.startswith(prefix)][-1]
        position += 2
        version = last.version + 1
        event = recorded(restricted, version, ROBOT, START, last.stream_id)
        envelope = replace(last.envelope, event_id=f"{last.stream_id}-r", actor=ROBOT)
        more.append(replace(event, position=position, envelope=envelope))
    return [*history, *more]


def all_rows(connection, kind, chosen=None):
    ledger = KINDS[kind]
    chosen, rows, after = chosen or ledger.filter(), [], None
    while True:
        window = Window(sort=ledger.first_sort, first=PAGE_MAX, after=after)
        page = ledger.page(connection, chosen, window)
        rows += page.rows
        if not page.has_next:
            assert ledger.count(connection, chosen) == len(rows)
            return rows
        after = page.cursors[-1]


def plain_filters():
    for kind, ledger in KINDS.items():
        for name in ledger.filter.__struct_fields__:
            if name not in BY_HAND or (kind, name) in OF_A_COLUMN:
                yield kind, name


@pytest.fixture(scope="module")
def unfiltered(connection):
    """Every row of a kind, which each of its filters is compared with."""
    return cache(partial(all_rows, connection))


@pytest.mark.parametrize(("kind", "name"), [*plain_filters()])
def test_a_filter_lets_through_exactly_what_it_says(connection, unfiltered, kind, name):
    rows = unfiltered(kind)
    value, expected = _case(kind, name, rows)

    found = all_rows(connection, kind, KINDS[kind].filter(**{name: value}))

    assert found == expected
    assert 0 < len(found) < len(rows), "the history must tell the filter from none"


EDGES = {"from": operator.ge, "before": operator.lt, "to": operator.le}


def _case(kind, name, rows):
    """A value for the filter that some rows have and some have not, and the rows that have it."""
    column, _, edge = name.rpartition("_")
    if edge in EDGES:
        column = column if hasattr(rows[0], column) else f"{column}_at"
        values = sorted(value for row in rows if (value := getattr(row, column)) is not None)
        middle = next(v for v in values[len(values) // 2 :] if values[0] < v)
        if edge == "to":
            middle = max(v for v in values if v < values[-1])
        return middle, [
            row
            for row in rows
            if (at := getattr(row, column)) is not None and EDGES[edge](at, middle)
        ]
    if name.endswith("_at_least"):
        column = name.removesuffix("_at_least")
        return 1, [row for row in rows if getattr(row, column) >= 1]
    column = PLURAL.get(name, name)
    known = Counter(value for row in rows if (value := getattr(row, column)) is not None)
    value = min(known, key=lambda one: (-known[one], str(one)))
    if known[value] == len(rows):
        pytest.fail(f"every row has the same {column}")
    wanted = [row for row in rows if getattr(row, column) == value]
    return ((value,) if name in PLURAL else value), wanted


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_done_for_another_names_that_one(connection, wanted):
    rows = all_rows(connection, "trail")
    expected = [row for row in rows if (row.acting_for is not None) is wanted]

    assert all_rows(connection, "trail", TRAIL.filter(for_another=wanted)) == expected
    assert 0 < len(expected) < len(rows)


def test_the_unit_of_a_ticket_is_any_that_had_a_work_order(connection):
    rows = all_rows(connection, "tickets")
    expected = [row for row in rows if "YB" in row.units]

    assert all_rows(connection, "tickets", TICKETS.filter(involved_unit="YB")) == expected
    assert 0 < len(expected) < len(rows)
    assert any(row.lead_unit != "YB" for row in expected)
    pairs = {(row.ticket_id, unit) for row in rows for unit in row.units}
    assert {tuple(pair) for pair in connection.execute(select(ticket_unit))} == pairs


@pytest.mark.parametrize("kind", ["tickets", "work orders"])
@pytest.mark.parametrize("running", [True, False])
def test_running_is_what_the_row_says(connection, kind, running):
    rows = all_rows(connection, kind)
    expected = [row for row in rows if row.is_running is running]

    chosen = KINDS[kind].filter(running=running)
    assert all_rows(connection, kind, chosen) == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize("name", ["item_code", "window"])
@pytest.mark.parametrize("kind", OF_CASES)
def test_the_item_and_the_window_of_a_part_are_those_of_its_case(connection, kind, name):
    rows = all_rows(connection, kind)
    values = {case.case_id: getattr(case, name) for case in all_rows(connection, "cases")}
    known = Counter(values[row.case_id] for row in rows if values[row.case_id] is not None)
    value = known.most_common(1)[0][0]
    expected = [row for row in rows if values[row.case_id] == value]

    assert all_rows(connection, kind, KINDS[kind].filter(**{name: value})) == expected
    assert 0 < len(expected) < len(rows)


def _counts(row):
    return row.origin is RatingOrigin.CITIZEN and row.state is not RatingState.EXCLUDED


def _is_settled(row):
    if row.state is RatingState.RECTIFIED:
        return row.rectify_due_at is None or row.rectified_at < row.rectify_due_at
    return row.state is RatingState.EXPLAINED


ONLINE = {CaseSource.ONLINE, CaseSource.WECHAT, CaseSource.APP, CaseSource.PROVINCE}


def _is_promised(row):
    return row.kind is CaseKind.PROMISED and row.promised_due_at is not None


def _is_early(row):
    """Decided on a day before the promised one."""
    return (
        bool(row.on_time)
        and row.decided_at is not None
        and CALENDAR.local(row.decided_at).date() < row.promised_due_date
    )


TRUTHS = {
    ("cases", "is_child"): lambda row, _: row.theme_id is not None and not row.left_theme,
    ("cases", "rated"): lambda row, own: row.case_id in own,
    ("cases", "promised"): lambda row, _: _is_promised(row),
    ("cases", "early"): lambda row, _: _is_promised(row) and _is_early(row),
    ("cases", "forwarded"): lambda row, _: row.forwarded_to is not None,
    ("cases", "online"): lambda row, _: (row.source if row.theme_id is None else None) in ONLINE,
    ("tickets", "over"): lambda row, _: row.closed_at is not None,
    ("tickets", "once"): lambda row, _: row.reworks == row.reopenings == 0,
    ("tickets", "repeated"): lambda row, _: row.repeats is not None,
    ("tickets", "bare_repeat"): lambda row, _: row.new_facts is False,
    ("tickets", "merged"): lambda row, _: row.status is Status.MERGED,
    ("work orders", "returned"): lambda row, _: row.return_reason is not None,
    ("call-backs", "reached"): lambda row, _: row.call is CallResult.CONNECTED,
    ("inquiries", "answered"): lambda row, _: row.answers > 0,
    ("archives", "archived"): lambda row, _: row.archive_no is not None,
    ("post-reviews", "planned"): lambda row, _: row.due_date is not None,
    ("ratings", "own"): lambda row, _: _counts(row),
    ("ratings", "settled"): lambda row, _: _is_settled(row),
}


@pytest.mark.parametrize(("kind", "name"), TRUTHS)
@pytest.mark.parametrize("wanted", [True, False])
def test_what_counts_in_a_rate_is_what_the_rows_say(connection, kind, name, wanted):
    own = {row.case_id for row in all_rows(connection, "ratings") if _counts(row)}
    rows = all_rows(connection, kind)
    expected = [row for row in rows if TRUTHS[kind, name](row, own) is wanted]

    assert all_rows(connection, kind, KINDS[kind].filter(**{name: wanted})) == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize("late", [True, False])
def test_what_was_late_once_is_found_whatever_became_of_it(connection, late):
    limits = all_rows(connection, "deadlines")
    running = [row.due_at for row in limits if row.state is DeadlineState.RUNNING]
    now = sorted(running)[len(running) // 2]

    def is_late(row):
        return row.expired_at is not None or (row.finished_at is None and row.due_at <= now)

    ours = [row for row in limits if not row.kind.theirs and is_late(row)]
    at = HoldsAt(holds=late, now=now)
    for kind, key, of_it in (
        ("tickets", "ticket_id", {row.matter_id for row in ours}),
        ("cases", "case_id", {row.matter_id for row in ours}),
        ("work orders", "order_id", {row.order_id for row in ours if row.unit is not None}),
        ("deadlines", "limit_key", {row.limit_key for row in limits if is_late(row)}),
    ):
        rows = all_rows(connection, kind)
        expected = [row for row in rows if (getattr(row, key) in of_it) is late]
        assert all_rows(connection, kind, KINDS[kind].filter(late=at)) == expected
        assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize(("kind", "begun"), [("tickets", "reported_at"), ("cases", "submitted_at")])
def test_what_was_open_at_an_instant_had_begun_and_was_not_over(connection, kind, begun):
    rows = all_rows(connection, kind)
    at = sorted(getattr(row, begun) for row in rows)[len(rows) // 2]

    def is_open(row):
        over = getattr(row, "decided_at", None) or row.closed_at
        return getattr(row, begun) < at and (over is None or over >= at)

    expected = [row for row in rows if is_open(row)]
    assert all_rows(connection, kind, KINDS[kind].filter(open_at=at)) == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize("wanted", [True, False])
def test_what_counts_as_kept_or_broken_has_ended_or_run_out_and_was_not_let_go_in_time(
    connection, wanted
):
    limits = all_rows(connection, "deadlines")
    running = [row.due_at for row in limits if row.state is DeadlineState.RUNNING]
    now = sorted(running)[len(running) // 2]

    def counts(row):
        if row.state is DeadlineState.RUNNING:
            return row.expired_at is not None or row.due_at <= now
        return row.state is not DeadlineState.RELEASED or row.expired_at is not None

    expected = [row for row in limits if counts(row) is wanted]
    at = HoldsAt(holds=wanted, now=now)
    assert all_rows(connection, "deadlines", DEADLINES.filter(counts=at)) == expected
    assert 0 < len(expected) < len(limits)


@pytest.mark.parametrize("ended", [True, False])
def test_a_past_case_has_ended_if_its_source_says_when(connection, ended):
    rows = all_rows(connection, "past cases")
    expected = [row for row in rows if (row.ended_at is not None) is ended]

    assert all_rows(connection, "past cases", PAST_CASES.filter(ended=ended)) == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize(
    "level", [WarningLevel.NORMAL, WarningLevel.REMINDER, WarningLevel.YELLOW, WarningLevel.RED]
)
def test_a_level_is_what_the_row_says_at_that_instant(connection, unfiltered, level):
    rows = unfiltered("deadlines")
    now = _instant_at_which_some_are(rows, level)
    expected = [row for row in rows if row.level(now) is level]

    at = LevelAt(level=level, now=now)
    assert all_rows(connection, "deadlines", DEADLINES.filter(level=at)) == expected
    assert 0 < len(expected) < len(rows)
    matters = {row.matter_id for row in expected}
    tickets = all_rows(connection, "tickets", TICKETS.filter(level=at))
    cases = all_rows(connection, "cases", CASES.filter(level=at))
    assert {row.matter_id for row in (*tickets, *cases)} == matters
    assert cases or level is not WarningLevel.NORMAL
    orders = {row.order_id for row in expected if row.order_id}
    found = all_rows(connection, "work orders", WORK_ORDERS.filter(level=at))
    assert {row.order_id for row in found} == orders


def _instant_at_which_some_are(rows, level):
    running = [row for row in rows if row.state is DeadlineState.RUNNING]  # no other has a level
    instants = {
        at
        for row in running
        for at in (row.started_at, row.reminder_at, row.yellow_at, row.red_at)
        if at
    }
    # Each is tried on each row: a tenth of them takes a tenth of eight seconds, and is as good.
    return max(
        sorted(instants)[::10],
        key=lambda now: (sum(row.level(now) is level for row in running), now),
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("bcs0003", 3),  # large and small letters are alike
        ("100%办成", 4),  # a wildcard is a letter like any other
        ("a_b", 5),
        ("路径/甲", 6),
        ("甲 乙", 7),
    ],
)
def test_text_finds_what_was_written(connection, text, number):
    found = all_rows(connection, "tickets", TICKETS.filter(text=Written(text=text)))

    assert [row.number for row in found] == [f"BCS{number:04d}"]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_at_least_so_many_is_no_fewer(connection, unfiltered, most):
    rows = unfiltered("tickets")
    expected = [row for row in rows if row.urges >= most]

    assert all_rows(connection, "tickets", TICKETS.filter(urges_at_least=most)) == expected


def test_what_turns_red_on_a_day_is_what_is_red_from_some_instant_of_it(connection, unfiltered):
    running = [row for row in unfiltered("deadlines") if row.state is DeadlineState.RUNNING]
    day = min(row.red_at for row in running if row.red_at).replace(hour=0)
    until = day + timedelta(days=1)
    chosen = DEADLINES.filter(red_from=day, red_before=until, states=(DeadlineState.RUNNING,))

    found = all_rows(connection, "deadlines", chosen)
    assert found == [row for row in running if row.red_at and day <= row.red_at < until]
    assert found
    for row in found:
        moment = timedelta(microseconds=1)
        assert row.level(row.red_at) is WarningLevel.RED is not row.level(row.red_at - moment)


def test_text_finds_work_orders_by_what_was_done(connection, unfiltered):
    rows = [row for row in unfiltered("work orders") if row.result_masked]
    text = rows[0].result_masked[:4]
    found = all_rows(connection, "work orders", WORK_ORDERS.filter(text=text))

    assert {row.order_id for row in rows if text in row.result_masked} <= {
        row.order_id for row in found
    }


def test_text_finds_work_orders_by_number_and_not_by_what_was_reported(connection):
    rows = all_rows(connection, "work orders")
    one = next(row for row in rows if row.ticket_subject_masked in TEXTS.values())
    subject = one.ticket_subject_masked

    assert all_rows(connection, "work orders", WORK_ORDERS.filter(text=subject)) == []
    assert all_rows(connection, "work orders", WORK_ORDERS.filter(text=one.order_id)) == [one]


@pytest.mark.parametrize(("text", "number"), [("p05", "P05"), ("100%办成", "P04")])
def test_text_finds_past_cases_by_number_and_department(connection, text, number):
    found = all_rows(connection, "past cases", PAST_CASES.filter(text=text))

    assert [row.external_id for row in found] == [number]


@pytest.mark.parametrize("text", ["", "  ", "长" * (TEXT_MAX + 1)])
def test_text_is_bounded(connection, text):
    with pytest.raises(InvalidInput, match="TEXT_OUT_OF_RANGE"):
        all_rows(connection, "tickets", TICKETS.filter(text=Written(text=text)))


def test_the_trail_is_found_by_the_matters_number(connection):
    rows = all_rows(connection, "trail")
    expected = [row for row in rows if row.matter_number == "BCS0003"]

    found = all_rows(connection, "trail", TRAIL.filter(matter_number="BCS0003"))
    assert found == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize("named", [0, 1, 2, 8, 9, NAMED_MAX])
@pytest.mark.parametrize("text", ["查无此词", "签收派单 BCS", "BCS１"])
def test_words_find_what_is_written_and_what_is_named_by_its_code(connection, text, named):
    codes = ("⟦unit:YB⟧", *(f"⟦unit:none-{n}⟧" for n in range(NAMED_MAX)))[:named]
    rows = all_rows(connection, "trail")
    wanted = [
        row
        for row in rows
        if any(one in row.sentence for one in (text, text.replace("１", "1"), *codes))
    ]

    found = all_rows(connection, "trail", TRAIL.filter(text=Words(text=text, named=codes)))
    assert found == wanted
    assert len(found) < len(rows)


def test_words_that_could_be_too_many_names_are_refused():
    codes = tuple(f"⟦unit:{n}⟧" for n in range(NAMED_MAX + 1))
    with pytest.raises(InvalidInput, match="TEXT_TOO_WIDE"):
        TRAIL.filter(text=Words(text="局", named=codes)).chosen()


def test_filters_add_up(connection):
    rows = all_rows(connection, "tickets")
    since = sorted(row.reported_at for row in rows)[8] + timedelta(seconds=1)
    chosen = TICKETS.filter(anonymous=True, reported_from=since)

    expected = [row for row in rows if row.anonymous and row.reported_at >= since]
    assert all_rows(connection, "tickets", chosen) == expected


@pytest.mark.parametrize("kind", ["cases", *OF_CASES])
def test_the_unit_of_a_case_is_any_that_had_a_part_in_it(connection, kind):
    units = {row.case_id: row.units for row in all_rows(connection, "cases")}
    rows = all_rows(connection, kind)
    expected = [row for row in rows if "YB" in units[row.case_id]]

    assert all_rows(connection, kind, KINDS[kind].filter(involved_unit="YB")) == expected
    assert 0 < len(expected) < len(rows)
    # Nobody proposes to refuse a case that another unit has a part in, and few come to a result.
    assert kind in ("refusals", "issued") or any(row.unit != "YB" for row in expected)


@pytest.mark.parametrize("paused", [True, False])
def test_paused_is_what_the_row_says_at_that_instant(connection, paused):
    rows = all_rows(connection, "cases")
    now = max(row.paused_at for row in rows if row.paused_at)
    expected = [row for row in rows if row.paused(now) is paused]

    chosen = CASES.filter(paused=HoldsAt(holds=paused, now=now))
    assert all_rows(connection, "cases", chosen) == expected
    assert 0 < len(expected) < len(rows)


@pytest.mark.parametrize(
    ("field", "text", "columns"),
    [
        ("text", "case-yb", ("item_code",)),
        ("text", "YB食品", ("item_name",)),
        ("text", "BJ0007", ("number",)),
        ("applicant", "王", ("applicant_name_masked",)),
        ("applicant", "7000", ("applicant_phone_masked",)),
    ],
)
def test_a_case_is_found_by_what_is_written(connection, field, text, columns):
    rows = all_rows(connection, "cases")
    expected = [
        row for row in rows if any(text.lower() in getattr(row, one).lower() for one in columns)
    ]

    assert all_rows(connection, "cases", CASES.filter(**{field: text})) == expected
    assert expected
    with pytest.raises(InvalidInput) as refused:
        all_rows(connection, "cases", CASES.filter(**{field: " "}))
    assert refused.value.field == field


def test_results_are_told_apart_by_whether_they_went_out(connection):
    rows = all_rows(connection, "issued")
    for delivered in (True, False):
        expected = [row for row in rows if (row.delivered_at is not None) is delivered]
        assert all_rows(connection, "issued", ISSUED.filter(delivered=delivered)) == expected
        assert expected
    found = all_rows(connection, "issued", ISSUED.filter(text="ems"))
    assert found == [row for row in rows if row.tracking_no]


def test_bad_ratings_are_told_apart(connection):
    rows = all_rows(connection, "ratings")
    for bad in (True, False):
        expected = [row for row in rows if row.level.is_bad is bad]
        assert all_rows(connection, "ratings", RATINGS.filter(bad=bad)) == expected
        assert expected


@pytest.mark.parametrize("typed", ["BCS0003", "ＢＣＳ０００３", "ＢＣＳ0003"])
def test_full_width_and_half_width_find_each_other(connection, typed):
    found = all_rows(connection, "tickets", TICKETS.filter(text=Written(text=typed)))
    narrow_ones = all_rows(connection, "tickets", TICKETS.filter(text=Written(text="BCS0003")))
    assert found == narrow_ones
    assert found


@pytest.mark.parametrize("asked", ["卡(A1)", "卡（A1）", "卡(Ａ１)", "卡（Ａ１）", "卡(A１)"])
@pytest.mark.parametrize("written", ["卡(A1)", "卡（A1）", "卡(Ａ１)", "卡（Ａ１）"])
def test_brackets_and_letters_may_each_be_written_in_either_width(written, asked):
    for filled in (CASES.filter(text=asked), TRAIL.filter(text=Words(text=asked))):
        assert f"%{written}%" in filled.chosen().values()


def test_what_was_written_wide_is_found_by_narrow_letters():
    forms = CASES.filter(text="A1").chosen()
    assert set(forms.values()) == {"%A1%", "%Ａ１%"}
    assert set(CASES.filter(text="社保卡").chosen()) == {"text"}
    assert TRAIL.filter(matter_number="ＢＣＳ１").chosen() == {"matter_number": "BCS1"}
