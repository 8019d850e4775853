"""承办人列: the three columns in which a row keeps who has it in hand."""

from bancheng.domain.events import Recorded
from bancheng.domain.hands import Holder
from bancheng.domain.matters import HANDS, holders_after
from bancheng.projections.machine.rows import Row

NOBODY = dict.fromkeys(("held_by", "held_by_name", "held_by_unit"))


def keep_holder(row: Row, part: str, recorded: Recorded) -> None:
    """Keep in ``row`` who has ``part`` of the matter in hand after ``recorded``."""
    if type(recorded.event) not in HANDS:
        return
    before = {} if row["held_by"] is None else {part: _holder(row)}
    after = holders_after(before, recorded).get(part)
    row |= NOBODY if after is None else _columns(after)


def _holder(row: Row) -> Holder:
    return Holder(staff_id=row["held_by"], name=row["held_by_name"], unit=row["held_by_unit"])


def _columns(one: Holder) -> Row:
    return {"held_by": one.staff_id, "held_by_name": one.name, "held_by_unit": one.unit}
