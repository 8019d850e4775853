"""相似: tickets whose texts have much in common with a text, by the pairs of signs that few have.

What two reports of one trouble share is what hardly anybody else writes: the name of a place, of a
firm, of what went wrong. So pairs that stand in many texts are left out, and the rest weigh by how
few texts have them.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from bancheng.projections.ledger.full_text import PART, grams_of, spelt
from bancheng.projections.machine import grams
from bancheng.projections.tickets.texts import ticket_text

ASKED_MAX: Final = 150  # pairs that are looked up: of a long text every second, or third
COMMON_MIN: Final = 200  # what stands in no more texts is never common
COMMON_SHARE: Final = 150  # else common is what stands in more than one of so many
SHARED_MIN: Final = 4  # fewer rare pairs in common are chance
LOOKED_AT: Final = 100
# Long texts have something in common with any; this much of the length is not held against them.
_LENIENCE: Final = 60


class Like(NamedTuple):
    """相似件: a ticket, and in percent how many of the pairs of the shorter text the other has."""

    ticket_id: str
    percent: int


def pairs_of(subject: str, content: str) -> list[int]:
    """The pairs by which a report is compared, those of its title first."""
    title = grams_of(spelt(subject))
    known = set(title)
    return [
        *title,
        *(one for one in grams_of(PART.join(map(spelt, content.split(PART)))) if one not in known),
    ]


def alike(connection: Connection, pairs: Sequence[int], but: str | None = None) -> list[Like]:
    """The tickets whose texts are most like one with ``pairs``, the likest first; not ``but``."""
    weights, shared = _weighed(connection, _some(pairs))
    found = [one for one, count in shared.items() if count >= SHARED_MIN and one != but]
    # Ids go by time: of what is alike the latest comes first.
    found = sorted(sorted(found, reverse=True), key=lambda one: -weights[one])[:LOOKED_AT]
    own = set(pairs)
    of = ticket_text.c
    texts = connection.execute(select(of.ticket_id, of.grams).where(of.ticket_id.in_(found))).all()
    latest = sorted(texts, key=lambda one: str(one.ticket_id), reverse=True)
    ranked = sorted(
        latest, key=lambda one: -weights[one.ticket_id] / math.sqrt(len(one.grams) + _LENIENCE)
    )
    return [Like(one.ticket_id, _percent(own, one.grams)) for one in ranked]


def _percent(own: set[int], other: Sequence[int]) -> int:
    return round(100 * len(own & set(other)) / max(1, min(len(own), len(other))))


def _weighed(connection: Connection, pairs: Sequence[int]) -> tuple[dict[str, float], Counter[str]]:
    """How much each ticket weighs that has any of ``pairs``, and how many of them it has."""
    rows = connection.scalar(select(func.count()).select_from(ticket_text)) or 0
    common = max(COMMON_MIN, rows // COMMON_SHARE)
    dialect = connection.dialect
    having = (
        select(ticket_text.c.ticket_id)
        .where(grams.has_all(ticket_text, "grams", dialect))
        .limit(common + 1)
    )
    weights: dict[str, float] = {}
    shared: Counter[str] = Counter()
    for pair in pairs:
        those = connection.scalars(having, {"grams": grams.asked([pair], dialect)}).all()
        if 0 < len(those) <= common:
            weight = math.log(2 * common / len(those))
            for one in those:
                weights[one] = weights.get(one, 0.0) + weight
                shared[one] += 1
    return weights, shared


def _some(pairs: Sequence[int]) -> Sequence[int]:
    """Some of ``pairs`` if there are too many, from all over the text."""
    if len(pairs) <= ASKED_MAX:
        return pairs
    return [pairs[n * len(pairs) // ASKED_MAX] for n in range(ASKED_MAX)]
