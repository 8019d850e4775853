"""时限结论列: the three columns in which a row keeps what was judged of its time, never less.

``first_on_time`` is the first verdict, ``last_on_time`` the last, and ``on_time`` whether none was
late: what was late once is listed as late, whatever was done in time after it.
"""

from bancheng.domain.time_limits.limit import Verdict
from bancheng.projections.machine.rows import Row


def judge_row(row: Row, verdict: Verdict) -> None:
    """Add ``verdict`` to those of the row."""
    in_time = verdict.on_time
    row["first_on_time"] = in_time if row["first_on_time"] is None else row["first_on_time"]
    row["last_on_time"] = in_time
    row["on_time"] = in_time and row["on_time"] is not False


def only_late(row: Row, name: str = "on_time") -> bool | None:
    """What is left of such a column once something is owed again: late for good, or no verdict."""
    return False if row[name] is False else None
