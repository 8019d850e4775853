"""Whoever fills in a form hears of all its faults at once, whatever finds them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, is_list_type
from graphql.type import GraphQLInputType, get_nullable_type

from bancheng.app.acts.act import Act
from bancheng.app.registry import ACTS
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.schema import schema
from support.api_acts import WAYS
from support.api_client import ANSWER, Api
from support.given import CLERK, HANDLER

ALL = f"{ANSWER} ... on Rejection {{ others {{ code message remedy field }} }}"
BY_NAME = {lower_camel(act.name): act for act in ACTS}
# Wrong in any field of the type: no such code, no time of a hall, no amount; a text that says
# nothing is wrong where a code would only be unknown.
WRONG: Mapping[str, tuple[Any, ...]] = {
    "String": ("no-such", " "), "ID": ("no-such",), "Int": (-7,),
    "Date": ("9999-12-31", "0001-01-01"), "DateTime": ("9999-12-31T00:00:00+08:00",),
}  # fmt: skip
# What can not be asked while the fault of another field stands.
ASKED_BEHIND = {
    # What windows there are, and which ways of delivery, says the item.
    ("submitCase", "window"), ("submitCase", "renewal"),
    # By which day it holds is asked of a book that can be read.
    ("publishRuleBook", "effectiveDay"),
    # Whether something is corrected at all is asked of what is filled in.
    ("correctTicket", "category"), ("correctCase", "applicant"),
}  # fmt: skip


def planted(kind: GraphQLInputType, value: Any) -> Iterator[Any]:
    """``value``, each time with one fault; of what is not filled in one that is."""
    kind = get_nullable_type(kind)
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return
    if is_list_type(kind):
        yield from ([one] for one in planted(kind.of_type, value[0] if value else None))
    elif isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items() if value else ():
            yield from ({**value, name: one} for one in planted(field.type, value.get(name)))
    else:
        yield from WRONG.get(named.name, ())


def named_in(answer: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What an answer finds fault with: field and code of each."""
    if answer["__typename"] != "InvalidInput":
        return set()
    return {(one["field"] or "", one["code"]) for one in (answer, *answer["others"])}


def aimed_by(act: Act) -> set[str]:
    """The fields that say which part of its matter an act is about."""
    read: set[str] = set()

    class Reading:
        def __getattr__(self, name: str) -> str:
            read.add(lower_camel(name))
            return ""

    if act.decide.targets is not None:
        act.decide.targets.of(Reading())
    return read


@pytest.mark.parametrize("name", WAYS)
def test_every_fault_that_is_refused_alone_is_named_beside_the_others(api: Api, name: str):
    way = WAYS[name]
    filled = way.filled(way.given(api))
    api.settle()

    def tried(changed: Mapping[str, Any], **also: Any) -> Mapping[str, Any]:
        return api.act(name, way.by, {**filled, **changed}, answer=ALL, **also)

    fields = schema._schema.mutation_type.fields[name].args["input"].type.of_type.fields
    wrongs, expected = {}, set()
    # What is not found can be asked nothing.
    for field in fields.keys() - set(way.names) - aimed_by(BY_NAME[name]):
        for wrong in planted(fields[field].type, filled.get(field)):
            # Without a key nothing is done, should the value be right after all.
            found = {
                one for one in named_in(tried({field: wrong}, key=" ")) if is_of(field, one[0])
            }
            if found:
                wrongs[field] = wrong
                expected |= found
                break
    expected = {
        one
        for one in expected
        if not any(is_of(at, one[0]) for act, at in ASKED_BEHIND if act == name)
    }
    said = named_in(tried(wrongs, key=" ", place={"channel": "SYSTEM"}))
    assert {("key", "KEY_MALFORMED"), ("place.channel", "CHANNEL_RESERVED"), *expected} <= said
    assert not expected or expected <= named_in(tried(wrongs))


def is_of(field: str, path: str) -> bool:
    """Whether ``path`` leads to the field, or into it."""
    return re.split(r"[.\[]", path)[0] == field


def test_a_short_number_and_an_unknown_unit_and_item_are_told_at_once(api: Api):
    report = WAYS["reportTicket"].filled(WAYS["reportTicket"].given(api))
    reporter = {"name": "张建国", "phone": "1", "idNumber": "110105194912310021"}
    wrong = {"subject": " ", "reporter": reporter, "accusedUnit": "NO", "serviceItem": "NO",
             "caseId": "case-no", "channel": "SYSTEM"}  # fmt: skip
    answer = api.act("reportTicket", CLERK, {**report, **wrong}, answer=ALL)
    assert named_in(answer) == {
        ("subject", "FIELD_EMPTY"), ("reporter.phone", "PHONE_MALFORMED"),
        ("reporter.idNumber", "ID_NUMBER_CHECK_FAILED"), ("accusedUnit", "UNIT_UNKNOWN"),
        ("serviceItem", "ITEM_UNKNOWN"), ("caseId", "CASE_UNKNOWN"),
        ("channel", "CHANNEL_RESERVED"),
    }  # fmt: skip
    assert all(one["message"] and one["remedy"] for one in (answer, *answer["others"]))
    assert not any(secret in str(answer) for secret in ("张建国", "110105194912310021"))


def test_a_number_in_the_wrong_field_is_not_said_back(api: Api):
    way = WAYS["analyseCause"]
    wrong = {"cause": "13500135000", "complexity": "110101199003070011", "units": ["13500135000"]}
    answer = api.act("analyseCause", HANDLER, {**way.filled(way.given(api)), **wrong}, answer=ALL)
    assert {code for _, code in named_in(answer)} == {"TERM_UNKNOWN", "UNIT_UNKNOWN"}
    assert not any(number in str(answer) for number in ("13500135000", "110101199003070011"))


def test_looking_for_the_other_faults_does_nothing(api: Api):
    way = WAYS["analyseCause"]
    filled = way.filled(way.given(api))
    api.token(HANDLER)  # now and not later, for that is an act too
    head = api.hall.store.head()
    answer = api.act("analyseCause", HANDLER, {**filled, "opinion": " "}, answer=ALL)
    assert (answer["code"], answer["others"]) == ("FIELD_EMPTY", [])
    assert api.hall.store.head() == head
