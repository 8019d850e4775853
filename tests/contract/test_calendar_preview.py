"""What a calendar would do to running limits is told before: exactly what replanning then does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bancheng.app.calendar_preview import MovedLimits, moved_limits
from bancheng.bootstrap import Container, build
from bancheng.config import Config
from bancheng.domain.office.calendars import PublishCalendar, stated_calendar
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.warnings.events import DueDateReplanned
from bancheng.infra.clock import FixedClock, SeededIds
from bancheng.projections.deadlines.deadlines import matters_under_way
from bancheng.simulation.month import live
from contract.test_simulated_hall import offered
from support import backends
from support.given import BOOK
from support.halls import act, settled

# In the last weeks of a year limits reach into the next one, whose days are provisional.
SINCE = datetime(2026, 12, 7, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=5)
HEAD = 'version = "{0}"\nsource = "通知{0}"\n'
OFF = '{ kind = "day_off", name = "放假", reason = "防汛" }'
NOTICES = {
    "a day off": f"[days]\n2026-12-18 = {OFF}",
    "a weekend worked": '[days]\n2026-12-19 = { kind = "make_up_workday", name = "补班", '
    'reason = "市里安排" }',
    "hours of a day": '[date_hours]\n2026-12-16 = ["10:00-11:00"]',
    "hours of the week": "[hours]\n"
    + "\n".join(f'{day} = ["08:30-11:30"]' for day in ("mon", "tue", "wed", "thu", "fri")),
    "zone": 'zone = "Asia/Urumqi"',
    "the next year, as the law has it": "announced_through = 2027-12-31\n[days]\n"
    + "\n".join(
        f'2027-{day} = {{ kind = "day_off", name = "{name}" }}'
        for day, name in (
            ("01-01", "元旦"), ("02-05", "春节"), ("02-06", "春节"), ("02-07", "春节"),
            ("02-08", "春节"), ("02-09", "春节"), ("02-10", "春节"), ("04-05", "清明"),
            ("05-03", "劳动节"), ("05-04", "劳动节"),
            ("06-09", "端午"), ("09-15", "中秋"), ("10-01", "国庆节"), ("10-04", "国庆节"),
            ("10-05", "国庆节"),
        )
    ),
    "nothing that any limit meets": f"[days]\n2026-10-20 = {OFF}",
}  # fmt: skip


@pytest.fixture(scope="module", params=backends.chosen())
def hall(request: pytest.FixtureRequest) -> Iterator[Container]:
    """A hall in the midst of its work: cases and tickets at every step."""
    clock = FixedClock(SINCE)
    with backends.furnished(request.param) as url:
        config = Config(database_url=url, hall="TEST", master_key=b"t" * 32, rulebook=str(BOOK))
        container = build(config, clock=clock, ids=SeededIds(1, clock))
        try:
            container.runner.catch_up()
            live(container, clock, SINCE, UNTIL, items=offered()[:60], seed=1, cases=20)
            container.runner.start()
            yield container
        finally:
            container.close()


def previewed(container: Container, text: str, matters_max: int = 10_000) -> MovedLimits:
    rules, matters = container.rules, matters_under_way(container.database)
    new = stated_calendar(text, rules.calendar())
    return moved_limits(container.store, matters, new, rules.rulebook(), matters_max=matters_max)


def as_decided(matter_id: str, kind: str, subject: str, before: DueDate, after: DueDate) -> Any:
    dates = ((one.due_at, one.provisional, one.warnings) for one in (before, after))
    return (matter_id, kind, subject, *dates)


def published(container: Container, text: str) -> list[Any]:
    """Publish ``text`` and decide anew whatever runs; each limit as it was and as it is now."""
    act(container, PublishCalendar(text=text))
    container.calendar.refresh()
    before = container.store.head()
    changed = container.sweep.replan()
    events = container.store.read(before, 10_000)
    assert changed == len(events)
    settled(container)
    return [
        as_decided(one.stream_id, one.event.kind, one.event.subject, one.event.before,
                   one.event.due)
        for one in events
        if isinstance(one.event, DueDateReplanned)
    ]  # fmt: skip


def test_where_not_all_were_looked_at_the_number_is_a_least_one(hall: Container):
    text = HEAD.format("时区") + NOTICES["zone"]
    whole = previewed(hall, text)
    first = [one for one in whole.limits if one.matter_id == whole.limits[0].matter_id]
    place = list(matters_under_way(hall.database)).index(first[0].matter_id)
    part = previewed(hall, text, matters_max=place + 1)
    assert (part.count, part.complete) == (f"至少 {len(first)}", False)
    assert list(part.limits) == first
    assert whole.count == str(len(whole.limits))


def test_the_matters_looked_at_come_in_order_each_once(hall: Container, monkeypatch: Any):
    whole = list(matters_under_way(hall.database))
    monkeypatch.setattr("bancheng.projections.deadlines.deadlines._MATTERS_AT_ONCE", 7)
    assert list(matters_under_way(hall.database)) == whole == sorted(set(whole))
    assert len(whole) > 7


# It publishes calendars, and stands behind those that expect the first one.
def test_h5_what_the_preview_names_is_exactly_what_replanning_then_moves(hall: Container):
    found: dict[str, MovedLimits] = {}
    for name, body in NOTICES.items():
        text = HEAD.format(name) + body
        found[name] = told = previewed(hall, text)
        named = [
            as_decided(one.matter_id, one.kind, one.subject, one.before, one.after)
            for one in told.limits
        ]
        assert told.complete
        assert sorted(named, key=repr) == sorted(published(hall, text), key=repr), name
        assert [one.matter_id for one in told.limits] == sorted(one[0] for one in named)

    # Each of them moves something, in its own way, or the comparison above would prove nothing.
    changes = {name: {one.changes for one in told.limits} for name, told in found.items()}
    assert changes.pop("nothing that any limit meets") == set()
    assert all(changes.values())
    assert "到期时间、预警时间" in changes["a day off"]
    assert "预警时间" in changes["hours of the week"]
    assert "是否暂定" in changes["the next year, as the law has it"]
