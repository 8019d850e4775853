"""What a request costs: statements do not grow with the page, and nothing blocks the loop."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from api.test_cases import a_theme
from bancheng.projections import office
from support.api_acts import REPORT, reported, signed_in
from support.api_client import TICKET_ANSWER, Api
from support.case_api_acts import rated
from support.given import CLERK, HANDLER

TREE = """query ($case: String!, $first: Int!) {
  tickets(filter: {sourceRef: $case}, first: $first) {
  totalCount edges { node { number leadUnitName workOrders { orderId unitName ticket { number } }
    deadlines { level matter { number } } timeline { term actorUnitName }
    warnings { level unitName matter { number } } citizenWait { workingMinutes } } } } }"""


CASES = """query ($of: String!, $first: Int!) { cases(filter: {themeId: $of}, first: $first) {
  totalCount edges { node { number unitName holderName applicant { name } item { name }
    theme { number children { number } } receipts { receiptNo case { number } } refusals { state }
    handOvers { listNo toUnitName } issuing { documents } ratings { level } findings { rule }
    deadlines { level matter { number } } timeline { term actorUnitName }
    warnings { level unitName } citizenWait { workingMinutes } } } } }"""


@contextmanager
def counted(api: Api) -> Iterator[list[str]]:
    """The statements of the block on the database of the hall, but for the runner's."""
    said: list[str] = []

    def note(_connection, _cursor, statement, *_: object) -> None:
        # The calendar and the rules are looked up at most once a second, whoever asks.
        # The access log has a thread of its own, which writes for many at once.
        quiet = ("FROM projection", "calendar_register", "rulebook_register", "advisory", "access_")
        if statement != "BEGIN" and not any(part in statement for part in quiet):
            said.append(statement)

    api.token(HANDLER)  # issued when it is first shown, whichever test is the first
    event.listen(api.hall.database, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(api.hall.database, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def furnished(api: Api) -> Api:
    """The hall with something in each ledger."""
    signed_in(api)
    rated(api)
    return api


@pytest.fixture
def quiet(furnished: Api) -> Iterator[Api]:
    """The hall while its runner rests, so that all statements are the request's."""
    api = furnished
    api.settle()
    api.hall.runner.stop()
    yield api
    api.hall.runner.start()


def test_a_list_with_everything_takes_ten_statements_whatever_its_size(api: Api):
    for _ in range(6):
        signed_in(api, source_ref="budget")
    api.settle()
    api.hall.runner.stop()
    try:
        for first in (1, 6):
            with counted(api) as said:
                found = api.ask(TREE, HANDLER, case="budget", first=first)["tickets"]
            assert len(found["edges"]) == first
            assert found["totalCount"] == 6
            # who asks, page, total, work orders, clocks, timelines, warnings, units; the tickets
            # that orders and clocks lead back to are one more
            assert len(said) == 10, said
    finally:
        api.hall.runner.start()


def test_a_list_of_cases_takes_as_many_statements_whatever_its_size(api: Api):
    theme_id = a_theme(api)
    api.hall.runner.stop()
    try:
        costs = []
        for first in (1, 2):
            with counted(api) as said:
                found = api.ask(CASES, HANDLER, of=theme_id, first=first)["cases"]
            assert (len(found["edges"]), found["totalCount"]) == (first, 2)
            costs.append(len(said))
        # who asks, page, total, items, themes, their children, six ledgers of parts, clocks,
        # timelines, warnings, units, and the cases that receipts and clocks lead back to
        assert costs == [18, 18]
    finally:
        api.hall.runner.start()


def test_likely_repeats_take_as_many_statements_however_many_there_are(api: Api):
    asked = """query ($number: String!) { likelyRepeats(sourceRef: $number) {
      ticket { number workOrders { orderId } } likenessPercent } }"""
    for number, tickets in (("once", 1), ("thrice", 3)):
        for _ in range(tickets):
            reported(api, source_ref=number)
    api.settle()
    api.hall.runner.stop()
    try:
        costs = []
        for number, tickets in (("once", 1), ("thrice", 3)):
            with counted(api) as said:
                assert len(api.ask(asked, HANDLER, number=number)["likelyRepeats"]) == tickets
            costs.append(len(said))
        assert costs[0] == costs[1]
    finally:
        api.hall.runner.start()


@pytest.mark.parametrize(
    ("query", "statements"),
    [
        ("{ me { name } }", 1),
        ("{ vocabulary { ruleBook } }", 1),
        ("{ units { code } }", 2),
        ("{ staff { staffId } }", 2),
        ("{ tickets { edges { node { number } } } }", 3),
        ("{ tickets { totalCount edges { node { number } } } }", 4),
        ("{ workOrders { edges { node { orderId unitName } } } }", 4),
        ("{ cases { edges { node { number applicant { name } } } } }", 3),
        ("{ receipts { edges { node { receiptNo caseNumber } } } }", 3),
        ("{ ratings { edges { node { ratingId case { number } } } } }", 4),
        ("{ deadlines { edges { node { level } } } }", 3),
        ("{ warnings { edges { node { level matterNumber } } } }", 3),
        ("{ auditTrail { edges { node { term } } } }", 3),
    ],
)
def test_a_query_has_its_budget(quiet: Api, query: str, statements: int):
    with counted(quiet) as said:
        quiet.ask(query, HANDLER)
    assert len(said) == statements, said


def test_slow_requests_overlap(api: Api, monkeypatch: pytest.MonkeyPatch):
    def slow(_connection):
        time.sleep(0.2)
        return []

    monkeypatch.setattr("bancheng.graphql.queries.root.office.all_units", slow)
    headers = {"Authorization": f"Bearer {api.token(HANDLER)}"}

    async def together() -> list[int]:
        posts = [
            api.client.http.post("/graphql", json={"query": "{ units { code } }"}, headers=headers)
            for _ in range(6)
        ]
        return [answer.status_code for answer in await asyncio.gather(*posts)]

    assert office.all_units is slow
    began = time.perf_counter()
    assert api.client.portal.call(together) == [200] * 6
    assert time.perf_counter() - began < 6 * 0.2 / 2


def test_past_the_waiting_time_the_answer_says_so(quiet: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(quiet.hall.runner), "wait", lambda *_: False)
    answer = f"{TICKET_ANSWER} ... on TicketActDone {{ ticket {{ number }} }}"
    done = quiet.act("reportTicket", CLERK, REPORT, answer=answer)
    assert (done["projected"], done["ticket"]) == (False, None)
    assert quiet.hall.store.load(done["ticketId"])
