"""校验台账: one row a finding of the logic checks, for the efficiency supervision."""

from datetime import datetime

from sqlalchemy import Column, Index, MetaData, Table, Text

from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.supervise import ApprovalReviewed, CaseArchived, CheckFailed
from bancheng.domain.events import Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.time_limits.rules import CheckRule
from bancheng.projections import case_parts
from bancheng.projections.case_events import LOOKING_BACK, others_than
from bancheng.projections.case_parts import OfCase, OfCaseFilter
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, Coded, Instant, Position, stream_column
from bancheng.projections.machine.rows import Rows
from bancheng.projections.paging import among, before, since

finding = Table(
    "finding_ledger",
    MetaData(),
    Column("finding_key", Code, primary_key=True),
    stream_column("case_id"),
    Column("finding_id", Code, nullable=False),
    Column("rule", Coded(CheckRule), nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    case_parts.case_index("finding_ledger"),
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


PROJECTION = Projection(
    name="finding_ledger",
    version=1,
    tables=(finding,),
    handles={CheckFailed: _found},
    ignores=others_than(LOOKING_BACK) | {ApprovalReviewed, CaseArchived},
    foreign=("complaint.", "case.past-", "warning.", "deadline.", "office."),
    of=PREFIX,
)


class FindingRow(OfCase, frozen=True, kw_only=True):
    """校验结果: what in the course of a case contradicts which rule."""

    finding_key: str
    finding_id: str
    rule: CheckRule
    rule_version: str
    basis: str
    detail: str
    found_at: datetime
    position: int


class FindingOrder(Labelled):
    """校验排序: by what the ledger can be ordered."""

    FOUND_AT = "found_at", "发现时间"


class FindingFilter(OfCaseFilter, frozen=True, kw_only=True):
    """校验筛选: ``…_from`` is included, ``…_before`` is not."""

    rules: tuple[CheckRule, ...] = ()
    found_from: datetime | None = None
    found_before: datetime | None = None


FINDINGS = case_parts.listing(
    FindingRow,
    finding,
    orders={FindingOrder.FOUND_AT: finding.c.found_at},
    conditions={
        "rules": among(finding.c.rule, "rules"),
        "found_from": since(finding.c.found_at, "found_from"),
        "found_before": before(finding.c.found_at, "found_before"),
    },
)
findings_of = case_parts.of_cases(FINDINGS, finding, finding.c.found_at)
