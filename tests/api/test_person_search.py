"""personSearch over HTTP: who may, what they see of it, and what the hall keeps of the search."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from sqlalchemy import MetaData, select
from structlog.testing import capture_logs

from bancheng.domain.identity_numbers import PaperKind
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import CloseUnit, RegisterUnit
from bancheng.domain.people import (
    Actor,
    Agent,
    Applicant,
    IdNumber,
    PersonName,
    Phone,
    Reporter,
    Role,
)
from bancheng.graphql.limits import SEARCHES_MAX, SEARCHES_WINDOW
from bancheng.infra.schema import UNINDEXED, bookmark
from bancheng.projections.sight import DESKS
from support import backends
from support.accesses import head, since
from support.api_acts import dispatched, reported, warned
from support.api_client import EVERYBODY, Api
from support.case_api_acts import at_window, submitted
from support.given import ADMIN, CLERK, EFFICIENCY, HANDLER, OFFICER, SUPERVISOR, VERIFIER
from support.readable import readable

pytestmark = backends.ONCE
ASK = """query ($way: SoughtBy!, $value: String!, $purpose: String!, $paper: PaperKind,
    $first: Int, $after: String, $last: Int, $before: String) {
  personSearch(by: $way, value: $value, purpose: $purpose, paper: $paper,
      first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
    edges { cursor node { matterId number
      ... on Ticket { reporter { name phone idNumber } }
      ... on Case { applicant { name phone agent { name } } } } } } }"""
_serial = count(10_000)


@pytest.fixture(autouse=True)
def _nobody_has_searched_of_late(api: Api) -> None:
    api.clock.advance(SEARCHES_WINDOW)


def somebody(**parts: Any) -> Reporter:
    """Somebody whom nobody else's matters have."""
    return Reporter(**{"name": PersonName("阿拉坦·其其格"), "phone": Phone(a_phone()), **parts})


def phone_of(who: Reporter) -> str:
    assert who.phone is not None
    return str(who.phone.plain)


def a_phone() -> str:
    return f"138123{next(_serial)}"


def search(api: Api, who: Actor, value: str | None, by: str = "PHONE", **more: Any) -> Any:
    api.settle()
    said = {"way": by, "value": value, "purpose": "in_person", **more}
    return api.ask(ASK, who, **said)["personSearch"]


def ids(found: Any) -> list[str]:
    return [edge["node"]["matterId"] for edge in found["edges"]]


def refused(api: Api, who: Actor, **said: Any) -> dict[str, Any]:
    usual = {"way": "PHONE", "value": "13812300000", "purpose": "in_person"}
    (error,) = api.errors(ASK, who, **{**usual, **said})
    told: dict[str, Any] = error["extensions"]
    return {**told, "message": error["message"]}


def register(api: Api, who: Actor) -> Actor:
    command = RegisterStaff(
        staff_id=who.id, name=who.name, post=who.post, unit=who.unit, roles=who.roles
    )
    api.carry_out(command, ADMIN)
    api.settle()
    return who


# who may


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.id)
def test_the_desks_of_the_hall_search_and_nobody_else(api: Api, who: Actor):
    who_reported = somebody()
    ticket = reported(api, reporter=who_reported).ticket_id
    if who.may(*DESKS):
        assert ids(search(api, who, phone_of(who_reported))) == [ticket]
    else:
        for value in (phone_of(who_reported), "13812300000"):
            told = refused(api, who, value=value)
            assert told["code"] == "VIEW_FORBIDDEN"
            assert value not in json.dumps(told)


def test_who_is_also_an_officer_searches_as_the_desk_that_they_are(api: Api):
    both = Actor(id="both", name="兼任", post="兼", unit="RS", roles=(*OFFICER.roles, Role.HANDLER))
    who = somebody()
    ticket = reported(api, reporter=who).ticket_id
    assert ids(search(api, register(api, both), phone_of(who))) == [ticket]


# what is found


def test_tickets_and_cases_of_a_person_are_found_masked_the_newest_first(api: Api):
    name, phone = PersonName("欧阳 建国"), Phone(a_phone())
    ticket = reported(api, reporter=Reporter(name=name, phone=phone)).ticket_id
    api.clock.advance(SEARCHES_WINDOW)
    case = submitted(api, applicant=Applicant(name=name, phone=phone)).case_id
    api.clock.advance(SEARCHES_WINDOW)
    agent = Agent(name=PersonName("欧阳建国"), phone=phone)
    for_another = at_window(api, agent=agent, mandate="委1号").case_id
    found = search(api, HANDLER, f"+86 {phone.plain}")
    assert (ids(found), found["totalCount"]) == ([for_another, case, ticket], 3)
    assert found["edges"][2]["node"]["reporter"] == {
        "name": "欧***", "phone": f"138****{str(phone.plain)[-4:]}", "idNumber": None,
    }  # fmt: skip
    assert found["edges"][0]["node"]["applicant"]["agent"] == {"name": "欧***"}
    assert str(phone.plain) not in json.dumps(found)
    assert {ticket, case, for_another} <= set(ids(search(api, CLERK, "欧阳建国", "NAME")))


def test_what_is_found_comes_page_by_page_both_ways(api: Api):
    who = somebody()
    tickets = [reported(api, reporter=who).ticket_id for _ in range(5)]
    phone = phone_of(who)
    first = search(api, HANDLER, phone, first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    second = search(api, HANDLER, phone, first=2, after=first["pageInfo"]["endCursor"])
    third = search(api, HANDLER, phone, first=2, after=second["pageInfo"]["endCursor"])
    assert not third["pageInfo"]["hasNextPage"]
    pages = [*ids(first), *ids(second), *ids(third)]
    assert sorted(pages) == sorted(tickets)
    back = search(api, HANDLER, phone, last=2, before=third["pageInfo"]["startCursor"])
    assert ids(back) == ids(second)


def test_a_cursor_serves_the_search_that_it_came_from_alone(api: Api):
    who = somebody()
    reported(api, reporter=who)
    cursor = search(api, HANDLER, phone_of(who))["edges"][0]["cursor"]
    assert refused(api, HANDLER, after=cursor)["code"] == "CURSOR_INVALID"


def test_papers_are_found_by_their_kind(api: Api):
    number = f"E{next(_serial):08d}"
    applicant = Applicant(
        name=PersonName("John Smith"), id_kind=PaperKind.PASSPORT, id_number=IdNumber(number)
    )
    case = submitted(api, applicant=applicant).case_id
    found = search(api, CLERK, number.lower(), "ID_NUMBER", paper="PASSPORT")
    assert ids(found) == [case]
    assert ids(search(api, CLERK, number, "ID_NUMBER", paper="OTHER")) == []


def test_a_query_code_leads_to_its_matter(api: Api):
    ticket = reported(api).ticket_id
    code = api.hall.store.load(ticket)[0].event.query_code  # type: ignore[attr-defined]
    assert ids(search(api, CLERK, f"{code[:5]} {code[5:]}", "QUERY_CODE")) == [ticket]


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"value": "0000"}, "SEARCH_BY_PART", "value"),
        ({"value": "138****0000"}, "SEARCH_BY_PART", "value"),
        ({"way": "NAME", "value": "张"}, "SEARCH_BY_PART", "value"),
        ({"way": "ID_NUMBER", "value": "110105194912310021"}, "ID_NUMBER_CHECK_FAILED", "value"),
        ({"purpose": "curiosity"}, "TERM_UNKNOWN", "purpose"),
        ({"purpose": "contact"}, "TERM_UNKNOWN", "purpose"),
        ({"first": 201}, "PAGE_SIZE_OUT_OF_RANGE", "first"),
        ({"first": 1, "last": 1}, "PAGE_AMBIGUOUS", "first"),
    ],
)
def test_what_is_asked_wrongly_is_refused_by_field(api: Api, said: Any, code: str, field: str):
    before = head(api.hall)
    told = refused(api, HANDLER, **said)
    assert (told["code"], told["field"]) == (code, field)
    assert since(api.hall, before, "SEARCHED") == []


# what nobody learns by a guess


def about(api: Api, **accused: Any) -> tuple[str, str]:
    who = somebody()
    ticket = reported(api, reporter=who, **accused).ticket_id
    return ticket, phone_of(who)


def test_a_ticket_is_not_found_by_the_person_whom_it_is_about(api: Api):
    who = register(api, Actor(id="h-it", name="处", post="处", unit="HALL", roles=HANDLER.roles))
    ticket, phone = about(api, accused_unit="HALL", accused_staff=who.id)
    missed = search(api, who, phone)
    assert (ids(missed), missed["totalCount"]) == ([], 0)
    assert missed == search(api, who, a_phone())
    assert ids(search(api, VERIFIER, phone)) == [ticket]


def test_a_ticket_about_a_window_is_found_from_no_window_of_its_unit(api: Api):
    there = register(api, Actor(id="c-a03", name="窗", post="窗", unit="RS", roles=CLERK.roles))
    ticket, phone = about(api, accused_unit="YB", accused_window="A03")
    assert ids(search(api, there, phone)) == []
    assert [ids(search(api, who, phone)) for who in (CLERK, HANDLER)] == [[ticket]] * 2


def test_a_ticket_is_not_found_from_the_unit_that_it_is_about_unless_the_reporter_agreed(api: Api):
    clerk = register(api, Actor(id="c-rs", name="窗", post="窗", unit="RS", roles=CLERK.roles))
    watcher = register(
        api, Actor(id="s-rs", name="监", post="监", unit="RS", roles=SUPERVISOR.roles)
    )
    handler = register(api, Actor(id="h-rs", name="处", post="处", unit="RS", roles=HANDLER.roles))
    ticket, phone = about(api, accused_unit="RS")
    assert [ids(search(api, who, phone)) for who in (clerk, watcher)] == [[], []]
    assert [ids(search(api, who, phone)) for who in (CLERK, handler)] == [[ticket]] * 2
    agreed, theirs = about(api, accused_unit="RS", agrees_to_contact=True)
    assert [ids(search(api, who, theirs)) for who in (clerk, watcher)] == [[agreed]] * 2


def test_a_query_code_finds_no_more_than_a_phone_does(api: Api):
    watcher = register(
        api, Actor(id="s-by-code", name="监", post="监", unit="RS", roles=SUPERVISOR.roles)
    )
    for whom in ({"accused_unit": "RS"}, {"accused_unit": "YB", "accused_window": "W01"}):
        ticket, phone = about(api, **whom)
        code = api.hall.store.load(ticket)[0].event.query_code  # type: ignore[attr-defined]
        for way, value in (("QUERY_CODE", code), ("PHONE", phone)):
            assert ids(search(api, watcher, value, way)) == []
            assert ids(search(api, HANDLER, value, way)) == [ticket]


def test_nor_from_the_unit_that_took_over_from_it(api: Api):
    for code in ("OLD", "HEIR"):
        api.carry_out(RegisterUnit(code=code, name=f"{code}局"), ADMIN)
    api.settle()
    heir = Actor(id="c-heir", name="窗", post="窗", unit="HEIR", roles=CLERK.roles)
    register(api, heir)
    ticket, phone = about(api, accused_unit="OLD")
    assert ids(search(api, heir, phone)) == [ticket]
    api.carry_out(CloseUnit(code="OLD", successor="HEIR"), ADMIN)
    assert ids(search(api, heir, phone)) == []


def goes_over(api: Api, unit: str, successor: str) -> None:
    """The unit is closed, what it has goes to its successor, and it is open again."""
    api.carry_out(CloseUnit(code=unit, successor=successor), ADMIN)
    api.settle()
    api.hall.succession.hand_over()
    api.carry_out(RegisterUnit(code=unit, name=f"{unit}局"), ADMIN)
    api.settle()


def test_nor_from_who_took_the_matter_over_though_the_unit_is_open_again(api: Api):
    for code in ("WAS", "NEXT", "LAST"):
        api.carry_out(RegisterUnit(code=code, name=f"{code}局"), ADMIN)
    api.settle()
    one, other = somebody(), somebody()
    # The second has no work order: the unit owes an answer to a supervision order.
    ordered = dispatched(api, lead="WAS", reporter=one, accused_unit="WAS").ticket_id
    asked = warned(api, "WAS", reporter=other).ticket_id
    for unit, successor in (("WAS", "NEXT"), ("NEXT", "LAST")):
        heir = Actor(id=f"c-{successor}", name="窗", post="窗", unit=successor, roles=CLERK.roles)
        register(api, heir)
        goes_over(api, unit, successor)
        assert [ids(search(api, heir, phone_of(who))) for who in (one, other)] == [[], []]
    assert [ids(search(api, CLERK, phone_of(who))) for who in (one, other)] == [[ordered], [asked]]


# what the hall keeps of it


def test_each_search_is_recorded_with_its_purpose_and_what_was_shown_and_no_value(api: Api):
    who = somebody(id_number=IdNumber("11010519491231002X"))
    tickets = sorted(reported(api, reporter=who).ticket_id for _ in range(3))
    phone = phone_of(who)
    before = head(api.hall)
    shown = ids(search(api, VERIFIER, phone, purpose="verification", first=2))
    search(api, EFFICIENCY, "110105491231002", "ID_NUMBER", purpose="supervision")
    search(api, CLERK, a_phone())
    one, two, three = since(api.hall, before, "SEARCHED")
    assert (one["staff_id"], one["what"], one["purpose"], one["count"], one["matters"]) == (
        VERIFIER.id, "personSearch", "verification", 2, sorted(shown),
    )  # fmt: skip
    assert json.loads(one["asked_for"]) == {"by": "phone", "value": f"138****{phone[-4:]}"}
    assert json.loads(two["asked_for"]) == {
        "by": "id_number", "value": "1*************2", "paper": "resident",
    }  # fmt: skip
    assert set(tickets) <= set(two["matters"])
    assert (three["count"], three["matters"]) == (0, [])
    assert one["credential_id"]
    assert one["request_id"]


def test_without_a_record_there_is_no_answer(api: Api, monkeypatch: pytest.MonkeyPatch):
    who = somebody()
    reported(api, reporter=who)

    def full(*_: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(api.hall.accesses, "submit", full)
    (error,) = api.errors(ASK, HANDLER, way="PHONE", purpose="in_person", value=phone_of(who))
    assert error["extensions"]["code"] == "INTERNAL_ERROR"


def test_who_has_searched_too_often_waits_and_nobody_else_does(api: Api):
    for _ in range(SEARCHES_MAX):
        search(api, SUPERVISOR, a_phone())
    before = head(api.hall)
    assert refused(api, SUPERVISOR)["code"] == "SEARCHES_TOO_MANY"
    assert [one["refused"] for one in since(api.hall, before, "REFUSED")] == ["SEARCHES_TOO_MANY"]
    assert ids(search(api, HANDLER, a_phone())) == []
    api.clock.advance(SEARCHES_WINDOW)
    assert ids(search(api, SUPERVISOR, a_phone())) == []


def test_many_searches_at_once_are_counted_each(api: Api):
    fields = " ".join(
        f'a{n}: personSearch(by: PHONE, value: "{a_phone()}", purpose: "in_person")'
        " { totalCount }"
        for n in range(12)
    )

    def is_answered(_: int) -> bool:
        return "errors" not in api.post(f"{{ {fields} }}", None, EFFICIENCY).json()

    api.token(EFFICIENCY)
    with ThreadPoolExecutor(4) as pool:
        answered = sum(pool.map(is_answered, range(8)))
    assert 0 < answered * 12 <= SEARCHES_MAX
    assert refused(api, EFFICIENCY)["code"] == "SEARCHES_TOO_MANY"


def test_while_the_index_is_filled_a_search_says_so(api: Api):
    who = somebody()
    ticket = reported(api, reporter=who).ticket_id
    phone = phone_of(who)
    with api.hall.database.begin() as connection:
        connection.execute(bookmark.insert().values(name=UNINDEXED, position=1))
    before = head(api.hall)
    try:
        told = refused(api, HANDLER, value=phone)
    finally:
        while api.hall.indexing.go_on():
            pass
    assert told["code"] == "INDEX_INCOMPLETE"
    assert since(api.hall, before, "SEARCHED") == []
    assert ids(search(api, HANDLER, phone)) == [ticket]


def test_no_line_answer_or_row_of_a_search_holds_what_was_looked_for(api: Api):
    values = {"PHONE": a_phone(), "NAME": "司徒明月", "ID_NUMBER": "11010519491231002X"}
    who = Reporter(
        name=PersonName(values["NAME"]),
        phone=Phone(values["PHONE"]),
        id_number=IdNumber(values["ID_NUMBER"]),
    )
    reported(api, reporter=who)
    with capture_logs() as lines:
        answers = [search(api, HANDLER, value, by) for by, value in values.items()]
    kept = json.dumps([lines, answers], default=str, ensure_ascii=False)
    assert [value for value in values.values() if value in kept] == []
    tables = MetaData()
    tables.reflect(api.hall.database)
    with api.hall.database.connect() as connection:
        for table in readable(tables):
            for row in connection.execute(select(table)):
                told = " ".join(map(str, row))
                assert [value for value in values.values() if value in told] == [], table.name
