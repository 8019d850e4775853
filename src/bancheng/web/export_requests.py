"""What may be asked of an export, and how it is read."""

import re
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from bancheng.domain.errors import NotFound
from bancheng.graphql.context import Asking
from bancheng.graphql.naming import lower_camel
from bancheng.hall_papers import PaperForm
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.registry import LISTED

_LEDGERS: Final = {lower_camel(one.name): one for one in LISTED}
_FORMS: Final = {one.value: one for one in PaperForm}
_NAME: Final = re.compile(rf"(\w+)\.({'|'.join(one.value for one in PaperForm)})")


class ExportAsked(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """导出请求: which rows in which order, as of which moment, in which encoding."""

    filter: dict[str, Any] | None = None
    order_by: str | None = None
    descending: bool | None = None
    at: datetime | None = None
    by: Literal["RECORDED", "OCCURRED"] = "RECORDED"
    encoding: Literal["UTF_8", "GB18030"] = "UTF_8"


def named(name: str, asking: Asking) -> tuple[Ledger[Any], PaperForm]:
    """The ledger and the form of a file; ``NotFound`` ``EXPORT_UNKNOWN``."""
    _ = asking.known  # whom nobody knows is not told what there is
    found = _NAME.fullmatch(name)
    ledger = None if found is None else _LEDGERS.get(found[1])
    if found is None or ledger is None:
        forms = "、".join(PaperForm)
        raise NotFound(
            "EXPORT_UNKNOWN",
            "没有这一台账或格式",
            remedy=f"可选: {'、'.join(_LEDGERS)};格式: {forms}",
        )
    return ledger, _FORMS[found[2]]
