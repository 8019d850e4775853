"""办件台账: its rows, filters and queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, bindparam, exists, func, or_

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
from bancheng.projections.case_filter import CaseFilter, CaseOrder
from bancheng.projections.case_table import case, case_unit
from bancheng.projections.deadline_board import limit, running_at
from bancheng.projections.machine.columns import Instant
from bancheng.projections.paging import Listing, among, before, contains, equals, is_so, since
from bancheng.projections.rating_ledger import OWN, rating
from bancheng.projections.windows import (
    NOT_PAUSED,
    PAUSED,
    Page,
    Window,
)


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """办件: a case as the ledger has it; a child has the applicant and the source of its theme.

    ``on_time``, ``used``, ``remaining`` and ``overdue`` are of the promised limit, or of the
    statutory one if nothing was promised. ``waiting_since`` is when the applicant first came.
    """

    case_id: str
    version: int
    number: str
    query_code: str
    item_code: str
    item_version: int
    item_name: str
    item_type: PowerType
    kind: CaseKind
    unit: str
    units: tuple[str, ...]
    applicant_name_masked: str | None
    applicant_phone_masked: str | None
    applicant_id_number_masked: str | None
    applicant_address_masked: str | None
    agent_name_masked: str | None
    agent_phone_masked: str | None
    agent_id_number_masked: str | None
    mandate: str | None
    source: CaseSource | None
    window: str | None
    special_group: SpecialGroup | None
    cross_region: str | None
    is_theme: bool
    theme_id: str | None
    theme_number: str | None
    status: CaseStatus
    step: Step
    holder: str | None
    handed_to: str | None
    item_step: str | None
    waiting_since: datetime
    submitted_at: datetime
    received_at: datetime | None
    noticed_at: datetime | None
    accepted_at: datetime | None
    deemed: bool
    decided_at: datetime | None
    made_at: datetime | None
    notified_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    archived_at: datetime | None
    archive_no: str | None
    statutory_due_at: datetime | None
    statutory_due_date: date | None
    promised_due_at: datetime | None
    promised_due_date: date | None
    due_at: datetime | None
    statutory_on_time: bool | None
    promised_on_time: bool | None
    on_time: bool | None
    limit_unit: LimitUnit | None
    used: int | None
    remaining: int | None
    overdue: int | None
    outcome: CaseOutcome | None
    document_no: str | None
    refusal_ground: RefusalGround | None
    end_reason_masked: str | None
    missing: tuple[str, ...]
    gap_open: bool
    gap: tuple[str, ...]
    gap_due_at: datetime | None
    refusal_pending: bool
    extension_pending: bool
    procedure: str | None
    paused_at: datetime | None
    resumes_at: datetime | None
    receipt_count: int
    notice_count: int
    extension_count: int
    procedure_count: int
    hand_over_count: int
    recall_count: int
    rating_count: int
    rating_level: RatingLevel | None
    warnings: int
    finding_count: int
    recording_gap_seconds_max: int
    updated_at: datetime
    position: int

    @property
    def matter_id(self) -> str:
        """What every matter is known by."""
        return self.case_id

    @property
    def began_at(self) -> datetime:
        """Since when the citizen waits."""
        return self.waiting_since

    @property
    def over_at(self) -> datetime | None:
        """Since when the citizen waits no more."""
        return self.closed_at

    def paused(self, now: datetime) -> bool:
        """计时暂停: whether its time stands still at ``now``; a pause ends by itself."""
        return (
            self.paused_at is not None
            and self.resumes_at is not None
            and self.paused_at <= now < self.resumes_at
        )


_theme = case.alias("theme")
_OF_THE_THEME = {
    name: func.coalesce(case.c[name], _theme.c[name])
    for name in CaseRow.__struct_fields__
    if name.startswith("applicant_") or name in ("source", "special_group", "cross_region")
}
_waiting_since = func.coalesce(_theme.c.submitted_at, case.c.submitted_at)


def _shown(column: Column[object]) -> ColumnElement[object]:
    inherited = _OF_THE_THEME.get(column.name)
    return column if inherited is None else inherited.label(column.name)


def _paused(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return (case.c.paused_at <= now) & (case.c.resumes_at > now)


def _not_paused(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return or_(case.c.paused_at.is_(None), case.c.paused_at > now, case.c.resumes_at <= now)


def _instant(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=Instant())


RATED_BY_CITIZEN = exists().where(rating.c.case_id == case.c.case_id, OWN)
_of_unit = exists().where(case_unit.c.case_id == case.c.case_id, equals(case_unit.c.unit))
_EDGES = ("submitted", "accepted", "decided", "delivered", "closed", "due")

CASES = Listing(
    CaseRow,
    columns=[*map(_shown, case.c), _waiting_since.label("waiting_since")],
    source=case.outerjoin(_theme, _theme.c.case_id == case.c.theme_id),
    key=case.c.case_id,
    orders={
        CaseOrder.SUBMITTED_AT: case.c.submitted_at,
        CaseOrder.DUE_AT: case.c.due_at,
        CaseOrder.NUMBER: case.c.number,
    },
    conditions={
        "text": contains(case.c.number, case.c.item_name, case.c.item_code),
        "applicant": contains(
            _OF_THE_THEME["applicant_name_masked"],
            _OF_THE_THEME["applicant_phone_masked"],
            name="applicant",
        ),
        "unit": _of_unit,
        "item_unit": equals(case.c.unit, "item_unit"),
        "is_child": is_so(case.c.theme_id.is_not(None), "is_child"),
        "rated": is_so(RATED_BY_CITIZEN, "rated"),
        "statuses": among(case.c.status, "statuses"),
        PAUSED: _paused(_instant(PAUSED)),
        NOT_PAUSED: _not_paused(_instant(NOT_PAUSED)),
    }
    | {
        name: exists().where(at)
        for name, at in running_at(limit.c.matter_id == case.c.case_id).items()
    }
    | {f"{edge}_from": since(case.c[f"{edge}_at"], f"{edge}_from") for edge in _EDGES}
    | {f"{edge}_before": before(case.c[f"{edge}_at"], f"{edge}_before") for edge in _EDGES}
    | {
        name: equals(_OF_THE_THEME[name], name)
        for name in ("source", "special_group", "cross_region")
    }
    | {
        name: equals(case.c[name])
        for name in (
            "holder", "item_code", "item_type", "kind", "window", "step", "on_time",
            "statutory_on_time", "deemed", "gap_open", "refusal_pending", "extension_pending",
            "outcome", "is_theme", "theme_id", "rating_level",
        )
    },
)  # fmt: skip

_BY_IDS = CASES.select().where(among(case.c.case_id, "ids"))
_BY_NUMBER = CASES.select().where(equals(case.c.number))
_OF_THEMES = CASES.select().where(among(case.c.theme_id, "ids")).order_by(case.c.number)


def cases(connection: Connection, chosen: CaseFilter, window: Window) -> Page[CaseRow]:
    """A page of the ledger."""
    return CASES.page(connection, chosen, window)


def case_count(connection: Connection, chosen: CaseFilter) -> int:
    """How many cases ``chosen`` lets through."""
    return CASES.count(connection, chosen)


def cases_by_id(connection: Connection, ids: Iterable[str]) -> dict[str, CaseRow]:
    """The cases of ``ids`` that there are."""
    found = connection.execute(_BY_IDS, {"ids": list(ids)})
    return {row.case_id: CASES.read(row) for row in found}


def case_by_number(connection: Connection, number: str) -> CaseRow | None:
    """The case with that official number."""
    found = connection.execute(_BY_NUMBER, {"number": number}).first()
    return None if found is None else CASES.read(found)


def children_of(connection: Connection, theme_ids: Iterable[str]) -> dict[str, list[CaseRow]]:
    """The children of each theme, in the order of their numbers."""
    found: defaultdict[str, list[CaseRow]] = defaultdict(list)
    for row in connection.execute(_OF_THEMES, {"ids": list(theme_ids)}):
        found[row.theme_id].append(CASES.read(row))
    return found
