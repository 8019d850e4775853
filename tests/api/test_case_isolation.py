"""Who sees which case: a unit those it has a part in, and who applies only while it has to."""

import json
from dataclasses import dataclass

import pytest

from api.test_cases import a_theme
from bancheng.domain.case.dispatch import FinishStep, SignHandOver, TransferCase
from bancheng.domain.case.supervise import RecordFinding
from bancheng.domain.people import Actor
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.projections import sight
from bancheng.projections.registry import LEDGERS
from support import backends
from support.api_client import Api
from support.case_api_acts import (
    CASE_CLEAR,
    CASE_WAYS,
    ITEM,
    OTHER_ITEM,
    STEP,
    TEXT,
    CaseMatter,
    accepted,
    delivered,
    in_hand,
    rated,
    refusal_reported,
)
from support.given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    CO_OFFICER,
    DUTY,
    EFFICIENCY,
    GOVERNOR,
    HANDLER,
    HEAD,
    OFFICER,
    ROBOT,
    SUPERVISOR,
    VERIFIER,
)

WIDE = (CLERK, HANDLER, VERIFIER, SUPERVISOR, EFFICIENCY, DUTY, GOVERNOR, ARCHIVIST)
EVERYTHING = """
query ($id: ID!) { case(id: $id) {
  caseId number queryCode status units unit holder
  applicant { name phone idNumber address specialGroup agent { name phone mandate } }
  receipts { receiptNo case { number } } handOvers { listNo } refusals { reason }
  issuing { receiver } ratings { comment } findings { detail }
  deadlines { unit kind } timeline { term why details }
} }
"""
PARTS = ("receipts", "refusals", "handOvers", "issued", "ratings", "findings")


@dataclass(frozen=True)
class Scene:
    own: CaseMatter  # of RS, which has its file
    helped: CaseMatter  # of YB; RS has done a step of it and given it back
    foreign: CaseMatter  # of YB alone


@pytest.fixture(scope="module")
def scene(api: Api) -> Scene:
    helped = in_hand(api, item=OTHER_ITEM)
    of_it = {"case_id": helped.case_id}
    api.carry_out(FinishStep(**of_it, name=STEP, opinion=TEXT), OFFICER)
    api.carry_out(TransferCase(**of_it, to_unit="YB"), OFFICER)
    api.carry_out(SignHandOver(**of_it), CO_OFFICER)
    made = Scene(in_hand(api), helped, accepted(api, item=OTHER_ITEM))
    api.settle()
    return made


def codes(api: Api, query: str, by: Actor, **variables) -> set[str]:
    return {error["extensions"]["code"] for error in api.errors(query, by, **variables)}


def test_a_unit_sees_the_applicant_of_what_it_has_in_hand(api: Api, scene: Scene):
    for who in (OFFICER, HEAD):
        seen = api.ask(EVERYTHING, who, id=scene.own.case_id)["case"]
        assert seen["applicant"]["name"] == "王**"
        assert seen["queryCode"] is None
        assert [(one["term"], one["details"]) for one in seen["timeline"]] == [("移交", None)]
        assert {deadline["unit"] for deadline in seen["deadlines"]} == {"RS", None}
        text = json.dumps(seen, ensure_ascii=False)
        assert not [value for value in CASE_CLEAR if value in text]


def test_a_unit_that_has_done_its_part_sees_the_case_without_the_applicant(api: Api, scene: Scene):
    seen = api.ask(EVERYTHING, OFFICER, id=scene.helped.case_id)["case"]
    assert (seen["applicant"], seen["holder"]) == (None, "YB")
    assert {deadline["unit"] for deadline in seen["deadlines"]} == {"RS", None}
    text = json.dumps(seen, ensure_ascii=False)
    assert not [part for part in (*CASE_CLEAR, "王*", "****7000") if part in text]
    assert api.ask(EVERYTHING, CO_OFFICER, id=scene.helped.case_id)["case"]["applicant"]


def test_who_fetched_the_result_is_as_hidden_as_who_applied(api: Api):
    matter = delivered(api)
    api.settle()
    for who, receiver in ((CLERK, "王**"), (OFFICER, None)):
        seen = api.ask(EVERYTHING, who, id=matter.case_id)["case"]
        assert seen["issuing"]["receiver"] == receiver


def test_lists_of_a_unit_hold_its_own_cases_alone(api: Api, scene: Scene):
    query = "{ cases(first: 200) { edges { node { caseId units applicant { name } } } } }"
    for who in (OFFICER, HEAD):
        found = {edge["node"]["caseId"]: edge["node"]
                 for edge in api.ask(query, who)["cases"]["edges"]}  # fmt: skip
        assert {scene.own.case_id, scene.helped.case_id} <= found.keys()
        assert scene.foreign.case_id not in found
        assert all("RS" in node["units"] for node in found.values())
        assert found[scene.helped.case_id]["applicant"] is None


@pytest.fixture(scope="module")
def in_every_ledger(api: Api) -> dict[str, set[str]]:
    """Cases of each unit, and of no other one, that together have a row in every ledger."""
    found = {}
    for unit, item in (("RS", ITEM), ("YB", OTHER_ITEM)):
        ended = rated(api, unit=unit, item=item).case_id
        refused = refusal_reported(api, item).case_id
        finding = RecordFinding(
            case_id=ended, finding_id=f"{unit}/1", rule=CheckRule.STEP_OVERDUE,
            basis="规则", detail="环节超期",
        )  # fmt: skip
        api.carry_out(finding, ROBOT)
        found[unit] = {ended, refused}
    api.settle()
    return found


def listed(api: Api, ledger: str, by: Actor, chosen: str = "") -> set[str]:
    """The cases of the rows that ``by`` finds."""
    query = f"{{ {ledger}(first: 200 {chosen}) {{ edges {{ node {{ caseId }} }} }} }}"
    return {edge["node"]["caseId"] for edge in api.ask(query, by)[ledger]["edges"]}


@pytest.mark.parametrize("ledger", ["cases", *PARTS])
def test_of_each_ledger_a_unit_sees_the_rows_of_its_own_cases(
    api: Api, in_every_ledger: dict[str, set[str]], ledger: str
):
    own, other = in_every_ledger["RS"], in_every_ledger["YB"]
    everything = listed(api, ledger, SUPERVISOR)
    assert own & everything
    assert other & everything

    seen = listed(api, ledger, OFFICER)
    assert own & everything <= seen
    assert not other & seen


@pytest.mark.parametrize("asked", ["unit", "involvedUnit"])
@pytest.mark.parametrize("ledger", ["cases", *PARTS])
def test_asking_for_another_unit_does_not_help(
    api: Api, in_every_ledger: dict[str, set[str]], ledger: str, asked: str
):
    chosen = f', filter: {{{asked}: "YB"}}'
    assert in_every_ledger["YB"] & listed(api, ledger, SUPERVISOR, chosen)
    assert not in_every_ledger["YB"] & listed(api, ledger, OFFICER, chosen)


@pytest.mark.parametrize("ledger", PARTS)
def test_each_row_of_a_part_leads_to_its_case(
    api: Api, in_every_ledger: dict[str, set[str]], ledger: str
):
    query = f"{{ {ledger}(first: 200) {{ edges {{ node {{ caseId case {{ caseId }} }} }} }} }}"
    nodes = [edge["node"] for edge in api.ask(query, OFFICER)[ledger]["edges"]]
    assert in_every_ledger["RS"] & {node["caseId"] for node in nodes}
    assert all(node["case"] == {"caseId": node["caseId"]} for node in nodes)


@pytest.mark.parametrize("wanted", ['applicant: "7000"', "specialGroup: ELDERLY", "level: RED"])
def test_a_unit_may_not_filter_by_what_is_hidden(api: Api, wanted: str):
    query = f"{{ cases(filter: {{ {wanted} }}) {{ totalCount }} }}"
    assert codes(api, query, OFFICER) == codes(api, query, HEAD) == {"FILTER_FORBIDDEN"}


def test_guessing_a_case_tells_nothing(api: Api, scene: Scene):
    answers = [
        [error["extensions"] | {"message": error["message"]}
         for error in api.errors(query, OFFICER, v=value)]
        for query in (
            "query ($v: ID!) { case(id: $v) { number } }",
            "query ($v: String!) { case(number: $v) { number } }",
            "query ($v: ID!) { explain(matterId: $v) { kind } }",
        )
        for value in (scene.foreign.case_id, scene.foreign.number, "case-none")
    ]  # fmt: skip
    for of_a_query in (answers[:3], answers[3:6], answers[6:]):
        assert of_a_query == [of_a_query[0]] * 3
        assert of_a_query[0][0]["code"] == "MATTER_NOT_FOUND"


OF_UNITS = [name for name, way in CASE_WAYS.items() if way.by in (OFFICER, HEAD)]


@backends.ONCE
@pytest.mark.parametrize("name", OF_UNITS)
@pytest.mark.parametrize("version", [None, 1, 99])
def test_acting_on_a_guessed_case_tells_nothing(
    api: Api, scene: Scene, name: str, version: int | None
):
    way = CASE_WAYS[name]
    known, unknown = (
        api.act(name, way.by, way.filled(matter), version=version)
        for matter in (scene.foreign, CaseMatter("case-none", "BJ-none"))
    )
    assert known == unknown
    assert (known["__typename"], known["code"]) == ("NotFound", "MATTER_NOT_FOUND")


def test_who_sees_a_case_is_told_why_they_can_not_act(api: Api, scene: Scene):
    decision = {"caseId": scene.helped.case_id, "outcome": "GRANTED", "documentNo": "1号"}
    assert api.act("decideCase", OFFICER, decision)["code"] == "NOT_OWN_UNIT"
    opinion = {"caseId": scene.own.case_id, "name": "没有这个环节", "opinion": "x"}
    assert api.act("finishStep", OFFICER, opinion)["code"] == "STEP_UNKNOWN"


def test_of_a_theme_a_unit_sees_its_own_child(api: Api):
    theme_id = a_theme(api)
    query = """query ($id: ID!) { case(id: $id) { children { caseId unit theme { caseId } } } }"""
    of_all = api.ask(query, SUPERVISOR, id=theme_id)["case"]["children"]
    own = api.ask(query, OFFICER, id=theme_id)["case"]["children"]
    assert [child["unit"] for child in of_all] == ["RS", "YB"]
    assert [child["unit"] for child in own] == ["RS"]
    other = of_all[1]["caseId"]
    assert codes(api, query, OFFICER, id=other) == {"MATTER_NOT_FOUND"}
    child = "query ($id: ID!) { case(id: $id) { themeNumber theme { caseId } applicant { name } } }"
    seen = api.ask(child, CO_OFFICER, id=other)["case"]
    assert (seen["theme"], seen["applicant"]["name"]) == (None, "王**")
    assert seen["themeNumber"]


@backends.ONCE
@pytest.mark.parametrize("who", WIDE, ids=lambda who: who.roles[0].value)
def test_no_clear_value_of_a_person_ever_leaves(api: Api, who: Actor):
    matter = rated(api)
    api.settle()
    seen = api.ask(EVERYTHING, who, id=matter.case_id)["case"]
    assert seen["applicant"]["phone"] == "137****7000"
    assert seen["timeline"]
    assert bool(seen["queryCode"]) is (who in WIDE[:5])
    text = json.dumps(seen, ensure_ascii=False)
    assert not [value for value in CASE_CLEAR if value in text]


def test_the_administrator_sees_no_case(api: Api, scene: Scene):
    assert codes(api, EVERYTHING, ADMIN, id=scene.own.case_id) == {"VIEW_FORBIDDEN"}


def test_nobody_sees_a_case_without_a_token(api: Api, scene: Scene):
    answer = api.post(EVERYTHING, {"id": scene.own.case_id})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOKEN_MISSING"


def test_every_ledger_of_cases_is_kept_to_the_own_unit():
    ledgers = {ledger.name: ledger for ledger in LEDGERS}
    for name in ("cases", "receipts", "refusals", "hand_overs", "issued", "ratings", "findings"):
        assert ledgers[name].rows.ask == "involved_unit"
        assert ledgers[name].view.roles >= sight.OF_UNITS
