"""Who sees what. A unit officer sees the own unit's work and nothing else, not even by guessing."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy.sql import visitors

from bancheng.domain.complaint.returns import ReturnWorkOrder
from bancheng.domain.people import Actor, Role
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.graphql.naming import lower_camel
from bancheng.projections import sight
from bancheng.projections.cases.cases import CASES
from bancheng.projections.items import ITEMS
from bancheng.projections.registry import LEDGERS, REPORTS
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.trail import TRAIL
from support import backends
from support.api_acts import CLEAR, TEXT, WAYS, accepted, dispatched, resolved, signed_in, warned
from support.api_client import EFFICIENCY, EVERYBODY, Api
from support.case_api_acts import CASE_WAYS
from support.given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    CO_OFFICER,
    DUTY,
    GOVERNOR,
    HANDLER,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
)
from support.ways import Matter

EVERYTHING = """
query ($id: ID!) { ticket(id: $id) {
  ticketId number queryCode sourceRef accusedUnit responsibleUnits leadOrderId leadUnit leadUnitName
  dueAt onTime outcome outcomeLabel openOrders units subject content status
  reporter { anonymous name phone idNumber address }
  workOrders { orderId unit replaces successor result instruction }
  deadlines { orderId unit kind }
  timeline { term why requestId details }
} }
"""
ONE_DAY = 'scope: {firstDay: "2026-03-02", lastDay: "2026-03-02"}'
LISTED = """{
  tickets(first: 200) { totalCount edges { node {
    ticketId reporter { name } workOrders { unit } } } }
  workOrders(first: 100) { totalCount edges { node { unit ticketId } } }
  deadlines(first: 100) { totalCount edges { node { unit matterId } } }
}"""


@dataclass(frozen=True)
class Scene:
    shared: Matter  # RS leads, YB helps
    foreign: Matter  # of GA alone
    bare: Matter  # not dispatched to anybody


def _supervision_order_for(matter: Matter, unit: str) -> IssueSupervisionOrder:
    return IssueSupervisionOrder(
        matter_id=matter.ticket_id, unit=unit, colour=SupervisionColour.BLUE, ground="overdue",
        demand=TEXT, answer_working_days=3,
    )  # fmt: skip


@pytest.fixture(scope="module")
def scene(api: Api) -> Scene:
    made = Scene(dispatched(api, others=("YB",)), dispatched(api, lead="GA"), accepted(api))
    api.settle()
    return made


def _codes(api: Api, query: str, by: Actor, **variables) -> set[str]:
    return {error["extensions"]["code"] for error in api.errors(query, by, **variables)}


def test_a_unit_officer_sees_the_ticket_without_its_reporter(api: Api, scene: Scene):
    seen = api.ask(EVERYTHING, OFFICER, id=scene.shared.ticket_id)["ticket"]
    assert seen["status"]
    hidden = ("subject", "content", "queryCode", "sourceRef", "accusedUnit", "responsibleUnits",
              "leadOrderId", "leadUnit", "leadUnitName", "dueAt", "onTime", "outcome",
              "outcomeLabel", "openOrders", "reporter")  # fmt: skip
    assert [name for name in hidden if seen[name] is not None] == []
    assert seen["units"] == ["RS"]
    assert {order["unit"] for order in seen["workOrders"]} == {"RS"}
    assert [(one["term"], one["details"]) for one in seen["timeline"]] == [("派发", None)]
    assert {deadline["unit"] for deadline in seen["deadlines"]} == {"RS"}
    text = json.dumps(seen, ensure_ascii=False)
    assert not [part for part in (*CLEAR, "138****8000", "YB", "张*") if part in text]


def test_a_co_unit_sees_its_own_order_alone(api: Api, scene: Scene):
    seen = api.ask(EVERYTHING, CO_OFFICER, id=scene.shared.ticket_id)["ticket"]
    assert [order["unit"] for order in seen["workOrders"]] == ["YB"]


def test_lists_of_a_unit_officer_hold_the_own_unit_alone(api: Api, scene: Scene):
    found = api.ask(LISTED, OFFICER)
    tickets = {edge["node"]["ticketId"] for edge in found["tickets"]["edges"]}
    assert scene.shared.ticket_id in tickets
    assert not tickets & {scene.foreign.ticket_id, scene.bare.ticket_id}
    for edge in found["tickets"]["edges"]:
        assert edge["node"]["reporter"] is None
        # None where the unit has only a supervision order to answer.
        assert {order["unit"] for order in edge["node"]["workOrders"]} <= {"RS"}
    for ledger in ("workOrders", "deadlines"):
        assert {edge["node"]["unit"] for edge in found[ledger]["edges"]} == {"RS"}


@pytest.mark.parametrize(
    ("ledger", "asked", "named"),
    [("tickets", "involvedUnit", "ticketId"), ("workOrders", "unit", "ticketId"),
     ("orderReturns", "unit", "ticketId"), ("deadlines", "unit", "matterId"),
     ("warnings", "unit", "matterId")],
)  # fmt: skip
def test_asking_for_another_unit_does_not_help(
    api: Api, scene: Scene, ledger: str, asked: str, named: str
):
    chosen = f'filter: {{{asked}: "GA"}}, first: 200'
    query = f"{{ {ledger}({chosen}) {{ edges {{ node {{ {named} }} }} }} }}"
    edges = api.ask(query, OFFICER)[ledger]["edges"]
    assert scene.foreign.ticket_id not in {edge["node"][named] for edge in edges}


@pytest.mark.parametrize(
    "wanted",
    ['sourceRef: "1"', "anonymous: true", 'accusedUnit: "RS"', 'leadUnit: "GA"', "onTime: true",
     "running: true", "level: RED", 'dueBefore: "2026-03-02T09:00:00Z"'],
)  # fmt: skip
def test_a_unit_officer_may_not_filter_by_what_is_hidden(api: Api, wanted: str):
    query = f"{{ tickets(filter: {{ {wanted} }}) {{ totalCount }} }}"
    assert _codes(api, query, OFFICER) == {"FILTER_FORBIDDEN"}


def test_a_unit_officer_may_not_order_by_what_is_hidden(api: Api):
    assert _codes(api, "{ tickets(orderBy: DUE_AT) { totalCount } }", OFFICER) == {
        "FILTER_FORBIDDEN"
    }


@pytest.mark.parametrize("who", [DUTY, GOVERNOR, ARCHIVIST], ids=lambda who: who.roles[0].value)
@pytest.mark.parametrize("wanted", ['sourceRef: "1"', "anonymous: true"])
def test_whoever_does_not_see_a_field_may_not_filter_by_it(api: Api, who: Actor, wanted: str):
    query = f"{{ tickets(filter: {{ {wanted} }}) {{ totalCount }} }}"
    assert api.ask(query, SUPERVISOR)
    assert _codes(api, query, who) == {"FILTER_FORBIDDEN"}


def test_a_wide_role_may_filter_and_order_by_what_it_sees(api: Api):
    wanted = 'leadUnit: "RS", running: true, level: RED'
    assert api.ask(f"{{ tickets(filter: {{ {wanted} }}, orderBy: DUE_AT) {{ totalCount }} }}", DUTY)


def test_what_is_hidden_from_sight_is_hidden_from_filters():
    hidden = {ask.name for ask in TICKETS.asks if ask.seen_by == sight.OTHER_UNITS}
    assert hidden == {
        "accused_unit", "lead_unit", "on_time", "first_on_time", "last_on_time", "running", "level",
        "late", "due_from", "due_before", "due_date_from", "due_date_to", "escalation_cause",
        "extensions_at_least", "urges_at_least", "reworks_at_least", "returns_at_least",
        "rungs", "once", "held_by", "loop", "reassignments_at_least",
        "first_receiver", "merged_into", "repeats", "repeated",
    }  # fmt: skip


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_no_filter_compares_a_field_with_what_its_reader_may_not_see(ledger):
    """Also those that no mark made: a condition by hand names columns, and a column its field."""
    views = {ledger.at(one.name): one.word.seen_by for one in ledger.fields if one.word}
    for ask in ledger.asks:
        roles = ledger.view.roles if ask.seen_by is None else ask.seen_by.roles
        for condition in ask.conditions.values():
            for view in (views.get(part) for part in visitors.iterate(condition)):
                assert view is None or roles <= view.roles, ask.name


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_the_order_that_nobody_asked_for_tells_of_nothing_hidden(ledger):
    assert ledger.sorts_seen_by[str(ledger.first_sort)] is None


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_what_a_unit_sees_of_a_ledger_is_kept_to_its_own_rows(ledger):
    if ledger.view.roles & sight.OF_UNITS and ledger.rows is not sight.EVERY_ROW:
        assert ledger.rows.ask in ledger.filter.__struct_fields__


def test_only_the_catalogue_shows_every_row_to_units():
    assert [ledger for ledger in LEDGERS if ledger.rows is sight.EVERY_ROW] == [ITEMS]


def test_of_the_returns_of_a_ticket_a_unit_sees_its_own(api: Api):
    matter = dispatched(api, others=("YB",))
    for order, by in ((matter.order, OFFICER), (matter.order.replace("-01", "-02"), CO_OFFICER)):
        act = ReturnWorkOrder(
            ticket_id=matter.ticket_id, order_id=order, reason="not_our_duty", explanation=TEXT
        )
        api.carry_out(act, by)
    api.settle()

    def seen(who: Actor) -> list[str]:
        query = "query ($id: ID!) { ticket(id: $id) { orderReturns { unit } } }"
        found = api.ask(query, who, id=matter.ticket_id)["ticket"]["orderReturns"]
        return sorted(one["unit"] for one in found)

    assert (seen(OFFICER), seen(CO_OFFICER), seen(HANDLER)) == (["RS"], ["YB"], ["RS", "YB"])


def test_guessing_a_ticket_tells_nothing(api: Api, scene: Scene):
    answers = [
        [error["extensions"] | {"message": error["message"]}
         for error in api.errors(query, OFFICER, v=value)]
        for query in (
            "query ($v: ID!) { ticket(id: $v) { number } }",
            "query ($v: String!) { ticket(number: $v) { number } }",
        )
        for value in (
            scene.foreign.ticket_id, scene.foreign.number, scene.bare.ticket_id, "ticket-none",
        )
    ]  # fmt: skip
    assert answers[:4] == [answers[0]] * 4
    assert answers[4:] == [answers[4]] * 4
    assert answers[0][0]["code"] == "MATTER_NOT_FOUND"


# Of what is about a ticket: a list of what somebody has in hand is about them.
OF_LISTS = {"proposeWorkHandOver", "signWorkHandOver", "withdrawWorkHandOver"}
OFFICERS_ACTS = [
    name
    for name, way in WAYS.items()
    if way.by == OFFICER and name not in CASE_WAYS and name not in OF_LISTS
]


@backends.ONCE
@pytest.mark.parametrize("name", OFFICERS_ACTS)
@pytest.mark.parametrize("version", [None, 1, 99])
def test_acting_on_a_guessed_ticket_tells_nothing(
    api: Api, scene: Scene, name: str, version: int | None
):
    way = WAYS[name]
    none = Matter("ticket-none", "BCSTEST2026999999")
    known, unknown = (
        api.act(name, OFFICER, way.filled(matter), version=version)
        for matter in (scene.foreign, none)
    )
    assert known == unknown
    assert (known["__typename"], known["code"]) == ("NotFound", "MATTER_NOT_FOUND")


@backends.ONCE
def test_acting_on_another_units_order_tells_nothing(api: Api, scene: Scene):
    ticket = {"ticketId": scene.shared.ticket_id, "progress": "x"}
    there, not_there = (
        api.act("noteProgress", CO_OFFICER, {**ticket, "orderId": order})
        for order in (scene.shared.order, f"{scene.shared.number}-77")
    )
    assert there == not_there
    assert there["code"] == "NOT_FOUND_IN_UNIT"


def test_answering_another_units_supervision_order_tells_nothing(api: Api):
    matter = dispatched(api, accused_unit="GA")
    for unit in ("GA", "RS"):
        api.carry_out(_supervision_order_for(matter, unit), SUPERVISOR)
    api.settle()
    of = {"matterId": matter.ticket_id, "answer": "x"}
    there, not_there = (
        api.act("answerMeasure", OFFICER, {**of, "measureId": measure})
        for measure in (matter.measure, f"{matter.number}-D77")
    )
    assert there == not_there
    assert there["code"] == "NOT_FOUND_IN_UNIT"


def test_a_unit_that_was_only_warned_may_answer_and_is_told_why_not(api: Api):
    matter = warned(api)
    api.settle()
    filled = {"matterId": matter.ticket_id, "measureId": "none", "answer": "x"}
    assert api.act("answerMeasure", OFFICER, filled)["code"] == "NOT_FOUND_IN_UNIT"


def test_a_mutation_shows_its_actor_what_they_may_see(api: Api):
    matter = dispatched(api)
    api.settle()
    answer = "... on TicketActDone { ticket { queryCode reporter { name } workOrders { unit } } }"
    filled = {"ticketId": matter.ticket_id, "orderId": matter.order}
    seen = api.act("signInWorkOrder", OFFICER, filled, answer=answer)["ticket"]
    assert seen == {"queryCode": None, "reporter": None, "workOrders": [{"unit": "RS"}]}


def test_a_window_clerk_sees_the_timeline_without_what_was_written(api: Api):
    matter = signed_in(api)
    api.settle()
    seen = api.ask(EVERYTHING, CLERK, id=matter.ticket_id)["ticket"]
    assert seen["reporter"]["name"].startswith("张*")
    assert len(seen["timeline"]) == 5
    assert all(entry["term"] for entry in seen["timeline"])
    assert {entry[part] for entry in seen["timeline"] for part in ("why", "details", "requestId")} \
        == {None}  # fmt: skip


VIEWS = {
    **{f"{lower_camel(ledger.name)} {{ totalCount }}": ledger.view for ledger in LEDGERS},
    **{
        f"{lower_camel(report.name)}({ONE_DAY}) {{ __typename }}": report.view for report in REPORTS
    },
    "units { code }": sight.UNITS,
    "staff { staffId }": sight.STAFF,
    "vocabulary { ruleBook }": sight.VOCABULARY,
    "ruleBooks { version }": sight.VOCABULARY,
    "ruleBook { version }": sight.VOCABULARY,
    """ruleBookPreview(text: "version = 't'\\nbasis = 'b'") { version }""": (
        sight.RULEBOOK_PREVIEW
    ),
}


@backends.ONCE
@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.roles[0].value)
def test_each_view_is_for_its_roles(api: Api, who: Actor):
    for asked, view in VIEWS.items():
        query = f"{{ {asked} }}"
        if who.may(*view.roles):
            assert api.ask(query, who)
        else:
            (error,) = api.errors(query, who)
            assert error["extensions"]["code"] == "VIEW_FORBIDDEN"
            assert view.term in error["message"]


def test_the_roles_are_those_that_were_agreed():
    auditors = {Role.HANDLER, Role.VERIFIER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR}
    assert auditors == TRAIL.view.roles - sight.OF_UNITS == sight.AUDIT_BODY.roles
    assert sight.REASONS.roles == TRAIL.view.roles == auditors | sight.OF_UNITS
    for view in (sight.REPORTER, sight.SOURCE, sight.QUERY_CODE):
        assert view.roles == auditors | {Role.WINDOW_CLERK}
    assert {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.ARCHIVIST} <= sight.APPLICANT.roles
    assert not sight.OF_UNITS & sight.APPLICANT.roles
    for ledger in (TICKETS, CASES):
        assert Role.ADMINISTRATOR not in ledger.view.roles


def test_the_administrator_sees_no_ticket(api: Api, scene: Scene):
    assert _codes(api, EVERYTHING, ADMIN, id=scene.shared.ticket_id) == {"VIEW_FORBIDDEN"}


@pytest.mark.parametrize("who", [HANDLER, VERIFIER, SUPERVISOR, EFFICIENCY, CLERK],
                         ids=lambda who: who.id)  # fmt: skip
def test_no_clear_value_of_a_person_ever_leaves(api: Api, who: Actor):
    matter = resolved(api)
    api.settle()
    text = json.dumps(api.ask(EVERYTHING, who, id=matter.ticket_id), ensure_ascii=False)
    assert "138****8000" in text
    assert not [value for value in CLEAR if value in text]
