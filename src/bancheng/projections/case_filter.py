"""办件台账: by what it is filtered and ordered. The rows and the queries stand in `cases`."""

from datetime import datetime

from bancheng.domain.case.terms import CaseOutcome, CaseSource, CaseStatus, RatingLevel
from bancheng.domain.items import CaseKind, PowerType
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import SpecialGroup
from bancheng.domain.steps import Step
from bancheng.projections.windows import Filter, LevelAt, PausedAt


class CaseOrder(Labelled):
    """办件排序: by what the ledger can be ordered."""

    SUBMITTED_AT = "submitted_at", "提交时间"
    DUE_AT = "due_at", "办理期限"
    NUMBER = "number", "编号"


class CaseFilter(Filter, frozen=True, kw_only=True):
    """办件筛选: ``unit`` has or had a part in it. ``…_from`` is included, ``…_before`` is not.

    ``applicant`` is a part of the masked name or telephone number, ``level`` finds cases of which
    any running limit is at that level, ``item_unit`` is the unit of the item, and ``rated`` are
    cases that a citizen rated of their own, by a rating that nobody excluded.
    """

    text: str | None = None
    applicant: str | None = None
    unit: str | None = None
    holder: str | None = None
    item_code: str | None = None
    item_unit: str | None = None
    item_type: PowerType | None = None
    kind: CaseKind | None = None
    source: CaseSource | None = None
    window: str | None = None
    statuses: tuple[CaseStatus, ...] = ()
    step: Step | None = None
    level: LevelAt | None = None
    on_time: bool | None = None
    statutory_on_time: bool | None = None
    deemed: bool | None = None
    paused: PausedAt | None = None
    gap_open: bool | None = None
    refusal_pending: bool | None = None
    extension_pending: bool | None = None
    outcome: CaseOutcome | None = None
    is_theme: bool | None = None
    is_child: bool | None = None
    theme_id: str | None = None
    special_group: SpecialGroup | None = None
    cross_region: str | None = None
    rating_level: RatingLevel | None = None
    rated: bool | None = None
    submitted_from: datetime | None = None
    submitted_before: datetime | None = None
    accepted_from: datetime | None = None
    accepted_before: datetime | None = None
    decided_from: datetime | None = None
    decided_before: datetime | None = None
    delivered_from: datetime | None = None
    delivered_before: datetime | None = None
    closed_from: datetime | None = None
    closed_before: datetime | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
