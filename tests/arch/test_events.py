"""What each read model does with each event is read before it lands: the committed page says it."""

from dataclasses import replace

import pytest

from arch import matrix
from bancheng.domain.complaint.returns import WorkOrderReturned
from bancheng.projections.items import ITEMS
from bancheng.projections.registry import PROJECTIONS
from bancheng.projections.work_orders.returns import RETURNS

PAGE = matrix.PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_the_read_models_do():
    assert matrix.render() == PAGE, "run: make pages"


def other_than(changed):
    """The read models, with ``changed`` in place of the one of its name."""
    return [changed if one.name == changed.name else one for one in PROJECTIONS]


def test_an_event_that_a_ledger_follows_and_no_more_handles_is_seen():
    handles = {
        cls: do for cls, do in RETURNS.projection.handles.items() if cls is not WorkOrderReturned
    }
    forgetful = replace(RETURNS.projection, handles=handles)

    assert matrix.render(other_than(forgetful)) != PAGE


def test_a_family_that_a_ledger_comes_to_follow_without_handling_it_is_seen():
    curious = replace(ITEMS.projection, follows=("office", "warning"))

    page = matrix.render(other_than(curious))
    assert page != PAGE
    changed = [line for line in page.splitlines() if line not in PAGE.splitlines()]
    assert changed
    assert all("`warning." in line for line in changed)


def test_an_event_that_is_new_is_one_row(monkeypatch):
    monkeypatch.setitem(matrix.TOPICS, "complaint.tickets-merged", WorkOrderReturned)

    page = matrix.render().splitlines()
    assert [line for line in page if line not in PAGE.splitlines()] == [
        line for line in page if "complaint.tickets-merged" in line
    ]
    assert len(page) == len(PAGE.splitlines()) + 1


@pytest.mark.parametrize("ledger", PROJECTIONS, ids=lambda one: one.name)
def test_no_read_model_handles_an_event_of_a_family_that_it_does_not_follow(ledger):
    assert [cls for cls in ledger.handles if not ledger.looks_at(cls)] == []
