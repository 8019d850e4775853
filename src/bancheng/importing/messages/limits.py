"""导入时限: the limit that imported messages are judged by, in a rule book of their own."""

from typing import Final

from bancheng.domain.time_limits.imported_terms import CAUSE, COMPLEXITY
from bancheng.domain.time_limits.rulebook import LimitRule, RuleBook, amended
from bancheng.domain.time_limits.terms import Limit, LimitUnit

_BASIS: Final = "历史数据按导入时给定的时限计算"


def rulebook_of_messages(book: RuleBook, working_days: int) -> RuleBook:
    """``book`` with a limit of its own for what is imported; its version and basis say so."""
    limit = Limit(
        id="resolve_imported",
        amount=working_days,
        unit=LimitUnit.WORKING_DAYS,
        label=f"导入时给定: {working_days}个工作日",
        basis=_BASIS,
    )
    return amended(
        book,
        version=f"导入-{working_days}个工作日",
        basis=_BASIS,
        causes=(CAUSE,),
        complexities=(COMPLEXITY,),
        limits=(LimitRule(purpose="resolve", complexity=COMPLEXITY.code, limit=limit),),
    )
