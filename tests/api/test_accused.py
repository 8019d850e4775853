"""Whom a ticket is about: a unit with its windows, a window with its unit, a person wherever."""

import json
from typing import Any

import pytest
from msgspec import structs

from api.test_withheld import AT_RS, DONE, entered, register, rows
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.people import Actor
from support.api_acts import Matter, dispatched, reported
from support.api_client import Api
from support.given import ADMIN, CLERK, HANDLER, OFFICER, SUPERVISOR


def sees(api: Api, who: Actor, matter: Matter) -> bool:
    return matter.number in json.dumps(rows(api, who, "tickets(", "number"))


def moved(api: Api, who: Actor, unit: str) -> Actor:
    api.clock.advance(hours=1)
    return entered(api, structs.replace(who, unit=unit))


def test_who_was_of_the_accused_unit_when_it_was_told_learns_nothing_of_it_elsewhere(api: Api):
    early, late = register(api, AT_RS), register(api, AT_RS)
    early = moved(api, early, "YB")
    api.clock.advance(hours=1)
    matter = reported(api, accused_unit=None, accused_window="W01")
    by_unit = reported(api, accused_unit="RS")
    late = moved(api, late, "YB")
    for one in (matter, by_unit):
        assert [sees(api, who, one) for who in (early, late)] == [True, False]
        there = api.act("supplementReport", late, {"ticketId": one.ticket_id, "content": "又"})
        assert there["code"] == "MATTER_NOT_FOUND"


def test_a_window_that_goes_to_another_unit_takes_no_accusation_along(api: Api):
    of_rs, of_yb = register(api, AT_RS), register(api, AT_RS, unit="YB")
    api.carry_out(RegisterWindow(code="W-moves", name="九", unit="RS"), ADMIN)
    api.settle()
    matter = reported(api, accused_window="W-moves")
    api.carry_out(RegisterWindow(code="W-moves", name="九", unit="YB"), ADMIN)
    api.settle()
    assert [sees(api, who, matter) for who in (of_rs, of_yb)] == [False, True]


def test_the_clerks_of_an_accused_unit_see_what_the_reporter_agreed_to_but_not_at_the_window(
    api: Api,
):
    clerk = register(api, AT_RS)
    agreed = reported(api, accused_unit="RS", agrees_to_contact=True)
    of_window = reported(api, accused_window="W01", agrees_to_contact=True)
    assert [sees(api, clerk, one) for one in (agreed, of_window)] == [True, False]


def test_who_is_officer_beside_a_window_reads_no_more_than_other_officers(api: Api):
    both = register(api, AT_RS, roles=(*CLERK.roles, *OFFICER.roles))
    matter = dispatched(api, accused_unit="RS")
    api.settle()
    asked = f'{{ ticket(id: "{matter.ticket_id}") {{ content reporter {{ name }} }} }}'
    assert api.post(asked, None, OFFICER).json()["data"]["ticket"] == {
        "content": None, "reporter": None,
    }  # fmt: skip
    assert api.post(asked, None, both).json()["data"]["ticket"] is None


def opened(api: Api, matter: Matter, who: Actor) -> str:
    said = {"ticketId": matter.ticket_id, "purpose": "contact", "fields": ["PHONE"], "reason": "x"}
    answer = api.act("discloseReporter", who, said, answer=DONE)
    return str(answer.get("code", answer["__typename"]))


def test_the_unit_of_a_window_and_of_who_came_there_opens_nothing(api: Api):
    person = register(api, OFFICER, unit="GA")
    by_window, by_both = (
        dispatched(api, accused_window="W01", accused_unit=unit) for unit in (None, "YB")
    )
    by_person = dispatched(api, accused_staff=person.id)
    assert [opened(api, one, OFFICER) for one in (by_window, by_both)] == ["ACCUSED_UNIT"] * 2
    moved(api, person, "RS")
    assert opened(api, by_person, OFFICER) == "ACCUSED_UNIT"


def test_whoever_was_named_by_mistake_sees_the_ticket_once_that_is_cleared(api: Api):
    who = register(api, SUPERVISOR)
    matter = reported(api, accused_staff=who.id)
    said = {"ticketId": matter.ticket_id, "reason": "没有指明人员", "clears": ["STAFF"]}
    assert not sees(api, who, matter)
    assert api.act("correctTicket", HANDLER, said)["__typename"] == "TicketActDone"
    assert sees(api, who, matter)
    asked = f'auditTrail(filter: {{ streamId: "{matter.ticket_id}" }}, '
    told = rows(api, who, asked, "sentence changes { label after }")
    assert {"label": "清除的被反映项", "after": "被反映人员"} in told[0]["changes"] + told[-1][
        "changes"
    ]
    assert any("清除被反映人员" in one["sentence"] for one in told)


def test_the_accused_unit_hears_so_also_of_an_order_that_the_ledgers_have_not_seen_yet(
    api: Api, monkeypatch: pytest.MonkeyPatch
):
    api.settle()
    api.token(OFFICER)  # which waits, too
    runner = api.hall.runner
    wait = runner.wait

    def goes_on(*until: Any) -> bool:
        monkeypatch.undo()
        runner.start()
        return wait(*until)

    runner.stop()
    matter = dispatched(api, accused_unit="RS")
    monkeypatch.setattr(runner, "wait", goes_on)
    assert opened(api, matter, OFFICER) == "ACCUSED_UNIT"


@pytest.mark.parametrize("has_more", [True, False])
def test_who_would_close_a_unit_is_not_told_of_the_order_of_a_ticket_about_them(
    api: Api, has_more: bool
):
    unit = f"GB{has_more:d}"
    api.carry_out(RegisterUnit(code=unit, name="广播局"), ADMIN)
    api.settle()
    matters = [dispatched(api, lead=unit, accused_staff=ADMIN.id)]
    matters += [dispatched(api, lead=unit) for _ in range(has_more)]
    api.settle()
    about, *others = [f"{one.number}-01" for one in matters]

    answer = api.act("closeUnit", ADMIN, {"code": unit})

    # It has to have a successor all the same: nothing is left to nobody.
    assert answer["code"] == "SUCCESSOR_MISSING"
    assert about not in answer["message"]
    told = f"(如 {others[0]})" if others else ""
    assert answer["message"] == f"单位「{unit}」尚有: 派单 1 项{told}"
