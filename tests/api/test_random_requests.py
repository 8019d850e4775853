"""Whatever is asked, by whomever: no internal error, nothing unmasked, and every field was asked.

RANDOM_SECONDS=1200 goes on for so long, from RANDOM_SEED on, and finds what takes longer than two
seconds, too; in the suite two rounds are made, and time is no matter where tests share a machine.
"""

import os
import time
from collections.abc import Iterator
from itertools import count, islice

import pytest

from bancheng.graphql.schema import schema
from support import backends, case_api_acts
from support.api_acts import CLEAR, TEXT, appealed, called_back, dispatched, returned, suspended
from support.api_client import EVERYBODY, Api, served
from support.case_api_acts import CASE_CLEAR
from support.random_requests import SENT, Request, requests

SECONDS = float(os.environ.get("RANDOM_SECONDS", "0"))
SEED = int(os.environ.get("RANDOM_SEED", "1"))
PATIENCE_SECONDS = 2.0
SECRETS = {*CLEAR, *CASE_CLEAR} - {TEXT.plain}
ROOTS = schema._schema.query_type.fields.keys() | schema._schema.mutation_type.fields.keys()


def known(api: Api) -> list[str]:
    """Ids, numbers and codes of a hall in which something has happened."""
    tickets = [given(api) for given in (dispatched, returned, called_back, suspended, appealed)]
    cases = [given(api) for given in (case_api_acts.rated, case_api_acts.decided)]
    api.settle()
    return [
        *(one for matter in tickets for one in (matter.ticket_id, matter.number, matter.order)),
        *(one for matter in cases for one in (matter.case_id, matter.number)),
        "RS", "HALL", "GA", "delay", "general", "not_our_duty", case_api_acts.ITEM, "W01",
        "AcceptTicket",
    ]  # fmt: skip


@pytest.fixture(params=backends.chosen())
def own(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A hall of its own: here units are closed and rules published by chance."""
    with backends.fresh(request.param) as url, served(url) as one:
        yield one


def to_ask(api: Api) -> Iterator[Request]:
    """One round of everything, or as many as the time holds."""
    names, ends = known(api), time.monotonic() + SECONDS
    for seed in count(SEED):
        for one in islice(requests(schema._schema, seed, EVERYBODY, names), 2 * len(ROOTS)):
            if SECONDS and time.monotonic() >= ends:
                return
            yield one
        if not SECONDS:
            return


@pytest.mark.timeout(max(170, SECONDS * 2))
def test_no_request_makes_an_internal_error_or_shows_what_is_masked(own: Api):
    roots, people, found = set(), set(), []
    for request in to_ask(own):
        began = time.monotonic()
        answer = own.post(request.query, dict(request.variables), request.by)
        took = time.monotonic() - began
        roots.add(request.root)
        people.add(request.by.id)
        said = [text for text in SECRETS if text in answer.text]
        refused = str(answer.json().get("errors"))
        said += [text for text in SENT if text in refused]
        if answer.status_code >= 500 or "INTERNAL_ERROR" in answer.text or said:
            found.append((request, answer.status_code, said))
        if SECONDS and took > PATIENCE_SECONDS:
            found.append((request, round(took, 1)))
    assert not found, found[:3]
    assert roots == ROOTS
    assert people == {who.id for who in EVERYBODY}
