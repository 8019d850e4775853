"""What is made of tickets, and withheld with any of them: requests to erase, improvements."""

from typing import Any, Final

from sqlalchemy import Select, select

from bancheng.domain.improvement.improvement import PREFIX as IMPROVEMENTS
from bancheng.domain.privacy.erasure import PREFIX as ERASURES
from bancheng.projections.erasures import erasure_matter
from bancheng.projections.improvements import noted_ticket
from bancheng.projections.machine.tables import in_schema

PREFIXES: Final = (ERASURES, IMPROVEMENTS)
"""How their ids begin."""


def made_of(tickets: Select[Any], schema: str) -> list[Select[Any]]:
    """What names one of ``tickets``, as it stands in ``schema``."""
    erasing, noted = in_schema(erasure_matter, schema), in_schema(noted_ticket, schema)
    return [
        select(erasing.c.erasure_id).where(erasing.c.matter_id.in_(tickets)),
        select(noted.c.improvement_id).where(noted.c.ticket_id.in_(tickets)),
    ]
