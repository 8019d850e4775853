"""回避状态: who is to do nothing on a matter because they have an interest in it."""

from collections.abc import Mapping

from msgspec import Struct, field

from bancheng.domain.errors import NotAllowed
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import Actor
from bancheng.domain.processing import Processed


class RecusalGround(Labelled):
    """回避情形: why somebody may not be impartial, as 公务员法 76 lists it."""

    OWN_INTEREST = "own_interest", "涉及本人利害关系"
    RELATIVES_INTEREST = "relatives_interest", "涉及亲属利害关系"
    OTHER = "other", "其他可能影响公正的情形"


class Recusal(Struct, frozen=True, kw_only=True):
    """回避: of one person of ``unit`` on one matter; until it is ``ordered`` it waits for that."""

    unit: str
    ground: RecusalGround
    ordered: bool = False


class Impartial(Processed, frozen=True, kw_only=True):
    """公正对象: on which people may have to be recused; ``recusals`` by their staff ids."""

    recusals: Mapping[str, Recusal] = field(default_factory=dict)

    def is_recused(self, staff_id: str) -> bool:
        """Whether it was ordered that they do nothing here."""
        found = self.recusals.get(staff_id)
        return found is not None and found.ordered

    def require_impartial(self, actor: Actor) -> None:
        """``NotAllowed`` ``RECUSED_HERE`` for who does nothing here any more."""
        if self.is_recused(actor.id):
            raise NotAllowed(
                "RECUSED_HERE", "您已被决定在本件回避,不能再办理", remedy="请由其他人员办理"
            )
