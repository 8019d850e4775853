"""What changed between two moments, over the API: labelled, recorded, as each role may see it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from api.test_past import go_on
from api.test_rights import few_see
from bancheng.domain.complaint.dispatch import AddCoUnit
from bancheng.domain.people import Actor
from bancheng.graphql.naming import lower_camel
from bancheng.projections.comparison import COMPARED
from support import backends, case_api_acts
from support.accesses import head, since
from support.api_acts import CLEAR, TEXT, dispatched
from support.api_client import EVERYBODY, Api
from support.given import CO_OFFICER, HANDLER, OFFICER, READ, SUPERVISOR
from support.ways import Matter

pytestmark = backends.ONCE
ROW = "{ ledger ledgerLabel matterId number key kind kindLabel fields { name label before after } }"
LEDGERS = {lower_camel(one.name): one for one in COMPARED}


class Between:
    """A hall at two moments, and a ticket that went on between them."""

    def __init__(self, api: Api) -> None:
        self.api = api
        for who in EVERYBODY:
            api.token(who)
        self.matter: Matter = dispatched(api, others=("YB",), accused_window="W01")
        self.other = dispatched(api)
        self.case = case_api_acts.accepted(api)
        api.settle()
        self.earlier = api.clock.now()
        api.clock.advance(timedelta(days=9))
        go_on(api, self.matter)
        joined = AddCoUnit(
            ticket_id=self.other.ticket_id, unit="YB", instruction=TEXT, released=READ
        )
        api.carry_out(joined, HANDLER)
        api.settle()
        self.later = api.clock.now()

    def asked(self, what: str, first: datetime | None = None, last: datetime | None = None) -> str:
        moments = (first or self.earlier).isoformat(), (last or self.later).isoformat()
        return f'{{ comparison(since: "{moments[0]}", until: "{moments[1]}") {{ {what} }} }}'

    def ticket(
        self, who: Actor, matter: Matter | None = None, **moments: datetime
    ) -> list[dict[str, Any]]:
        ticket_id = (matter or self.matter).ticket_id
        asked = self.asked(f'ticket(id: "{ticket_id}") {{ rows {ROW} }}', **moments)
        return self.api.ask(asked, who)["comparison"]["ticket"]["rows"]

    def ledger(self, name: str, who: Actor, first: int = 200) -> Iterator[dict[str, Any]]:
        after, goes_on = "", True
        while goes_on:
            what = f'{name}(first: {first}, after: "{after}")'
            asked = self.asked(f"{what} {{ rows {ROW} hasNextPage endCursor }}")
            page = self.api.ask(asked, who)["comparison"][name]
            yield from page["rows"]
            after, goes_on = page["endCursor"], page["hasNextPage"]


@pytest.fixture(scope="module")
def between(api: Api) -> Between:
    return Between(api)


def fields_of(rows: list[dict[str, Any]], ledger: str, key: str) -> dict[str, Any]:
    (row,) = [one for one in rows if (one["ledger"], one["key"]) == (ledger, key)]
    return {one["label"]: (one["before"], one["after"]) for one in row["fields"]}


def test_a_ticket_says_what_changed_in_it_and_in_its_parts_by_their_labels(between: Between):
    rows = between.ticket(SUPERVISOR)
    matter = between.matter

    assert fields_of(rows, "tickets", matter.ticket_id)["催办次数"] == ("0", "1")
    order = fields_of(rows, "workOrders", matter.order)
    assert (order["派单状态"], order["办理结果"]) == (("待签收", "已反馈"), (None, "已解决"))
    moved = [one for one in rows if one["ledger"] == "workOrders" and one["kind"] == "ADDED"]
    (given,) = [fields_of([one], "workOrders", one["key"]) for one in moved]
    assert given["承办单位"] == (None, "GA单位")
    assert {one["ledgerLabel"] for one in rows} >= {"办不成事工单台账", "派单台账", "限时看板"}
    assert {(one["matterId"], one["number"]) for one in rows} == {(matter.ticket_id, matter.number)}


def test_by_its_number_it_is_the_same(between: Between):
    asked = between.asked(f'ticket(number: " {between.matter.number.lower()}") {{ rows {ROW} }}')
    assert between.api.ask(asked, SUPERVISOR)["comparison"]["ticket"]["rows"] == between.ticket(
        SUPERVISOR
    )


def test_a_case_that_nobody_touched_has_not_changed(between: Between):
    asked = between.asked(f'case(id: "{between.case.case_id}") {{ rows {ROW} }}')
    assert between.api.ask(asked, HANDLER)["comparison"]["case"]["rows"] == []


def test_a_moment_and_itself_have_no_difference(between: Between):
    assert between.ticket(SUPERVISOR, first=between.later, last=between.later) == []


def test_pages_of_a_ledger_go_on_where_the_last_one_ended(between: Between):
    whole = list(between.ledger("deadlines", SUPERVISOR))
    assert list(between.ledger("deadlines", SUPERVISOR, first=1)) == whole
    assert len({one["matterId"] for one in whole}) > 1


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda one: one.id)
def test_each_role_is_told_of_the_ledgers_and_fields_that_it_sees_and_of_no_other(
    between: Between, who: Actor
):
    shown = {name for name, ledger in LEDGERS.items() if ledger.view.shows(who)}
    for name in LEDGERS.keys() - shown:
        (error,) = between.api.errors(between.asked(f"{name} {{ endCursor }}"), who)
        assert error["extensions"]["code"] == "VIEW_FORBIDDEN"

    # All of them at once are more than one request may ask for.
    for names in (sorted(shown)[::2], sorted(shown)[1::2]):
        asked = between.asked(" ".join(f"{name}(first: 20) {{ rows {ROW} }}" for name in names))
        for name, page in (between.api.ask(asked, who)["comparison"] if names else {}).items():
            told = {field["name"] for row in page["rows"] for field in row["fields"]}
            lines = few_see(name).items()
            hidden = {one for one, line in lines if not line.also and not who.may(*line.roles)}
            assert told & hidden == set(), name


def test_a_unit_is_told_of_its_own_and_not_who_else_was_given_the_ticket(between: Between):
    rows = between.ticket(OFFICER)
    assert {one["key"] for one in rows if one["ledger"] == "workOrders"} == {between.matter.order}
    names = {field["name"] for row in rows for field in row["fields"]}
    assert names & {"leadUnit", "accusedWindow", "reporterName"} == set()
    assert {one["kind"] for one in between.ticket(CO_OFFICER, between.other)} == {"ADDED"}


def test_who_saw_it_at_neither_moment_hears_of_no_ticket_and_is_recorded(between: Between):
    api = between.api
    other = dispatched(api)
    api.settle()
    before = head(api.hall)
    last = api.clock.now().isoformat()
    asked = f'{{ comparison(since: "{last}", until: "{last}") {{ '
    asked += f'ticket(id: "{other.ticket_id}") {{ rows {{ key }} }} }} }}'

    (error,) = api.errors(asked, CO_OFFICER)

    assert error["extensions"]["code"] == "MATTER_NOT_FOUND"
    (refused,) = since(api.hall, before, "REFUSED")
    assert (refused["staff_id"], refused["matters"]) == (CO_OFFICER.id, [other.ticket_id])


def test_whose_matters_were_shown_was_recorded(between: Between):
    before = head(between.api.hall)
    rows = list(between.ledger("workOrders", SUPERVISOR))
    (one,) = since(between.api.hall, before)
    assert (one["kind"], one["what"], one["count"]) == ("VIEWED", "comparison", len(rows))
    assert one["matters"] == sorted({row["matterId"] for row in rows})
    asked = msgspec.json.decode(one["asked_for"])["workOrders"]
    assert (asked["by"], asked["first"]) == ("RECORDED", 200)

    before = head(between.api.hall)
    between.ticket(OFFICER)
    (one,) = since(between.api.hall, before)
    assert (one["staff_id"], one["matters"]) == (OFFICER.id, [between.matter.ticket_id])


def test_nothing_in_it_is_clear(between: Between):
    for what in (
        f'ticket(id: "{between.matter.ticket_id}") {{ rows {ROW} }}',
        f"tickets {{ rows {ROW} }} cases {{ rows {ROW} }} issued {{ rows {ROW} }}",
    ):
        asked = between.asked(what, first=between.earlier - timedelta(days=900))
        text = between.api.post(asked, None, SUPERVISOR).text
        assert "反映人姓名" in text
        assert [one for one in CLEAR if one in text] == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("ticket { rows { key } }", "MATTER_UNNAMED"),
        ('ticket(id: "ticket-0", number: "1") { rows { key } }', "MATTER_UNNAMED"),
        ('ticket(id: "ticket-0") { rows { key } }', "MATTER_NOT_FOUND"),
        ('ticket(id: "case-0") { rows { key } }', "MATTER_NOT_FOUND"),
        ('case(number: "BCS0") { rows { key } }', "MATTER_NOT_FOUND"),
        ("tickets(first: 0) { endCursor }", "FIELD_INVALID"),
        ("tickets(first: 201) { endCursor }", "FIELD_INVALID"),
        ('tickets(after: "张") { endCursor }', "FIELD_INVALID"),
    ],
)
def test_what_can_not_be_compared_says_why(between: Between, what: str, code: str):
    (error,) = between.api.errors(between.asked(what), SUPERVISOR)
    assert error["extensions"]["code"] == code


def test_the_later_moment_does_not_stand_first(between: Between):
    asked = between.asked("since", first=between.later, last=between.earlier)
    (error,) = between.api.errors(asked, SUPERVISOR)
    assert error["extensions"]["code"] == "MOMENTS_REVERSED"
