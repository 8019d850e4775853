"""A request takes one connection at a time, and none on the loop: a small pool serves many."""

import asyncio
from collections import Counter
from threading import current_thread, get_ident

import pytest
from sqlalchemy import event

from support import backends
from support.api_client import TICKET_ANSWER, Api
from support.given import CLERK, SUPERVISOR

pytestmark = backends.ONCE
QUERIES = {
    "words of a sentence": '{ auditTrail(filter: {text: "拖延"}, first: 1) { totalCount } }',
    "names in a sentence": "{ auditTrail(first: 1) { edges { node { sentence } } } }",
    "a code of the rule book": '{ tickets(filter: {cause: "delay"}) { totalCount } }',
    "a word of the rule book": "{ tickets(first: 1) { edges { node { causeLabel } } } }",
    "a purpose of the rule book": '{ disclosures(filter: {purpose: "contact"}) { totalCount } }',
    "a figure": """{ disclosureCounts(scope: {purpose: "contact", firstDay: "2026-03-01",
                     lastDay: "2026-03-02"}) { disclosures } }""",
    "the words": "{ vocabulary { ruleVersion } }",
    "the rules": "{ ruleBook { version } }",
}


@pytest.fixture(scope="module")
def busy(api: Api) -> Api:
    """The hall with a ticket."""
    told = {"category": "COMPLAINT", "channel": "WINDOW", "subject": "社保卡", "content": "没办成"}
    api.act("reportTicket", CLERK, told, answer=TICKET_ANSWER)
    api.settle()
    return api


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_what_goes_by_the_rule_book_takes_one_connection_at_a_time(busy: Api, query: str) -> None:
    """A second one would be waited for by all who hold a first, and given back by none."""
    held: Counter[int] = Counter()
    at_once, on_loop = set(), []

    def taken(*_: object) -> None:
        held[get_ident()] += 1
        if current_thread().name.startswith("AnyIO"):  # and none of those that follow the log
            at_once.add(held[get_ident()])
        if asyncio._get_running_loop() is not None:
            on_loop.append(query)

    def given_back(*_: object) -> None:
        held[get_ident()] -= 1

    busy.token(SUPERVISOR)
    pool = busy.hall.database.pool
    busy.hall.calendar.refresh()  # calendar and book have to be read again
    busy.hall.rulebook.refresh()
    event.listen(pool, "checkout", taken)
    event.listen(pool, "checkin", given_back)
    try:
        busy.ask(query, SUPERVISOR)
    finally:
        event.remove(pool, "checkout", taken)
        event.remove(pool, "checkin", given_back)
    assert (at_once, on_loop) == ({1}, [])
