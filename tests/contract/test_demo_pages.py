"""What `bancheng demo` prints of a hall says something, and calls it what it is."""

from types import SimpleNamespace

import pytest

from bancheng.cli import demo_pages
from bancheng.cli.console import console
from bancheng.cli.tables import TRAIL_COLUMNS, Hall
from bancheng.domain.events import Channel
from bancheng.infra.database import connect
from bancheng.projections.reports.metrics import METRICS
from projections.case_journeys import placed, theme_story
from projections.views import MemoryLog, Views
from support import backends
from support.fakes import FixedRules
from support.given import CALENDAR, RULES, START

ACCEPTED = theme_story(2)
SUBMITTED = theme_story(1)[:1]  # of a lower number, and never accepted
CHILDREN = {one.event.number for one in ACCEPTED if one.event.topic == "case.child-opened"}


@pytest.fixture
def printed(monkeypatch):
    monkeypatch.setattr(console, "width", 300)

    def print_(*stories):
        log = placed(one for story in stories for one in story)
        with backends.fresh("sqlite") as url:
            engine = connect(url)
            Views(engine, MemoryLog(log)).caught_up()
            with console.capture() as capture:
                hall = SimpleNamespace(database=engine, rules=FixedRules())
                demo_pages.show(hall, log[-1].envelope.recorded_at)
            engine.dispose()
        return capture.get()

    return print_


def test_the_theme_that_is_shown_has_children_though_nothing_is_late(printed):
    shown = printed(SUBMITTED, ACCEPTED)
    _, _, children = shown.partition("一件事 BJ000200")
    assert len(CHILDREN) == 2
    assert all(number in children for number in CHILDREN)
    assert "一件事 BJ000100" not in shown


def test_without_an_accepted_theme_it_says_so(printed):
    assert "尚无已受理的主题件" in printed(SUBMITTED)


def test_the_ledger_says_in_what_order_it_is(printed):
    shown = printed(SUBMITTED, ACCEPTED)
    assert "办件台账(已受理,按提交先后,最近的在前)" in shown
    assert "最近受理" not in shown


def test_every_metric_is_printed_with_its_figure(printed):
    shown = printed(SUBMITTED, ACCEPTED)
    lines = {one.term: line for one in METRICS for line in shown.splitlines() if one.term in line}
    assert lines.keys() == {one.term for one in METRICS}
    assert "100.00%" in lines["办结率"] or "0.00%" in lines["办结率"]
    assert "2" in lines["办件总量"]


def test_a_place_is_told_as_far_as_it_is_known():
    (_, place) = next(one for one in TRAIL_COLUMNS if one[0] == "办理地点")
    told = SimpleNamespace(channel=Channel.WINDOW, window="W05", terminal=None)
    assert str(place(told, None)) == "窗口 W05"
    told = SimpleNamespace(channel=Channel.PHONE, window="W05", terminal="T1")
    assert str(place(told, None)) == "电话,窗口 W05,终端 T1"


def test_an_entry_of_the_trail_is_told_in_the_sentence_that_the_api_has():
    hall = Hall.of(CALENDAR, RULES, [SimpleNamespace(code="RS", name="区人社局")])
    cells = dict(one for one in TRAIL_COLUMNS if not isinstance(one, str))
    row = SimpleNamespace(
        actor_unit="RS", actor_name="张某", actor_post="首席代表",
        sentence="将派单 BCS-1-01 派给 ⟦unit:RS⟧(主办)", reason_masked="请尽快", why_masked=None,
        recorded_at=START, backdated=True,
    )  # fmt: skip
    assert str(cells["经过"](row, hall)) == (
        "区人社局 张某(首席代表)将派单 BCS-1-01 派给 区人社局(主办)"
    )
    assert str(cells["理由"](row, hall)) == "请尽快"
    assert cells["入库"](row, hall) == "2026-03-02 09:00 补录"
