"""凭码评价: without a sign-in, with the code of a visit, once, and not by trying."""

import pytest

from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.terms import RatingOrigin
from bancheng.domain.errors import NotAllowed
from bancheng.domain.rating_levels import RatingLevel
from bancheng.graphql.attempts import Attempts
from bancheng.graphql.limits import ATTEMPTS_ADDRESS_MAX, ATTEMPTS_PROCESS_MAX, ATTEMPTS_WINDOW
from support import backends
from support.api_client import Api
from support.case_api_acts import CaseMatter, coded, delivered
from support.given import CLERK, OFFICER, SUPERVISOR, VERIFIER

pytestmark = backends.ONCE

RATE = """mutation ($code: String!, $level: RatingLevel!, $comment: String) {
  rateByCode(code: $code, level: $level, named: true, comment: $comment) {
    ... on RatingTaken { level } ... on Rejection { __typename code message remedy field } } }"""
NOBODY = "0000-0000-0000-0000"
INVALID = "RATING_CODE_INVALID"


@pytest.fixture(autouse=True)
def forgotten(api: Api) -> None:
    """What was tried in another test, on the hall that they share."""
    api.clock.advance(ATTEMPTS_WINDOW)


def rate(api: Api, code: str, by=None, **said):
    api.settle()
    variables = {"code": code, "level": "VERY_DISSATISFIED", **said}
    answer = api.post(RATE, variables, by).json()
    assert "errors" not in answer, answer
    return answer["data"]["rateByCode"]


def ratings(api: Api, matter: CaseMatter) -> list[CaseRated]:
    history = api.hall.store.load(matter.case_id)
    return [one.event for one in history if isinstance(one.event, CaseRated)]


def test_c18_a_citizen_rates_with_the_code_and_without_a_sign_in(api: Api):
    matter = delivered(api)
    issued = api.act(
        "issueRatingCode", CLERK, {"caseId": matter.case_id, "visit": "DELIVERY"},
        answer="... on CaseActDone { ratingCode } ... on Rejection { code }",
    )  # fmt: skip
    assert len(issued["ratingCode"]) == 16
    assert rate(api, issued["ratingCode"].lower(), comment="很慢") == {"level": "VERY_DISSATISFIED"}
    (own,) = ratings(api, matter)
    assert (own.level, own.origin, own.named) == (
        RatingLevel.VERY_DISSATISFIED, RatingOrigin.CITIZEN, True,
    )  # fmt: skip
    log = [(one.envelope, one.event) for one in api.hall.store.load(matter.case_id)]
    assert issued["ratingCode"] not in str(log)


def test_c18_a_code_is_told_once_and_a_retry_does_not_tell_it_again(api: Api):
    matter, asked = delivered(api), "... on CaseActDone { ratingCode version }"
    filled = {"caseId": matter.case_id}
    first = api.act("issueRatingCode", CLERK, filled, key="one", answer=asked)
    again = api.act("issueRatingCode", CLERK, filled, key="one", answer=asked)
    assert (again["version"], again["ratingCode"]) == (first["version"], None)
    assert first["ratingCode"] is not None


def test_c18_a_wrong_and_a_used_code_are_answered_alike(api: Api):
    code = coded(api, delivered(api))
    assert "level" in rate(api, code)
    used, wrong, long = rate(api, code), rate(api, NOBODY), rate(api, "x" * 41)
    assert used == wrong == long
    assert (wrong["__typename"], wrong["code"], wrong["field"]) == ("InvalidInput", INVALID, "code")


def test_c18_what_is_wrong_with_ones_own_words_is_told_whether_or_not_the_code_holds(api: Api):
    code = coded(api, delivered(api))
    refused = [rate(api, one, comment="长" * 10_001) for one in (code, NOBODY)]
    assert [one["field"] for one in refused] == ["comment", "comment"]
    assert "level" in rate(api, code)


def test_c18_a_code_is_not_found_by_trying(api: Api):
    code = coded(api, delivered(api))
    for _ in range(ATTEMPTS_ADDRESS_MAX):
        assert rate(api, NOBODY)["code"] == INVALID
    assert rate(api, code)["code"] == "ATTEMPTS_TOO_MANY"
    api.clock.advance(ATTEMPTS_WINDOW)
    assert "level" in rate(api, code)


def test_c18_right_codes_are_never_counted_for_a_hall_may_stand_behind_one_address(api: Api):
    matters = [delivered(api) for _ in range(3)]
    for _ in range(ATTEMPTS_ADDRESS_MAX - 1):
        rate(api, NOBODY)
    assert all("level" in rate(api, coded(api, one)) for one in matters)


def test_c18_nor_from_many_addresses_at_once(api: Api):
    attempts = Attempts(api.clock.now)
    for number in range(ATTEMPTS_PROCESS_MAX):
        attempts.require_room(str(number))
        attempts.failed(str(number))
    with pytest.raises(NotAllowed, match="ATTEMPTS_TOO_MANY"):
        attempts.require_room("new")
    api.clock.advance(ATTEMPTS_WINDOW)
    attempts.require_room("new")


@pytest.mark.parametrize("by", [CLERK, OFFICER, VERIFIER, SUPERVISOR], ids=lambda it: it.id)
def test_c18_staff_who_are_signed_in_do_not_rate_with_a_citizens_code(api: Api, by):
    matter = delivered(api)
    code = coded(api, matter)
    assert rate(api, code, by)["code"] == "CODE_IS_FOR_CITIZENS"
    assert not ratings(api, matter)


RATES = 'rateByCode(code: "1", level: FAIR) { __typename }'
ISSUES = 'issueRatingCode(input: {caseId: "1"}, key: "1") { __typename }'


@pytest.mark.parametrize(
    "query",
    [
        f"mutation {{ a: {RATES} b: {RATES} }}",
        f"mutation {{ {RATES} {ISSUES} }}",
        f"mutation A {{ {RATES} }} query B {{ me {{ name }} }}",
        f"fragment F on Mutation {{ {RATES} }} mutation {{ ...F }}",
        "query { me { name } }",
    ],
)
def test_c18_nothing_else_is_done_without_a_sign_in(api: Api, query: str):
    answer = api.post(query)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOKEN_MISSING"


def test_c18_staff_can_not_type_where_a_rating_came_from(api: Api):
    matter = delivered(api)
    rates = 'mutation ($i: RateCaseInput!) { rateCase(input: $i, key: "k") { __typename } }'
    filled = {"caseId": matter.case_id, "level": "VERY_SATISFIED", "origin": "CITIZEN"}
    assert api.errors(rates, VERIFIER, i=filled)
    refused = api.act("rateCase", CLERK, {"caseId": matter.case_id, "level": "VERY_SATISFIED"})
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "RATES_OWN_WORK")
