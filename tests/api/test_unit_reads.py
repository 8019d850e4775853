"""What a unit has of a report is what was released to it: no other answer tells anything of it.

Asked are pages, lists and their parts, the trail and its changes, searches, filters and orders,
acts and their errors, pushes, and all of it as of a moment that is past.
"""

import json
from datetime import datetime
from typing import Any

import pytest

from api.test_past import leaves
from bancheng.app.acts import tickets as ticket_acts
from bancheng.app.registry import ACTS
from bancheng.domain.calls import CallResult
from bancheng.domain.complaint.analyse import AnalyseCause
from bancheng.domain.complaint.contact import ContactReporter
from bancheng.domain.complaint.correct import CorrectTicket, SupplementReport
from bancheng.domain.complaint.dispatch import DispatchWorkOrders
from bancheng.domain.complaint.release import ReleaseText
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Actor, FreeText, PersonName, Reporter, SpecialGroup, Title
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.raising import RaiseWarning
from bancheng.graphql.naming import lower_camel
from bancheng.projections.registry import LEDGERS
from support.api_acts import TEXT, WAYS, accepted, dispatched
from support.api_client import ANSWER, EFFICIENCY, Api
from support.case_api_acts import CASE_WAYS, submitted
from support.given import CLERK, CO_OFFICER, HANDLER, HEAD, OFFICER, SUPERVISOR
from support.ways import Matter
from support.whole_run import WHO

SAID: dict[str, Any] = {
    "reporter": WHO,
    "subject": Title("欧阳建国反映过户难"),
    "content": FreeText("我叫欧阳建国,住明仁大街1号院2单元301,窗口小赵让我跑了三趟"),
    "special_group": SpecialGroup.ELDERLY,
}
READ = ReleasedText("有人反映落户没有办成")
HIDDEN = (
    "欧阳", "司马", "反映过户难", "我叫", "小赵", "王主任", "明仁大街", "138****", "1231002X",
    "ELDERLY", "老年人", "只有他家",
)  # fmt: skip
OF_UNITS = pytest.mark.parametrize("who", [OFFICER, CO_OFFICER, HEAD], ids=lambda who: who.id)
TICKET = """{ ticketId subject content latestSupplement caseId case { number } specialGroup
  specialGroupLabel reporter { anonymous name phone idNumber address } contacts
  workOrders { orderId released tells tellsLabel ticketSubject instruction
    ticket { subject content case { number } } }
  deadlines { subject } warnings { subject ground } orderReturns { explanation }
  timeline { sentence reason why details changes { name label before after } } }"""


@pytest.fixture(scope="module")
def sent(api: Api) -> Matter:
    """A report with a supplement, of which two units read what was released; RS was warned."""
    found = accepted(api, **SAID, case_id=submitted(api).case_id)
    ticket = {"ticket_id": found.ticket_id}
    for act, by in (
        (SupplementReport(**ticket, content=FreeText("再补充:找过王主任,只有他家不给办")), CLERK),
        (AnalyseCause(**ticket, cause="delay", complexity="general", units=("RS",), opinion=TEXT),
         HANDLER),
        (DispatchWorkOrders(**ticket, lead_unit="RS", co_units=("YB",), instruction=TEXT,
                            released=READ), HANDLER),
        (ContactReporter(**ticket, order_id=found.order, purpose="contact",
                         call=CallResult.CONNECTED), HANDLER),
    ):  # fmt: skip
        api.carry_out(act, by)
    api.clock.advance(days=10)
    warning = RaiseWarning(
        matter_id=found.ticket_id, kind=LimitKind.SIGN_IN, subject=found.order,
        level=WarningLevel.RED,
    )  # fmt: skip
    api.carry_out(warning, EFFICIENCY)
    api.settle()
    return found


def told(answer: Any) -> list[str]:
    text = json.dumps(answer, ensure_ascii=False)
    return [part for part in (*HIDDEN, "13800138") if part in text]


def pages(who: Actor) -> list[str]:
    """A page of each ledger that ``who`` may see, with every field."""
    seen = [lower_camel(one.name) for one in LEDGERS if one.view.shows(who)]
    return [f"{name}(first: 50) {{ edges {{ node {{ {leaves(name)} }} }} }}" for name in seen]


def as_of(api: Api, at: datetime, asked: str, who: Actor, by: str = "RECORDED", **more: Any) -> Any:
    variables = "($id: ID!) " if more else ""
    query = f'query {variables}{{ asOf(at: "{at.isoformat()}", by: {by}) {{ {asked} }} }}'
    return api.ask(query, who, **more)["asOf"]


@OF_UNITS
def test_no_page_and_nothing_that_hangs_on_the_ticket_tells_of_the_report(
    api: Api, sent: Matter, who: Actor
):
    ticket = f"ticket(id: $id) {TICKET}"
    found = api.ask(f"query ($id: ID!) {{ {ticket} }}", who, id=sent.ticket_id)
    assert [one["released"] for one in found["ticket"]["workOrders"]] == [READ.plain]
    assert (found["ticket"]["caseId"], found["ticket"]["case"]) == (None, None)
    assert told(found) == []
    assert told([api.ask(f"{{ {page} }}", who) for page in pages(who)]) == []
    explained = "query ($id: ID!) { explain(matterId: $id) { subject steps { text } } }"
    assert told(api.post(explained, {"id": sent.ticket_id}, who).json()) == []


@OF_UNITS
@pytest.mark.parametrize("by", ["RECORDED", "OCCURRED"])
def test_nor_does_any_of_them_as_of_a_moment_that_is_past(
    api: Api, sent: Matter, who: Actor, by: str
):
    now = api.clock.now()
    found = as_of(api, now, f"ticket(id: $id) {TICKET}", who, by, id=sent.ticket_id)
    assert [one["released"] for one in found["ticket"]["workOrders"]] == [READ.plain]
    assert told([found, *(as_of(api, now, page, who, by) for page in pages(who))]) == []


def test_the_hall_is_told_all_of_it(api: Api, sent: Matter):
    """Or the tests above find nothing because nothing is there."""
    query = f"query ($id: ID!) {{ ticket(id: $id) {TICKET} }}"
    found = api.ask(query, HANDLER, id=sent.ticket_id)
    assert found["ticket"]["case"] is not None
    assert told(found) == [one for one in HIDDEN if one not in ("司马", "1231002X")]


@OF_UNITS
@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(
    "asked",
    ['tickets(filter: { text: "欧阳" })', 'tickets(filter: { caseId: "case-1" })',
     "tickets(filter: { specialGroup: ELDERLY })", "tickets(filter: { anonymous: false })",
     'auditTrail(filter: { text: "欧阳" })'],
)  # fmt: skip
def test_what_a_unit_may_not_read_it_neither_filters_nor_searches_by(
    api: Api, sent: Matter, who: Actor, asked: str, past: bool
):
    asked = f"{asked} {{ totalCount }}"
    if past:
        asked = f'asOf(at: "{api.clock.now().isoformat()}", by: RECORDED) {{ {asked} }}'
    (error,) = api.errors(f"{{ {asked} }}", who)
    assert error["extensions"]["code"] == "FILTER_FORBIDDEN"


@OF_UNITS
@pytest.mark.parametrize("text", ["欧阳", "过户难", "小赵", "王主任"])
def test_its_orders_are_not_found_by_the_words_of_the_report(
    api: Api, sent: Matter, who: Actor, text: str
):
    asked = f'workOrders(filter: {{ text: "{text}" }}) {{ totalCount }}'
    assert api.ask(f"{{ {asked} }}", who)["workOrders"]["totalCount"] == 0
    assert as_of(api, api.clock.now(), asked, who)["workOrders"]["totalCount"] == 0


ON_TICKETS = {lower_camel(act.name) for act in ACTS if ticket_acts.TICKET in act.on}
OF_OFFICERS = [
    name
    for name, way in WAYS.items()
    if way.by == OFFICER and name in ON_TICKETS and name not in CASE_WAYS
]
DONE = f"""{ANSWER} ... on InvalidInput {{ others {{ code message field }} }}
  ... on TicketActDone {{ ticket {TICKET} }}"""


@OF_UNITS
@pytest.mark.parametrize("name", OF_OFFICERS)
def test_no_act_of_a_unit_and_no_refusal_tells_of_the_report(
    api: Api, sent: Matter, who: Actor, name: str
):
    filled = WAYS[name].filled(sent)
    for version in (None, 1):
        assert told(api.act(name, who, filled, version=version, answer=DONE)) == []


def test_a_unit_opens_whom_to_call_and_not_what_was_reported(api: Api):
    matter = dispatched(api, **SAID)
    api.settle()
    said = {"ticketId": matter.ticket_id, "purpose": "contact", "reason": "核实"}
    answer = api.act("discloseReporter", OFFICER, {**said, "fields": ["FULL_TEXT"]}, answer=DONE)
    assert answer["code"] == "FIELD_NOT_FOR_PURPOSE"
    assert told(answer) == []


def test_what_is_pushed_to_a_unit_tells_nothing_of_the_report(api: Api, sent: Matter):
    of_it = """query ($id: String) { warnings(filter: { matterId: $id }) {
      edges { node { position } } } }"""
    given = api.ask(of_it, SUPERVISOR, id=sent.ticket_id)["warnings"]["edges"]
    # Not from the beginning: other tests in the same hall have more than may be missed.
    before = min(int(one["node"]["position"]) for one in given) - 1
    asked = f"""subscription {{ warnings(after: "{before}") {{
      matterId subject ground post answer }} }}"""
    with api.connected(OFFICER) as socket:
        socket.say(id="1", type="subscribe", payload={"query": asked})
        pushed = [socket.hear()["payload"]["data"]["warnings"]]
        while pushed[-1]["matterId"] != sent.ticket_id:  # of other tests, in the same hall
            pushed.append(socket.hear()["payload"]["data"]["warnings"])
    assert told(pushed) == []


# Of another name than the reporter above: all tests of the API ask one hall.
OTHER = Reporter(name=PersonName("司马长明"))
KEPT = ReleasedText("司马长明反映落户没有办成")
FOUND = 'workOrders(filter: { text: "司马" }) { totalCount }'


@pytest.fixture
def accused_since(api: Api) -> tuple[Matter, datetime]:
    """A ticket whose text told the name, and the moment before its unit was found to be accused."""
    matter = accepted(api, **SAID | {"reporter": OTHER})
    ticket = {"ticket_id": matter.ticket_id}
    analysis = {"cause": "delay", "complexity": "general", "units": ("RS",), "opinion": TEXT}
    api.carry_out(AnalyseCause(**ticket, **analysis), HANDLER)
    sending = DispatchWorkOrders(
        **ticket, lead_unit="RS", co_units=("YB",), instruction=TEXT, released=KEPT,
        keeps=(PersonalField.NAME,),
    )  # fmt: skip
    api.carry_out(sending, HANDLER)
    before = api.clock.now()
    api.clock.advance(hours=1)
    api.carry_out(CorrectTicket(**ticket, reason=TEXT, accused_unit="RS"), CLERK)
    api.clock.advance(hours=1)
    api.settle()
    return matter, before


def test_a_text_that_was_taken_back_the_unit_has_from_nowhere(
    api: Api, accused_since: tuple[Matter, datetime]
):
    matter, before = accused_since
    known = {"id": matter.ticket_id}
    now = api.ask(f"query ($id: ID!) {{ ticket(id: $id) {TICKET} }}", OFFICER, **known)
    assert told(now) == []
    assert [one["released"] for one in now["ticket"]["workOrders"]] == [None]
    for by in ("RECORDED", "OCCURRED"):
        then = as_of(api, before, f"ticket(id: $id) {TICKET}", OFFICER, by, **known)
        assert [one["released"] for one in then["ticket"]["workOrders"]] == [None]
        assert told(then) == []
        assert as_of(api, before, FOUND, OFFICER, by)["workOrders"]["totalCount"] == 0


def test_the_other_unit_reads_on_what_it_read_then_and_now(
    api: Api, accused_since: tuple[Matter, datetime]
):
    matter, before = accused_since
    asked = "ticket(id: $id) { workOrders { released tells } }"
    found = [
        api.ask(f"query ($id: ID!) {{ {asked} }}", CO_OFFICER, id=matter.ticket_id),
        as_of(api, before, asked, CO_OFFICER, id=matter.ticket_id),
    ]
    read = {"released": KEPT.plain, "tells": None}
    assert [one["ticket"]["workOrders"] for one in found] == [[read], [read]]


def test_what_is_released_after_that_is_read_and_not_as_of_before_it(
    api: Api, accused_since: tuple[Matter, datetime]
):
    matter, before = accused_since
    order = {"ticket_id": matter.ticket_id, "order_id": matter.order}
    api.carry_out(ReleaseText(**order, released=READ), HANDLER)
    api.settle()
    asked = "ticket(id: $id) { workOrders { released } }"
    now = api.ask(f"query ($id: ID!) {{ {asked} }}", OFFICER, id=matter.ticket_id)
    then = as_of(api, before, asked, OFFICER, id=matter.ticket_id)
    found = [one["ticket"]["workOrders"] for one in (now, then)]
    assert found == [[{"released": READ.plain}], [{"released": None}]]
