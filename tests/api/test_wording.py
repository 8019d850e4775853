"""What is wrong with a query is told in Chinese, and repeats nothing that was sent."""

import re

import pytest
from graphql import specified_rules

from bancheng.graphql.wording import _OTHERWISE
from support.api_client import Api
from support.given import SUPERVISOR

SECRET, NAME = "13800138000", "张建国"
CHINESE, ENGLISH = re.compile(r"[一-鿿]"), re.compile(r"[A-Za-z]{2,} [a-z]+ [a-z]+")
# For each rule of validation a document that breaks it.
BREAKS = {
    "ExecutableDefinitionsRule": "type A { b: Int }",
    "UniqueOperationNamesRule": "query A { __typename } query A { __typename }",
    "LoneAnonymousOperationRule": "{ __typename } query A { __typename }",
    "KnownOperationTypesRule": None,  # there is an operation of each kind
    "SingleFieldSubscriptionsRule": None,  # needs a socket: see below
    "KnownTypeNamesRule": f"query A($a: T{SECRET}) {{ __typename }}",
    "FragmentsOnCompositeTypesRule": "{ ... on Int { a } }",
    "VariablesAreInputTypesRule": "query A($a: Ticket) { __typename @skip(if: $a) }",
    "ScalarLeafsRule": "{ me { name { a } } me2: me }",
    "FieldsOnCorrectTypeRule": f"{{ me {{ n{SECRET} }} }}",
    "UniqueFragmentNamesRule": "{ ...A } fragment A on Query { me { name } } "
                               "fragment A on Query { me { name } }",
    "KnownFragmentNamesRule": "{ ...A }",
    "NoUnusedFragmentsRule": "{ __typename } fragment A on Query { me { name } }",
    "PossibleFragmentSpreadsRule": "{ me { ... on Ticket { number } } }",
    "NoFragmentCyclesRule": "{ ...A } fragment A on Query { ...A }",
    "UniqueVariableNamesRule": "query A($a: Int, $a: Int) { tickets(first: $a) { totalCount } }",
    "NoUndefinedVariablesRule": "{ tickets(first: $a) { totalCount } }",
    "NoUnusedVariablesRule": "query A($a: Int) { __typename }",
    "KnownDirectivesRule": "{ me @nothing { name } }",
    "UniqueDirectivesPerLocationRule": "{ me @skip(if: true) @skip(if: true) { name } }",
    "DeferStreamDirectiveOnRootField": None,  # there are no such directives
    "DeferStreamDirectiveOnValidOperationsRule": None,
    "DeferStreamDirectiveLabel": None,
    "StreamDirectiveOnListField": None,
    "KnownArgumentNamesRule": f'{{ me(x{SECRET}: "{NAME}") {{ name }} }}',
    "UniqueArgumentNamesRule": "{ tickets(first: 1, first: 2) { totalCount } }",
    "ValuesOfCorrectTypeRule": f'{{ tickets(first: "{SECRET}") {{ totalCount }} }}',
    "ProvidedRequiredArgumentsRule": "{ serviceItem { name } }",
    "VariablesInAllowedPositionRule": "query A($a: String) { tickets(first: $a) { totalCount } }",
    "OverlappingFieldsCanBeMergedRule": "{ me { name: staffId name } }",
    "UniqueInputFieldNamesRule": "{ tickets(filter: {text: 1, text: 2}) { totalCount } }",
    "MaxIntrospectionDepthRule": None,  # is bounded before
}  # fmt: skip
UNREADABLE = (
    "{", "}", "{ me { name ", f'{{ "{NAME}" }}', f"{{ a b: {SECRET} }}", f"{{ a(b: '{NAME}') }}",
    f'{{ a(b: "{NAME}) }}', "{ a(b: 01) }", '{ a(b: "\\x") }', '{ a(b: "\\ud800") }', "{ a(b: ?) }",
    f"{{ {NAME} }}", "query ($a: Int = $b) { c }", '"说明" { a }', "{ a(b: .5) }", "{ a(b: ..) }",
    '{ a(b: "一\n二") }', "{ a(b: 1.) }", "query A(a: Int) { b }",
    "fragment on on A",
)  # fmt: skip
VALUES = (
    f'{{ tickets(filter: {{dueDateFrom: "{SECRET}"}}) {{ totalCount }} }}',
    f"{{ tickets(filter: {{statuses: [A{SECRET}]}}) {{ totalCount }} }}",
    f'{{ tickets(filter: {{x{SECRET}: "{NAME}"}}) {{ totalCount }} }}',
    f'{{ tickets(filter: "{NAME}") {{ totalCount }} }}',
    f'{{ me {{ name @skip(if: "{NAME}") }} }}',
    "{ tickets(orderBy: 5) { totalCount } }",
    "{ tickets(filter: {text: null, number: 5}) { totalCount } }",
    "mutation { acceptTicket(input: {}, key: null) { __typename } }",
)  # fmt: skip
ASK = "query ($f: TicketFilterInput, $n: Int!) { tickets(filter: $f, first: $n) { totalCount } }"
ACT = 'mutation ($i: ReportTicketInput!) { reportTicket(input: $i, key: "k") { __typename } }'
VARIABLES = (
    (ASK, {"n": SECRET}, {"n"}),
    (ASK, {}, {"n"}),
    (ASK, {"n": None}, {"n"}),
    (ASK, {"n": {NAME: 1}, "f": NAME}, {"n", "f"}),
    (ASK, {"n": 1, "f": {NAME: SECRET}}, {"f"}),
    (ASK, {"n": 1, "f": {"dueDateFrom": SECRET, "statuses": [NAME], "text": 5}},
     {"f.dueDateFrom", "f.statuses[0]", "f.text"}),
    (ACT, {"i": {"category": NAME, "channel": 5, "subject": [NAME], "reporter": {"phone": 1}}},
     {"i", "i.category", "i.channel", "i.subject", "i.reporter", "i.reporter.phone"}),
)  # fmt: skip


def told(api: Api, query: str, variables: dict | None = None) -> list[dict]:
    answer = api.post(query, variables, by=SUPERVISOR)
    assert not any(secret in answer.text for secret in (SECRET, NAME)), answer.text
    found = answer.json()["errors"]
    for error in found:
        assert CHINESE.search(error["message"]), error
        assert not ENGLISH.search(error["message"]), error
        assert error["extensions"]["code"].isupper()
        assert CHINESE.search(error["extensions"]["remedy"])
    return found


def test_every_rule_of_the_library_is_tried():
    assert {rule.__name__ for rule in specified_rules} == BREAKS.keys()


@pytest.mark.parametrize("rule", [rule for rule, document in BREAKS.items() if document])
def test_each_rule_that_a_query_breaks_is_told_in_chinese(api: Api, rule: str):
    assert not any(_OTHERWISE in error["message"] for error in told(api, BREAKS[rule]))


@pytest.mark.parametrize("query", [*UNREADABLE, *VALUES])
def test_what_can_not_be_read_is_told_in_chinese_and_not_repeated(api: Api, query: str):
    assert not any(_OTHERWISE in error["message"] for error in told(api, query))


@pytest.mark.parametrize(("query", "variables", "fields"), VARIABLES)
def test_every_wrong_variable_is_named_with_its_path_and_not_repeated(
    api: Api, query: str, variables: dict, fields: set
):
    found = told(api, query, variables)
    assert not any(_OTHERWISE in error["message"] for error in found)
    assert {error["extensions"]["field"] for error in found} == fields


def test_a_subscription_of_two_things_is_told_so_in_chinese(api: Api):
    with api.connected(SUPERVISOR) as socket:
        for query in ("subscription { warnings { level } b: warnings { level } }", "{",
                      "subscription { __typename }", f"subscription {{ a{SECRET} }}"):  # fmt: skip
            socket.say(type="subscribe", id="1", payload={"query": query})
            heard = socket.hear()
            assert heard["type"] == "error"
            assert all(CHINESE.search(one["message"]) for one in heard["payload"])
            assert SECRET not in str(heard)
