"""A filter value that can match nothing is an error that names it, never an empty list."""

from datetime import date, datetime
from typing import get_args

import msgspec
import pytest

from bancheng.graphql.naming import lower_camel
from bancheng.graphql.queries.filter_values import FREE, MASKED, RULES, SEARCHED
from bancheng.projections.cases.cases import CASES
from bancheng.projections.ledger.cursors import Cursor
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.searching import Words
from bancheng.projections.registry import LISTED, REPORTS
from support.api_acts import dispatched, reported
from support.api_client import Api
from support.given import OFFICER, SUPERVISOR

WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in "13800138000")
LATER, EARLIER = "2026-03-02", "2026-03-01"
BY_NAME = {ledger.name: ledger for ledger in LISTED}


def kinds(filled: type[msgspec.Struct]) -> dict[str, type | str]:
    """Each condition with what it compares: a type, or ``several``."""
    found = {}
    for info in msgspec.structs.fields(filled):
        kind = info.type
        while get_args(kind) and not isinstance(kind, type):
            kind = get_args(kind)[0]
        found[info.name] = "several" if getattr(kind, "__origin__", None) is tuple else kind
    return found


def texts(filled: type[msgspec.Struct]) -> set[str]:
    """The conditions that compare texts, one or several."""
    fields = msgspec.structs.fields(filled)
    several = {one.name for one in fields if one.type == tuple[str, ...]}
    return several | {name for name, kind in kinds(filled).items() if kind in (str, Words)}


TEXTS = {
    *(name for one in LISTED for name in texts(one.filter)),
    *(name for one in REPORTS for name, kind in kinds(one.scope).items() if kind is str),
}


def asked(api: Api, ledger: Ledger, by=SUPERVISOR, **filled: object) -> set[tuple[str, str]]:
    """Field and code of each fault that the ledger finds with the filter."""
    name = lower_camel(ledger.name)
    query = f"query ($f: {ledger.type_name}FilterInput) {{ {name}(filter: $f) {{ totalCount }} }}"
    given = {lower_camel(field): value for field, value in filled.items()}
    answer = api.post(query, {"f": given}, by).json()
    said = [error["extensions"] for error in answer.get("errors", ())]
    assert all(error["message"] for error in answer.get("errors", ()))
    return {(one["field"], one["code"]) for top in said for one in (top, *top.get("others", ()))}


def test_each_text_that_can_be_asked_for_has_a_rule_or_is_free_on_purpose():
    assert RULES.keys() | FREE | MASKED | SEARCHED == TEXTS
    assert not RULES.keys() & FREE


@pytest.mark.parametrize("name", BY_NAME)
def test_every_condition_that_can_hold_of_nothing_is_named_at_once(api: Api, name: str):
    ledger = BY_NAME[name]
    wrong = {field: wrongly(field, kind) for field, kind in kinds(ledger.filter).items()}
    filled = {field: value for field, (value, _) in wrong.items() if value is not None}
    found = {(lower_camel(field), code) for field, (_, code) in wrong.items() if code}
    assert asked(api, ledger, **filled) == found


def wrongly(field: str, kind: type | str) -> tuple[object, str]:
    """What nothing can be, and the code by which it is refused; an end comes before its begin."""
    named = {
        **dict.fromkeys(MASKED, ("张建国", "FILTER_UNMASKED")),
        **dict.fromkeys(SEARCHED, ("13800138000", "FILTER_UNMASKED")),
        **{one: ("no-such", rule.code) for one, rule in RULES.items()},
    }
    if field in named:
        value, code = named[field]
        return ([value] if kind == "several" else value), code
    if kind in (date, datetime) and not field.endswith(("_on", "open_at")):
        clock = "" if kind is date else "T00:00:00+08:00"
        if field.endswith("_from"):
            return f"{LATER}{clock}", ""
        return f"{EARLIER}{clock}", "FILTER_RANGE_REVERSED"
    return {"several": ([], "FILTER_EMPTY"), str: (" ", "FILTER_EMPTY")}.get(kind, (None, ""))


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.name)
def test_every_scope_of_a_report_that_can_hold_of_nothing_is_named_at_once(api: Api, report):
    texts = {name for name, kind in kinds(report.scope).items() if kind is str}
    filled = dict.fromkeys((texts & RULES.keys()) - {"window"}, "no-such")
    scope = {"firstDay": LATER, "lastDay": LATER, **{lower_camel(k): v for k, v in filled.items()}}
    kind = f"{report.scope.__name__}Input"
    query = f"query ($s: {kind}!) {{ {lower_camel(report.name)}(scope: $s) {{ __typename }} }}"
    answer = api.post(query, {"s": scope}, SUPERVISOR).json()
    top = answer["errors"][0]["extensions"]
    found = {(one["field"], one["code"]) for one in (top, *top.get("others", ()))}
    assert found == {(lower_camel(name), RULES[name].code) for name in filled}


@pytest.mark.parametrize("text", ["张", "张*", "*", "138", "8000", "138****8000", "已销毁"])
def test_what_a_masked_name_or_number_still_shows_may_be_asked_for(api: Api, text: str):
    assert not asked(api, CASES, applicant=text)


@pytest.mark.parametrize(
    "text", ["张建", "Zhang", "13800138000", "1380013", "１３８００１３８０００"]
)
def test_more_than_a_masked_name_or_number_shows_is_refused_and_not_repeated(api: Api, text: str):
    assert asked(api, CASES, applicant=text) == {("applicant", "FILTER_UNMASKED")}
    query = f'{{ cases(filter: {{applicant: "{text}"}}) {{ totalCount }} }}'
    assert text not in api.post(query, by=SUPERVISOR).text


def test_what_there_is_or_could_be_is_an_empty_list_and_no_error(api: Api):
    matter = dispatched(api)
    api.settle()
    orders, trail = BY_NAME["work_orders"], BY_NAME["audit_trail"]
    assert not asked(api, orders, unit="GA", ticket_id="ticket-none", lead=True)
    assert not asked(
        api, BY_NAME["tickets"], text=matter.number, cause="delay", statuses=["CLOSED"]
    )
    assert not asked(api, trail, acts=["DispatchWorkOrders"], matter_number=matter.number.lower())
    assert not asked(api, trail, stream_id=matter.ticket_id, batch_id="none")
    # Somebody who is bound to a unit hears no more than the others.
    assert not asked(api, orders, OFFICER, lead=True)


def test_wrong_times_and_wrong_codes_of_a_filter_are_told_at_once(api: Api):
    reported(api)
    wrong = {"due_date_from": "0001-01-01", "reported_from": "2026-03-01T00:00:00",
             "lead_unit": "NO", "statuses": []}  # fmt: skip
    assert asked(api, BY_NAME["tickets"], **wrong) == {
        ("dueDateFrom", "FIELD_INVALID"), ("reportedFrom", "FIELD_INVALID"),
        ("leadUnit", "UNIT_UNKNOWN"), ("statuses", "FILTER_EMPTY"),
    }  # fmt: skip


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31"])
@pytest.mark.parametrize("name", BY_NAME)
def test_a_day_of_another_age_is_refused_in_every_condition_of_every_ledger(
    api: Api, name: str, day: str
):
    clocks = {date: "", datetime: "T00:00:00Z"}
    times = {field: one for field, one in kinds(BY_NAME[name].filter).items() if one in clocks}
    filled = {field: f"{day}{clocks[kind]}" for field, kind in times.items()}
    wanted = {(lower_camel(field), "FIELD_INVALID") for field in times}
    assert asked(api, BY_NAME[name], **filled) == wanted


FORGED = (None, 0, -1, 2**60, 1.5, True, "", "x", "a\0b", "9999-12-31T23:59:59Z", "0001-01-01", [],
          {}, "-infinity", "2026-02-30")  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_a_forged_cursor_is_refused_or_leads_to_a_page(api: Api, name: str):
    ledger = BY_NAME[name]
    query = f"query ($c: String, $s: {ledger.type_name}Sort) {{ {lower_camel(name)}"
    query += "(first: 2, after: $c, orderBy: $s) { pageInfo { hasNextPage } } }"
    place = f"{ledger.listing._key.table.name}/{{}}/{ledger.filter().mark()}"
    for sort in ledger.sort:
        for forged in FORGED:
            key = forged if isinstance(forged, str) else "x"
            cursor = Cursor(place.format(sort), forged, key).write()
            answer = api.post(query, {"c": cursor, "s": sort.name}, SUPERVISOR).json()
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            assert codes <= {"CURSOR_INVALID"}, (sort, forged)


def test_a_subscription_for_an_unknown_unit_or_for_no_level_is_refused(api: Api):
    with api.connected(SUPERVISOR) as socket:
        for asked, code in (
            ('unit: "NO"', "UNIT_UNKNOWN"), ('unit: " "', "FILTER_EMPTY"),
            ("levels: []", "FILTER_EMPTY"),
        ):  # fmt: skip
            query = f"subscription {{ warnings({asked}) {{ level }} }}"
            socket.say(type="subscribe", id="1", payload={"query": query})
            heard = socket.hear()
            assert heard["payload"][0]["extensions"]["code"] == code


def test_a_year_of_another_age_has_no_calendar(api: Api):
    for year in (-1, 1899, 3000):
        (error,) = api.errors(f"{{ calendar(year: {year}) {{ version }} }}", SUPERVISOR)
        assert error["extensions"]["code"] == "YEAR_OUT_OF_RANGE"
