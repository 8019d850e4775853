"""The hall as it was at a moment, over the API: each role sees then what it saw then, no more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from api.test_rights import TYPES, rows_of
from bancheng.domain.case.history import PastCaseHeader, RecordPastStep
from bancheng.domain.complaint.deadline import SubmitResult
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.complaint.dispatch import ReassignWorkOrder, SignInWorkOrder
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.people import Actor
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder, UrgeUnit
from bancheng.graphql.limits import FIELDS_MAX
from bancheng.graphql.naming import lower_camel
from bancheng.projections.registry import LEDGERS
from support import backends, case_api_acts
from support.api_acts import CLEAR, TEXT, called_back, dispatched, suspended
from support.api_client import EFFICIENCY, EVERYBODY, Api
from support.destroying import destroy
from support.given import ARCHIVIST, CLERK, HANDLER, OFFICER, READ, SUPERVISOR
from support.ways import Matter

pytestmark = backends.ONCE
# Who sees all, who sees some, and who is bound to the unit that has the matter.
ROLES = (CLERK, OFFICER, SUPERVISOR, ARCHIVIST)
NAMES = [lower_camel(one.name) for one in LEDGERS]
# Beside all rows: what else tells of a field, by a filter, by an order, by a search, by a count.
ASKED = {
    "tickets": [
        'filter: {text: "社保"}', 'filter: {involvedUnit: "RS"}', "filter: {late: true}",
        "filter: {level: NORMAL}", "filter: {statuses: [DISPATCHED]}", "orderBy: DUE_AT",
        'filter: {leadUnit: "RS"}', "filter: {anonymous: false}",
    ],
    "workOrders": [
        "filter: {running: true}", 'filter: {unit: "GA"}', "filter: {paused: true}",
        'filter: {text: "跑了"}', "orderBy: DUE_AT, descending: false",
    ],
    "cases": ['filter: {applicant: "张"}', "filter: {late: false}", 'filter: {involvedUnit: "RS"}'],
    "deadlines": ["filter: {level: NORMAL}", "filter: {late: true}", "filter: {states: [RUNNING]}"],
    "auditTrail": ['filter: {text: "派单"}', 'filter: {actorIds: ["h1"]}', "descending: true"],
}  # fmt: skip
WHOLE = """{ number status deadlines { kind state level unit } warnings { level }
  timeline { sentence changes { name before after } } citizenWait { __typename } units
  workOrders { orderId status unit dueAt } reporter { name phone } leadUnitName }"""


def leaves(ledger: str) -> str:
    """Every field of a row that needs no argument and holds no row."""
    fields = TYPES[rows_of(ledger)].fields
    return " ".join(
        name
        for name, field in fields.items()
        if is_leaf_type(get_named_type(field.type))
        and not any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
    )


def questions(who: Actor) -> list[str]:
    """What ``who`` is asked: each ledger by all its fields, a few in a request; then the rest."""
    found, size = [""], 0
    seen = [lower_camel(one.name) for one in LEDGERS if one.view.shows(who)]
    for name in seen:
        of_row = leaves(name)
        size += of_row.count(" ") + 10
        if size > FIELDS_MAX:
            found.append("")
            size = of_row.count(" ") + 10
        found[-1] += _page(name, "first: 12", of_row)
    # Each by itself: one that is refused leaves nothing of the others.
    unseen = [f"{name} {{ totalCount }}" for name in NAMES if name not in seen]
    by = [_page(name, f"first: 12, {more}", "__typename") for name in ASKED for more in ASKED[name]]
    asked = [*found, *unseen, *forbidden(who), *(by if who is OFFICER else ())]
    return [*filter(None, asked), *_together(by, who)]


def forbidden(who: Actor) -> Iterator[str]:
    """Each order and filter by which ``who`` may not ask, of ledgers that they see."""
    for ledger in (one for one in LEDGERS if one.view.shows(who)):
        name = lower_camel(ledger.name)
        arguments = TYPES["Query"].fields[name].args
        for sort, view in ledger.sorts_seen_by.items():
            if view is not None and not view.shows(who):
                yield f"{name}(orderBy: {sort.upper()}) {{ totalCount }}"
        for ask in ledger.asks:
            if ask.seen_by is not None and not ask.seen_by.shows(who):
                of = lower_camel(ask.name)
                value = literal(arguments["filter"].type.fields[of].type)
                yield f"{name}(filter: {{{of}: {value}}}) {{ totalCount }}"


def literal(kind: Any) -> str:
    """Something of that type, as a query has it."""
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{literal(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    some = {"Boolean": "true", "Int": "1", "Date": '"2026-03-02"'}
    return some.get(kind.name, '"2026-03-02T00:00:00Z"')


def _together(asked: list[str], who: Actor) -> list[str]:
    """All in one request, for whom none of them is refused."""
    return [" ".join(f"a{n}: {one}" for n, one in enumerate(asked))] if who is SUPERVISOR else []


def _page(name: str, arguments: str, of_row: str) -> str:
    return (
        f"{name}({arguments}) {{ totalCount pageInfo {{ hasNextPage endCursor }}"
        f" edges {{ cursor node {{ {of_row} }} }} }} "
    )


QUESTIONS = {who.id: questions(who) for who in EVERYBODY}


def as_of(at: datetime, asked: str, by: str = "RECORDED") -> str:
    return f'{{ asOf(at: "{at.isoformat()}", by: {by}) {{ {asked} }} }}'


def answered(api: Api, query: str, who: Actor) -> Any:
    """Data, and the codes and words of what was refused."""
    answer = api.post(query, None, who).json()
    refused = [(one["extensions"]["code"], one["message"]) for one in answer.get("errors", [])]
    data = answer["data"] or {}
    return data.get("asOf", data), sorted(refused)


class Then:
    """A moment of a busy hall, all that everybody was answered then, and what happened after."""

    def __init__(self, api: Api) -> None:
        self.api = api
        for who in EVERYBODY:
            api.token(who)
        for given in (called_back, suspended, case_api_acts.delivered, case_api_acts.rated):
            given(api)
        self.matter = dispatched(api, others=("YB",), accused_window="W01")
        api.settle()
        self.at = api.clock.now()
        self.were = {
            (who.id, asked): answered(api, f"{{ {asked} }}", who)
            for who in EVERYBODY
            for asked in QUESTIONS[who.id]
        }
        asked = f'{{ ticket(id: "{self.matter.ticket_id}") {WHOLE} }}'
        self.whole = {who.id: answered(api, asked, who) for who in ROLES}
        api.clock.advance(timedelta(days=9))
        go_on(api, self.matter)


def go_on(api: Api, matter: Matter) -> None:
    ticket, order = matter.ticket_id, matter.order
    lead, second = {"ticket_id": ticket, "order_id": order}, f"{matter.number}-02"
    for command, by in (
        (SignInWorkOrder(**lead), OFFICER),
        (UrgeUnit(matter_id=ticket, unit="RS", ground="overdue", demand=TEXT), SUPERVISOR),
        (IssueSupervisionOrder(matter_id=ticket, unit="RS", colour=SupervisionColour.BLUE,
                               ground="overdue", demand=TEXT, answer_working_days=3), SUPERVISOR),
        (ReassignWorkOrder(ticket_id=ticket, order_id=second, unit="GA", instruction=TEXT,
                           released=READ), HANDLER),
        (SubmitResult(**lead, outcome=Outcome.SOLVED, result=TEXT), OFFICER),
    ):  # fmt: skip
        api.carry_out(command, by)
    for given in (called_back, case_api_acts.delivered):
        given(api)
    api.settle()


@pytest.fixture(scope="module")
def then(api: Api) -> Then:
    return Then(api)


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.id)
def test_each_role_is_answered_as_it_was_answered_then(then: Then, who: Actor):
    for asked in QUESTIONS[who.id]:
        assert answered(then.api, as_of(then.at, asked), who) == then.were[who.id, asked]


def test_what_a_role_may_not_ask_by_is_refused_of_the_past_as_well(then: Then):
    asked = {one for who in EVERYBODY for one in forbidden(who)}
    assert len(asked) > len(LEDGERS)
    for who in EVERYBODY:
        for one in forbidden(who):
            ((code, _),) = then.were[who.id, one][1]
            assert code == "FILTER_FORBIDDEN", (one, who.id)


def test_the_hall_of_today_is_another_one(then: Then):
    for asked in QUESTIONS[SUPERVISOR.id][:1]:
        now = answered(then.api, f"{{ {asked} }}", SUPERVISOR)
        assert now != then.were[SUPERVISOR.id, asked]


@pytest.mark.parametrize("who", ROLES, ids=lambda who: who.id)
def test_all_that_hangs_on_a_matter_is_of_that_moment(then: Then, who: Actor):
    asked = f'ticket(id: "{then.matter.ticket_id}") {WHOLE}'

    assert answered(then.api, as_of(then.at, asked), who) == then.whole[who.id]


def test_nothing_in_it_is_clear(then: Then):
    for asked in QUESTIONS[SUPERVISOR.id]:
        text = then.api.post(as_of(then.at, asked), None, SUPERVISOR).text
        assert [one for one in CLEAR if one in text] == []


def test_two_moments_stand_side_by_side_in_one_answer(then: Then):
    api, at = then.api, then.at.isoformat()
    later = api.clock.now().isoformat()
    asked = f'{{ ticket(id: "{then.matter.ticket_id}") {{ workOrders {{ unit status }} }} }}'

    found = api.ask(
        f'{{ was: asOf(at: "{at}") {asked} is: asOf(at: "{later}") {asked} }}', SUPERVISOR
    )

    assert [one["status"] for one in found["was"]["ticket"]["workOrders"]] == ["DISPATCHED"] * 2
    assert [one["unit"] for one in found["is"]["ticket"]["workOrders"]] == ["RS", "YB", "GA"]


def test_a_report_of_then_counts_what_was_so_then(then: Then):
    day = then.at.date()
    asked = f"""onTimeRates(scope: {{firstDay: "{day}", lastDay: "{day + timedelta(days=30)}"}}) {{
        onTime {{ numerator denominator }} }}"""
    was = answered(then.api, as_of(then.at, asked), SUPERVISOR)

    assert was != answered(then.api, f"{{ {asked} }}", SUPERVISOR)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ asOf(at: "2999-01-01T00:00:00Z") { at } }', "PAST_IN_FUTURE"),
        ('{ asOf(at: "2026-03-05T00:00:00") { at } }', "FIELD_INVALID"),
        ('{ asOf(at: "2026-03-05") { at } }', "FIELD_INVALID"),
        (
            '{ asOf(at: "0001-01-01T00:00:00+08:00", by: OCCURRED) { tickets { totalCount } } }',
            "FIELD_INVALID",
        ),
        (
            '{ asOf(at: "2026-03-02T02:00:00Z", by: OCCURRED) { pastCases { totalCount } } }',
            "PAST_BY_RECORDED_ONLY",
        ),
        (
            "{ "
            + " ".join(
                f'a{n}: asOf(at: "2026-03-0{n}T02:00:00Z") {{ tickets {{ totalCount }} }}'
                for n in (1, 2, 2)
            ).replace("a2: ", "b2: ", 1)
            + " }",
            "PAST_TOO_MANY",
        ),
    ],
)
def test_what_can_not_be_asked_says_why(then: Then, query: str, code: str):
    api = then.api
    api.carry_out(
        RecordPastStep(
            case=PastCaseHeader(source_system="past", external_id=code), activity="收件"
        ),
        EFFICIENCY,
    )
    api.settle()

    assert api.errors(query, SUPERVISOR)[0]["extensions"]["code"] == code


def test_whose_key_was_destroyed_since_is_destroyed_in_the_past(api: Api):
    matter = dispatched(api)
    api.settle()
    at = api.clock.now()
    api.clock.advance(timedelta(hours=1))
    api.carry_out(SignInWorkOrder(ticket_id=matter.ticket_id, order_id=matter.order), OFFICER)
    api.settle()
    asked = as_of(at, f'ticket(id: "{matter.ticket_id}") {{ reporter {{ name }} status }}')
    before = api.ask(asked, SUPERVISOR)["asOf"]["ticket"]["reporter"]["name"]
    event = api.hall.store.load(matter.ticket_id)[0].event
    assert isinstance(event, TicketReported)

    destroy(api.hall.database, api.hall.engine.vault, event.reporter.name.owner)

    found = api.ask(asked, SUPERVISOR)["asOf"]["ticket"]["reporter"]["name"]
    assert (before, found) == ("张**", "已销毁")
