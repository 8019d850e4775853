"""移交清单: one row a list: what went from hand to hand, and who signed for it."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import Index

from bancheng.domain.case.dispatch import CaseTransferred, HandOverSigned
from bancheng.domain.case.item_steps import part_of
from bancheng.domain.case.procedure import SpecialProcedureEnded, SpecialProcedureStarted
from bancheng.domain.case.renewal import CaseDeemedRenewed
from bancheng.domain.deadlines import Redecided
from bancheng.domain.events import Event, Recorded
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.matters import changes_of
from bancheng.domain.warnings.events import DueDateReplanned, DutiesPassedOn
from bancheng.projections.cases.fold import ENDING
from bancheng.projections.cases.part import OfCase, by, case_index, of_case
from bancheng.projections.ledger.fields import (
    Position,
    Word,
    asked,
    key,
    prose,
    sorts,
    unit_code,
    unseen,
)
from bancheng.projections.ledger.table import table_of
from bancheng.projections.machine.columns import partial_index
from bancheng.projections.machine.rows import Row, Rows


class HandOverState(Labelled):
    """移交状态: whether the receiver has signed."""

    WAITING = "waiting", "待签收"
    SIGNED = "signed", "已签收"
    CANCELLED = "cancelled", "已取消"


class HandOverRow(OfCase, frozen=True, kw_only=True):
    """移交: the file of a case as one unit hands it to another, on one list that the other signs.

    ``from_unit`` is empty if it came from the window.
    """

    list_no: Annotated[str, Word("清单编号"), key]
    from_unit: Annotated[str | None, Word("移出单位编码,空为窗口"), asked, unit_code]
    to_unit: Annotated[str, Word("接收单位编码"), asked, unit_code]
    materials: Annotated[tuple[str, ...], Word("所列材料编码")]
    item_step: Annotated[str | None, Word("接收后办理的事项环节"), asked, prose]
    due_at: Annotated[datetime | None, Word("环节期限,此刻起为逾期")]
    state: Annotated[HandOverState, Word("移交状态"), asked]
    handed_at: Annotated[datetime, Word("移交时间"), asked, sorts]
    handed_by: Annotated[str, Word("移交人工号")]
    handed_by_name: Annotated[str, Word("移交人姓名"), prose]
    handed_unit: Annotated[str, Word("移交人单位编码")]
    signed_at: Annotated[datetime | None, Word("移交签收时间")]
    signed_by: Annotated[str | None, Word("签收人工号")]
    signed_by_name: Annotated[str | None, Word("签收人姓名"), prose]
    signed_unit: Annotated[str | None, Word("签收人单位编码")]
    position: Annotated[Position, unseen]


hand_over = table_of(
    HandOverRow,
    "hand_over_ledger",
    case_index("hand_over_ledger"),
    Index("hand_over_ledger_handed_at", "handed_at", "list_no"),
    partial_index("hand_over_ledger_open", "handed_at", "list_no", where="state = 'waiting'"),
)


def _transferred(rows: Rows, event: CaseTransferred, recorded: Recorded) -> None:
    rows.new(
        hand_over,
        list_no=event.list_no,
        case_id=recorded.stream_id,
        from_unit=event.from_unit,
        to_unit=event.to_unit,
        materials=event.materials,
        item_step=event.item_step,
        due_at=event.due and event.due.due_at,
        state=HandOverState.WAITING,
        handed_at=recorded.envelope.occurred_at,
        **by("handed", recorded.envelope),
        position=recorded.position,
    )


def _signed(rows: Rows, event: HandOverSigned, recorded: Recorded) -> None:
    row = rows.of(hand_over, event.list_no)
    row |= {
        "state": HandOverState.SIGNED,
        "signed_at": recorded.envelope.occurred_at,
        **by("signed", recorded.envelope),
        "position": recorded.position,
    }


def _redecided(rows: Rows, _: Event, recorded: Recorded) -> None:
    """Keep the date of the step that a list is for: it moves with a pause and a new calendar.

    A list that was handed on with its step unfinished shows the date of the step as well.
    """
    for change in changes_of(recorded):
        if isinstance(change, Redecided) and change.kind is LimitKind.STEP:
            for row in rows.all_of(hand_over, recorded.stream_id):
                if _is_for(row, change.subject):
                    row |= {"due_at": change.due.due_at, "position": recorded.position}


def _is_for(row: Row, part: str) -> bool:
    return row["item_step"] is not None and part_of(row["case_id"], row["item_step"]) == part


def _passed_on(rows: Rows, event: DutiesPassedOn, recorded: Recorded) -> None:
    for row in rows.all_of(hand_over, recorded.stream_id):
        if row["state"] is HandOverState.WAITING and row["to_unit"] == event.unit:
            row |= {"to_unit": event.successor, "position": recorded.position}


def _ended(rows: Rows, _: Event, recorded: Recorded) -> None:
    for row in rows.all_of(hand_over, recorded.stream_id):
        if row["state"] is HandOverState.WAITING:
            row |= {"state": HandOverState.CANCELLED, "position": recorded.position}


HAND_OVERS = of_case(
    "hand_overs",
    "移交清单",
    HandOverRow,
    hand_over,
    told="一份移交清单",
    version=6,
    follows=("case", "deadline"),
    handles={
        CaseTransferred: _transferred,
        HandOverSigned: _signed,
        **dict.fromkeys(
            (SpecialProcedureStarted, SpecialProcedureEnded, DueDateReplanned), _redecided
        ),
        DutiesPassedOn: _passed_on,
        **dict.fromkeys((*ENDING, CaseDeemedRenewed), _ended),
    },
    first="handed_at",
)
