"""批量: one act for many matters, each with its own result, bounded, and as a whole done once."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from graphql import get_named_type

from bancheng.app.acts.act import MANY, Act
from bancheng.app.acts.act import OFFICER as OFFICERS
from bancheng.app.acts.tickets import TICKET
from bancheng.app.bulk import form_of
from bancheng.app.engine import Engine
from bancheng.app.registry import ACTS
from bancheng.domain.bulk import BULK_MAX, PREFIX, BulkBegun
from bancheng.domain.complaint import contact
from bancheng.graphql.bulk import name_of
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.schema import schema
from support import backends
from support.accesses import head, since
from support.api_acts import WAYS, dispatched, reported
from support.api_client import ANSWER, Api, served
from support.case_api_acts import submitted
from support.given import CLERK, HANDLER, OFFICER, SUPERVISOR
from support.ways import Matter

BULKS = {name_of(act): act for act in ACTS if act.many is not None}
DONE = f"batchId done refused projected outcomes {{ index matterId part result {{ {ANSWER} }} }}"
URGE = {"ground": "overdue", "demand": "请尽快办理"}
_keys = count(1)


class Broken(Exception):
    """Something that nobody foresaw: all that follows is left undone."""


def bulk(api: Api, name: str, by: Any, filled: dict, key: str | None = None, **more: Any) -> dict:
    """The answer to a mutation that does an act for many."""
    given = {"input": filled, "key": key or f"bulk-{next(_keys)}", **more}
    answer: dict = api.ask(_operation(name), by, **given)[name]
    return answer


def _operation(name: str) -> str:
    kind = name[0].upper() + name[1:]
    operation = (
        f"mutation ($input: {kind}Input!, $key: String!, $place: PlaceInput) "
        f"{{ {name}(input: $input, key: $key, place: $place) {{ __typename "
        f"... on Rejection {{ code message remedy field others {{ code field }} }} "
        f"... on TicketBulkDone {{ {DONE} }} ... on MatterBulkDone {{ {DONE} }} "
        f"... on FileBulkDone {{ {DONE} }} ... on CaseBulkDone {{ {DONE} }} }} }}"
    )
    answers = get_named_type(schema._schema.mutation_type.fields[name].type)
    kinds = {member.name for member in answers.types}
    for other in ("Ticket", "Matter", "File", "Case"):
        if f"{other}BulkDone" not in kinds:
            operation = operation.replace(f"... on {other}BulkDone {{ {DONE} }} ", "")
    return operation


def results(answer: dict) -> list[str]:
    """What came of each: the code of its refusal, or that it was done."""
    return [one["result"].get("code", "done") for one in answer["outcomes"]]


def targets(*matters: Matter) -> list[dict]:
    return [{"ticketId": one.ticket_id, "orderId": one.order} for one in matters]


def stored(api: Api, ticket_id: str) -> list[str]:
    return [type(one.event).__name__ for one in api.hall.store.load(ticket_id)]


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A hall of its own: some acts are due after months only, and others go by the date."""
    with backends.fresh(request.param) as url, served(url) as one:
        yield one


@pytest.fixture
def orders(api: Api) -> list[Matter]:
    """Three orders of the officer's unit."""
    return [dispatched(api) for _ in range(3)]


@pytest.mark.parametrize("name", BULKS)
def test_each_is_done_as_if_for_it_alone_and_what_is_not_there_is_refused(api: Api, name: str):
    act = BULKS[name]
    way = WAYS[lower_camel(act.name)]
    filled = way.filled(way.given(api))
    api.settle()
    about = lower_camel(act.command.about_field)
    of_target = _target_fields(act)
    target = {field: value for field, value in filled.items() if field in of_target}
    missing = target | {about: f"{target[about]}-none"}
    common = {field: value for field, value in filled.items() if field not in of_target}

    answer = bulk(api, name, way.by, common | {"targets": [missing, target]})

    assert results(answer) == ["MATTER_NOT_FOUND", "done"]
    assert (answer["done"], answer["refused"], answer["projected"]) == (1, 1, True)
    assert [one["matterId"] for one in answer["outcomes"]] == [missing[about], target[about]]
    last = api.hall.store.load(target[about])[-1]
    assert last.envelope.act == act.name
    assert last.envelope.batch_id == answer["batchId"]
    for wrong in (who for who in _people() if not who.may(*act.by)):
        refused = bulk(api, name, wrong, common | {"targets": [target]})
        assert (refused["__typename"], refused["code"]) == ("NotAllowed", "ROLE_MISSING")


def _target_fields(act: Act) -> set[str]:
    assert act.many is not None
    fields = (act.command.about_field, *act.many.part, *act.many.own)
    return {lower_camel(one) for one in fields}


def _people() -> tuple:
    return (CLERK, OFFICER, HANDLER, SUPERVISOR)


def test_one_refusal_touches_no_other_and_the_order_is_kept(api: Api, orders: list[Matter]):
    first, second, third = orders
    api.act("signInWorkOrder", OFFICER, targets(second)[0])
    given = targets(first, second, third)
    given[2]["expectedVersion"] = 99

    answer = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": given})

    assert results(answer) == ["done", "WRONG_ORDER_STATUS", "VERSION_CONFLICT"]
    assert [one["index"] for one in answer["outcomes"]] == [0, 1, 2]
    assert [one["part"] for one in answer["outcomes"]] == [one.order for one in orders]
    assert answer["outcomes"][2]["result"]["field"] == "expectedVersion"
    assert stored(api, first.ticket_id)[-1] == "WorkOrderSignedIn"
    assert stored(api, third.ticket_id)[-1] == "WorkOrderDispatched"


def test_a_repeated_key_answers_the_same_and_records_nothing(api: Api, orders: list[Matter]):
    filled = {"targets": targets(*orders)}
    first = bulk(api, "signInWorkOrderForMany", OFFICER, filled, "once")
    before = api.hall.store.head()
    assert bulk(api, "signInWorkOrderForMany", OFFICER, filled, "once") == first
    assert api.hall.store.head() == before
    assert results(first) == ["done"] * 3


def test_what_broke_in_the_middle_is_retried_and_has_the_rest_done_and_nothing_twice(
    api: Api, orders: list[Matter], monkeypatch: pytest.MonkeyPatch
):
    filled, execute = {"targets": targets(*orders)}, Engine.execute
    left = iter((True, True, False))  # it begins, does one, and breaks

    def broken(engine: Engine, command: Any, context: Any) -> Any:
        if not next(left):
            raise Broken
        return execute(engine, command, context)

    monkeypatch.setattr(Engine, "execute", broken)
    operation = _operation("signInWorkOrderForMany")
    (error,) = api.errors(operation, OFFICER, input=filled, key="broken")
    assert error["path"] == ["signInWorkOrderForMany"]
    monkeypatch.undo()
    signed = [stored(api, one.ticket_id).count("WorkOrderSignedIn") for one in orders]
    assert signed == [1, 0, 0]

    answer = bulk(api, "signInWorkOrderForMany", OFFICER, filled, "broken")

    assert results(answer) == ["done"] * 3
    signed = [stored(api, one.ticket_id).count("WorkOrderSignedIn") for one in orders]
    assert signed == [1, 1, 1]
    batches = {api.hall.store.load(one.ticket_id)[-1].envelope.batch_id for one in orders}
    assert batches == {answer["batchId"]}
    assert len(api.hall.store.load(answer["batchId"])) == 1


def test_what_was_refused_is_tried_again_under_the_same_key(api: Api):
    ticket = reported(api)
    filled = {"leadUnit": "RS", "instruction": "请速办"}
    filled |= {"targets": [{"ticketId": ticket.ticket_id, "released": "没有办成"}]}
    assert results(bulk(api, "dispatchWorkOrdersForMany", HANDLER, filled, "again")) == [
        "WRONG_STATUS"
    ]
    api.act("acceptTicket", HANDLER, {"ticketId": ticket.ticket_id})
    analysis = {"cause": "delay", "complexity": "general", "units": ["RS"], "opinion": "意见"}
    api.act("analyseCause", HANDLER, {"ticketId": ticket.ticket_id, **analysis})
    assert results(bulk(api, "dispatchWorkOrdersForMany", HANDLER, filled, "again")) == ["done"]


def test_it_is_waited_for_what_was_done_last_whichever_target_that_was(
    api: Api, monkeypatch: pytest.MonkeyPatch
):
    later, sooner = reported(api), reported(api)
    filled = {"targets": [{"ticketId": one.ticket_id} for one in (later, sooner)]}
    filled["targets"][0]["expectedVersion"] = 2
    assert results(bulk(api, "acceptTicketForMany", HANDLER, filled, "wait")) == [
        "VERSION_CONFLICT", "done",
    ]  # fmt: skip
    api.act("supplementReport", CLERK, {"ticketId": later.ticket_id, "content": "昨天又去了一趟"})
    waited: list[int] = []
    wait = type(api.hall.runner).wait
    monkeypatch.setattr(
        type(api.hall.runner),
        "wait",
        lambda runner, position, *more: waited.append(position) or wait(runner, position, *more),
    )
    answer = bulk(api, "acceptTicketForMany", HANDLER, filled, "wait")
    assert (results(answer), answer["projected"]) == (["done"] * 2, True)
    assert max(waited) == api.hall.store.head()


def test_the_same_key_for_another_body_is_a_conflict_and_touches_nothing(
    api: Api, orders: list[Matter]
):
    first, second, third = orders
    done = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": targets(first)}, "body")
    assert results(done) == ["done"]
    for filled in (
        {"targets": targets(first, second)},
        {"targets": targets(first), "why": "补签"},
        {"targets": targets(third)},
    ):
        refused = bulk(api, "signInWorkOrderForMany", OFFICER, filled, "body")
        assert (refused["__typename"], refused["code"]) == ("Conflict", "KEY_REUSED")
    assert stored(api, second.ticket_id)[-1] == "WorkOrderDispatched"


def test_a_key_of_a_single_act_is_none_for_many(api: Api, orders: list[Matter]):
    one, other, _ = orders
    assert "version" in api.act("signInWorkOrder", OFFICER, targets(one)[0], key="shared")
    refused = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": targets(other)}, "shared")
    assert (refused["__typename"], refused["code"]) == ("Conflict", "KEY_REUSED")


def test_who_stands_there_twice_is_told_where_and_nothing_is_done(api: Api, orders: list[Matter]):
    first, second, _ = orders
    before = api.hall.store.head()
    filled = {"targets": targets(first, second, first, second)}
    refused = bulk(api, "signInWorkOrderForMany", OFFICER, filled)
    assert (refused["code"], refused["field"]) == ("TARGET_TWICE", "targets[2].orderId")
    assert "第 3 个" in refused["message"]
    assert "第 1 个" in refused["message"]
    assert refused["others"] == [{"code": "TARGET_TWICE", "field": "targets[3].orderId"}]
    assert api.hall.store.head() == before


def test_one_matter_may_be_urged_at_two_units_and_not_twice_at_one(api: Api):
    matter = dispatched(api, others=("YB",))
    both = [{"matterId": matter.ticket_id, "unit": unit} for unit in ("RS", "YB")]
    assert results(bulk(api, "urgeUnitForMany", SUPERVISOR, URGE | {"targets": both})) == [
        "done", "done",
    ]  # fmt: skip
    refused = bulk(api, "urgeUnitForMany", SUPERVISOR, URGE | {"targets": [both[0], both[0]]})
    assert (refused["code"], refused["field"]) == ("TARGET_TWICE", "targets[1].unit")


def test_tickets_and_cases_are_urged_in_one_go(api: Api):
    ticket, case = dispatched(api), submitted(api)
    filled = URGE | {
        "targets": [
            {"matterId": ticket.ticket_id, "unit": "RS"},
            {"matterId": case.case_id, "unit": "RS"},
        ]
    }
    answer = bulk(api, "urgeUnitForMany", SUPERVISOR, filled)
    kinds = [one["result"]["__typename"] for one in answer["outcomes"]]
    assert kinds == ["TicketActDone", "CaseActDone"]


@pytest.mark.parametrize("size", [0, BULK_MAX + 1])
def test_more_than_the_bound_or_none_is_refused_with_the_bound(api: Api, size: int):
    before = api.hall.store.head()
    filled = {"targets": [{"ticketId": f"ticket-{n}"} for n in range(size)]}
    refused = bulk(api, "acceptTicketForMany", HANDLER, filled)
    assert (refused["code"], refused["field"]) == ("FIELD_INVALID", "targets")
    assert str(BULK_MAX if size else 1) in refused["message"]
    assert api.hall.store.head() == before


def test_all_that_is_wrong_with_the_form_comes_at_once_and_nothing_is_done(
    api: Api, orders: list[Matter]
):
    before = api.hall.store.head()
    given = [{"matterId": orders[0].ticket_id, "unit": "RS"}, {"matterId": "x" * 81, "unit": "RS"}]
    filled = {"ground": "g" * 41, "demand": "请尽快办理", "targets": given}
    refused = bulk(api, "urgeUnitForMany", SUPERVISOR, filled, place={"channel": "SYSTEM"})
    fields = {refused["field"], *(one["field"] for one in refused["others"])}
    assert fields == {"ground", "targets[1].matterId", "place.channel"}
    blank = bulk(api, "urgeUnitForMany", SUPERVISOR, URGE | {"demand": " ", "targets": given[:1]})
    assert (blank["code"], blank["field"]) == ("FIELD_EMPTY", "demand")
    assert api.hall.store.head() == before


def test_whoever_lacks_the_role_begins_nothing_and_is_recorded_once(api: Api, orders: list[Matter]):
    before, looked = api.hall.store.head(), head(api.hall)
    refused = bulk(api, "signInWorkOrderForMany", CLERK, {"targets": targets(*orders)})
    assert refused["code"] == "ROLE_MISSING"
    (record,) = since(api.hall, looked, "REFUSED")
    assert (record["what"], record["refused"]) == ("signInWorkOrderForMany", "ROLE_MISSING")
    events = api.hall.store.read(before, 100)
    assert not any(isinstance(one.event, BulkBegun) for one in events)


def test_an_order_of_another_unit_answers_as_what_is_not_there_and_is_recorded(api: Api):
    own, foreign = dispatched(api), dispatched(api, lead="GA")
    api.settle()
    looked = head(api.hall)
    given = [*targets(foreign), {"ticketId": "ticket-none", "orderId": "x"}, *targets(own)]
    answer = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": given})
    withheld, missing, done = (one["result"] for one in answer["outcomes"])
    assert withheld == missing
    assert withheld["code"] == "MATTER_NOT_FOUND"
    assert done["__typename"] == "TicketActDone"
    (record,) = since(api.hall, looked, "REFUSED")
    assert (record["refused"], record["matters"]) == ("NOT_OWN_UNIT", [foreign.ticket_id])


def test_a_ticket_that_is_withheld_answers_as_what_is_not_there(api: Api):
    about_them = dispatched(api, accused_staff=OFFICER.id)
    other = dispatched(api)
    answer = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": targets(about_them, other)})
    assert results(answer) == ["MATTER_NOT_FOUND", "done"]
    assert stored(api, about_them.ticket_id)[-1] == "WorkOrderDispatched"


TRAIL = """query ($filter: AuditEntryFilterInput) {
  auditTrail(first: 50, filter: $filter) { edges { node { streamId sentence batchId } } } }"""


def test_the_trail_finds_the_whole_batch_and_says_that_it_was_one(api: Api, orders: list[Matter]):
    answer = bulk(api, "signInWorkOrderForMany", OFFICER, {"targets": targets(*orders)})
    api.settle()
    found = api.ask(TRAIL, SUPERVISOR, filter={"batchId": answer["batchId"]})["auditTrail"]
    begun, *each = [edge["node"] for edge in found["edges"]]
    assert answer["batchId"].startswith(PREFIX)
    assert begun["streamId"] == answer["batchId"]
    assert begun["sentence"].endswith("开始批量办理「签收」,共 3 件")
    assert [one["streamId"] for one in each] == [one.ticket_id for one in orders]
    assert all("批量办理:签收派单" in one["sentence"] for one in each)


def test_an_act_that_opens_data_can_not_be_done_for_many():
    act = TICKET.act(contact.DiscloseReporter, contact.disclose, OFFICERS, many=MANY)
    with pytest.raises(TypeError, match="DiscloseReporter"):
        form_of(act)


@pytest.mark.parametrize("name", BULKS)
def test_it_says_who_may_and_how_many(name: str):
    described = schema._schema.mutation_type.fields[name].description
    assert str(BULK_MAX) in described
    assert all(role.label in described for role in BULKS[name].by)
