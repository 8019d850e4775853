"""所填: what somebody filled in to see a page, as the access log may keep it.

Codes and days stand there as they are. A text that could be anything, and so a name or a number of
somebody, is only told by its length.
"""

from typing import Any

import msgspec

from bancheng.domain.labelled import Labelled
from bancheng.graphql.naming import lower_camel
from bancheng.graphql.queries.filter_values import RULES
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.searching import Words
from bancheng.projections.ledger.windows import Filter, HoldsAt, LevelAt, WhoAt, Window


def filled_in(chosen: Filter, window: Window) -> dict[str, Any]:
    """The filter, the order and the size of a page; ``chosen`` was checked, so codes are codes."""
    asked = msgspec.structs.asdict(chosen)
    told = {
        lower_camel(name): _told(name, one) for name, one in asked.items() if one not in (None, ())
    }
    order = {"orderBy": window.sort.name, "descending": window.descending}
    size = {"last": window.last} if window.is_backward else {"first": window.first}
    goes_on = {} if window.cursor is None else {"goesOn": True}
    return {"filter": told, **order, **size, **goes_on}


def _told(name: str, value: Any) -> Any:
    match value:
        case tuple():
            return [_told(name, one) for one in value]
        case LevelAt(level=level):
            return level.name
        case Labelled():
            return value.name
        case HoldsAt(holds=said) | WhoAt(who=said):
            return said
        case Words(text=text) | Written(text=text):
            return _masked(text)
    # Members of vocabularies, instants and figures are what they are; a mere text may be anything.
    return _masked(value) if type(value) is str and name not in RULES else value


def _masked(text: str) -> str:
    """``text`` without a sign of it."""
    return f"〔{len(text)}字〕"
