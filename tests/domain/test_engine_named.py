"""What a report names has to be there: d25, an item of the catalogue and a case of the hall."""

import pytest

from bancheng.domain.case.discover import SubmitCase
from bancheng.domain.errors import InvalidInput
from support.builders import reporting
from support.case_builders import APPLICANT, ITEM
from support.fakes import a_hall, do
from support.given import CLERK


@pytest.fixture
def engine():
    with a_hall("memory", None) as engine:
        yield engine


def refused(code, field, act):
    with pytest.raises(InvalidInput) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.remedy


def test_d25_a_report_about_an_item_that_does_not_exist_is_refused(engine):
    report = reporting(service_item="150502-NONE")
    refused("ITEM_UNKNOWN", "service_item", lambda: do(engine, report, CLERK))
    assert not engine.store.head()


@pytest.mark.parametrize("case_id", ["case-none", "ticket-1", "both"])
def test_d25_a_report_about_a_case_that_does_not_exist_is_refused(engine, case_id):
    refused("CASE_UNKNOWN", "case_id", lambda: do(engine, reporting(case_id=case_id), CLERK))
    assert not engine.store.head()


def test_d25_a_report_about_a_case_and_an_item_that_are_there_is_taken(engine):
    engine.rules.items_on_offer[ITEM.code] = ITEM
    case = do(engine, SubmitCase(item=ITEM.code, applicant=APPLICANT), CLERK).stream_id
    report = reporting(service_item=ITEM.code, case_id=case)
    assert do(engine, report, CLERK).stream_id.startswith("ticket-")
