"""Whoever saw something of a matter stands in the access log, with the matter, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from bancheng.app.accesses import MATTERS
from bancheng.domain.case.history import PastCaseHeader, RecordPastStep
from bancheng.domain.case.supervise import RecordFinding, ReviewApproval
from bancheng.domain.complaint.checks import RecordTicketFinding
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.graphql.schema import schema_text
from bancheng.graphql.types import shown
from support import backends, case_api_acts
from support.accesses import head, recorded, since
from support.api_acts import (
    CLEAR,
    REPORT,
    TEXT,
    WAYS,
    appealed,
    called_back,
    dispatched,
    inquired,
    officer_recused,
    reported,
    returned,
    warned,
)
from support.api_client import EFFICIENCY, Api, served
from support.given import ADMIN, CLERK, HANDLER, HEAD, OFFICER, ROBOT, SUPERVISOR

pytestmark = backends.ONCE
SCHEMA = build_schema(schema_text())
IDS = ("matterId", "ticketId", "caseId", "pastCaseId", "assistanceId", "incidentId", "streamId")
NAMED = {
    name: [one for one in IDS if one in kind.fields]
    for name, kind in SCHEMA.type_map.items()
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
}
# What leaves rows in ledgers in which the matters above have none.
DONE = (
    "discloseReporter", "answerReporter", "gatherMatter", "registerIncident", "conveneMeeting",
    "linkTickets",
)  # fmt: skip
HOLIDAY = """
version = "2026-加放"
source = "本市通知"
[days]
2026-03-04 = {kind = "day_off", name = "加放一天"}
"""
# What shows matters and is no ledger: how it is asked, and where the ids stand in the answer.
ONE_BY_ONE = {
    "ticket": "query ($id: ID!) { ticket(id: $id) { ticketId } }",
    "case": "query ($id: ID!) { case(id: $id) { caseId } }",
    "explain": "query ($id: ID!) { explain(matterId: $id) { subject } }",
    "releaseProposal": "query ($id: ID!) { releaseProposal(ticketId: $id) { text } }",
    "dispatchAdvice": "query ($id: ID!) { dispatchAdvice(ticketId: $id) { cautions } }",
    "calendarPreview": """
        query ($id: String!) { calendarPreview(text: $id) { limits { matterId } } }
    """,
}


def reached(field: Any) -> set[str]:
    """The types to which ``field`` leads."""
    found: set[str] = set()
    waiting = [get_named_type(field.type)]
    while waiting:
        kind = waiting.pop()
        if kind.name not in found:
            found.add(kind.name)
            waiting += getattr(kind, "types", ()) if isinstance(kind, GraphQLUnionType) else ()
            if isinstance(kind, GraphQLInterfaceType):
                waiting += SCHEMA.get_implementations(kind).objects
            waiting += [get_named_type(one.type) for one in getattr(kind, "fields", {}).values()]
    return found


def shows_matters(root: str) -> Iterator[str]:
    for name, field in SCHEMA.type_map[root].fields.items():
        if any(NAMED.get(one) for one in reached(field)):
            yield name


# What is recorded of them: tests/api/test_person_search.py, tests/api/test_likely_repeats.py
SEARCHED = {"personSearch", "likelyRepeats"}
LOG = {"accesses"}  # who reads it reads of matters, and sees none: tests/api/test_accesses.py
PAST = {"asOf", "comparison"}  # lead to the ledgers as they were
LEDGERS = sorted(set(shows_matters("Query")) - ONE_BY_ONE.keys() - SEARCHED - LOG - PAST)


def node_of(ledger: str) -> GraphQLObjectType:
    edges = get_named_type(SCHEMA.query_type.fields[ledger].type).fields["edges"]
    return get_named_type(get_named_type(edges.type).fields["node"].type)


class Seen:
    """What was recorded since."""

    def __init__(self, api: Api) -> None:
        self._api, self._before = api, head(api.hall)

    def all(self, *kinds: str) -> list[dict[str, Any]]:
        return since(self._api.hall, self._before, *kinds)

    def one(self) -> dict[str, Any]:
        (one,) = self.all()
        return one


@pytest.fixture(scope="module")
def filled(api: Api) -> Api:
    """A hall in which every ledger has a row."""
    for given in (
        appealed, returned, warned, called_back, inquired, officer_recused, case_api_acts.rated,
    ):  # fmt: skip
        given(api)
    granted = case_api_acts.delivered(api)
    looked = ReviewApproval(case_id=granted.case_id, passed=True, conclusion=TEXT)
    api.carry_out(looked, HEAD)
    case_api_acts.refusal_reported(api)
    for name in DONE:
        way = WAYS[name]
        assert api.act(name, way.by, way.filled(way.given(api)))["__typename"].endswith("Done")
    found = {"finding_id": "f1", "rule": CheckRule.RECORDED_LATE, "basis": "依据", "detail": "情况"}
    ticket = dispatched(api)
    api.carry_out(RecordTicketFinding(ticket_id=ticket.ticket_id, **found), ROBOT)
    case = case_api_acts.accepted(api)
    api.carry_out(RecordFinding(case_id=case.case_id, **found), ROBOT)
    past = PastCaseHeader(source_system="views", external_id="B-1")
    api.carry_out(RecordPastStep(case=past, activity="收件"), EFFICIENCY)
    while api.hall.noticing.go_on():
        pass
    api.settle()
    return api


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_page_of_a_ledger_is_one_record_with_every_matter_on_it(filled: Api, ledger: str):
    # The case that a ticket is about is named in its row, and not shown; so is who helps.
    only_named = {"tickets": {"caseId"}, "gatherings": {"assistanceId"}}.get(ledger, set())
    named = set(NAMED[node_of(ledger).name]) - only_named
    seen, ids = Seen(filled), " ".join(sorted(named))
    query = f"{{ {ledger}(first: 200) {{ edges {{ node {{ {ids} }} }} }} }}"
    edges = filled.ask(query, SUPERVISOR)[ledger]["edges"]
    one = seen.one()
    shown_ids = {value for edge in edges for value in edge["node"].values() if value}
    assert set(one["matters"]) == {it for it in shown_ids if it.startswith(MATTERS)}
    assert one["matters"]
    assert (one["kind"], one["staff_id"], one["what"]) == ("VIEWED", SUPERVISOR.id, ledger)
    assert one["count"] == len(edges)
    assert msgspec.json.decode(one["asked_for"])[ledger]["first"] == 200


def test_who_looks_at_the_past_has_looked(filled: Api):
    seen = Seen(filled)
    query = """query ($at: DateTime!) { asOf(at: $at) {
      tickets(first: 200) { edges { node { ticketId } } } } }"""
    at = (filled.clock.now() - timedelta(microseconds=1)).isoformat()
    edges = filled.ask(query, SUPERVISOR, at=at)["asOf"]["tickets"]["edges"]
    one = seen.one()
    assert (one["kind"], one["staff_id"], one["what"]) == ("VIEWED", SUPERVISOR.id, "asOf")
    assert set(one["matters"]) == {edge["node"]["ticketId"] for edge in edges} != set()


def test_what_shows_a_matter_and_is_no_ledger_is_known_here():
    assert set(shows_matters("Query")) >= ONE_BY_ONE.keys() - {"explain", "releaseProposal"}
    assert all(
        "edges" in get_named_type(SCHEMA.query_type.fields[one].type).fields for one in LEDGERS
    )
    assert list(shows_matters("Subscription")) == ["warnings"]


def test_what_is_asked_about_one_matter_is_known_here():
    """Its answer may name no matter at all, and tell of one."""
    asked = {
        name for name, field in SCHEMA.query_type.fields.items()
        if field.args.keys() & {"matterId", "ticketId", "caseId"}
    }  # fmt: skip
    assert asked - SEARCHED == {
        "dispatchAdvice", "explain", "releaseProposal"
    } <= ONE_BY_ONE.keys()  # fmt: skip


def test_a_type_that_names_a_matter_is_made_of_a_row_or_known_here():
    """A row is seen where it is shown; what is made by hand has to say so itself."""
    of_rows = {
        kind.__strawberry_definition__.name
        for row, kind in shown._TYPES.items()
        if row in shown._MATTERS
    }
    by_hand = {name for name, ids in NAMED.items() if ids} - of_rows
    # What an act answers names what it was done on; the matter itself hangs on it as a row.
    assert by_hand == {
        "AccessedMatter",
        "ChangedRow",
        "Matter",
        "LimitMove",
        "AssistanceActDone",
        "IncidentActDone",
        "TicketActDone",
        "CaseActDone",
        # Whatever the client named, also what is not there.
        "TicketBulkOutcome",
        "CaseBulkOutcome",
        "MatterBulkOutcome",
        "FileBulkOutcome",
    }


@pytest.mark.parametrize("name", ["ticket", "explain", "releaseProposal", "dispatchAdvice"])
def test_one_matter_is_one_record(filled: Api, name: str):
    ticket_id = dispatched(filled).ticket_id
    filled.settle()
    seen = Seen(filled)
    assert filled.ask(ONE_BY_ONE[name], HANDLER, id=ticket_id)[name]
    one = seen.one()
    assert (one["kind"], one["what"], one["matters"]) == ("VIEWED", name, [ticket_id])
    assert (one["count"], one["asked_for"], one["refused"]) == (None, None, None)


def test_a_case_is_one_record(filled: Api):
    case_id = case_api_acts.accepted(filled).case_id
    filled.settle()
    seen = Seen(filled)
    assert filled.ask(ONE_BY_ONE["case"], CLERK, id=case_id)["case"]
    assert (seen.one()["what"], seen.one()["matters"]) == ("case", [case_id])


def test_the_limits_of_a_preview_are_matters_that_were_seen(filled: Api):
    dispatched(filled)
    filled.settle()
    seen = Seen(filled)
    found = filled.ask(ONE_BY_ONE["calendarPreview"], EFFICIENCY, id=HOLIDAY)["calendarPreview"]
    assert found["limits"]
    assert seen.one()["matters"] == sorted({one["matterId"] for one in found["limits"]})


def test_what_hangs_on_a_row_was_seen_as_well(filled: Api):
    case_id = case_api_acts.accepted(filled).case_id
    ticket_id = reported(filled, case_id=case_id).ticket_id
    filled.settle()
    seen = Seen(filled)
    query = "query ($id: ID!) { mine: ticket(id: $id) { case { number } } me { name } }"
    filled.ask(query, HANDLER, id=ticket_id)
    assert (seen.one()["what"], seen.one()["matters"]) == (
        "ticket,me",
        sorted([case_id, ticket_id]),
    )


def test_who_only_counts_saw_no_matter_but_asked_for_them(filled: Api):
    seen = Seen(filled)
    filled.ask('{ tickets(filter: {leadUnit: "RS"}) { totalCount } }', HANDLER)
    one = seen.one()
    assert (one["matters"], one["count"], one["what"]) == ([], 0, "tickets")
    assert msgspec.json.decode(one["asked_for"])["tickets"]["filter"] == {"leadUnit": "RS"}


def test_what_shows_no_matter_leaves_no_record(filled: Api):
    seen = Seen(filled)
    items = "{ serviceItems { edges { node { code } } } }"
    for query in ("{ me { name } }", "{ units { name } }", "{ vocabulary { ruleBook } }", items):
        filled.ask(query, HANDLER)
    assert filled.errors("query ($id: ID!) { ticket(id: $id) { number } }", HANDLER, id="ticket-0")
    assert filled.errors("{ tickets(first: 0) { totalCount } }", HANDLER)
    assert seen.all() == []


def test_a_text_that_was_searched_for_is_told_by_its_length_alone(filled: Api):
    seen = Seen(filled)
    chosen = (
        '{text: "欧阳张三", sourceRef: "Smith", leadUnit: "RS", late: false, statuses: [ACCEPTED]}'
    )
    filled.ask(f"{{ tickets(filter: {chosen}, orderBy: DUE_AT) {{ totalCount }} }}", SUPERVISOR)
    asked = msgspec.json.decode(seen.one()["asked_for"])["tickets"]
    assert asked == {
        "filter": {"text": "〔4字〕", "sourceRef": "〔5字〕", "leadUnit": "RS", "late": False,
                   "statuses": ["ACCEPTED"]},
        "orderBy": "DUE_AT", "descending": True, "first": 20,
    }  # fmt: skip


def test_each_page_of_one_answer_is_told_by_its_name_in_it(filled: Api):
    seen = Seen(filled)
    page = "edges { node { ticketId } } pageInfo { endCursor }"
    first = filled.ask(f"{{ a: tickets(first: 1) {{ {page} }} }}", SUPERVISOR)["a"]
    after = f'after: "{first["pageInfo"]["endCursor"]}"'
    filled.ask(
        f"{{ a: tickets(first: 1, {after}) {{ {page} }} b: tickets(last: 2) {{ {page} }} }}",
        SUPERVISOR,
    )
    one = seen.all()[1]
    assert (one["count"], one["what"]) == (3, "tickets")
    assert msgspec.json.decode(one["asked_for"]) == {
        "a": {
            "filter": {},
            "orderBy": "REPORTED_AT",
            "descending": True,
            "first": 1,
            "goesOn": True,
        },
        "b": {"filter": {}, "orderBy": "REPORTED_AT", "descending": True, "last": 2},
    }


def test_an_act_whose_answer_shows_the_matter_is_a_look_too_and_another_is_none(filled: Api):
    ticket_id = reported(filled).ticket_id
    seen = Seen(filled)
    shows = "... on TicketActDone { ticket { statusLabel } }"
    filled.act("acceptTicket", HANDLER, {"ticketId": ticket_id}, answer=shows)
    one = seen.one()
    assert (one["kind"], one["what"], one["matters"]) == ("VIEWED", "acceptTicket", [ticket_id])
    filled.act("reportTicket", CLERK, REPORT)
    assert len(seen.all()) == 1


def test_an_opening_points_to_its_event_and_says_for_what(filled: Api):
    way = WAYS["discloseReporter"]
    said = way.filled(way.given(filled))
    seen = Seen(filled)
    place = {"channel": "WINDOW", "window": "W01", "terminal": "T-1"}
    done = filled.act("discloseReporter", way.by, said, key="opened", place=place)
    again = filled.act("discloseReporter", way.by, said, key="opened", place=place)
    first, second = seen.all("DISCLOSED")
    assert (first["event_position"], second["event_position"]) == (
        done["position"],
        again["position"],
    )
    assert (first["matters"], first["purpose"]) == ([said["ticketId"]], said["purpose"])
    assert (first["window"], first["terminal"]) == ("W01", "T-1")
    assert msgspec.json.decode(first["asked_for"]) == {"fields": ["name", "phone"]}


def test_what_ends_credentials_and_what_changes_the_office_is_found_among_the_looks(filled: Api):
    seen = Seen(filled)
    unit = {"code": "XF", "name": "信访局"}
    done = filled.act("registerUnit", ADMIN, unit, key="unit-xf")
    filled.act("registerUnit", ADMIN, unit, key="unit-xf")
    filled.act("revokeCredentials", ADMIN, {"staffId": OFFICER.id})
    told = [(one["kind"], one["what"], one["staff_id"]) for one in seen.all()]
    assert told == [
        ("CONFIGURED", "registerUnit", ADMIN.id), ("REVOKED", "revokeCredentials", ADMIN.id),
    ]  # fmt: skip
    assert seen.all()[0]["event_position"] == done["position"]
    filled.tokens.pop(OFFICER.id, None)


def test_no_clear_value_is_ever_in_the_log(filled: Api):
    way = WAYS["discloseReporter"]
    said = way.filled(way.given(filled))
    answer = "... on TicketActDone { opened { value } ticket { reporter { name } subject } }"
    opened = filled.act("discloseReporter", way.by, said, answer=answer)["opened"]
    assert CLEAR[0] in {one["value"] for one in opened}
    filled.post(f'{{ tickets(filter: {{text: "{CLEAR[1]}"}}) {{ totalCount }} }}', by=HANDLER)
    filled.post(f'{{ ticket(number: "{CLEAR[2]}") {{ number }} }}', by=OFFICER)
    filled.act("acceptTicket", CLERK, {"ticketId": CLEAR[0]})
    log = str(recorded(filled.hall))
    assert [one for one in CLEAR if one in log] == []


def test_who_can_not_be_recorded_sees_nothing(backend: str):
    with backends.fresh(backend) as url, served(url) as own:
        ticket_id = reported(own).ticket_id
        own.settle()
        token = own.token(HANDLER)
        own.hall.accesses.close()
        answer = own.client.post(
            "/graphql",
            json={"query": f'{{ ticket(id: "{ticket_id}") {{ number }} }}'},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 500
        assert answer.json()["data"] is None
