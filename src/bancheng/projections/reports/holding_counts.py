"""承办量: how much each member of staff had in hand, took in hand, finished and passed on."""

from datetime import date
from typing import Final

from sqlalchemy import true

from bancheng.domain.people import Role
from bancheng.projections.holdings import HoldingEnd, held, is_held_at
from bancheng.projections.reports.declared import (
    Dimension,
    Happened,
    Measure,
    OpenAtStart,
    Population,
)
from bancheng.projections.reports.report import Report
from bancheng.projections.sight import SUPERVISION

_THERE = Population(held, OpenAtStart(is_held_at, "open_at"), true(), ledger="holdings")
_TAKEN = Population(held, Happened(held.c.taken_at, "taken"), true(), ledger="holdings")
_ENDED = Population(held, Happened(held.c.ended_at, "ended"), true(), ledger="holdings")
_PASSED_ON: Final = tuple(end for end in HoldingEnd if end is not HoldingEnd.DONE)

HOLDING_COUNTS = Report(
    "holding_counts",
    "承办量",
    definition="1",
    since=date(2026, 11, 30),
    row_name="HoldingCounts",
    scope_name="HoldingCountsScope",
    told="一组人员承办的办不成事工单、派单与办件的件数,同一件几度接手的各计一次",
    dimensions=(
        Dimension("unit", str, "承办人单位编码", held.c.unit, ("unit", "单位"), asked=True,
                  is_unit=True),
        Dimension("held_by", str, "承办人工号", held.c.held_by, ("held_by", "承办人"), asked=True),
        Dimension("held_by_name", str, "承办人姓名", held.c.held_by_name, ("held_by", "承办人"),
                  beside=True),
    ),
    measures=(
        Measure("carried", "期初在手数", _THERE, true()),
        Measure("taken", "接手数: 期间内受理、签收、收件、认领、被指派或重办的", _TAKEN, true()),
        Measure("done", "办完数: 期间内办理完毕的;其后重办的不减", _ENDED,
                held.c.end == HoldingEnd.DONE, opens={"ends": (HoldingEnd.DONE,)}),
        Measure("passed_on", "转出数: 期间内未办完而脱手的", _ENDED, held.c.end.in_(_PASSED_ON),
                opens={"ends": _PASSED_ON}),
    ),
    seen_by=SUPERVISION | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.UNIT_HEAD},
    bound_by="unit",
    days_max=366,
)  # fmt: skip
