"""办件分项: what the ledgers of parts of a case have in common: their case."""

from typing import Annotated, Any, TypeVar

import msgspec
from sqlalchemy import Index, Table, exists

from bancheng.domain.case.state import PREFIX
from bancheng.domain.events import Envelope
from bancheng.projections.cases.row import case, case_unit
from bancheng.projections.ledger.asking import ask
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.fields import Leads, Word, asked, elsewhere, stream, unit_code
from bancheng.projections.ledger.listing import equals
from bancheng.projections.machine.rows import Row
from bancheng.projections.sight import AT_WORK, OF_THE_MATTER


class OfCase(msgspec.Struct, frozen=True, kw_only=True):
    """所属办件: the four last fields are empty for a moment if the ledger of cases is behind."""

    case_id: Annotated[str, Word("办件标识"), stream, asked, Leads("case", "所属办件。")]
    case_number: Annotated[str | None, Word("办件编号"), elsewhere]
    item_name: Annotated[str | None, Word("事项名称"), elsewhere]
    unit: Annotated[str | None, Word("承办单位编码"), elsewhere, unit_code]
    window: Annotated[str | None, Word("办件的窗口编号"), elsewhere]


R = TypeVar("R", bound=OfCase)


def of_case(name: str, term: str, row: type[R], table: Table, **more: Any) -> Ledger[R]:
    """The ledger of some part of cases: of every case, seen with its case."""
    involves = exists().where(
        case_unit.c.case_id == table.c.case_id, equals(case_unit.c.unit, "involved_unit")
    )
    return Ledger(
        name,
        term,
        row,
        table,
        of=(PREFIX,),
        seen_by=AT_WORK,
        rows=OF_THE_MATTER,
        source=table.outerjoin(case, case.c.case_id == table.c.case_id),
        elsewhere={
            "case_number": case.c.number,
            "item_name": case.c.item_name,
            "unit": case.c.unit,
            "window": case.c.window,
            **more.pop("elsewhere", {}),
        },
        asks=(
            ask("involved_unit", str, "有过参与的单位编码", involves),
            ask("item_code", str, "事项实施编码", equals(case.c.item_code)),
            ask("unit", str, "承办单位编码", equals(case.c.unit)),
            ask("window", str, "办件的窗口编号", equals(case.c.window)),
            *more.pop("asks", ()),
        ),
        **{"under": "case", "follows": ("case",)} | more,
    )


def by(name: str, envelope: Envelope) -> Row:
    """Who did something, as they stood then, for the fields ``name``_by, _by_name and _unit."""
    who = envelope.actor
    return {f"{name}_by": who.id, f"{name}_by_name": who.name, f"{name}_unit": who.unit}


def case_index(ledger: str) -> Index:
    """The index by which the parts of a case are found."""
    return Index(f"{ledger}_case", "case_id")
