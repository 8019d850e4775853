"""Whoever is accused knows nothing of the ticket: all answers as if there was none.

Asked are every ledger by rows, counts, filters and orders, look-ups, relations, searches, what is
compared and as of a moment that is past, pushes, and every act, each as people of several roles.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from graphql import GraphQLEnumType, get_named_type, is_leaf_type
from msgspec import structs

from api.test_past import leaves
from api.test_rights import TYPES, rows_of
from api.test_subscriptions import settled as joined
from arch.tree import ROOT
from bancheng.app.deciding import Context
from bancheng.domain.complaint.contact import DiscloseReporter
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.deadline import RequestExtension
from bancheng.domain.complaint.discover import RefuseTicket, TicketReported
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.returns import ReturnWorkOrder
from bancheng.domain.complaint.supervise import StrikeOffTicket
from bancheng.domain.events import Channel, Place
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.people import Actor, PersonName, Phone, Reporter
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.erasure import RequestErasure
from bancheng.domain.supervision.events import SupervisionColour
from bancheng.domain.supervision.taking import IssueSupervisionOrder
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.raising import RaiseWarning
from bancheng.graphql.naming import lower_camel
from bancheng.projections import sight, withheld
from bancheng.projections.accesses import ACCESSES
from bancheng.projections.comparison import COMPARED as COMPARED_LEDGERS
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.machine.columns import STREAM
from bancheng.projections.registry import LEDGERS, LISTED, PROJECTIONS
from bancheng.projections.trail import TRAIL
from support import backends
from support.api_acts import TEXT, WAYS, dispatched, explained, reported, verified, warned
from support.api_client import ANSWER, EFFICIENCY, Api, served
from support.case_api_acts import submitted
from support.given import ADMIN, CLERK, CO_OFFICER, HANDLER, OFFICER, SUPERVISOR
from support.tie_ways import merged_into, tied_to_others
from support.ways import Matter, Way

OTHER_HANDLER = Actor(id="wh-h", name="另一处理员", post="派单", unit="HALL", roles=HANDLER.roles)
OK = 200
_serial = count(1)
_phones = count(13_855_550_000)


@dataclass
class Scene:
    """Somebody whom some tickets are about, somebody in the same place whom none is, and those."""

    accused: Actor
    other: Actor
    tickets: list[Matter]
    erasure: str
    phone: str
    code: str
    before: datetime
    marks: list[str] = field(default_factory=list)

    def told(self, answer: Any) -> list[str]:
        """What of the tickets stands in ``answer``."""
        text = json.dumps(answer, ensure_ascii=False)
        return [one for one in self.marks if one in text]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "scene" in metafunc.fixturenames:
        played = [
            (where, one)
            for where in backends.of(metafunc.definition)
            for one in (ACCUSED if where == "sqlite" else ON_BOTH)
        ]
        metafunc.parametrize(("api", "scene"), played, indirect=True, scope="module")


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A hall of its own: all rows of all ledgers are read here, again and again."""
    with backends.fresh(request.param) as url, served(url) as one:
        entered(one, OTHER_HANDLER)
        yield one


def register(api: Api, like: Actor, **changed: Any) -> Actor:
    who = structs.replace(like, id=f"wh{next(_serial)}", name="某某", **changed)
    return entered(api, who)


def entered(api: Api, who: Actor) -> Actor:
    said = {"name": who.name, "post": who.post, "unit": who.unit, "roles": who.roles}
    api.carry_out(RegisterStaff(staff_id=who.id, **said), ADMIN)
    api.settle()
    return who


def brought_up(api: Api, **more: Any) -> Matter:
    """A ticket of which every ledger has something."""
    case_id = submitted(api).case_id
    matter = dispatched(api, case_id=case_id, others=("YB",), **more)
    order = {"ticket_id": matter.ticket_id, "order_id": matter.order}
    co_order = {**order, "order_id": f"{matter.number}-02"}
    api.carry_out(ReturnWorkOrder(**co_order, reason="not_our_duty", explanation=TEXT), CO_OFFICER)
    api.carry_out(SignInWorkOrder(**order), OFFICER)
    api.carry_out(RequestExtension(**order, reason=TEXT), OFFICER)
    asked = {"purpose": "contact", "fields": (PersonalField.PHONE,), "reason": TEXT}
    api.carry_out(DiscloseReporter(ticket_id=matter.ticket_id, **asked), OTHER_HANDLER)
    api.carry_out(
        IssueSupervisionOrder(
            matter_id=matter.ticket_id, unit="RS", colour=SupervisionColour.BLUE, demand=TEXT,
            ground="overdue", answer_working_days=3,
        ),
        EFFICIENCY,
    )  # fmt: skip
    tied_to_others(api, matter, reported, OTHER_HANDLER)
    api.clock.advance(days=40)
    api.carry_out(
        RaiseWarning(
            matter_id=matter.ticket_id, kind=LimitKind.RESOLVE, subject=matter.order,
            level=WarningLevel.RED,
        ),
        EFFICIENCY,
    )  # fmt: skip
    return matter


def refused_at_once(api: Api, **more: Any) -> Matter:
    """A ticket that is over."""
    matter = reported(api, **more)
    said = {"explanation": TEXT, "remedy": TEXT}
    act = RefuseTicket(ticket_id=matter.ticket_id, reason="litigation", **said)
    api.carry_out(act, OTHER_HANDLER)
    return matter


def accuse(api: Api, ticket_id: str, **whom: str) -> None:
    """As another system tells it, whose windows need not be of the hall's register."""
    told = Context(
        actor=OTHER_HANDLER, key=f"wh{next(_serial)}", place=Place(Channel.IMPORT),
        source_system="old", source_id="A-1",
    )  # fmt: skip
    api.hall.engine.execute(CorrectTicket(ticket_id=ticket_id, reason=TEXT, **whom), told)


AT_RS = structs.replace(CLERK, unit="RS")
ACCUSED: Mapping[str, tuple[Actor, dict[str, str]]] = {
    "supervisor": (SUPERVISOR, {}),
    "officer": (OFFICER, {}),
    "window": (AT_RS, {"accused_window": "W01", "accused_unit": "YB"}),
    "unit": (AT_RS, {"accused_unit": "RS"}),
    "window of no register": (AT_RS, {"accused_window": "old-1", "accused_unit": "RS"}),
}


# A person and a window: each way that a statement keeps a ticket away, on the other database too.
# All of them: tests/contract/test_withheld.py.
ON_BOTH = ("officer", "window")


@pytest.fixture(scope="module")
def scene(api: Api, request: pytest.FixtureRequest) -> Scene:
    like, whom = ACCUSED[request.param]
    accused = register(api, like)
    # Of an accused unit every clerk is accused.
    other = register(api, like, unit="GA") if whom else register(api, like)
    whom = whom or {"accused_staff": accused.id}
    phone = str(next(_phones))
    who = Reporter(name=PersonName("阿拉坦·其其格"), phone=Phone(phone))
    found = [brought_up(api, reporter=who), refused_at_once(api, reporter=who)]
    asked = RequestErasure(matters=(found[1].ticket_id,), ground="consent_withdrawn")
    erasure = api.carry_out(asked, OTHER_HANDLER)
    before = api.clock.now()
    api.clock.advance(hours=1)
    for one in found:
        accuse(api, one.ticket_id, **whom)
    api.clock.advance(hours=1)
    api.settle()
    (reported_,) = (one.event for one in api.hall.store.load(found[0].ticket_id)[:1])
    assert isinstance(reported_, TicketReported)
    code = reported_.query_code
    gone_on = merged_into(api, found[0], reported, OTHER_HANDLER)
    marks = [mark for one in (*found, gone_on) for mark in (one.ticket_id, one.number)]
    return Scene(accused, other, found, erasure, phone, code, before, [*marks, erasure, code])


def seen_by(who: Actor) -> list[Ledger[Any]]:
    return [one for one in LISTED if one.view.shows(who)]


def around(api: Api, scene: Scene) -> list[tuple[str, str]]:
    """How a question is asked: of now, and of moments before and after the accusation."""
    moments = ((scene.before, "RECORDED"), (api.clock.now(), "OCCURRED"))
    past = [(f'asOf(at: "{at.isoformat()}", by: {by}) {{', "}") for at, by in moments]
    return [("", ""), *past]


# What names nothing that whoever asks can know is a slip, and no empty list.
_SLIPS = {"STAFF_UNKNOWN", "UNIT_UNKNOWN", "WINDOW_UNKNOWN", "ITEM_UNKNOWN"}


def rows(api: Api, who: Actor, asked: str, of_row: str, way: tuple[str, str] = ("", "")) -> Any:
    """All rows of a ledger, and how many it says there are."""
    name = asked.partition("(")[0]
    found, after, goes_on, total = [], "", True, 0
    while goes_on:
        more = f', after: "{after}"' if after else ""
        page = f"{asked}first: {5 if '__typename' in of_row else 100}{more})"
        of_page = "totalCount pageInfo { hasNextPage endCursor }"
        query = f"{{ {way[0]} {page} {{ {of_page} edges {{ node {{ {of_row} }} }} }} {way[1]} }}"
        answer = api.post(query, None, who).json()
        if "errors" in answer:
            refused = [one["extensions"]["code"] for one in answer["errors"]]
            assert set(refused) <= _SLIPS, refused
            return []
        data = answer["data"]
        page_ = data.get("asOf", data)[name]
        found += [edge["node"] for edge in page_["edges"]]
        total, goes_on = page_["totalCount"], page_["pageInfo"]["hasNextPage"]
        after = page_["pageInfo"]["endCursor"]
    assert len(found) == total or name == "accesses"  # which each look at it makes grow
    return found


def below(ledger: str) -> str:
    """What hangs on a row, each by a few leaves of it."""
    fields = TYPES[rows_of(ledger)].fields
    return " ".join(
        f"{name} {{ __typename {own} }}"
        for name, one in fields.items()
        if not is_leaf_type(get_named_type(one.type)) and name not in ("accesses", "notices")
        for own in [_ids(get_named_type(one.type))]
    )


def _ids(of: Any) -> str:
    names = (
        "ticketId", "caseId", "matterId", "number", "orderId", "sentence", "warningId", "otherId",
        "otherNumber",
    )  # fmt: skip
    return " ".join(name for name in names if name in getattr(of, "fields", {}))


@pytest.mark.parametrize("ledger", LISTED, ids=lambda one: one.name)
def test_no_row_of_a_ledger_and_nothing_that_hangs_on_one_is_theirs(
    api: Api, scene: Scene, ledger: Ledger[Any]
):
    if not ledger.view.shows(scene.accused):
        return
    name = lower_camel(ledger.name)
    for way in around(api, scene):
        if way[0] and ledger not in LEDGERS:
            continue
        if "OCCURRED" in way[0] and ledger.projection.goes_by_order:
            continue
        of_others = rows(api, scene.accused, f"{name}(", f"__typename {below(name)}", way)
        assert scene.told(of_others) == [], way
        mine = rows(api, scene.accused, f"{name}(", leaves(name), way)
        assert scene.told(mine) == [], way
        if ledger in LEDGERS and scene.other.unit == scene.accused.unit:
            theirs = rows(api, scene.other, f"{name}(", leaves(name), way)
            assert mine == [one for one in theirs if not scene.told(one)], way


def test_there_is_something_to_be_withheld_of_every_ledger(api: Api, scene: Scene):
    """Or the test above finds nothing because nothing is there."""
    found = {
        ledger.name
        for ledger in seen_by(SUPERVISOR)
        if scene.told(rows(api, SUPERVISOR, f"{(n := lower_camel(ledger.name))}(", leaves(n)))
    }
    assert found - {"accesses"} == {  # where somebody has looked already
        "tickets", "work_orders", "order_returns", "measures", "deadlines", "stretches", "warnings",
        "disclosures", "holdings", "erasures", "audit_trail", "ticket_ties",
    }  # fmt: skip


def filters(api: Api, scene: Scene, ledger: Ledger[Any], who: Actor) -> Iterator[str]:
    """Each condition that ``who`` may set, with what a row that is withheld says."""
    name = lower_camel(ledger.name)
    declared = TYPES["Query"].fields[name].args["filter"].type.fields
    of_rows = [
        one for one in rows(api, SUPERVISOR, f"{name}(", leaves(name)) if scene.told(one)
    ]  # fmt: skip
    fields_ = {f.name.removesuffix("_masked"): f for f in ledger.fields}
    for ask in (one for one in ledger.asks if one.seen_by is None or one.seen_by.shows(who)):
        field_ = fields_.get(ask.name) or fields_.get(ask.name.removesuffix("s"))
        kind = get_named_type(declared[lower_camel(ask.name)].type)
        if field_ is not None and field_.is_shown:
            values = {json.dumps(one[lower_camel(field_.name)]) for one in of_rows}
        else:
            values = set()
        for value in sorted(values - {"null", "[]", '""'})[:2]:
            said = value.strip('"') if isinstance(kind, GraphQLEnumType) else value
            yield f"{lower_camel(ask.name)}: {said}"
    if "matter_number" in fields_ or "ticket_number" in fields_:
        yield from (
            f'matterNumber: "{one.number}"' for one in scene.tickets if "matterNumber" in declared
        )
    by_text = [one.seen_by for one in ledger.asks if one.name == "text"]
    if any(one is None or one.shows(who) for one in by_text):
        yield from (f'text: "{one.number}"' for one in scene.tickets)
    if "matterIds" in declared:
        yield from (f'matterIds: ["{one.ticket_id}"]' for one in scene.tickets)


@pytest.mark.parametrize("ledger", LISTED, ids=lambda one: one.name)
def test_no_filter_and_no_order_finds_or_counts_one_of_them(
    api: Api, scene: Scene, ledger: Ledger[Any]
):
    if not ledger.view.shows(scene.accused):
        return
    name = lower_camel(ledger.name)
    for one in filters(api, scene, ledger, scene.accused):
        asked = f"{name}(filter: {{ {one} }}, "
        mine = rows(api, scene.accused, asked, leaves(name))
        assert scene.told(mine) == [], one
        if ledger in LEDGERS and scene.other.unit == scene.accused.unit:
            theirs = rows(api, scene.other, asked, leaves(name))
            assert mine == [row for row in theirs if not scene.told(row)], one
    for sort, view in ledger.sorts_seen_by.items():
        if view is None or view.shows(scene.accused):
            asked = f"{name}(orderBy: {sort.upper()}, descending: true, "
            assert scene.told(rows(api, scene.accused, asked, leaves(name))) == []


def test_no_filter_finds_one_of_them_in_the_past(api: Api, scene: Scene):
    for way in around(api, scene)[1:]:
        for one in scene.tickets:
            if sight.ORIGINAL.shows(scene.accused):
                asked = f'tickets(filter: {{ text: "{one.number}" }}, '
                assert rows(api, scene.accused, asked, "ticketId", way) == []
                assert rows(api, OTHER_HANDLER, asked, "ticketId", way) != []
            if TRAIL.view.shows(scene.accused):
                asked = f'auditTrail(filter: {{ matterNumber: "{one.number}" }}, '
                assert rows(api, scene.accused, asked, "streamId", way) == []


WHOLE = "__typename number timeline { sentence } deadlines { kind }"
COMPARED = "rows { ledger key fields { name before after } }"


def look_ups(api: Api, scene: Scene, ticket_id: str, number: str) -> dict[str, str]:
    """Each way to ask for a single ticket."""
    now = api.clock.now()
    found = {
        "id": f'ticket(id: "{ticket_id}") {{ {WHOLE} }}',
        "number": f'ticket(number: "{number}") {{ {WHOLE} }}',
        "explain": f'explain(matterId: "{ticket_id}") {{ kind }}',
        "one limit": f'explain(matterId: "{ticket_id}", subject: "x") {{ kind }}',
        "proposal": f'releaseProposal(ticketId: "{ticket_id}") {{ text }}',
        "advice": f'dispatchAdvice(ticketId: "{ticket_id}") {{ cautions }}',
    }
    for at in (scene.before, now):
        for name in ("id", "number"):
            found[f"{name} at {at}"] = f'asOf(at: "{at.isoformat()}") {{ {found[name]} }}'
    between = f'since: "{scene.before.isoformat()}", until: "{now.isoformat()}"'
    for asked in (f'id: "{ticket_id}"', f'number: "{number}"'):
        ticket = f"ticket({asked}) {{ {COMPARED} }}"
        found[f"compared by {asked[:6]}"] = f"comparison({between}) {{ {ticket} }}"
    return found


def test_who_asks_for_one_of_them_hears_that_there_is_none(api: Api, scene: Scene):
    for one in scene.tickets:
        unknown = look_ups(api, scene, "ticket-none", "BCSTEST2026999999")
        for name, asked in look_ups(api, scene, one.ticket_id, one.number).items():
            there = api.errors(f"{{ {asked} }}", scene.accused)
            assert there == api.errors(f"{{ {unknown[name]} }}", scene.accused), name
            assert scene.told(there) == []


def test_a_case_that_one_is_about_leads_to_none_and_no_person_is_found_by_it(
    api: Api, scene: Scene
):
    about = api.hall.store.load(scene.tickets[0].ticket_id)[0].event
    asked = f'case(id: "{about.case_id}") {{ number tickets {{ number }} }}'
    assert scene.told(api.post(f"{{ {asked} }}", None, scene.accused).json()) == []
    if not sight.PERSON_SEARCH.shows(scene.accused):
        return
    for by, value in (("PHONE", scene.phone), ("QUERY_CODE", scene.code)):
        nobody = "13800009999" if by == "PHONE" else "0" * len(value)
        found, not_found = (
            api.ask(
                f'{{ personSearch(by: {by}, value: "{one}", purpose: "in_person")'
                " { totalCount edges { node { number } } } }",
                scene.accused,
            )
            for one in (value, nobody)
        )
        assert found == not_found
        theirs = api.ask(
            f'{{ personSearch(by: {by}, value: "{value}", purpose: "in_person")'
            " { totalCount } }",
            OTHER_HANDLER,
        )
        assert theirs["personSearch"]["totalCount"] > 0


def test_what_was_refused_is_in_the_access_log_for_others(api: Api, scene: Scene):
    head = api.ask("{ accesses(first: 1) { edges { node { position } } } }", EFFICIENCY)
    assert head
    ticket = scene.tickets[0]
    api.errors(f'{{ ticket(id: "{ticket.ticket_id}") {{ number }} }}', scene.accused)
    asked = f"""{{ accesses(filter: {{ matterIds: ["{ticket.ticket_id}"], wasRefused: true,
        staffId: "{scene.accused.id}" }}) {{ edges {{ node {{ what refused }} }} }} }}"""
    found = api.ask(asked, EFFICIENCY)["accesses"]["edges"]
    assert {"what": "ticket", "refused": "MATTER_NOT_FOUND"} in [one["node"] for one in found]
    if ACCESSES.view.shows(scene.accused):
        assert api.ask(asked, scene.accused)["accesses"]["edges"] == []


def test_a_ledger_compared_between_two_moments_names_none_of_them(api: Api, scene: Scene):
    between = f'since: "{scene.before.isoformat()}", until: "{api.clock.now().isoformat()}"'
    page = "(first: 1) { rows { ledger matterId number key fields { name } } endCursor }"
    for ledger in (one for one in COMPARED_LEDGERS if one.view.shows(scene.accused)):
        name = lower_camel(ledger.name)
        for first in ("(first: 1", "(first: 200"):
            asked = f"comparison({between}) {{ {name}{page.replace('(first: 1', first)} }}"
            assert scene.told(api.ask(f"{{ {asked} }}", scene.accused)) == []


def test_a_calendar_that_would_move_their_limits_names_none_of_them(api: Api):
    who, matter = register(api, EFFICIENCY), dispatched(api)
    accuse(api, matter.ticket_id, accused_staff=who.id)
    api.settle()
    text = 'version = "wh"\nsource = "本厅"\n[hours]\n' + "\n".join(
        f'{name} = ["10:00-11:00"]' for name in ("mon", "tue", "wed", "thu", "fri")
    )
    of = "{ limitsMoved limits { matterId } }"
    asked = f"query ($text: String!) {{ calendarPreview(text: $text) {of} }}"
    mine, theirs = (api.ask(asked, one, text=text)["calendarPreview"] for one in (who, EFFICIENCY))
    assert {"matterId": matter.ticket_id} not in mine["limits"]
    assert mine["limitsMoved"] < theirs["limitsMoved"]


PUSHED = 'subscription { warnings(after: "0") { matterId } }'


def pushed_to(api: Api, who: Actor, until: str) -> list[str]:
    with api.connected(who) as socket:
        socket.say(id="1", type="subscribe", payload={"query": PUSHED})
        found = [socket.hear()["payload"]["data"]["warnings"]["matterId"]]
        while found[-1] != until:
            found.append(socket.hear()["payload"]["data"]["warnings"]["matterId"])
    return found


def carded_now(api: Api, **whom: str) -> str:
    matter = dispatched(api)
    if whom:
        accuse(api, matter.ticket_id, **whom)
    api.clock.advance(days=40)
    act = RaiseWarning(
        matter_id=matter.ticket_id, kind=LimitKind.SIGN_IN, subject=matter.order,
        level=WarningLevel.RED,
    )  # fmt: skip
    api.carry_out(act, EFFICIENCY)
    api.settle()
    return matter.ticket_id


@pytest.mark.parametrize("like", [HANDLER, OFFICER, SUPERVISOR], ids=lambda who: who.id)
def test_no_warning_of_one_of_them_is_pushed_whether_missed_or_new(api: Api, like: Actor):
    who = register(api, like)
    hidden = carded_now(api, accused_staff=who.id)
    last = carded_now(api)
    assert hidden not in pushed_to(api, who, last)
    assert hidden in pushed_to(api, OTHER_HANDLER, last)
    with api.connected(who) as socket:
        socket.say(
            id="1", type="subscribe", payload={"query": "subscription { warnings { matterId } }"}
        )
        joined(api)
        also_hidden = carded_now(api, accused_staff=who.id)
        shown = carded_now(api)
        assert socket.hear()["payload"]["data"]["warnings"]["matterId"] == shown != also_hidden


OF_TICKETS = [
    name for name, way in WAYS.items()
    if isinstance(way, Way) and {"ticketId", "matterId"} & set(way.names)
]  # fmt: skip
DONE = ANSWER + " ... on Rejection { others { code message field } }"


def the_same(answer: Any) -> Any:
    """``answer`` without the id that was asked for, which it repeats."""
    return json.loads(re.sub("「ticket-[^」]*」", "", json.dumps(answer, ensure_ascii=False)))


@backends.ONCE
@pytest.mark.parametrize("name", OF_TICKETS)
def test_an_act_on_one_of_them_is_refused_as_on_none(api: Api, name: str):
    way = WAYS[name]
    assert isinstance(way, Way)
    # Demanded of is the accused unit here, and its people alone can be named. Whoever goes on is
    # of another unit than who is accused: at its windows nobody would.
    elsewhere = {"unit": "GA"} if way.by is CLERK else {}
    demanded = way.given in (warned, explained)
    who = register(api, way.by, **({"unit": "RS"} if demanded else elsewhere))
    matter = verified(api) if name == "reopenTicket" else way.given(api)
    accuse(api, matter.ticket_id, accused_staff=who.id)
    if name == "reopenTicket":  # what is struck off can not be put right any more
        api.carry_out(StrikeOffTicket(ticket_id=matter.ticket_id), HANDLER)
    api.settle()
    none = replace(matter, ticket_id="ticket-none", number="BCSTEST2026999999")
    events = len(api.hall.store.load(matter.ticket_id))
    for version in (None, 1, 99):
        there, not_there = (
            api.act(name, who, way.filled(one), version=version, answer=DONE)
            for one in (matter, none)
        )
        assert the_same(there) == the_same(not_there)
        assert (there["__typename"], there["code"]) == ("NotFound", "MATTER_NOT_FOUND")
    assert len(api.hall.store.load(matter.ticket_id)) == events
    goes_on = api.act(name, way.by, way.filled(matter))
    assert goes_on["__typename"] != "NotFound"


HOLES = {
    "a ledger forgets it": ("work_order_ledger", 'workOrders(filter: {{ ticketId: "{id}" }})'),
    "another one does": ("warning_ledger", 'warnings(filter: {{ matterId: "{id}" }})'),
}


@backends.ONCE
@pytest.mark.parametrize("hole", HOLES)
def test_a_ledger_that_would_forget_it_is_found(
    api: Api, hole: str, monkeypatch: pytest.MonkeyPatch
):
    table, asked = HOLES[hole]
    who = register(api, SUPERVISOR)
    ticket_id = carded_now(api, accused_staff=who.id)
    query = f"{{ {asked.format(id=ticket_id)} {{ totalCount }} }}"
    (kept,) = api.ask(query, who).values()
    columns = {name: one for name, one in withheld._COLUMNS.items() if name != table}
    monkeypatch.setattr(withheld, "_COLUMNS", columns)
    (forgotten,) = api.ask(query, who).values()
    assert (kept["totalCount"], forgotten["totalCount"]) == (0, 1)


def test_each_table_with_rows_of_tickets_or_erasures_is_read_without_those():
    for projection in (*PROJECTIONS, *(one.projection for one in LISTED)):
        if not projection.of or {"ticket-", "erasure-"} & set(projection.of):
            for table in (one for one in projection.tables if one.name != "access_log"):
                assert table.c[withheld._COLUMNS[str(table.name)]].info[STREAM]


# Registers, which everybody sees alike, and what is refused or counted over the whole hall; and the
# connections of acts and searches, which `Asking.seen_on` is told.
READ_ALL = {
    "context.py": 7, "past.py": 1, "mutations.py": 1, "hearing.py": 1, "subscriptions.py": 2,
    "rating_by_code.py": 1, "comparison.py": 2, "person_search.py": 1, "rulebooks.py": 4,
    "root.py": 4, "searches.py": 1,
}  # fmt: skip


def test_who_asks_reads_by_a_connection_of_their_own_wherever_tickets_are_shown():
    """`Services.read` and the database itself read all there is: nobody takes these instead."""
    found = Counter(
        path.name
        for path in (ROOT / "src/bancheng/graphql").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"services\.read|database\.connect|services\.finder", line)
    )
    assert found == READ_ALL


@pytest.mark.parametrize("at", [False, True])
def test_no_ledger_that_is_taken_away_has_one_of_them(api: Api, scene: Scene, at: bool):
    for ledger in seen_by(scene.accused):
        if at and (ledger not in LEDGERS or ledger.projection.goes_by_order):
            continue
        said = {"at": scene.before.isoformat()} if at else {}
        name = lower_camel(ledger.name)
        headers = {"Authorization": f"Bearer {api.token(scene.accused)}"}
        answer = api.client.post(f"/exports/{name}.csv", json=said, headers=headers)
        assert answer.status_code == OK, answer.text
        assert scene.told(answer.text) == [], name
