"""A ticket or a case as the acts about warnings see it: its deadlines, its standing warnings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Protocol

from msgspec import Meta, Struct
from msgspec.structs import replace

from bancheng.domain.commands import Command
from bancheng.domain.deadlines import Deadline
from bancheng.domain.events import Event
from bancheng.domain.hands import Holders
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.events import (
    ConductCardGiven,
    DutiesPassedOn,
    WarningAnswered,
    WarningAppealed,
    WarningAppealRejected,
    WarningRaised,
    WarningRevoked,
)


class Warned(Struct, frozen=True, kw_only=True):
    """已发预警: what decisions need to know of a warning that stands.

    ``unit`` is whom it was given to, None if to the hall. It says that the deadline of ``kind`` and
    ``subject`` that ends ``due_at`` reached ``level``; a card for a conduct has none of these.
    ``appealed``: it was appealed against, which may be done once; ``appeal_open``: the appeal waits
    for its ruling.
    """

    unit: str | None
    level: WarningLevel
    kind: LimitKind | None = None
    subject: str | None = None
    due_at: datetime | None = None
    answered: bool = False
    appealed: bool = False
    appeal_open: bool = False


class Limited(Protocol):
    """计时对象: what limits run on; ``deadlines`` by their key."""

    @property
    def deadlines(self) -> Mapping[str, Deadline]: ...


class Matter(Limited, Protocol):
    """案件: a ticket or a case; ``warnings`` by their id, ``holders`` by what they have in hand."""

    @property
    def warnings(self) -> Mapping[str, Warned]: ...
    @property
    def holders(self) -> Holders: ...


class MatterCommand(Command, frozen=True, kw_only=True):
    """办理指令: an act on a ticket or a case."""

    matter_id: Annotated[str, Meta(max_length=80, description="办不成事工单或办件标识")]
    about_field: ClassVar[str] = "matter_id"


def _given(event: WarningRaised | ConductCardGiven) -> Warned:
    if isinstance(event, ConductCardGiven):
        return Warned(unit=event.unit, level=event.level)
    return Warned(
        unit=event.unit,
        kind=event.kind,
        subject=event.subject,
        level=event.level,
        due_at=event.due_at,
    )


def warnings_after(warnings: Mapping[str, Warned], event: Event) -> Mapping[str, Warned]:
    """The warnings that stand after ``event``. A revoked one stands no more."""
    match event:
        case WarningRaised(warning_id=id_) | ConductCardGiven(warning_id=id_):
            return {**warnings, id_: _given(event)}
        case WarningAnswered(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], answered=True)}
        case WarningAppealed(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], appealed=True, appeal_open=True)}
        case WarningAppealRejected(warning_id=id_):
            return {**warnings, id_: replace(warnings[id_], appeal_open=False)}
        # Its id does not come again: the level counts as given until the cycle ends, and cards for
        # conduct are numbered through.
        case WarningRevoked(warning_id=id_):
            return {other: warned for other, warned in warnings.items() if other != id_}
    return warnings


def warnings_taken_over(
    warnings: Mapping[str, Warned], event: DutiesPassedOn
) -> Mapping[str, Warned]:
    """The warnings after a succession: what is not answered yet is the successor's to answer."""
    return {
        id_: replace(one, unit=event.successor)
        if one.unit == event.unit and not one.answered
        else one
        for id_, one in warnings.items()
    }
