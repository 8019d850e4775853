"""What the API says of time: warnings, explanations of dates, and how long a citizen has waited."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from graphql import parse

from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.suspend import ResumeWorkOrder
from bancheng.graphql import limits
from bancheng.graphql.limits import measured
from bancheng.graphql.types.citizen_wait import waited
from bancheng.infra.calendars import national_calendar
from support.api_acts import (
    CLEAR,
    TEXT,
    accepted,
    appealed,
    asked_for_more_time,
    carded,
    closed,
    dispatched,
    resolved,
    suspended,
)
from support.api_client import EFFICIENCY, Api
from support.given import ADMIN, CLERK, CO_OFFICER, HANDLER, OFFICER, SUPERVISOR

WARNINGS = """query ($f: WarningFilterInput, $first: Int, $after: String) {
  warnings(filter: $f, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
    edges { node { warningId kind kindLabel level levelLabel unit unitName state stateLabel late
      lateStepLabel cycle answer appealGround ruling position matter { number } } } } }"""
EXPLAIN = """query ($t: ID!, $s: String) { explain(matterId: $t, subject: $s) {
  kind kindLabel subject unit unitName run cycle state stateLabel raised
  decisions { term eventId decidedAt limitId limit basis ruleVersion calendarVersion provisional
    startedAt dueAt dueDate extension extensionBasis lines plan { level levelLabel at basis }
    intervals { since until counted days minutes reason event } }
  verdicts { dueAt finishedAt onTime limitUnit limitUnitLabel used remaining overdue usedMinutes
    remainingMinutes overdueMinutes ruleVersion calendarVersion lines
    intervals { since until counted days minutes reason event } } } }"""


def _found(api: Api, by, **wanted) -> list[dict]:
    page = api.ask(WARNINGS, by, f=wanted)["warnings"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


def test_a_warning_is_listed_with_words_and_leads_to_its_matter(api: Api):
    matter = carded(api)
    api.settle()
    (card,) = _found(api, SUPERVISOR, matterId=matter.ticket_id)
    assert card["warningId"] == matter.warning
    assert (card["kindLabel"], card["levelLabel"], card["stateLabel"]) == ("签收", "红牌", "已发")
    assert (card["unitName"], card["lateStepLabel"]) == ("RS单位", "派发工单")
    assert card["matter"]["number"] == matter.number
    assert card["late"] is True


@pytest.mark.parametrize(
    ("wanted", "found"),
    [({"levels": ["RED"]}, True), ({"levels": ["YELLOW", "BLUE"]}, False),
     ({"kinds": ["SIGN_IN"]}, True), ({"kinds": ["RESOLVE"]}, False),
     ({"states": ["RAISED"]}, True), ({"states": ["ANSWERED"]}, False), ({"late": False}, False),
     ({"unit": "RS"}, True), ({"unit": "GA"}, False),
     ({"raisedBefore": "2026-01-01T00:00:00Z"}, False),
     ({"raisedFrom": "2026-01-01T00:00:00Z"}, True)],
)  # fmt: skip
def test_warnings_are_found_by_what_they_are(api: Api, red: str, wanted: dict, *, found: bool):
    cards = _found(api, EFFICIENCY, matterId=red, **wanted)
    assert bool(cards) == found


@pytest.fixture(scope="module")
def red(api: Api) -> str:
    matter = carded(api)
    api.settle()
    return matter.ticket_id


def test_pages_of_warnings_neither_skip_nor_repeat(api: Api):
    made = {carded(api).warning for _ in range(3)}
    api.settle()
    seen, after = [], None
    while True:
        page = api.ask(WARNINGS, HANDLER, f={"kinds": ["SIGN_IN"]}, first=2, after=after)
        page = page["warnings"]
        seen += [edge["node"]["warningId"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert made <= set(seen)
    assert len(seen) == len(set(seen)) == page["totalCount"]


def test_a_unit_officer_sees_the_warnings_of_the_own_unit_alone(api: Api):
    matter = carded(api)
    api.settle()
    assert [card["unit"] for card in _found(api, OFFICER, matterId=matter.ticket_id)] == ["RS"]
    assert _found(api, CO_OFFICER, matterId=matter.ticket_id, unit="RS") == []
    query = "query ($t: ID!) { ticket(id: $t) { warnings { warningId unit } } }"
    shared = dispatched(api, others=("YB",))
    api.settle()
    assert api.ask(query, CO_OFFICER, t=shared.ticket_id)["ticket"]["warnings"] == []
    (mine,) = api.ask(query, OFFICER, t=matter.ticket_id)["ticket"]["warnings"]
    assert mine == {"warningId": matter.warning, "unit": "RS"}


def test_what_was_written_about_a_warning_is_masked(api: Api):
    matter = appealed(api)
    api.settle()
    text = json.dumps(_found(api, HANDLER, matterId=matter.ticket_id), ensure_ascii=False)
    assert "139****" in text
    assert not [value for value in CLEAR if value in text]


def test_the_board_tells_what_was_raised_and_what_comes_next(api: Api):
    matter = carded(api)
    fresh = dispatched(api)
    api.settle()
    query = """query ($t: String!) { deadlines(filter: {matterId: $t, kinds: [SIGN_IN]}) { edges {
      node { subject run cycle raised nextLevel nextLevelLabel nextAt yellowAt redAt } } } }"""
    (edge,) = api.ask(query, EFFICIENCY, t=fresh.ticket_id)["deadlines"]["edges"]
    board = edge["node"]
    assert (board["subject"], board["run"], board["cycle"]) == (fresh.order, 1, 1)
    assert (board["raised"], board["nextLevelLabel"]) == ([], "黄牌")
    assert board["nextAt"] == board["yellowAt"]
    (edge,) = api.ask(query, EFFICIENCY, t=matter.ticket_id)["deadlines"]["edges"]
    assert edge["node"]["raised"] == ["RED"]


def test_each_date_and_each_verdict_is_explained(api: Api):
    matter = asked_for_more_time(api)
    granted = GrantExtension(ticket_id=matter.ticket_id, order_id=matter.order, ruling=TEXT)
    api.carry_out(granted, HANDLER)
    (told,) = [
        one
        for one in api.ask(EXPLAIN, HANDLER, t=matter.ticket_id, s=matter.order)["explain"]
        if one["kind"] == "RESOLVE"
    ]
    first, second = told["decisions"]
    assert (told["kindLabel"], told["unitName"], told["cycle"]) == ("办结", "RS单位", 2)
    assert (first["term"], second["term"]) == ("派发", "准予延期")
    assert first["eventId"] != second["eventId"]
    assert (first["extension"], second["extension"]) == (None, first["extension"] or 5)
    assert second["dueAt"] > first["dueAt"]
    assert sum(one["days"] for one in first["intervals"] if one["counted"]) == 5
    assert all(one["reason"] for one in second["intervals"])
    assert any("届满" in line for line in second["lines"])
    assert first["plan"][-1]["levelLabel"] == "红牌"
    assert told["verdicts"] == []


PAUSED = """query ($t: String!) { deadlines(filter: {matterId: $t, kinds: [RESOLVE]}) {
  edges { node { pausedAt resumesAt dueAt state } } } }"""


def test_a_suspended_order_tells_of_its_pause_on_the_board_and_in_the_explanation(api: Api):
    matter = suspended(api)
    api.settle()
    began = api.clock.now()
    (edge,) = api.ask(PAUSED, SUPERVISOR, t=matter.ticket_id)["deadlines"]["edges"]
    told = edge["node"]
    assert datetime.fromisoformat(told["pausedAt"]) == began
    assert datetime.fromisoformat(told["resumesAt"]) == began + timedelta(days=3)
    (clock,) = [
        one
        for one in api.ask(EXPLAIN, SUPERVISOR, t=matter.ticket_id, s=matter.order)["explain"]
        if one["kind"] == "RESOLVE"
    ]
    before, after = clock["decisions"]
    assert (after["term"], after["dueAt"]) == ("挂起", told["dueAt"])
    reasons = [[one["reason"] for one in d["intervals"] if not one["counted"]]
               for d in (before, after)]  # fmt: skip
    assert ["挂起:客观条件所限" in some for some in reasons] == [False, True]
    assert any("挂起:客观条件所限" in line and "不计" in line for line in after["lines"])


def test_an_order_that_goes_on_earlier_tells_when_and_is_due_earlier(api: Api):
    matter = suspended(api)
    api.settle()
    (edge,) = api.ask(PAUSED, SUPERVISOR, t=matter.ticket_id)["deadlines"]["edges"]
    api.clock.advance(hours=1)
    resume = ResumeWorkOrder(ticket_id=matter.ticket_id, order_id=matter.order)
    api.carry_out(resume, HANDLER)
    api.settle()
    (now,) = api.ask(PAUSED, SUPERVISOR, t=matter.ticket_id)["deadlines"]["edges"]
    assert datetime.fromisoformat(now["node"]["resumesAt"]) == api.clock.now()
    assert now["node"]["pausedAt"] == edge["node"]["pausedAt"]
    assert now["node"]["dueAt"] < edge["node"]["dueAt"]
    assert now["node"]["state"] == "RUNNING"


def test_a_verdict_tells_how_it_was_measured(api: Api):
    matter = resolved(api)
    told = api.ask(EXPLAIN, SUPERVISOR, t=matter.ticket_id)["explain"]
    assert [one["kind"] for one in told].count("RESOLVE") == 1
    (verdict,) = next(one for one in told if one["kind"] == "RESOLVE")["verdicts"]
    assert (verdict["onTime"], verdict["overdue"], verdict["limitUnitLabel"]) == (
        True, 0, "个工作日",
    )  # fmt: skip
    counted = sum(one["days"] for one in verdict["intervals"] if one["counted"])
    assert counted == verdict["used"]
    assert any("结论" in line for line in verdict["lines"])


def test_a_unit_officer_is_explained_the_own_limits_alone(api: Api):
    matter = dispatched(api, others=("YB",))
    api.settle()
    for officer, unit in ((OFFICER, "RS"), (CO_OFFICER, "YB")):
        told = api.ask(EXPLAIN, officer, t=matter.ticket_id)["explain"]
        assert {one["unit"] for one in told} == {unit}
    there, not_there = (
        api.errors(EXPLAIN, CO_OFFICER, t=matter.ticket_id, s=subject)
        for subject in (matter.order, f"{matter.number}-77")
    )
    assert there == not_there
    assert there[0]["extensions"]["code"] == "DEADLINE_NOT_FOUND"


def test_guessing_what_to_explain_tells_nothing(api: Api):
    foreign, bare = dispatched(api, lead="GA"), accepted(api)
    ids = (foreign.ticket_id, bare.ticket_id, "ticket-none", "unit-RS", "staff-h1", "calendar-hall")
    answers = [api.errors(EXPLAIN, OFFICER, t=one) for one in ids]
    assert answers == [answers[0]] * len(ids)
    assert answers[0][0]["extensions"]["code"] == "MATTER_NOT_FOUND"
    assert api.errors(EXPLAIN, HANDLER, t="ticket-none") == answers[0]
    assert api.errors(EXPLAIN, HANDLER, t="unit-RS") == answers[0]


def test_the_administrator_is_explained_nothing(api: Api):
    (error,) = api.errors(EXPLAIN, ADMIN, t="ticket-none")
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_explanations_are_costly(api: Api):
    one = 'explain(matterId: "ticket-none") { kind }'
    assert measured(parse(f"{{ {one} }}"), None, None).cost >= limits.EVIDENCE_COST
    many = "{ " + " ".join(f"a{n}: {one}" for n in range(25)) + " }"
    (error,) = api.errors(many, HANDLER)
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"


def test_the_whole_explanation_is_within_the_limits():
    assert measured(parse(EXPLAIN), None, None).cost < limits.COST_MAX / 4


WAITED = """query ($t: ID!) { ticket(id: $t) { reportedAt closedAt citizenWait {
  startedAt stoppedAt naturalDays workingDays workingMinutes calendarVersion } } }"""


def test_the_citizens_clock_runs_and_stops_with_the_matter(api: Api):
    open_one, done = dispatched(api), closed(api)
    api.settle()
    api.clock.advance(days=7)
    running = api.ask(WAITED, CLERK, t=open_one.ticket_id)["ticket"]["citizenWait"]
    stopped = api.ask(WAITED, OFFICER, t=done.ticket_id)["ticket"]
    reported_at = datetime.fromisoformat(running["startedAt"])
    expected = waited(api.hall.rules.calendar(), reported_at, None, api.clock.now())
    assert running["stoppedAt"] is None
    assert running["naturalDays"] == 7
    assert running["workingDays"] == expected.working_days
    assert running["workingMinutes"] == expected.working_minutes
    assert running["calendarVersion"] == expected.calendar_version
    assert stopped["citizenWait"]["stoppedAt"] == stopped["closedAt"]
    assert stopped["citizenWait"]["naturalDays"] == 0


FRIDAY = datetime(2026, 3, 6, 7, tzinfo=UTC)  # three in the afternoon


@pytest.mark.parametrize(
    ("hours", "natural", "working", "minutes"),
    [(0, 0, 0, 0), (1, 0, 0, 60), (24, 1, 0, 120), (72, 3, 1, 120 + 300), (-1, 0, 0, 0)],
)
def test_the_citizens_clock_counts_by_the_calendar(
    hours: int, natural: int, working: int, minutes: int
):
    now = FRIDAY + timedelta(hours=hours)
    clock = waited(national_calendar(), FRIDAY, None, now)
    told = (clock.natural_days, clock.working_days, clock.working_minutes)
    assert told == (natural, working, minutes)
    assert waited(national_calendar(), FRIDAY, now, now + timedelta(days=9)).working_days == working
