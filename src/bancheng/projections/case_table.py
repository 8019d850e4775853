"""办件台账: its tables. What each event does to them stands in `case_ledger`."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text

from bancheng.domain.case.terms import (
    CaseOutcome,
    CaseSource,
    CaseStatus,
    RatingLevel,
    RefusalGround,
)
from bancheng.domain.items import CaseKind, PowerType
from bancheng.domain.people import SpecialGroup
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.machine.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    count_column,
    partial_index,
    stream_column,
)

metadata = MetaData()


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, default=False)


case = Table(
    "case_ledger",
    metadata,
    stream_column("case_id", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("number", Code, nullable=False),
    Column("query_code", Code, nullable=False),
    Column("item_code", Code, nullable=False),
    Column("item_version", Integer, nullable=False),
    Column("item_name", Code, nullable=False),
    Column("item_type", Coded(PowerType), nullable=False),
    Column("kind", Coded(CaseKind), nullable=False),
    Column("unit", Code, nullable=False),
    Column("units", Codes, nullable=False, default=()),
    Column("applicant_name_masked", Text),
    Column("applicant_phone_masked", Text),
    Column("applicant_id_number_masked", Text),
    Column("applicant_address_masked", Text),
    Column("agent_name_masked", Text),
    Column("agent_phone_masked", Text),
    Column("agent_id_number_masked", Text),
    Column("mandate", Text),
    Column("source", Coded(CaseSource)),
    Column("window", Code),
    Column("special_group", Coded(SpecialGroup)),
    Column("cross_region", Code),
    _flag("is_theme"),
    Column("theme_id", Code),
    Column("theme_number", Code),
    Column("status", Coded(CaseStatus), nullable=False),
    Column("step", Coded(Step), nullable=False),
    Column("holder", Code),
    Column("handed_to", Code),
    Column("item_step", Code),
    Column("submitted_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("noticed_at", Instant),
    Column("accepted_at", Instant),
    _flag("deemed"),
    Column("decided_at", Instant),
    Column("made_at", Instant),
    Column("notified_at", Instant),
    Column("delivered_at", Instant),
    Column("closed_at", Instant),
    Column("archived_at", Instant),
    Column("archive_no", Text),
    Column("statutory_due_at", Instant),
    Column("statutory_due_date", Date),
    Column("promised_due_at", Instant),
    Column("promised_due_date", Date),
    Column("due_at", Instant),
    Column("statutory_on_time", Boolean),
    Column("promised_on_time", Boolean),
    Column("on_time", Boolean),
    Column("limit_unit", Coded(LimitUnit)),
    Column("used", Integer),
    Column("remaining", Integer),
    Column("overdue", Integer),
    Column("outcome", Coded(CaseOutcome)),
    Column("document_no", Text),
    Column("refusal_ground", Coded(RefusalGround)),
    Column("end_reason_masked", Text),
    Column("missing", Codes, nullable=False, default=()),
    _flag("gap_open"),
    Column("gap", Codes, nullable=False, default=()),
    Column("gap_due_at", Instant),
    _flag("refusal_pending"),
    _flag("extension_pending"),
    Column("procedure", Text),
    Column("paused_at", Instant),
    Column("resumes_at", Instant),
    count_column("receipt_count"),
    count_column("notice_count"),
    count_column("extension_count"),
    count_column("procedure_count"),
    count_column("hand_over_count"),
    count_column("recall_count"),
    count_column("rating_count"),
    Column("rating_level", Coded(RatingLevel)),
    count_column("warnings"),
    count_column("finding_count"),
    Column("recording_gap_seconds_max", Integer, nullable=False, default=0),
    Column("updated_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    Index("case_ledger_number", "number"),
    Index("case_ledger_query_code", "query_code"),
    # Of those alone that have one: else SQLite would look up "no theme" here, and read every case.
    partial_index("case_ledger_theme", "theme_id", where="theme_id IS NOT NULL"),
    Index("case_ledger_submitted_at", "submitted_at", "case_id"),
    Index("case_ledger_due_at", "due_at", "case_id"),
    partial_index("case_ledger_delivered_at", "delivered_at", where="delivered_at IS NOT NULL"),
)

case_unit = Table(
    "case_ledger_unit",
    metadata,
    stream_column("case_id", primary_key=True),
    Column("unit", Code, primary_key=True),
    Index("case_ledger_unit_unit", "unit", "case_id"),
)
