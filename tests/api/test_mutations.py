"""Every act that is offered is a mutation that keeps the promises all mutations make."""

import pytest

from bancheng.app.acts.act import Act
from bancheng.app.registry import ACTS
from bancheng.graphql import bulk, rating_by_code
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.schema import schema
from support import backends
from support.api_acts import WAYS
from support.api_client import EVERYBODY, TICKET_ANSWER, Api

pytestmark = backends.ONCE

BY_NAME = {lower_camel(act.name): act for act in ACTS if act.offered}
each_act = pytest.mark.parametrize("name", BY_NAME)


def _head(api: Api) -> int:
    return api.hall.store.head()


def test_there_is_a_way_to_each_act():
    assert BY_NAME.keys() == WAYS.keys()


def test_what_only_imports_and_the_hall_itself_do_is_no_mutation():
    by_hand = {rating_by_code.NAME}
    for_many = {bulk.name_of(act) for act in ACTS if act.many is not None}
    assert schema._schema.mutation_type.fields.keys() == BY_NAME.keys() | for_many | by_hand


@each_act
def test_it_is_refused_first_then_done_and_a_repeated_key_gets_the_same_answer(api: Api, name: str):
    # One test, because bringing a matter to where the act is due is most of the work. What is
    # refused first leaves nothing behind, so the act is due to the end.
    way = WAYS[name]
    filled = way.filled(way.given(api))
    api.settle()
    refuses_who_may_not_and_a_version_that_has_passed(api, name, filled)
    is_done = is_opened_anew if BY_NAME[name].command.opens_data else is_done_once
    is_done(api, name, filled)


def refuses_who_may_not_and_a_version_that_has_passed(api: Api, name: str, filled: dict):
    for who in (*EVERYBODY, WAYS[name].by):
        api.token(who)  # now and not later, for that is an act too
    act, head = BY_NAME[name], _head(api)
    for who in EVERYBODY:
        if not who.may(*act.by):
            refused = api.act(name, who, filled)
            assert (refused["__typename"], refused["code"]) == ("NotAllowed", "ROLE_MISSING")
            assert all(role.label in refused["remedy"] for role in act.by)
    passed = api.act(name, WAYS[name].by, filled, version=99)
    assert (passed["__typename"], passed["code"]) == ("Conflict", "VERSION_CONFLICT")
    assert passed["field"] == "expectedVersion"
    assert _head(api) == head


def is_done_once(api: Api, name: str, filled: dict):
    by = WAYS[name].by
    done = api.act(name, by, filled, key=f"once-{name}")
    assert done["__typename"].endswith("ActDone"), done
    assert done["projected"]
    assert done["position"] == str(_head(api))
    api.token(by)  # it may have ended
    head = _head(api)
    assert api.act(name, by, filled, key=f"once-{name}") == done
    assert _head(api) == head


def is_opened_anew(api: Api, name: str, filled: dict):
    """What it answered was kept nowhere, so the same key is another opening, which is recorded."""
    first, again = (api.act(name, WAYS[name].by, filled, key=f"once-{name}") for _ in range(2))
    assert first["__typename"] == again["__typename"]
    assert again["version"] == first["version"] + 1
    assert again["position"] == str(_head(api)) != first["position"]


@each_act
def test_it_says_who_may_do_it(name: str):
    act: Act = BY_NAME[name]
    described = schema._schema.mutation_type.fields[name].description
    assert described.startswith(act.term)
    assert all(role.label in described for role in act.by)


def test_a_step_without_a_name_is_refused_and_no_fault_of_ours(api: Api):
    way = WAYS["transferCase"]
    refused = api.act("transferCase", way.by, way.filled(way.given(api)) | {"step": ""})
    assert (refused["__typename"], refused["field"]) == ("InvalidInput", "step")


def test_a_key_used_for_another_act_is_a_conflict(api: Api):
    way = WAYS["reportTicket"]
    api.act("reportTicket", way.by, way.filled(way.given(api)), key="one-key")
    other = way.filled(way.given(api)) | {"subject": "另一件事"}
    refused = api.act("reportTicket", way.by, other, key="one-key")
    assert (refused["__typename"], refused["code"]) == ("Conflict", "KEY_REUSED")


def test_two_people_may_choose_the_same_key(api: Api):
    first, second = (who for who in EVERYBODY if who.id in ("c1", "h1"))
    filled = WAYS["reportTicket"].filled(WAYS["reportTicket"].given(api))
    one = api.act("reportTicket", first, filled, key="same", answer=TICKET_ANSWER)
    two = api.act("reportTicket", second, filled, key="same", answer=TICKET_ANSWER)
    assert one["ticketId"] != two["ticketId"]


@pytest.mark.parametrize("key", ["", "   ", "\u3000", "x" * 101, "a\nb"])
def test_a_malformed_key_is_invalid_input(api: Api, key: str):
    way = WAYS["reportTicket"]
    operation = (
        "mutation ($input: ReportTicketInput!, $key: String!) "
        "{ reportTicket(input: $input, key: $key) { ... on Rejection { code field } } }"
    )
    variables = {"input": way.filled(way.given(api)), "key": key}
    answer = api.ask(operation, way.by, **variables)["reportTicket"]
    assert answer == {"code": "KEY_MALFORMED", "field": "key"}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"subject": " "}, "subject", "FIELD_EMPTY"),
        ({"subject": "长" * 201}, "subject", "FIELD_TOO_LONG"),
        ({"sourceRef": "x" * 101}, "sourceRef", "FIELD_INVALID"),
        ({"reporter": {"name": "张三", "phone": "abc"}}, "reporter.phone", "PHONE_MALFORMED"),
        ({"reporter": {"name": "张三", "idNumber": "?"}}, "reporter.idNumber",
         "ID_NUMBER_MALFORMED"),
        ({"accusedUnit": "NONE"}, "accusedUnit", "UNIT_UNKNOWN"),
    ],
)  # fmt: skip
def test_invalid_input_names_its_field(api: Api, changed: dict, field: str, code: str):
    way = WAYS["reportTicket"]
    refused = api.act("reportTicket", way.by, way.filled(way.given(api)) | changed)
    assert (refused["__typename"], refused["field"], refused["code"]) == (
        "InvalidInput", field, code,
    )  # fmt: skip
    assert refused["message"]
    assert refused["remedy"]
