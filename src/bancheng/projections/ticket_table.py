"""办不成事工单台账: its tables. What each event does to them stands in `ticket_ledger`."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text

from bancheng.domain.complaint.terms import (
    Outcome,
    Satisfaction,
    SpecialGroup,
    Status,
    TicketCategory,
)
from bancheng.domain.events import Channel
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.limit import LimitUnit
from bancheng.projections.columns import (
    Code,
    Coded,
    Codes,
    Instant,
    Position,
    count_column,
    stream_column,
)

metadata = MetaData()

ticket = Table(
    "ticket_ledger",
    metadata,
    stream_column("ticket_id", primary_key=True),
    Column("version", Integer, nullable=False),
    Column("number", Code, nullable=False),
    Column("query_code", Code, nullable=False),
    Column("category", Coded(TicketCategory), nullable=False),
    Column("channel", Coded(Channel), nullable=False),
    Column("source_ref", Code),
    Column("subject_masked", Text),
    Column("content_masked", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("reporter_name_masked", Text),
    Column("reporter_phone_masked", Text),
    Column("reporter_id_number_masked", Text),
    Column("reporter_address_masked", Text),
    Column("service_item", Code),
    Column("case_id", Code),
    Column("special_group", Coded(SpecialGroup)),
    Column("proactive", Boolean, nullable=False),
    Column("first_contact_owner", Code, nullable=False),
    Column("accused_unit", Code),
    Column("cause", Code),
    Column("complexity", Code),
    Column("responsible_units", Codes, nullable=False, default=()),
    Column("lead_order_id", Code),
    Column("lead_unit", Code),
    Column("units", Codes, nullable=False, default=()),
    Column("status", Coded(Status), nullable=False),
    Column("step", Coded(Step), nullable=False),
    Column("refusal_reason", Code),
    Column("diverted_to", Code),
    Column("reported_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    Column("analysed_at", Instant),
    Column("dispatched_at", Instant),
    Column("resolved_at", Instant),
    Column("verified_at", Instant),
    Column("closed_at", Instant),
    Column("due_at", Instant),
    Column("due_date", Date),
    Column("on_time", Boolean),
    Column("limit_unit", Coded(LimitUnit)),
    Column("used", Integer),
    Column("remaining", Integer),
    Column("overdue", Integer),
    Column("outcome", Coded(Outcome)),
    count_column("late_verdicts"),
    count_column("open_orders"),
    count_column("returns"),
    count_column("reworks"),
    count_column("reassignments"),
    count_column("extensions"),
    count_column("urges"),
    count_column("warnings"),
    count_column("slips"),
    count_column("open_slips"),
    count_column("reopenings"),
    count_column("call_backs"),
    Column("reached", Boolean),
    Column("solved", Boolean),
    Column("satisfaction", Coded(Satisfaction)),
    Column("recording_gap_seconds_max", Integer, nullable=False, default=0),
    Column("updated_at", Instant, nullable=False),
    Column("position", Position, nullable=False),
    Index("ticket_ledger_number", "number"),
    Index("ticket_ledger_query_code", "query_code"),
    Index("ticket_ledger_reported_at", "reported_at", "ticket_id"),
    Index("ticket_ledger_due_at", "due_at", "ticket_id"),
)

ticket_unit = Table(
    "ticket_ledger_unit",
    metadata,
    stream_column("ticket_id", primary_key=True),
    Column("unit", Code, primary_key=True),
    Index("ticket_ledger_unit_unit", "unit", "ticket_id"),
)

# Which step a ticket stands in: the one whose act it waits for.
