"""Reports over the API: figures by period, against another one, and opened into their rows."""

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from bancheng.domain.people import Actor
from bancheng.graphql.naming import lower_camel
from bancheng.projections.registry import LISTED, REPORTS
from bancheng.projections.reports.metrics import METRICS
from support import backends
from support.api_acts import closed, dispatched, returned
from support.api_client import EFFICIENCY, Api
from support.case_api_acts import accepted, an_offer, rated, submitted
from support.given import ADMIN, OFFICER, SUPERVISOR

TYPES = {lower_camel(one.name): one.type_name for one in LISTED}
OPENED = "figureRows { figure figureLabel part ledger filter }"
MARCH = {"firstDay": "2026-03-01", "lastDay": "2026-03-31"}
REPORT = {lower_camel(one.name): one for one in REPORTS}


@pytest.fixture
def busy(api: Api) -> Api:
    """Some tickets and cases of this month."""
    for make in (closed, dispatched, returned, accepted, rated):
        make(api)
    api.settle()
    return api


def asked(api: Api, name: str, fields: str, by: Actor, more: str = "", **scope: Any) -> Any:
    query = f"""query ($s: {REPORT[name].scope.__name__}Input!) {{
      {name}(scope: $s{more}) {{ {fields} }} }}"""
    return api.ask(query, by, s=days(api) | scope)[name]


def days(api: Api) -> dict[str, str]:
    today = api.hall.rules.calendar().local(api.clock.now()).date()
    return {"firstDay": str(today.replace(day=1)), "lastDay": str(today)}


def listed(api: Api, by: Actor, one: dict[str, Any]) -> int:
    """How many rows its filter lists, sent as it came."""
    ledger = one["ledger"]
    query = f"""query ($f: {TYPES[ledger]}FilterInput) {{
      {ledger}(filter: $f) {{ totalCount }} }}"""
    return api.ask(query, by, f=one["filter"])[ledger]["totalCount"]


@pytest.mark.parametrize("who", [SUPERVISOR, OFFICER], ids=lambda one: one.id)
def test_a_figure_opens_into_rows_by_a_filter_that_is_sent_as_it_came(busy: Api, who: Actor):
    for name, figures in {
        "workOrderRates": ("dispatched", "returned"),
        "caseRates": ("accepted", "online"),
        "onTimeRates": ("onTime", "late"),
        "ratingRates": ("voluntary",),
    }.items():
        fields = f"{OPENED} " + " ".join(
            f"{one} {{ numerator denominator }}" if one not in ("dispatched", "accepted", "late")
            else one
            for one in figures
        )  # fmt: skip
        for row in asked(busy, name, fields, who, ", by: [UNIT]"):
            counts = Counter()
            for one in row["figureRows"]:
                if one["figure"] in figures:
                    counts[one["figure"], one["part"]] += listed(busy, who, one)
            for (figure, part), count in counts.items():
                said = row[figure]
                assert count == (said if part == "COUNTED" else said[part.lower()]), (figure, part)


def test_figures_come_period_by_period_and_against_the_one_before(busy: Api):
    fields = "firstDay lastDay reported carried handled"
    (month,) = asked(busy, "ticketRates", fields, EFFICIENCY, **MARCH)
    weeks = asked(busy, "ticketRates", fields, EFFICIENCY, ", every: WEEK", **MARCH)
    assert [one["firstDay"] for one in weeks][:2] == ["2026-03-01", "2026-03-02"]
    assert sum(one["reported"] for one in weeks) == month["reported"]
    assert month["handled"] == month["reported"] + month["carried"]
    (before,) = asked(busy, "ticketRates", fields, EFFICIENCY, ", against: PERIOD_BEFORE", **MARCH)
    assert (before["firstDay"], before["lastDay"]) == ("2026-02-01", "2026-02-28")
    (year,) = asked(busy, "ticketRates", fields, EFFICIENCY, ", against: YEAR_BEFORE", **MARCH)
    assert (year["firstDay"], year["handled"]) == ("2025-03-01", 0)


def test_of_few_there_is_an_interval_and_of_how_many_stands_beside(busy: Api):
    (row,) = asked(
        busy, "ticketRates",
        "dispatched closing { percent n isSmall interval { low high } }", SUPERVISOR,
    )  # fmt: skip
    rate = row["closing"]
    assert (rate["n"], rate["isSmall"]) == (row["dispatched"], row["dispatched"] < 30)
    if rate["isSmall"]:
        assert 0 <= rate["interval"]["low"] <= rate["percent"] <= rate["interval"]["high"] <= 100


@backends.ONCE
def test_too_many_periods_are_refused_with_what_to_do(api: Api):
    scope = {"firstDay": "2026-01-01", "lastDay": "2026-12-31"}
    query = """query ($s: CaseRateScopeInput!) {
      caseRates(scope: $s, every: DAY) { firstDay } }"""
    (error,) = api.errors(query, SUPERVISOR, s=scope)
    assert (error["extensions"]["code"], error["extensions"]["field"]) == (
        "PERIODS_TOO_MANY", "every",
    )  # fmt: skip


def test_each_metric_of_the_catalogue_is_answered_as_it_says(busy: Api):
    fields = "code term formula kind report figure scope dimensions basis definition effectiveFrom"
    found = busy.ask(f"{{ metrics {{ {fields} }} }}", OFFICER)["metrics"]
    assert [one["code"] for one in found] == [one.code for one in METRICS]
    for one in found:
        shapes = {"计数": "", "平均": "{ n mean median }"}
        shape = shapes.get(one["kind"], "{ numerator denominator n percent }")
        rows = asked(
            busy, one["report"], f"definition {one['figure']} {shape}", EFFICIENCY, **one["scope"]
        )
        assert [row["definition"] for row in rows] == [one["definition"]], one["term"]
        assert one["basis"]
        assert one["formula"]


@backends.ONCE
def test_what_was_renamed_is_one_group_that_opens_into_all_of_its_rows(api: Api):
    api.carry_out(an_offer("REN1", "RS"), ADMIN)
    api.settle()
    submitted(api, item="REN1")
    api.carry_out(replace(an_offer("REN1", "RS"), name="改名后的事项"), ADMIN)
    api.settle()
    submitted(api, item="REN1")
    api.settle()
    fields = f"itemCode itemName submitted {OPENED}"
    rows = asked(api, "caseRates", fields, SUPERVISOR, ", by: [ITEM]", itemCode="REN1")
    assert [(one["itemCode"], one["submitted"]) for one in rows] == [("REN1", 2)]
    (opened,) = [one for one in rows[0]["figureRows"] if one["figure"] == "submitted"]
    assert listed(api, SUPERVISOR, opened) == 2
