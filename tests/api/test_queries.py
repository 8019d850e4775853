"""Ledgers over the API: pages, filters, orders, totals, and words for every code."""

from datetime import UTC, datetime

import pytest

from bancheng.domain.complaint.terms import Status
from bancheng.graphql.enums import VOCABULARIES
from support import backends
from support.api_acts import analysed, dispatched, reported, signed_in, warned
from support.api_client import EFFICIENCY, Api, served
from support.given import ADMIN, CLERK, HANDLER, OFFICER, VERIFIER

PAGE = """
query ($filter: TicketFilterInput, $order: TicketSort, $down: Boolean, $first: Int, $after: String,
       $last: Int, $before: String) {
  tickets(filter: $filter, orderBy: $order, descending: $down, first: $first, after: $after,
          last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { ticketId number status reportedAt } }
  }
}
"""


def _ids(page: dict) -> list[str]:
    return [edge["node"]["ticketId"] for edge in page["edges"]]


def _case(api: Api, how_many: int, case_id: str) -> list[str]:
    made = [reported(api, source_ref=case_id).ticket_id for _ in range(how_many)]
    api.settle()
    return made


@pytest.mark.parametrize("order", ["REPORTED_AT", "NUMBER", "DUE_AT"])
@pytest.mark.parametrize("down", [True, False])
def test_pages_neither_skip_nor_repeat(api: Api, order: str, *, down: bool):
    made = _case(api, 5, f"case-{order}-{down}")
    asked = {"filter": {"sourceRef": f"case-{order}-{down}"}, "order": order, "down": down}
    forth, after = [], None
    while True:
        page = api.ask(PAGE, HANDLER, **asked, first=2, after=after)["tickets"]
        assert page["totalCount"] == 5
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        forth += _ids(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sorted(forth) == sorted(made)
    page = api.ask(PAGE, HANDLER, **asked, last=2)["tickets"]
    before = page["pageInfo"]["startCursor"]
    back = _ids(api.ask(PAGE, HANDLER, **asked, last=9, before=before)["tickets"]) + _ids(page)
    assert back == forth


def test_without_a_size_a_page_has_twenty(api: Api):
    _case(api, 21, "many")
    page = api.ask(PAGE, HANDLER, filter={"sourceRef": "many"})["tickets"]
    assert (len(page["edges"]), page["totalCount"]) == (20, 21)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"first": 0}, "PAGE_SIZE_OUT_OF_RANGE"),
        ({"first": 201}, "PAGE_SIZE_OUT_OF_RANGE"),
        ({"first": -1}, "PAGE_SIZE_OUT_OF_RANGE"),
        ({"first": 1, "last": 1}, "PAGE_AMBIGUOUS"),
        ({"first": 1, "before": "x"}, "PAGE_AMBIGUOUS"),
        ({"first": 1, "after": "x"}, "CURSOR_INVALID"),
        ({"filter": {"text": "长" * 101}}, "TEXT_OUT_OF_RANGE"),
        ({"filter": {"statuses": ["CLOSED"] * 51}}, "FILTER_TOO_LONG"),
        ({"filter": {"reportedFrom": "2026-03-02T09:00:00"}}, "FIELD_INVALID"),
    ],
)
def test_what_can_not_be_listed_is_coded(api: Api, asked: dict, code: str):
    (error,) = api.errors(PAGE, HANDLER, **asked)
    assert error["extensions"]["code"] == code
    assert error["extensions"]["kind"] == "invalid_input"


def test_a_cursor_of_another_order_is_refused(api: Api):
    _case(api, 1, "cursor")
    page = api.ask(PAGE, HANDLER, first=1, order="NUMBER")["tickets"]
    cursor = page["pageInfo"]["endCursor"]
    (error,) = api.errors(PAGE, HANDLER, first=1, after=cursor, order="REPORTED_AT")
    assert error["extensions"]["code"] == "CURSOR_INVALID"


def test_filters_hold_together(api: Api):
    one, two = reported(api, source_ref="both"), analysed(api, source_ref="both")
    api.settle()
    for wanted, found in [
        ({"statuses": ["REPORTED"]}, {one}), ({"statuses": ["REPORTED", "ANALYSED"]}, {one, two}),
        ({"cause": "delay"}, {two}), ({"anonymous": True}, set()), ({"text": "社保"}, {one, two}),
        ({"text": one.number}, {one}), ({"text": "%"}, set()), ({"step": "DISPATCH"}, {two}),
        ({"reportedFrom": "2026-03-02T09:00:00+08:00"}, {one, two}),
        ({"reportedBefore": "2026-03-02T01:00:00Z"}, set()), ({"channel": "PHONE"}, set()),
    ]:  # fmt: skip
        page = api.ask(PAGE, HANDLER, filter={"sourceRef": "both", **wanted})["tickets"]
        assert set(_ids(page)) == {matter.ticket_id for matter in found}, wanted


def test_a_ticket_is_found_by_its_number_or_its_id(api: Api):
    matter = reported(api)
    api.settle()
    by_id = api.ask("query ($id: ID!) { ticket(id: $id) { number } }", CLERK, id=matter.ticket_id)
    by_number = api.ask(
        "query ($n: String!) { ticket(number: $n) { ticketId } }", CLERK, n=matter.number
    )
    assert by_id["ticket"]["number"] == matter.number
    assert by_number["ticket"]["ticketId"] == matter.ticket_id


@pytest.mark.parametrize(
    ("arguments", "code"),
    [('(id: "ticket-none")', "MATTER_NOT_FOUND"), ('(number: "none")', "MATTER_NOT_FOUND"),
     ('(id: "a", number: "b")', "MATTER_UNNAMED"), ("", "MATTER_UNNAMED")],
)  # fmt: skip
def test_a_ticket_that_is_not_there_is_not_found(api: Api, arguments: str, code: str):
    (error,) = api.errors(f"{{ ticket{arguments} {{ number }} }}", HANDLER)
    assert error["extensions"]["code"] == code


def test_work_orders_are_listed_with_their_ticket(api: Api):
    matter = dispatched(api, others=("YB",))
    api.settle()
    query = """query ($t: String!) { workOrders(filter: {ticketId: $t}, orderBy: NUMBER,
      descending: false) { totalCount edges { node {
        orderId unit unitName lead statusLabel ticketSubject ticket { number } } } } }"""
    page = api.ask(query, HANDLER, t=matter.ticket_id)["workOrders"]
    assert page["totalCount"] == 2
    assert [edge["node"]["unit"] for edge in page["edges"]] == ["RS", "YB"]
    first = page["edges"][0]["node"]
    assert (first["orderId"], first["unitName"], first["lead"]) == (matter.order, "RS单位", True)
    assert first["ticket"]["number"] == matter.number


def test_the_board_tells_the_level_of_the_instant_it_is_asked_at():
    query = """query ($t: String!, $l: WarningLevel) {
      deadlines(filter: {matterId: $t, kinds: [RESOLVE], level: $l}) {
        edges { node { level levelLabel dueDate state matter { number } } } } }"""
    with backends.fresh("sqlite") as url, served(url) as api:
        matter = dispatched(api)
        api.settle()
        said = []
        for days in (0, 4, 7, 9):
            api.clock.advance(days=days)
            (edge,) = api.ask(query, EFFICIENCY, t=matter.ticket_id)["deadlines"]["edges"]
            said.append(edge["node"]["levelLabel"])
            level = edge["node"]["level"]
            same = api.ask(query, EFFICIENCY, t=matter.ticket_id, l=level)["deadlines"]["edges"]
            assert len(same) == 1
        assert said[0] == "正常"
        assert said[-1] == "红牌"
        assert edge["node"]["matter"]["number"] == matter.number


def test_the_trail_is_listed_by_stream_actor_unit_act_and_time(api: Api):
    matter = signed_in(api)
    api.settle()
    query = """query ($f: AuditEntryFilterInput) { auditTrail(filter: $f, first: 50) { totalCount
      edges { node { act actorId actorUnit occurredAt matterNumber position } } } }"""

    def acts(**wanted) -> list[str]:
        page = api.ask(query, VERIFIER, f={"streamId": matter.ticket_id, **wanted})["auditTrail"]
        assert page["totalCount"] == len(page["edges"])
        return [edge["node"]["act"] for edge in page["edges"]]

    everything = ["ReportTicket", "AcceptTicket", "AnalyseCause", "DispatchWorkOrders",
                  "SignInWorkOrder"]  # fmt: skip
    assert acts() == everything
    assert acts(actorIds=["o1"]) == ["SignInWorkOrder"]
    assert acts(actorUnits=["RS"]) == ["SignInWorkOrder"]
    assert acts(acts=["AcceptTicket", "AnalyseCause"]) == ["AcceptTicket", "AnalyseCause"]
    assert acts(matterNumber=matter.number) == everything
    assert acts(occurredBefore=datetime(2026, 1, 1, tzinfo=UTC).isoformat()) == []


def test_units_and_staff_are_listed(api: Api):
    data = api.ask("{ units { code name closed } staff { staffId unit roles rolesLabel } }", ADMIN)
    assert {"code": "RS", "name": "RS单位", "closed": False} in data["units"]
    member = next(one for one in data["staff"] if one["staffId"] == "v1")
    assert member == {"staffId": "v1", "unit": "HALL", "roles": ["VERIFIER"],
                      "rolesLabel": "核查员"}  # fmt: skip


def test_the_vocabulary_has_a_word_for_every_code(api: Api):
    query = """{ vocabulary { ruleBook ruleVersion enums { name label entries { code label } }
                 terms { kind kindLabel code label group } } }"""
    found = api.ask(query, OFFICER)["vocabulary"]
    by_name = {one["name"]: one for one in found["enums"]}
    assert len(by_name) == len(VOCABULARIES)
    assert {entry["code"]: entry["label"] for entry in by_name["TicketStatus"]["entries"]} == {
        status.name: status.label for status in Status
    }
    assert {term["kind"] for term in found["terms"]} == {
        "causes", "complexities", "exclusions", "diversions", "returnReasons", "disclosures",
        "searches", "erasures", "supervisionGrounds",
    }  # fmt: skip
    assert any(term["label"] == "拖延办理、超期未办" for term in found["terms"])


def test_a_supervision_order_is_on_the_board(api: Api):
    matter = warned(api)
    api.settle()
    query = """query ($t: String!) { deadlines(filter: {matterId: $t, kinds: [FEEDBACK]}) {
      edges { node { measureId unit kindLabel } } } }"""
    (edge,) = api.ask(query, EFFICIENCY, t=matter.ticket_id)["deadlines"]["edges"]
    assert edge["node"] == {
        "measureId": matter.measure,
        "unit": "RS",
        "kindLabel": "督办反馈",
    }
