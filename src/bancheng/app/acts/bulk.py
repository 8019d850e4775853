"""批量办理: the act that begins one act for many matters. What is done for each is its own act."""

from collections.abc import Iterable

from bancheng.app.acts.act import Act, Aggregate
from bancheng.domain import bulk

BULK = Aggregate(
    bulk.PREFIX, "批量办理", bulk.Bulk, bulk.evolve, named_by=lambda command: command.bulk_id
)  # fmt: skip


def beginning(acts: Iterable[Act]) -> Act:
    """The act by which those of ``acts`` that may be done for many are begun; who may is theirs."""
    roles = {role for act in acts if act.many is not None for role in act.by}
    return BULK.act(bulk.BeginBulk, bulk.begin, *roles, basis="全程留痕", offered=False)
