"""办件 over the API: its whole life with the ledgers after each stage, themes, rates and work."""

import json
from datetime import timedelta

from msgspec.structs import replace

from bancheng.domain.case import decide, verify
from bancheng.domain.case.accept import AcceptCase
from bancheng.domain.case.discover import Received, ReceiveMaterials
from bancheng.domain.case.dispatch import FinishStep
from bancheng.domain.case.refuse import ReportRefusal
from bancheng.domain.case.terms import CaseOutcome, RefusalGround
from bancheng.domain.people import Role
from bancheng.domain.rating_levels import RatingLevel
from support import backends
from support.api_client import ANSWER, Api
from support.case_api_acts import (
    ALL_MATERIALS,
    CASE_CLEAR,
    ITEM,
    OFFICERS,
    OTHER_ITEM,
    STEP,
    SUBMISSION,
    TEXT,
    THEME_ITEM,
    accepted_with_gap,
    an_offer,
    at_window,
    delivered,
    in_hand,
    in_procedure,
    offered,
    rated,
    received,
    refusal_reported,
    submitted,
    transferred,
)
from support.given import (
    ADMIN,
    ARCHIVIST,
    CLERK,
    DUTY,
    EFFICIENCY,
    HANDLER,
    HEAD,
    OFFICER,
    SUPERVISOR,
    VERIFIER,
)

pytestmark = backends.ONCE

DONE = f"""{ANSWER} ... on CaseActDone {{ caseId case {{
  number status step version missing holder gapOpen refusalPending }} }}"""
LOOK = """
query ($id: ID!) { case(id: $id) {
  matterId caseId number status statusLabel step kindLabel itemName itemTypeLabel unitName
  sourceLabel window outcomeLabel documentNo onTime statutoryOnTime promisedOnTime used remaining
  overdue limitUnitLabel promisedDueDate statutoryDueDate deemed paused archiveNo ratingLevelLabel
  units applicant { name phone idNumber address specialGroup specialGroupLabel
              agent { name phone mandate } }
  item { code version name current materials { code name } }
  receipts { receiptNo kind kindLabel materials { code copies } missing receivedByName }
  refusals { state } handOvers { listNo toUnitName stateLabel itemStep signedByName }
  issuing { documents certificateNo notifiedWayLabel keptPlace deliveredWayLabel receiver
            inCustody }
  ratings { ratingId levelLabel originLabel stateLabel named comment }
  findings { ruleLabel detail }
  theme { number } children { number }
  deadlines { kind unit state dueDate } citizenWait { workingDays startedAt stoppedAt }
  warnings { level } timeline { term actorName step }
} }
"""
EXPLAIN = """query ($id: ID!) { explain(matterId: $id) {
  kind subject unit decisions { term dueDate } verdicts { onTime used lines } } }"""


def look(api: Api, case_id: str, by=SUPERVISOR) -> dict:
    api.settle()
    return api.ask(LOOK, by, id=case_id)["case"]


def listed(api: Api, ledger: str, fields: str, by=SUPERVISOR, **chosen) -> list[dict]:
    api.settle()
    name = {"issued": "IssuingFilterInput", "handOvers": "HandOverFilterInput"}.get(
        ledger, f"{ledger[0].upper()}{ledger[1:-1]}FilterInput"
    )
    query = f"""query ($f: {name}) {{ {ledger}(filter: $f, first: 200) {{
      totalCount edges {{ node {{ {fields} }} }} }} }}"""
    page = api.ask(query, by, f=chosen)[ledger]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


@backends.EACH
def test_a_case_goes_from_its_submission_to_the_archive(api: Api):
    offered(api)

    def step(act: str, by, status: str, **filled):
        answer = api.act(act, by, filled, answer=DONE)
        assert answer["__typename"] == "CaseActDone", answer
        assert (answer["case"]["status"], answer["case"]["version"]) == (status, answer["version"])
        return answer

    first = step("submitCase", CLERK, "SUBMITTED", **SUBMISSION)
    case = {"caseId": first["caseId"]}
    number = first["case"]["number"]
    partly = step("receiveMaterials", CLERK, "RECEIVED", **case, materials=ALL_MATERIALS[1:])
    assert partly["case"]["missing"] == ["M01"]
    step("noticeSupplement", CLERK, "SUPPLEMENTING", **case, workingDays=10,
         wanted=[{"code": "M01", "standard": "须签字"}])  # fmt: skip
    step("receiveSupplement", CLERK, "RECEIVED", **case, materials=ALL_MATERIALS[:1])
    receipts = listed(api, "receipts", "receiptNo kindLabel missing", **case)
    assert receipts == [
        {"receiptNo": f"{number}-S02", "kindLabel": "补正收件", "missing": []},
        {"receiptNo": f"{number}-S01", "kindLabel": "收件", "missing": ["M01"]},
    ]  # fmt: skip
    step("acceptCase", CLERK, "ACCEPTED", **case, why="材料齐全")
    step("transferCase", CLERK, "ACCEPTED", **case, toUnit="RS", step=STEP, materials=["M01"])
    waiting = listed(api, "handOvers", "listNo fromUnit toUnit state dueAt", **case)
    assert [(one["toUnit"], one["state"]) for one in waiting] == [("RS", "WAITING")]
    signed = step("signHandOver", OFFICER, "ACCEPTED", **case)
    assert signed["case"]["holder"] == "RS"
    step("finishStep", OFFICER, "ACCEPTED", **case, name=STEP, opinion="同意")
    step("decideCase", OFFICER, "DECIDED", **case, outcome="GRANTED", documentNo="人社许1号")
    step("makeResult", OFFICER, "MADE", **case, documents=["许可证"], certificateNo="JY-1")
    step("notifyResult", CLERK, "NOTIFIED", **case, way="SMS")
    step("keepResult", CLERK, "NOTIFIED", **case, place="A柜3格")
    custody = listed(api, "issued", "caseNumber keptPlace keptAt", inCustody=True, **case)
    assert [(one["caseNumber"], one["keptPlace"]) for one in custody] == [(number, "A柜3格")]
    step(
        "deliverResult",
        CLERK,
        "DELIVERED",
        **case,
        way="COUNTER",
        receiver="王小明",
        seen={"collector": "APPLICANT", "paper": "RESIDENT", "paperNo": "150502199001011232"},
        otherWayReason="来电改为自取",
    )
    assert not listed(api, "issued", "caseNumber", inCustody=True, **case)
    step("rateCase", VERIFIER, "DELIVERED", **case, level="VERY_SATISFIED")
    step("archiveCase", ARCHIVIST, "ARCHIVED", **case, archiveNo="2026-A-1")

    archived(look(api, first["caseId"]))


def archived(found: dict) -> None:
    """What the API shows of that case in the end."""
    assert (found["statusLabel"], found["archiveNo"]) == ("已归档", "2026-A-1")
    assert (found["itemName"], found["unitName"], found["sourceLabel"]) == (
        "RS食品经营许可", "RS单位", "综合窗口",
    )  # fmt: skip
    assert (found["onTime"], found["remaining"], found["limitUnitLabel"]) == (True, 5, "个工作日")
    assert found["applicant"] == {
        "name": "王**", "phone": "137****7000", "idNumber": "1****************2",
        "address": "科尔沁区建国****", "specialGroup": "ELDERLY", "specialGroupLabel": "老年人",
        "agent": {"name": "赵**", "phone": "136****6000", "mandate": "委托1号"},
    }  # fmt: skip
    assert (found["item"]["code"], found["item"]["version"]) == (ITEM, 1)
    assert found["issuing"]["receiver"] == "王**"
    assert (found["issuing"]["deliveredWayLabel"], found["issuing"]["inCustody"]) == (
        "窗口领取", False,
    )  # fmt: skip
    assert [one["levelLabel"] for one in found["ratings"]] == ["非常满意"]
    assert {(one["kind"], one["state"]) for one in found["deadlines"]} >= {
        ("NOTICE", "MET"), ("STATUTORY", "MET"), ("PROMISED", "MET"), ("STEP", "MET"),
        ("DELIVER", "MET"),
    }  # fmt: skip
    assert found["citizenWait"]["stoppedAt"] is not None
    assert [one["term"] for one in found["timeline"]][:3] == ["提交申请", "收件", "一次性告知"]
    assert not [value for value in CASE_CLEAR if value in json.dumps(found, ensure_ascii=False)]


def test_the_item_is_the_one_the_case_began_under(api: Api):
    api.carry_out(an_offer("CASE-KEPT", "RS"), ADMIN)
    api.settle()
    matter = submitted(api, item="CASE-KEPT")
    changed = an_offer("CASE-KEPT", "YB")
    api.carry_out(changed, ADMIN)
    found = look(api, matter.case_id)
    assert (found["item"]["name"], found["item"]["version"]) == ("RS食品经营许可", 1)
    assert not found["item"]["current"]


def test_a_proposed_refusal_is_on_the_leaders_list_until_it_is_decided(api: Api):
    matter = refusal_reported(api)
    pending = {"states": ["PENDING"], "caseId": matter.case_id}
    (row,) = listed(api, "refusals", "groundLabel basis reason reportedByName", DUTY, **pending)
    assert (row["groundLabel"], row["reportedByName"]) == ("依法不属于本机关职权", CLERK.name)
    assert row["reason"] == "申请人补交了材料,联系电话 139****78"
    assert [one["number"] for one in listed(api, "cases", "number", DUTY, refusalPending=True)
            if one["number"] == matter.number]  # fmt: skip
    api.act("denyRefusal", DUTY, {"caseId": matter.case_id, "ruling": "应受理"})
    assert not listed(api, "refusals", "basis", DUTY, **pending)
    (row,) = listed(api, "refusals", "state ruling decidedByName", DUTY, caseId=matter.case_id)
    assert row == {"state": "DENIED", "ruling": "应受理", "decidedByName": DUTY.name}


def test_a_duty_leader_who_served_at_the_window_leaves_the_decision_to_another(api: Api):
    matter = received(api)
    report = ReportRefusal(
        case_id=matter.case_id, ground=RefusalGround.NOT_REQUIRED, reason=TEXT, basis="行政许可法"
    )
    api.carry_out(report, replace(DUTY, roles=(Role.WINDOW_CLERK,)))

    own = api.act("denyRefusal", DUTY, {"caseId": matter.case_id, "ruling": "应受理"})

    assert (own["__typename"], own["code"]) == ("NotAllowed", "REFUSAL_DECIDER_IS_REPORTER")


@backends.EACH
def test_what_waits_for_something_is_found_by_it(api: Api):
    gap, paused = accepted_with_gap(api), in_procedure(api)

    def numbers(**chosen) -> set[str]:
        return {one["number"] for one in listed(api, "cases", "number", CLERK, **chosen)}

    assert gap.number in numbers(gapOpen=True)
    assert paused.number not in numbers(gapOpen=True)
    assert paused.number in numbers(paused=True)
    assert paused.number not in numbers(paused=False)
    assert {gap.number, paused.number} <= numbers(applicant="7000", source="WINDOW")
    assert look(api, paused.case_id)["paused"]
    api.clock.advance(days=30)
    assert paused.number not in numbers(paused=True)
    assert not look(api, paused.case_id)["paused"]


def test_a_case_that_is_late_shows_by_its_light(api: Api):
    matter = in_hand(api)
    api.clock.advance(days=40)
    seen = listed(api, "cases", "number", level="RED")
    assert matter.number in {one["number"] for one in seen}
    assert {one["kind"] for one in look(api, matter.case_id)["deadlines"]} >= {
        "STEP",
        "PROMISED",
    }


def test_explain_tells_the_verdicts_on_steps_and_decisions(api: Api):
    matter = delivered(api)
    api.settle()
    found = {one["kind"]: one for one in api.ask(EXPLAIN, SUPERVISOR, id=matter.case_id)["explain"]}
    assert found["STEP"]["subject"] == f"{matter.case_id}/{STEP}"
    assert [one["onTime"] for one in found["STEP"]["verdicts"]] == [True]
    assert [one["onTime"] for one in found["PROMISED"]["verdicts"]] == [True]
    assert found["STATUTORY"]["verdicts"][0]["lines"]
    assert [one["term"] for one in found["PROMISED"]["decisions"]] == ["办件受理"]
    assert not found["NOTICE"]["verdicts"]


THEME = """query ($id: ID!) { case(id: $id) {
  isTheme number statusLabel children {
    number unit unitName holder itemStep statusLabel outcomeLabel theme { number }
    applicant { name } citizenWait { startedAt }
    deadlines { kind subject unitName level state } } citizenWait { startedAt } } }"""


def a_theme(api: Api) -> str:
    """A theme that was accepted, its children opened."""
    matter = at_window(api, item=THEME_ITEM)
    both = tuple(Received(code=code) for code in ("M01", "M02"))
    api.carry_out(ReceiveMaterials(case_id=matter.case_id, materials=both), CLERK)
    api.carry_out(AcceptCase(case_id=matter.case_id), CLERK)
    api.hall.reactor.react()
    api.settle()
    return matter.case_id


def finished(api: Api, case_id: str, unit: str) -> None:
    """The case of ``unit`` is granted and its result made."""
    by = OFFICERS[unit]
    granted = {"outcome": CaseOutcome.GRANTED, "document_no": "1号"}
    api.carry_out(FinishStep(case_id=case_id, name=STEP, opinion=TEXT), by)
    api.carry_out(decide.DecideCase(case_id=case_id, **granted), by)
    api.carry_out(verify.MakeResult(case_id=case_id, documents=("许可证",)), by)
    api.hall.reactor.react()
    api.settle()


def children_by_item(api: Api, theme_id: str) -> dict[str, str]:
    rows = listed(api, "cases", "itemCode caseId", themeId=theme_id)
    return {row["itemCode"]: row["caseId"] for row in rows}


def step_of(api: Api, case_id: str) -> dict:
    told = api.ask(EXPLAIN, SUPERVISOR, id=case_id)["explain"]
    return next(one for one in told if one["kind"] == "STEP")


def on_a_full_week(api: Api) -> None:
    """The hall is shared: whoever moved its clock may have left it before a weekend."""
    calendar, begins = api.hall.rules.calendar(), api.clock.now().date()
    while not all(calendar.is_working_day(begins + timedelta(days=n)) for n in range(5)):
        begins += timedelta(days=1)
    api.clock.set(calendar.instant(begins, 10 * 60))


def test_a_child_that_its_own_unit_leaves_lying_shows_its_step_without_any_hand_over(api: Api):
    on_a_full_week(api)
    theme_id = a_theme(api)
    late_id = children_by_item(api, theme_id)[OTHER_ITEM]
    api.clock.advance(days=4)
    seen = api.ask(THEME, SUPERVISOR, id=theme_id)["case"]
    late = next(child for child in seen["children"] if child["unit"] == "YB")
    assert (late["holder"], late["itemStep"]) == ("YB", STEP)
    assert {one["kind"]: one["level"] for one in late["deadlines"]} == {
        "STATUTORY": "NORMAL", "PROMISED": "REMINDER", "STEP": "RED",
    }  # fmt: skip
    step = next(one for one in late["deadlines"] if one["kind"] == "STEP")
    assert (step["subject"], step["unitName"]) == (f"{late_id}/{STEP}", "YB单位")
    assert [one["term"] for one in step_of(api, late_id)["decisions"]] == ["子件开件"]
    finish = {"caseId": late_id, "name": STEP, "opinion": "同意"}
    assert "code" not in api.act("finishStep", OFFICERS["YB"], finish)
    assert [one["onTime"] for one in step_of(api, late_id)["verdicts"]] == [False]


def test_one_late_child_shows_who_and_which_step(api: Api):
    theme_id = a_theme(api)
    seen = api.ask(THEME, SUPERVISOR, id=theme_id)["case"]
    children = {child["unit"]: child for child in seen["children"]}
    assert (seen["isTheme"], set(children)) == (True, {"RS", "YB"})
    by_item = children_by_item(api, theme_id)
    finished(api, by_item[ITEM], "RS")
    late = {"caseId": by_item[OTHER_ITEM], "toUnit": "RS", "step": STEP}
    assert "code" not in api.act("transferCase", OFFICERS["YB"], late)
    api.clock.advance(days=20)
    seen = api.ask(THEME, SUPERVISOR, id=theme_id)["case"]
    done, waiting = sorted(seen["children"], key=lambda child: child["unit"])
    assert (done["statusLabel"], done["outcomeLabel"]) == ("待通知", "准予")
    # What was granted is due for delivery, and waits for its theme.
    levels = {one["kind"]: one["level"] for one in done["deadlines"]}
    assert {kind for kind, level in levels.items() if level is not None} == {"DELIVER"}
    assert levels["DELIVER"] == "RED"
    assert (waiting["statusLabel"], waiting["itemStep"]) == ("办理中", STEP)
    assert {(one["kind"], one["unitName"], one["level"]) for one in waiting["deadlines"]} == {
        ("STATUTORY", "YB单位", "NORMAL"), ("PROMISED", "YB单位", "RED"), ("STEP", "YB单位", None),
        ("STEP", "RS单位", "RED"),
    }  # fmt: skip
    assert waiting["applicant"]["name"] == "王**"
    assert waiting["citizenWait"] == seen["citizenWait"]
    assert waiting["theme"]["number"] == seen["number"]


FOLLOW_UP = """query ($id: ID!) { case(id: $id) { ratings { stateLabel callLabel contactDueAt }
  deadlines { kind state } } }"""


def test_a_call_that_reached_nobody_leaves_the_call_owed_until_one_does(api: Api):
    matter = rated(api)

    def called(call: str) -> tuple[dict, dict[str, str]]:
        act = {"caseId": matter.case_id, "ratingId": matter.rating, "finding": "无人接听"}
        said = act | {"call": call, "justified": True}
        assert "code" not in api.act("contactRater", VERIFIER, said)
        seen = api.ask(FOLLOW_UP, SUPERVISOR, id=matter.case_id)["case"]
        (rating,) = seen["ratings"]
        return rating, {one["kind"]: one["state"] for one in seen["deadlines"]}

    rating, clocks = called("OUT_OF_SERVICE")
    assert (rating["stateLabel"], rating["callLabel"]) == ("待整改", "停机")
    assert (clocks["CONTACT"], clocks["RECTIFY"]) == ("RUNNING", "RUNNING")
    api.clock.advance(days=4)
    rating, clocks = called("CONNECTED")
    assert (rating["stateLabel"], rating["callLabel"]) == ("待整改", "接通")
    assert (clocks["CONTACT"], clocks["RECTIFY"]) == ("LATE", "RUNNING")
    again = {"caseId": matter.case_id, "ratingId": matter.rating, "finding": "已联系"}
    refused = api.act("contactRater", VERIFIER, again | {"call": "CONNECTED", "justified": True})
    assert refused["code"] == "WRONG_RATING_STATE"


def test_ratings_are_listed_and_only_citizens_own_make_the_rates(api: Api):
    day = api.hall.rules.calendar().local(api.clock.now()).date() + timedelta(days=3)
    api.clock.advance(days=3)
    bad = rated(api)
    rated(api, RatingLevel.SATISFIED, comment=None)
    rated(api, RatingLevel.VERY_SATISFIED, by_default=True, named=False, comment=None)
    (row,) = listed(api, "ratings", "ratingId stateLabel comment contactDueAt case { number }",
                    VERIFIER, bad=True, caseId=bad.case_id)  # fmt: skip
    assert (row["ratingId"], row["stateLabel"]) == (bad.rating, "待联系")
    assert row["comment"] == "申请人补交了材料,联系电话 139****78"
    assert row["case"]["number"] == bad.number
    query = """query ($s: RateScopeInput!) { ratingRates(scope: $s) {
      good { numerator denominator percent } voluntary { numerator denominator percent }
      rectified { numerator denominator percent } } }"""
    scope = {"firstDay": str(day), "lastDay": str(day), "itemCode": ITEM}
    (rates,) = api.ask(query, SUPERVISOR, s=scope)["ratingRates"]
    assert rates["good"] == {"numerator": 1, "denominator": 2, "percent": 50.0}
    assert rates["voluntary"] == {"numerator": 2, "denominator": 3, "percent": 66.67}
    assert rates["rectified"] == {"numerator": 0, "denominator": 1, "percent": 0.0}
    counted = """query ($s: RatingCountScopeInput!) { ratingCounts(scope: $s, by: [ORIGIN, LEVEL]) {
      origin levelLabel ratings excluded } }"""
    counts = api.ask(counted, SUPERVISOR, s=scope)["ratingCounts"]
    assert {(one["origin"], one["ratings"]) for one in counts} == {("CITIZEN", 1), ("DEFAULT", 1)}
    assert len(counts) == 3
    (nothing,) = api.ask(query, SUPERVISOR, s=scope | {"unit": "YB"})["ratingRates"]
    assert nothing["good"] == {"numerator": 0, "denominator": 0, "percent": None}


def test_a_bad_rating_and_the_ticket_that_came_of_it_lead_to_each_other(api: Api):
    matter = rated(api)
    api.hall.reactor.react()
    api.settle()
    query = """query ($id: ID!) { case(id: $id) {
      tickets { sourceRef accusedUnit channel case { number ratings { ratingId } } } } }"""
    (ticket,) = api.ask(query, HANDLER, id=matter.case_id)["case"]["tickets"]
    assert ticket == {
        "sourceRef": matter.rating, "accusedUnit": "RS", "channel": "RATING",
        "case": {"number": matter.number, "ratings": [{"ratingId": matter.rating}]},
    }  # fmt: skip
    assert api.ask(query, OFFICER, id=matter.case_id)["case"]["tickets"] is None


@backends.EACH
def test_work_is_counted_by_what_is_asked(api: Api):
    api.clock.advance(days=3)
    day = str(api.hall.rules.calendar().local(api.clock.now()).date())
    delivered(api)
    api.settle()
    query = """query ($s: WorkloadScopeInput!, $of: [WorkloadBy!]) { workload(scope: $s, by: $of) {
      day unit unitName window post actorName actorUnitName sourceLabel
      submitted received accepted decided delivered extended } }"""
    scope = {"firstDay": day, "lastDay": day}
    (total,) = api.ask(query, DUTY, s=scope)["workload"]
    assert [total[kind] for kind in ("submitted", "received", "accepted", "decided",
                                     "delivered")] == [1] * 5  # fmt: skip
    assert (total["day"], total["unit"]) == (None, None)
    groups = api.ask(query, DUTY, s=scope, of=["DAY", "WINDOW", "POST"])["workload"]
    assert {(one["day"], one["window"], one["post"]) for one in groups} == {
        (day, "W01", "窗口"), (day, "W01", "承办"),
    }  # fmt: skip
    busiest = """query ($s: WorkloadScopeInput!, $least: Boolean) { workload(
      scope: $s, by: [ACTOR], orderBy: DECIDED, descending: $least) { actorId decided } }"""
    most = [(one["actorId"], one["decided"]) for one in api.ask(busiest, DUTY, s=scope)["workload"]]
    assert most == [(OFFICER.id, 1), (CLERK.id, 0)]
    least = api.ask(busiest, DUTY, s=scope, least=False)["workload"]
    assert [one["actorId"] for one in least] == [CLERK.id, OFFICER.id]
    (own,) = api.ask(query, HEAD, s=scope, of=["ACTOR_UNIT"])["workload"]
    assert (own["actorUnitName"], own["decided"], own["submitted"]) == ("RS单位", 1, 0)
    (error,) = api.errors(query, DUTY, s=scope | {"lastDay": "2025-01-01"})
    assert error["extensions"]["code"] == "PERIOD_OUT_OF_RANGE"


def test_a_case_is_named_by_its_id_or_its_number(api: Api):
    matter = received(api)
    api.settle()
    by_number = "query ($n: String) { case(number: $n) { caseId } }"
    assert api.ask(by_number, CLERK, n=matter.number)["case"]["caseId"] == matter.case_id
    for query in ("{ case { number } }", '{ case(id: "a", number: "b") { number } }'):
        (error,) = api.errors(query, CLERK)
        assert error["extensions"]["code"] == "MATTER_UNNAMED"
    for given in ('id: "case-none"', 'number: "BJ-none"'):
        (error,) = api.errors(f"{{ case({given}) {{ number }} }}", CLERK)
        assert error["extensions"]["code"] == "MATTER_NOT_FOUND"


def test_a_case_is_a_matter_for_its_limits_and_warnings(api: Api):
    matter = transferred(api)
    api.settle()
    query = """query ($m: String!) { deadlines(filter: {matterId: $m}) { edges { node {
      matterNumber matter { __typename number ... on Case { statusLabel } } } } } }"""
    edges = api.ask(query, EFFICIENCY, m=matter.case_id)["deadlines"]["edges"]
    assert len(edges) == 4
    for edge in edges:
        assert edge["node"]["matterNumber"] == matter.number
        assert edge["node"]["matter"] == {
            "__typename": "Case", "number": matter.number, "statusLabel": "办理中",
        }  # fmt: skip
    trail = """query ($n: String!) { auditTrail(filter: {matterNumber: $n}) {
      edges { node { term } } } }"""
    terms = api.ask(trail, HANDLER, n=matter.number)["auditTrail"]["edges"]
    assert [edge["node"]["term"] for edge in terms] == ["提交申请", "收件", "办件受理", "移交"]
