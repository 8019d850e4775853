"""评价码簿: of which case each one-time code is, as far as its digest tells, for who shows one."""

from sqlalchemy import Column, Connection, MetaData, Table, select

from bancheng.domain.case.rate import RatingCodeIssued
from bancheng.domain.case.state import PREFIX
from bancheng.domain.events import Recorded
from bancheng.projections.ledger.listing import equals
from bancheng.projections.machine.base import Projection
from bancheng.projections.machine.columns import Code, stream_column
from bancheng.projections.machine.rows import Rows

code = Table(
    "rating_code_register",
    MetaData(),
    Column("digest", Code, primary_key=True),
    stream_column("case_id"),
)
_CASE = select(code.c.case_id).where(equals(code.c.digest))


def case_of_code(connection: Connection, digest: str) -> str | None:
    """The case for a visit to which the code of that digest was once given out."""
    return connection.scalar(_CASE, {"digest": digest})


def _issued(rows: Rows, event: RatingCodeIssued, recorded: Recorded) -> None:
    rows.new(code, digest=event.digest, case_id=recorded.stream_id)


PROJECTION = Projection(
    name="rating_code_register",
    version=1,
    tables=(code,),
    handles={RatingCodeIssued: _issued},
    follows=("case",),
    of=(PREFIX,),
)
