"""Where an act was done is what the client tells, kept and shown; what it does not tell is not."""

from datetime import timedelta

import pytest

from bancheng.graphql.schema import schema
from support import backends
from support.api_acts import WAYS
from support.api_client import TICKET_ANSWER, Api
from support.given import CLERK, SUPERVISOR

pytestmark = backends.ONCE

WAY = WAYS["reportTicket"]
COUNTER = {"channel": "WINDOW", "window": "A03", "terminal": "A03-2"}
TIMELINE = """query ($id: ID!) { ticket(id: $id) {
    channel timeline { channel channelLabel window terminal } } }"""
TRAIL = """query ($filter: AuditEntryFilterInput) { auditTrail(filter: $filter, first: 9) {
    edges { node { streamId } } } }"""


def reported(api: Api, place: dict | None, **changed):
    filled = WAY.filled(WAY.given(api)) | changed
    return api.act("reportTicket", CLERK, filled, place=place, answer=TICKET_ANSWER)


def shown(api: Api, place: dict | None, **changed) -> dict:
    return api.ask(TIMELINE, CLERK, id=reported(api, place, **changed)["ticketId"])["ticket"]


def test_the_trail_shows_where_an_act_was_done(api: Api):
    (entry,) = shown(api, COUNTER)["timeline"]
    assert entry == COUNTER | {"channelLabel": "窗口"}


def test_window_and_terminal_may_be_left_out(api: Api):
    (entry,) = shown(api, {"channel": "PHONE"})["timeline"]
    assert (entry["channel"], entry["window"], entry["terminal"]) == ("PHONE", None, None)


@pytest.mark.parametrize("place", [None, {"channel": "UNSTATED"}])
def test_where_an_act_was_done_is_not_made_up(api: Api, place):
    (entry,) = shown(api, place)["timeline"]
    assert (entry["channelLabel"], entry["window"], entry["terminal"]) == ("未说明", None, None)


def test_how_a_matter_reached_the_hall_is_another_thing(api: Api):
    ticket = shown(api, COUNTER, channel="HOTLINE_12345")
    assert (ticket["channel"], ticket["timeline"][0]["channel"]) == ("HOTLINE_12345", "WINDOW")


@pytest.mark.parametrize(
    ("place", "field", "code"),
    [
        (COUNTER | {"window": ""}, "place.window", "FIELD_INVALID"),
        (COUNTER | {"window": " \u3000"}, "place.window", "FIELD_EMPTY"),
        (COUNTER | {"terminal": "\u200b"}, "place.terminal", "FIELD_EMPTY"),
        (COUNTER | {"window": "长" * 41}, "place.window", "FIELD_INVALID"),
        (COUNTER | {"terminal": "x" * 61}, "place.terminal", "FIELD_INVALID"),
        ({"channel": "SYSTEM"}, "place.channel", "CHANNEL_RESERVED"),
        ({"channel": "IMPORT"}, "place.channel", "CHANNEL_RESERVED"),
        ({"channel": "CONSOLE"}, "place.channel", "CHANNEL_RESERVED"),
    ],
)
def test_a_place_that_can_not_be_is_refused_and_names_its_field(api: Api, place, field, code):
    filled = WAY.filled(WAY.given(api))
    api.token(CLERK)  # now and not later, for that is an act too
    head = api.hall.store.head()
    refused = api.act("reportTicket", CLERK, filled, place=place)
    assert (refused["__typename"], refused["field"], refused["code"]) == (
        "InvalidInput", field, code,
    )  # fmt: skip
    assert api.hall.store.head() == head


@backends.EACH
@pytest.mark.parametrize("asked", [{"windows": ["B07"]}, {"terminal": "B07-1"}])
def test_the_trail_is_asked_by_window_and_terminal(api: Api, asked):
    there = reported(api, {"channel": "WINDOW", "window": "B07", "terminal": "B07-1"})
    reported(api, COUNTER)
    edges = api.ask(TRAIL, SUPERVISOR, filter=asked)["auditTrail"]["edges"]
    assert there["ticketId"] in [edge["node"]["streamId"] for edge in edges]
    assert len(edges) < len(api.ask(TRAIL, SUPERVISOR)["auditTrail"]["edges"])


def test_every_act_can_tell_where_it_is_done():
    acts = schema._schema.mutation_type.fields
    # Whoever rates by a code sits at no place of the hall.
    told = {"place", "occurredAt"}
    assert {name for name, act in acts.items() if not told <= act.args.keys()} == {"rateByCode"}


def test_d23_an_act_is_told_as_of_when_it_happened_and_the_trail_says_so(api: Api):
    api.settle()
    at = api.clock.now() - timedelta(hours=3)
    query = """mutation ($i: ReportTicketInput!, $at: DateTime) {
      reportTicket(input: $i, key: "backdated", occurredAt: $at) {
        ... on TicketActDone { ticketId } ... on Rejection { code field } } }"""
    way = WAYS["reportTicket"]
    filled = way.filled(way.given(api))
    late = (at + timedelta(hours=4)).isoformat()
    refused = api.ask(query, CLERK, i=filled, at=late)["reportTicket"]
    assert refused == {"code": "OCCURRED_TIME_IMPOSSIBLE", "field": "occurredAt"}
    naive = api.ask(query, CLERK, i=filled, at="2026-03-02T09:00:00")["reportTicket"]
    assert naive == {"code": "FIELD_INVALID", "field": "occurredAt"}
    ticket = api.ask(query, CLERK, i=filled, at=at.isoformat())["reportTicket"]["ticketId"]
    api.settle()
    trail = """query ($f: AuditEntryFilterInput) { auditTrail(filter: $f, first: 5) { edges { node {
      streamId backdated occurredAt recordedAt } } } }"""
    (edge,) = api.ask(trail, SUPERVISOR, f={"streamId": ticket, "backdated": True})["auditTrail"][
        "edges"
    ]
    assert edge["node"]["occurredAt"] < edge["node"]["recordedAt"]
    assert edge["node"]["backdated"] is True
