"""Each limit on a query is tripped, and says so with a code and in Chinese."""

import time

import pytest
from graphql import parse

from bancheng.graphql import limits
from bancheng.graphql.limits import measured
from support.api_client import Api
from support.given import HANDLER


def _nested(levels: int) -> str:
    return "{ me " + "{ a " * levels + "}" * levels + " }"


def _doubling(fragments: int) -> str:
    chain = [f"fragment F{n} on Me {{ ...F{n + 1} ...F{n + 1} }}" for n in range(fragments)]
    return "{ me { ...F0 } } " + " ".join(chain) + f" fragment F{fragments} on Me {{ name }}"


TRIPS = {
    "QUERY_TOO_LONG": "{ me { name } } #" + "长" * limits.QUERY_LENGTH_MAX,
    "QUERY_TOO_MANY_TOKENS": "{ me { " + "name " * limits.TOKENS_MAX + "} }",
    "QUERY_TOO_MANY_COMMENTS": "{ me { name } }" + "\n#" * (limits.COMMENTS_MAX + 1),
    "QUERY_TOO_DEEP": _nested(limits.DEPTH_MAX),
    "QUERY_TOO_MANY_ALIASES": "{ me { "
    + " ".join(f"a{n}: name" for n in range(limits.ALIASES_MAX + 1))
    + "} }",
    "QUERY_TOO_MANY_FIELDS": "{ me { " + "name " * limits.FIELDS_MAX + "} }",
    "QUERY_TOO_COSTLY": "{ tickets(first: 200) { edges { node { "
    + " ".join(f"workOrders {{ orderId }} t{n}: number" for n in range(25))
    + " } } } }",
}


@pytest.mark.parametrize("code", TRIPS)
def test_a_limit_is_tripped(api: Api, code: str):
    (error,) = api.errors(TRIPS[code], HANDLER)
    assert error["extensions"]["code"] == code
    assert "上限" in error["message"] or "过深" in error["message"]
    assert error["extensions"]["remedy"]


def test_what_is_within_the_limits_is_answered(api: Api):
    query = "{ me { " + " ".join(f"a{n}: name" for n in range(limits.ALIASES_MAX)) + "} }"
    assert len(api.ask(query, HANDLER)["me"]) == limits.ALIASES_MAX


def test_nesting_too_deep_to_be_parsed_is_too_deep(api: Api):
    (error,) = api.errors(_nested(900), HANDLER)
    assert error["extensions"]["code"] == "QUERY_TOO_DEEP"


def test_page_sizes_in_variables_count():
    document = parse("query ($n: Int) { tickets(first: $n) { edges { node { number } } } }")
    small, large = (measured(document, None, {"n": n}).cost for n in (2, 200))
    assert (small, large) == (1 + 2 * 3, 1 + 200 * 3)
    assert measured(document, None, {}).cost == 1 + limits.PAGE_DEFAULT * 3


def test_page_sizes_multiply():
    document = parse("{ tickets(first: 10) { edges { node { workOrders { orderId } } } } }")
    assert measured(document, None, None).cost == 1 + 10 * (2 + 1 + limits.LISTS["workOrders"])


def test_a_list_within_a_row_is_shorter_than_the_ledger_of_that_name():
    ledger = parse("{ deadlines { edges { node { level } } } }")
    within = parse("{ tickets(first: 1) { edges { node { deadlines { level } } } } }")
    assert measured(ledger, None, None).cost == 1 + limits.PAGE_DEFAULT * 3
    assert limits.WITHIN["deadlines"] < limits.PAGE_DEFAULT
    assert measured(within, None, None).cost == 1 + 2 + 1 + limits.WITHIN["deadlines"]


def test_acts_are_costly():
    document = parse("mutation { a: acceptTicket { b } c: acceptTicket { b } }")
    assert measured(document, None, None).cost == 2 * limits.ACT_COST + 2


def test_doubling_fragments_are_measured_at_once(api: Api):
    began = time.perf_counter()
    codes = {error["extensions"]["code"] for error in api.errors(_doubling(60), HANDLER)}
    assert codes == {"QUERY_TOO_MANY_FIELDS", "QUERY_TOO_COSTLY"}
    assert time.perf_counter() - began < 1


def test_fragments_that_spread_themselves_end(api: Api):
    errors = api.errors("{ me { ...A } } fragment A on Me { name ...A }", HANDLER)
    assert {error["extensions"]["code"] for error in errors} == {"QUERY_INVALID"}


def test_a_page_size_of_a_thousand_digits_is_too_costly(api: Api):
    query = f"{{ tickets(first: {'9' * 1000}) {{ edges {{ node {{ number }} }} }} }}"
    (error,) = api.errors(query, HANDLER)
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
