"""Each line of the page of rights over the API: a field that fewer see is empty for the others.

Made from the schema, whose descriptions name the roles; `docs/rights.md` shows the same lines.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type
from msgspec import structs

from arch import rights
from bancheng.app.deciding import Context
from bancheng.domain.case.history import PastCaseHeader, RecordPastStep
from bancheng.domain.complaint.analyse import AnswerInquiry
from bancheng.domain.complaint.answer import AnswerReporter
from bancheng.domain.complaint.correct import SupplementReport
from bancheng.domain.complaint.dispatch import ReassignWorkOrder
from bancheng.domain.complaint.terms import AnswerWay
from bancheng.domain.events import Channel, Place
from bancheng.domain.items import DeliveryWay
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Actor, Address, SpecialGroup
from bancheng.domain.supervision.taking import UrgeUnit
from bancheng.graphql.naming import lower_camel
from bancheng.projections.registry import LEDGERS
from bancheng.projections.sight import bound_unit
from support import backends, case_api_acts
from support.api_acts import (
    TEXT,
    WAYS,
    appealed,
    called_back,
    dispatched,
    inquired,
    not_needed,
    officer_recused,
    proposed,
    reported,
    suspended,
)
from support.api_client import EFFICIENCY, EVERYBODY, Api, served
from support.given import ADMIN, CLERK, HANDLER, OFFICER, READ, SUPERVISOR
from support.recusal_acts import lifting
from support.tie_ways import merged_into, repeated

TYPES = rights.types()
# At the windows of a unit what is about it is withheld: this one nobody accuses.
ELSEWHERE = structs.replace(CLERK, id="c-elsewhere", unit="NOBODY")
ROLES = [ELSEWHERE if one is CLERK else one for one in EVERYBODY]


def rows_of(ledger: str) -> str:
    """The name of the type of a row."""
    edges = get_named_type(TYPES["Query"].fields[ledger].type).fields["edges"]
    return str(get_named_type(get_named_type(edges.type).fields["node"].type))


def few_see(ledger: str) -> dict[str, rights.Line]:
    """The fields of a row that fewer see than the ledger."""
    of = f"{rows_of(ledger)}."
    lines = (line for line in rights.fields() if line.name.startswith(of))
    return {line.name.removeprefix(of): line for line in lines}


GUARDED = {name: few_see(name) for name in (lower_camel(one.name) for one in LEDGERS)}
GROWS = {"accesses"}  # by each look at it, this one too
SOME = sorted(name for name, fields in GUARDED.items() if fields)


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A hall of its own: every page of its trail is read here, by everybody."""
    with backends.fresh(request.param) as url, served(url) as one:
        yield one


@pytest.fixture(scope="module")
def filled(api: Api) -> Api:
    """A hall in which each of those fields says something in some row."""
    api.carry_out(RegisterUnit(code=ELSEWHERE.unit, name="无人反映的单位"), ADMIN)
    api.settle()
    said = {"name": ELSEWHERE.name, "post": ELSEWHERE.post, "unit": ELSEWHERE.unit}
    api.carry_out(RegisterStaff(staff_id=ELSEWHERE.id, roles=ELSEWHERE.roles, **said), ADMIN)
    api.settle()
    for who in ROLES:
        api.token(who)  # now and not later: it is a row of the trail
    for given in (
        called_back, appealed, suspended, proposed, case_api_acts.delivered, case_api_acts.rated,
    ):  # fmt: skip
        given(api)
    for name in ("withdrawTicket", "terminateTicket", "noteAssistance"):
        assert api.act(name, WAYS[name].by, WAYS[name].filled(WAYS[name].given(api)))
    told = {"way": AnswerWay.WRITTEN, "answer": TEXT}
    api.carry_out(AnswerReporter(ticket_id=called_back(api).ticket_id, **told), HANDLER)
    api.carry_out(AnswerInquiry(ticket_id=inquired(api).ticket_id, answer=TEXT), HANDLER)
    moved = not_needed(api)  # its order was sent back, rightly
    for serial, unit in enumerate(("GA", "RS", "GA"), start=2):
        order = {"ticket_id": moved.ticket_id, "order_id": f"{moved.number}-{serial:02d}"}
        api.carry_out(
            ReassignWorkOrder(**order, unit=unit, instruction=TEXT, released=READ), HANDLER
        )
    about = {"case_id": case_api_acts.submitted(api).case_id, "special_group": SpecialGroup.ELDERLY}
    accused = dispatched(api, accused_unit="RS", accused_window="W01", accused_staff="o1", **about)
    urge = UrgeUnit(matter_id=accused.ticket_id, unit="RS", ground="overdue", demand=TEXT, why=TEXT)
    api.carry_out(urge, SUPERVISOR)
    free = officer_recused(api).ticket_id
    api.carry_out(lifting(free, OFFICER.id), SUPERVISOR)
    post = {"delivery": DeliveryWay.POST, "delivery_address": Address("人民路1号")}
    case_api_acts.submitted(api, **post)
    more = SupplementReport(ticket_id=dispatched(api).ticket_id, content=TEXT)
    api.carry_out(more, HANDLER)
    merged_into(api, dispatched(api), reported, HANDLER)
    repeated(api, reported)
    past = PastCaseHeader(source_system="old", external_id="A-1")
    api.carry_out(RecordPastStep(case=past, activity="收件"), EFFICIENCY)
    told = Context(
        actor=EFFICIENCY, key="told", place=Place(Channel.IMPORT), source_system="old",
        source_id="A-1", batch_id="b1",
    )  # fmt: skip
    api.hall.engine.execute(RecordPastStep(case=past, activity="审查"), told)
    api.settle()
    return api


def seen_of(api: Api, ledger: str, who: Actor) -> dict[str, list[Any]]:
    """What ``who`` sees of each of those fields, row by row; the rows in their usual order."""
    of = TYPES[rows_of(ledger)].fields
    asked = " ".join(
        name if is_leaf_type(get_named_type(of[name].type)) else f"{name} {{ __typename }}"
        for name in GUARDED[ledger]
    )
    found: dict[str, list[Any]] = {name: [] for name in GUARDED[ledger]}
    after, goes_on = None, True
    while goes_on:
        page = api.ask(
            f"""query ($after: String) {{ {ledger}(first: 100, after: $after) {{
                pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {asked} }} }} }} }}""",
            who,
            after=after,
        )[ledger]
        for name, values in found.items():
            values += [edge["node"][name] for edge in page["edges"]]
        after, goes_on = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def present(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None]


@pytest.mark.parametrize("ledger", SOME)
def test_a_field_is_empty_for_every_role_that_its_line_does_not_name(filled: Api, ledger: str):
    everything = seen_of(filled, ledger, SUPERVISOR)
    assert [name for name, values in everything.items() if not present(values)] == []
    views = {lower_camel(one.name): one.view for one in LEDGERS}
    for who in (one for one in ROLES if one.may(*views[ledger].roles)):
        for name, values in seen_of(filled, ledger, who).items():
            line = GUARDED[ledger][name]
            if not line.also:  # of some rows: tests/api/test_case_isolation.py
                if not who.may(*line.roles):
                    assert present(values) == [], (name, who.roles)
                elif name in GROWS:
                    assert len(present(values)) == len(everything[name]), (name, who.roles)
                elif bound_unit(who) is None:
                    assert values == everything[name], (name, who.roles)
                else:  # of the rows of its unit
                    assert [value for value in values if value not in everything[name]] == []


@pytest.mark.parametrize("ledger", SOME)
def test_nobody_filters_or_sorts_by_a_field_that_its_line_does_not_name_them_in(
    filled: Api, ledger: str
):
    declared = next(one for one in LEDGERS if lower_camel(one.name) == ledger)
    for name, view in declared.sorts_seen_by.items():
        for who in (one for one in ROLES if one.may(*declared.view.roles)):
            query = f"{{ {ledger}(orderBy: {name.upper()}) {{ totalCount }} }}"
            if view is None or view.shows(who):
                assert filled.ask(query, who)
            else:
                (error,) = filled.errors(query, who)
                assert error["extensions"]["code"] == "FILTER_FORBIDDEN"
