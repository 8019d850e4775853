"""The parts of a matter as relations of it: each ledger that says under which one it stands."""

from collections.abc import Callable
from typing import Any

from bancheng.graphql.types.nodes import node_of
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.registry import LEDGERS


def parts_of(whole: str) -> dict[str, Any]:
    """The relations from a row of ``whole`` to its parts, by the names of their ledgers."""
    return {ledger.name: _parts(ledger) for ledger in LEDGERS if ledger.under == whole}


def _parts(ledger: Ledger[Any]) -> Any:
    node: Any = node_of(ledger)
    term = ledger.description.partition(":")[0]
    return relation(_reader(ledger), list[node], f"{term},按先后排列。", seen_by=WITH_THE_ROW)


def _reader(ledger: Ledger[Any]) -> Callable[..., Any]:
    async def parts(root: Any) -> Any:
        shown: Shown = root
        key = getattr(shown.row, ledger.parts_of.name)
        return shown.all_beside(await shown.asking.loaders.several(ledger.parts_of, key))

    return parts
