"""事项目录: which version holds at an instant, what is listed, and what is kept of older ones."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, ItemStep, Material, ServiceItem
from bancheng.domain.office.item import ItemConfirmed, ItemPublished, ItemWithdrawn
from bancheng.domain.time_limits.terms import Limit, LimitUnit
from bancheng.projections.items import ITEMS, in_force, item_version, items_by_code, versions_of
from bancheng.projections.ledger.windows import Window
from projections.catalogue import item_histories
from projections.journeys import office_history
from projections.views import MemoryLog, Views
from support.given import ADMIN, START, recorded

FIRST = ServiceItem(
    code="X", basic_code="X", name="甲", version=1, type=PowerType.LICENCE, kind=CaseKind.INSTANT,
    unit="RS", legal_basis="法", effective_from=date(2026, 1, 1), windows=("W01",),
)  # fmt: skip
LATER = replace(FIRST, version=2, name="乙", effective_from=date(2026, 7, 1), windows=("W02",))
BACKDATED = replace(FIRST, version=3, name="丙", effective_from=date(2026, 3, 1))
CLOSED_AT = START + timedelta(days=30)


def published(item):
    return ItemPublished(item=item, source="目录")


@pytest.fixture
def shown(engine):
    """Shows the rows after what happened to one item, one day after another."""

    def show(query, *events, **arguments):
        stream = [
            replace(recorded(event, n, ADMIN, START + timedelta(days=n)), stream_id="item-X")
            for n, event in enumerate(events, start=1)
        ]
        views = Views(engine, MemoryLog(stream)).caught_up()
        with views.database.read() as connection:
            return query(connection, **arguments)

    return show


def held(shown, *events, day: date, at: datetime = START):
    found = shown(in_force, *events, code="X", day=day, at=at)
    return None if found is None else found.version


@pytest.mark.parametrize(
    ("versions", "day", "expected"),
    [
        ((), date(2026, 5, 1), None),
        ((FIRST,), date(2025, 12, 31), None),
        ((FIRST,), date(2026, 1, 1), 1),
        ((FIRST, LATER), date(2026, 6, 30), 1),
        ((FIRST, LATER), date(2026, 7, 1), 2),
        ((FIRST, LATER, BACKDATED), date(2026, 2, 28), 1),
        ((FIRST, LATER, BACKDATED), date(2026, 3, 1), 3),
        ((FIRST, LATER, BACKDATED), date(2026, 7, 2), 3),
        ((LATER, replace(FIRST, version=3)), date(2026, 7, 1), 3),
    ],
)
def test_the_version_that_holds_on_a_day_is_the_latest_that_has_begun(
    shown, versions, day, expected
):
    assert held(shown, *map(published, versions), day=day) == expected


def test_a_version_says_what_it_spares_against_the_one_before(shown):
    before = replace(
        FIRST,
        promised=Limit(id="p", amount=10, unit=LimitUnit.WORKING_DAYS, label="承诺"),
        steps=(ItemStep(name="受理"), ItemStep(name="审查"), ItemStep(name="决定")),
        materials=(
            Material(code="M1", name="申请表"), Material(code="M2", name="身份证明"),
            Material(code="M3", name="授权书", required=False),
        ),
    )  # fmt: skip
    after = replace(
        before,
        version=2,
        promised=replace(before.promised, amount=3),
        steps=before.steps[:2],
        materials=before.materials[:1],
    )
    in_days = replace(
        after, version=3, promised=replace(before.promised, unit=LimitUnit.NATURAL_DAYS)
    )
    history = shown(versions_of, *map(published, (before, after, in_days)), codes=["X"])["X"]
    saved = [(one.promised_saved, one.steps_saved, one.materials_saved) for one in history]
    assert saved == [(None, None, None), (7, 1, 1), (None, 0, 0)]


def test_a_guide_is_as_old_as_when_somebody_last_compared_it(shown):
    events = [published(FIRST), ItemConfirmed(version=1, compared_with="省目录"), published(LATER)]
    for number, compared in enumerate((None, "省目录"), start=1):
        row = shown(items_by_code, *events[:number], codes=["X"])["X"]
        assert (row.checked_at, row.compared_with) == (START + timedelta(days=number), compared)
    row = shown(items_by_code, *events, codes=["X"])["X"]
    assert (row.checked_at, row.compared_with) == (START + timedelta(days=3), None)


def test_a_withdrawn_item_holds_until_the_instant_it_was_withdrawn(shown):
    events = [published(FIRST), published(LATER), ItemWithdrawn(reason="下放")]
    withdrawn_at = START + timedelta(days=3)
    for day, version in ((date(2026, 3, 5), 1), (date(2026, 8, 1), 2)):
        assert held(shown, *events, day=day, at=withdrawn_at - timedelta(seconds=1)) == version
        assert held(shown, *events, day=day, at=withdrawn_at) is None
    again = [*events, published(replace(LATER, version=3))]
    assert held(shown, *again, day=date(2026, 3, 5), at=withdrawn_at) is None
    assert held(shown, *again, day=date(2026, 8, 1), at=withdrawn_at) == 3


def test_the_latest_version_is_listed_and_older_ones_are_kept(shown):
    events = [published(FIRST), published(LATER), ItemWithdrawn(reason="下放")]
    row = shown(items_by_code, *events, codes=["X", "none"])["X"]
    assert (row.version, row.name, row.current, row.withdrawn) == (2, "乙", True, True)
    assert (row.withdrawal_reason, row.withdrawn_at) == ("下放", START + timedelta(days=3))
    assert row.content == LATER
    older = shown(item_version, *events, code="X", number=1)
    assert (older.name, older.current, older.superseded_from) == ("甲", False, date(2026, 7, 1))
    assert older.content == FIRST
    assert shown(item_version, *events, code="X", number=3) is None
    history = shown(versions_of, *events, codes=["X"])["X"]
    assert [one.version for one in history] == [1, 2]
    assert [one.withdrawal_reason for one in history] == ["下放", "下放"]


@pytest.fixture
def listed(engine):
    """The codes that a filter lets through."""
    views = Views(engine, MemoryLog(office_history())).caught_up()

    def codes(**chosen):
        with views.database.read() as connection:
            window = Window(sort=ITEMS.sort.CODE, first=50)
            return [row.code for row in ITEMS.page(connection, ITEMS.filter(**chosen), window).rows]

    return codes


def test_each_item_is_listed_once(listed):
    assert listed() == sorted(item_histories())


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"window": "W01"}, ["A-2", "B-1", "B-2"]),  # A-1 has left it with its second version
        ({"window": "W02"}, ["A-1", "B-2"]),
        ({"window": "W0"}, []),
        ({"offered_on": date(2025, 12, 31)}, []),
        ({"offered_on": date(2026, 1, 1)}, ["A-1", "A-2", "B-1"]),  # B-2 is withdrawn
        ({"offered_on": date(2026, 3, 31)}, ["A-1", "A-2", "B-1"]),
        ({"offered_on": date(2026, 4, 1)}, ["A-1", "A-2"]),
        ({"text": "食品"}, ["A-1", "A-2"]),
        ({"text": "100%变更"}, ["A-2"]),
        ({"text": "b-1"}, ["B-1"]),
        ({"text": "食品", "kind": CaseKind.INSTANT}, ["A-2"]),
    ],
)
def test_a_filter_lets_through_what_it_says(listed, chosen, expected):
    assert listed(**chosen) == expected
