"""校验台账: one row a finding of the logic checks, for the efficiency supervision."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.supervise import CheckFailed
from bancheng.domain.events import Recorded
from bancheng.domain.time_limits.logic_checks import CheckRule
from bancheng.projections.cases.part import OfCase, case_index, of_case
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    asked_any,
    key,
    prose,
    sorts,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.rows import Rows


class FindingRow(OfCase, frozen=True, kw_only=True):
    """校验结果: what in the course of a case contradicts which rule."""

    finding_key: Annotated[str, key, unseen]
    finding_id: Annotated[str, Word("异常编号")]
    rule: Annotated[CheckRule, Word("校验规则"), asked_any]
    rule_version: Annotated[str, Word("规则库版本"), prose]
    basis: Annotated[str, Word("依据"), prose]
    detail: Annotated[str, Word("情况"), prose]
    found_at: Annotated[datetime, Word("发现时间"), asked, sorts]
    position: Annotated[Position, unseen]


finding = table_of(
    FindingRow,
    "finding_ledger",
    case_index("finding_ledger"),
    Index("finding_ledger_found_at", "found_at", "finding_key"),
)


def _found(rows: Rows, event: CheckFailed, recorded: Recorded) -> None:
    rows.new(
        finding,
        finding_key=f"{recorded.stream_id}/{event.finding_id}",
        case_id=recorded.stream_id,
        finding_id=event.finding_id,
        rule=event.rule,
        rule_version=event.rule_version,
        basis=event.basis,
        detail=event.detail,
        found_at=recorded.envelope.recorded_at,
        position=recorded.position,
    )


FINDINGS = of_case(
    "findings",
    "校验台账",
    FindingRow,
    finding,
    told="办件过程与一项校验规则不符",
    version=1,
    handles={CheckFailed: _found},
    first="found_at",
)
