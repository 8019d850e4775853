"""在手工作: one thing that somebody has in hand, as acts about people look it up."""

from collections.abc import Sequence

from msgspec import Struct


class HeldPart(Struct, frozen=True, kw_only=True):
    """在手一项: a ticket or a case, or of a ticket the order ``order_id``."""

    matter_id: str
    order_id: str | None = None


class InHand(Struct, frozen=True, kw_only=True):
    """在手: all that somebody has in hand, as far as the ledgers know.

    ``withheld`` are the matters among ``parts`` of which whoever asks is to know nothing.
    """

    parts: Sequence[HeldPart] = ()
    withheld: frozenset[str] = frozenset()

    @property
    def known(self) -> Sequence[HeldPart]:
        """What of it whoever asks may be told of."""
        return [one for one in self.parts if one.matter_id not in self.withheld]
