"""历史办件 over the API: cases that were imported, and who may look at them."""

import pytest

from bancheng.importing.batch import Batch
from bancheng.importing.logs.mapping import read_mapping
from bancheng.importing.logs.recording import LogImport
from bancheng.importing.logs.rows import LogRow, survey
from support.api_client import EFFICIENCY, Api
from support.given import ADMIN, CLERK, HANDLER, OFFICER, SUPERVISOR, VERIFIER

MAPPING = read_mapping("""
source_system = "old"
[case]
external_id = "编号"
deadline = "期限"
ended_at = "办结"
department = "部门"
[step]
activity = "环节"
occurred_at = "时间"
[steps]
"收件" = "discover"
""")
ROWS = [
    {"编号": "A-1", "环节": "收件", "时间": "2026-01-05", "期限": "2026-01-20", "部门": "社保科"},
    {"编号": "A-1", "环节": "办结", "时间": "2026-01-21", "办结": "2026-01-21"},
    {"编号": "A-2", "环节": "收件", "时间": "2026-01-06", "期限": "2026-02-20"},
]
LISTED = """query ($filter: PastCaseFilterInput, $order: PastCaseSort) {
  pastCases(filter: $filter, orderBy: $order) { totalCount edges { node {
    externalId sourceSystem department deadline endedAt late steps lastActivity batchId
    timeline { term step occurredAt recordedAt actorName sourceId } } } } }"""


@pytest.fixture(scope="module", autouse=True)
def _imported(api: Api) -> None:
    log = [LogRow(f"第 {n} 行", row) for n, row in enumerate(ROWS, start=2)]
    batch = Batch(id="batch-1", source_system=MAPPING.source_system)
    work = LogImport(engine=api.hall.engine, mapping=MAPPING, batch=batch)
    assert not [bad for one in work.run(log, survey(log, MAPPING)) for bad in one.bad]
    api.settle()


def numbers(api: Api, **asked) -> list[str]:
    own = {"sourceSystem": MAPPING.source_system}  # others of the shared hall have others
    asked["filter"] = own | asked.get("filter", {})
    page = api.ask(LISTED, SUPERVISOR, **asked)["pastCases"]
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["externalId"] for edge in page["edges"]]


def test_a_past_case_is_shown_with_its_verdict_and_its_steps(api: Api):
    page = api.ask(LISTED, EFFICIENCY, filter={"externalId": "A-1"})["pastCases"]
    ((node,),) = [[edge["node"] for edge in page["edges"]]]
    steps = node.pop("timeline")
    assert node == {
        "externalId": "A-1", "sourceSystem": "old", "department": "社保科", "late": True,
        "deadline": "2026-01-20T15:59:59.999999+00:00", "endedAt": "2026-01-20T16:00:00+00:00",
        "steps": 2, "lastActivity": "办结", "batchId": "batch-1",
    }  # fmt: skip
    assert [(step["term"], step["step"]) for step in steps] == [
        ("补录环节: 收件", "DISCOVER"),
        ("补录环节: 办结", None),
    ]
    assert all(step["occurredAt"] < step["recordedAt"] for step in steps)
    assert {(step["actorName"], step["sourceId"]) for step in steps} == {("批量导入", "A-1")}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"sourceSystem": "old"}, ["A-2", "A-1"]),
        ({"sourceSystem": "new"}, []),
        ({"late": True}, ["A-2", "A-1"]),  # one has not ended, and should have
        ({"late": True, "ended": False}, ["A-2"]),
        ({"late": False}, []),
        ({"ended": False}, ["A-2"]),
        ({"deadlineBefore": "2026-02-01T00:00:00Z"}, ["A-1"]),
        ({"endedFrom": "2026-01-21T00:00:00+08:00"}, ["A-1"]),
        ({"text": "社保"}, ["A-1"]),
        ({"batchId": "batch-1", "text": "收件"}, ["A-2"]),
    ],
)
def test_past_cases_are_filtered(api: Api, wanted: dict, found: list[str]):
    assert numbers(api, filter=wanted) == found


def test_past_cases_are_ordered_by_deadline_too(api: Api):
    assert numbers(api, order="DEADLINE") == ["A-2", "A-1"]


@pytest.mark.parametrize("who", [CLERK, OFFICER, VERIFIER])
def test_past_cases_are_not_for_everybody(api: Api, who):
    (error,) = api.errors(LISTED, who)
    assert error["extensions"]["code"] == "VIEW_FORBIDDEN"


def test_an_administrator_sees_the_ledger_and_not_what_was_done(api: Api):
    page = api.ask(LISTED, ADMIN, filter={"sourceSystem": MAPPING.source_system})["pastCases"]
    assert page["totalCount"] == 2
    assert {edge["node"]["timeline"] is None for edge in page["edges"]} == {True}
    assert api.ask(LISTED, HANDLER)["pastCases"]["edges"][0]["node"]["timeline"]
