"""往日: which moment of the past is asked about."""

from datetime import datetime
from typing import Annotated

import msgspec

from bancheng.app.inputs import to_command
from bancheng.domain.errors import InvalidInput


class _Asked(msgspec.Struct, frozen=True):
    at: Annotated[datetime, msgspec.Meta(description="时刻")]


def moment_asked(at: datetime, now: datetime) -> datetime:
    """``at`` in UTC.

    ``InvalidInput`` ``FIELD_INVALID`` if it has no time zone or is of another age, and
    ``PAST_IN_FUTURE`` if it is to come.
    """
    meant = to_command(_Asked, {"at": at}).at
    if meant > now:
        raise InvalidInput(
            "PAST_IN_FUTURE", "该时刻尚未到来", field="at", remedy="请填写不晚于现在的时刻"
        )
    return meant
