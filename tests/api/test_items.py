"""事项目录 over the API: published whole, shown whole, listed by pages, to every role."""

from datetime import timedelta

import pytest

from bancheng.domain.people import Actor
from support.api_acts import ITEM, an_item
from support.api_client import EVERYBODY, Api
from support.given import ADMIN, CLERK, HANDLER, OFFICER

WHOLE = """
query ($code: String!, $version: Int) { serviceItem(code: $code, version: $version) {
  code version current basicCode name level levelLabel parent type typeLabel kind kindLabel
  unit unitName legalBasis source windows children deliveries
  effectiveFrom effectiveTo supersededFrom withdrawn withdrawalReason
  statutory { amount unit label basis } promised { amount unitLabel label basis }
  steps { name unit unitName limit { amount unit label } }
  materials { code name copies copiesLabel origin originLabel required gapAllowed }
  procedures { code name workingDays counted basis }
  charges { name amountFen basis }
  versions { version effectiveFrom supersededFrom source withdrawnAt }
} }
"""
LISTED = """
query ($filter: ServiceItemFilterInput, $order: ServiceItemSort, $first: Int, $after: String) {
  serviceItems(filter: $filter, orderBy: $order, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { code name unitName promised { amount } materials { name } } } } }
"""


def whole(api: Api, code: str, by: Actor = CLERK, version: int | None = None) -> dict:
    api.settle()
    return api.ask(WHOLE, by, code=code, version=version)["serviceItem"]


def codes(api: Api, **asked) -> list[str]:
    page = api.ask(LISTED, HANDLER, **asked)["serviceItems"]
    return [edge["node"]["code"] for edge in page["edges"]]


def test_what_was_published_is_shown_whole(api: Api):
    done = api.act(
        "publishItem", ADMIN, ITEM | {"code": "whole"},
        answer="... on ItemActDone { code version item { name unitName materials { name } } }",
    )  # fmt: skip
    assert done == {
        "code": "whole", "version": 1,
        "item": {"name": "食品经营许可新办", "unitName": "RS单位",
                 "materials": [{"name": "申请表"}, {"name": "执照"}]},
    }  # fmt: skip
    seen = whole(api, "whole")
    same = ("basicCode", "name", "type", "kind", "unit", "legalBasis", "source", "windows",
            "deliveries", "effectiveFrom")  # fmt: skip
    assert {name: seen[name] for name in same} == {name: ITEM[name] for name in same}
    assert (seen["levelLabel"], seen["typeLabel"], seen["kindLabel"]) == (
        "业务办理项", "行政许可", "承诺件",
    )  # fmt: skip
    assert seen["statutory"] == {
        "amount": 20, "unit": "WORKING_DAYS", "label": "法定20个工作日",
        "basis": "食品安全法第三十五条",
    }  # fmt: skip
    assert seen["promised"]["basis"] == "承诺书"
    assert seen["steps"] == [
        {"name": "受理", "unit": None, "unitName": None,
         "limit": {"amount": 4, "unit": "WORKING_HOURS", "label": "受理4个工作小时"}},
        {"name": "审核", "unit": "YB", "unitName": "YB单位", "limit": None},
    ]  # fmt: skip
    assert seen["materials"][1] == {
        "code": "M02", "name": "执照", "copies": "COPY", "copiesLabel": "复印件",
        "origin": "SHARED", "originLabel": "数据共享", "required": True, "gapAllowed": True,
    }  # fmt: skip
    assert seen["materials"][0]["copies"] == "ORIGINAL"
    assert seen["procedures"] == [
        {"code": "P01", "name": "现场勘查", "workingDays": 10, "counted": False, "basis": ""}
    ]
    assert seen["charges"] == [{"name": "工本费", "amountFen": 1000, "basis": ""}]


def test_older_versions_stay_readable(api: Api):
    api.act("publishItem", ADMIN, ITEM | {"code": "twice"})
    api.act(
        "publishItem",
        ADMIN,
        ITEM | {"code": "twice", "name": "新名", "effectiveFrom": "2026-07-01"},
    )
    api.act("withdrawItem", ADMIN, {"code": "twice", "reason": "下放"})
    now, before = whole(api, "twice"), whole(api, "twice", version=1)
    assert (now["version"], now["name"], now["current"]) == (2, "新名", True)
    assert (now["withdrawn"], now["withdrawalReason"]) == (True, "下放")
    assert (before["version"], before["name"], before["current"]) == (1, ITEM["name"], False)
    assert before["supersededFrom"] == "2026-07-01"
    assert [one["version"] for one in now["versions"]] == [1, 2]
    assert all(one["withdrawnAt"] for one in now["versions"])


def test_the_rules_know_the_version_that_holds_as_soon_as_it_is_projected(api: Api):
    def held() -> int | None:
        api.settle()
        found = api.hall.rules.item("rules", api.clock.now())
        return found and found.version

    assert held() is None
    api.act("publishItem", ADMIN, ITEM | {"code": "rules"})
    assert held() == 1
    later = {"code": "rules", "name": "新名", "effectiveFrom": "2099-01-01"}
    api.act("publishItem", ADMIN, ITEM | later)
    assert held() == 1
    api.act("publishItem", ADMIN, ITEM | later | {"effectiveFrom": "2026-01-01"})
    assert held() == 3
    api.act("withdrawItem", ADMIN, {"code": "rules", "reason": "下放"})
    assert held() is None


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.roles[0].value)
def test_everybody_may_read_it(api: Api, who: Actor):
    matter = an_item(api)
    assert whole(api, matter.number, who)["code"] == matter.number


def test_what_is_not_there_is_not_found(api: Api):
    there = an_item(api).number
    api.settle()
    for code, version in (("none", None), (there, 2), (there, 0)):
        (error,) = api.errors(WHOLE, OFFICER, code=code, version=version)
        assert error["extensions"]["code"] == "ITEM_NOT_FOUND"


def test_the_catalogue_is_filtered_ordered_and_paged(api: Api):
    for number, name in enumerate("丙乙甲"):
        an_item(api, code=f"L{number}", name=name, basic_code="paged", windows=("W9",))
    an_item(api, code="L3", name="丁", basic_code="paged", unit="YB", windows=("W8",))
    api.settle()
    ours = {"basicCode": "paged"}
    assert codes(api, filter=ours) == ["L0", "L1", "L2", "L3"]
    assert codes(api, filter=ours | {"window": "W9"}) == ["L0", "L1", "L2"]
    assert codes(api, filter=ours | {"unit": "YB"}) == ["L3"]
    assert codes(api, filter=ours | {"text": "甲"}) == ["L2"]
    assert codes(api, filter=ours | {"level": "MAIN"}) == []
    assert codes(api, filter=ours | {"level": "BUSINESS", "kind": "INSTANT"}, first=1) == ["L0"]
    assert codes(api, filter=ours | {"offeredOn": "2025-12-31"}) == []
    assert codes(api, filter=ours, order="NAME") == ["L3", "L0", "L1", "L2"]  # by code point
    first = api.ask(LISTED, OFFICER, filter=ours, first=3)["serviceItems"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    assert first["edges"][0]["node"]["unitName"] == "RS单位"
    assert codes(api, filter=ours, first=3, after=first["pageInfo"]["endCursor"]) == ["L3"]


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"unit": "NONE"}, "unit", "UNIT_UNKNOWN"),
        ({"promised": {"amount": 21}}, "promised", "ITEM_PROMISE_TOO_LONG"),
        ({"promised": {"amount": 0}}, "promised.amount", "FIELD_INVALID"),
        ({"code": "有空格 的"}, "code", "FIELD_INVALID"),
        ({"steps": [{"name": "受理", "limit": {"amount": 0}}]}, "steps[0].limit.amount",
         "FIELD_INVALID"),
        ({"materials": [{"code": "M", "name": "x" * 201}]}, "materials[0].name", "FIELD_INVALID"),
        ({"materials": [{"code": "M", "name": "x", "required": False, "gapAllowed": True}]},
         "materials[0].gapAllowed", "ITEM_GAP_NOT_REQUIRED"),
    ],
)  # fmt: skip
def test_a_rejection_names_the_field_however_deep(api: Api, changed: dict, field: str, code: str):
    refused = api.act("publishItem", ADMIN, ITEM | {"code": "refused"} | changed)
    assert (refused["__typename"], refused["field"], refused["code"]) == (
        "InvalidInput", field, code,
    )  # fmt: skip


DIFFER = """query ($of: String!) { itemDifferences(basicCode: $of) {
  element stated { code unitName stated } } }"""


def test_what_the_guides_of_one_basic_code_say_differently_is_laid_side_by_side(api: Api):
    own = {"basicCode": "alike-1", "conditions": ["年满十八周岁"]}
    for code, more in (("alike-a", {}), ("alike-b", {"conditions": ["年满十六周岁"]})):
        api.act("publishItem", ADMIN, ITEM | own | {"code": code} | more)
    api.settle()
    assert api.ask(DIFFER, OFFICER, of="alike-1")["itemDifferences"] == [
        {"element": "受理条件", "stated": [
            {"code": "alike-a", "unitName": "RS单位", "stated": ["年满十八周岁"]},
            {"code": "alike-b", "unitName": "RS单位", "stated": ["年满十六周岁"]},
        ]},
    ]  # fmt: skip
    assert api.ask(DIFFER, OFFICER, of="none")["itemDifferences"] == []


def test_a_guide_that_nobody_has_compared_since_is_listed(api: Api):
    for code in ("guide-a", "guide-b"):
        api.act("publishItem", ADMIN, ITEM | {"code": code})
    api.clock.advance(hours=1)
    done = api.act("confirmItem", ADMIN, {"code": "guide-a", "comparedWith": "省级目录"})
    assert done["__typename"] == "ItemActDone", done
    api.settle()
    since = (api.clock.now() - timedelta(minutes=30)).isoformat()
    stale = codes(api, filter={"checkedBefore": since}, first=100)
    assert ("guide-b" in stale, "guide-a" in stale) == (True, False)


def test_each_catch_all_and_each_unclear_standard_is_told_at_once(api: Api):
    said = {
        "code": "vague", "conditions": ["符合有关规定"],
        "materials": [{"code": "M1", "name": "其他材料"}],
    }  # fmt: skip
    told = "... on Rejection { code field others { code field } }"
    refused = api.act("publishItem", ADMIN, ITEM | said, answer=told)
    faults = {(one["code"], one["field"]) for one in (refused, *refused["others"])}
    assert faults == {
        ("ITEM_UNCLEAR", "conditions[0]"), ("ITEM_CATCH_ALL", "materials[0].name"),
    }  # fmt: skip
