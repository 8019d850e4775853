"""案卷: a ticket or case, or an assisted handling, as acts on several matters see it.

It is looked up before they are decided.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from bancheng.domain.time_limits.rules import RetentionOf


class ReportFile(Struct, frozen=True, kw_only=True):
    """登记情况: what another ticket asks of one before it goes on in it, or repeats it.

    ``is_worked_on``: the hall has it in hand and has not answered yet, and ``answer_due`` is until
    when it has to; ``is_answered``: it has a result, or a reason why there is none. ``accused`` are
    whom it is about, by what they are named as.
    """

    is_worked_on: bool
    is_answered: bool
    category: str
    reported_at: datetime
    answer_due: datetime | None
    accused: frozenset[tuple[str, str]]


class MatterFile(Struct, frozen=True, kw_only=True):
    """案卷: what is asked of one matter of several.

    ``is_over``: it is closed and nobody owes anything on it; ``last_at`` is when the last thing
    happened on it. ``restricted_by`` is the erasure for which its data is kept unused, or was
    erased. ``keys`` own what is sealed in it, its own among them, ``on_file`` are those of what it
    told of people last. ``held`` names, for a key, the other matters that have somebody on file
    under it. ``parts`` are the children of a theme, or the theme of a child. ``recused`` are the
    staff ids of whom it was ordered that they do nothing on it. ``report`` is that of a ticket.
    """

    matter_id: str
    kind: RetentionOf
    number: str
    is_over: bool
    last_at: datetime
    restricted_by: str | None
    keys: tuple[str, ...]
    on_file: frozenset[str]
    held: Mapping[str, frozenset[str]]
    parts: frozenset[str] = frozenset()
    recused: frozenset[str] = frozenset()
    report: ReportFile | None = None
