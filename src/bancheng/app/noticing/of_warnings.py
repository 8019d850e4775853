"""预警的通知: a card is told to the unit that it was given to, or to who holds its post.

Red goes to the efficiency supervisors as well: notification is cumulative (电子监察).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bancheng.app.noticing.drafts import Template, to_post, to_unit
from bancheng.app.noticing.texts import File
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Event
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import Role
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.rules import FirstDuty
from bancheng.domain.warnings.events import ConductCardGiven, DutiesPassedOn, WarningRaised

_CONDUCT: Final = "{level}: {number} 中的「{conduct}」[,请于 {feedback_by}前反馈]。"
_CARD: Final = "{level}预警: {number} 的「{kind}」时限,到期 {ends}[,请于 {feedback_by}前反馈]。"
_FIRST: Final = "办不成事工单 {number} 的「{kind}」时限{level},到期 {ends};"


def _of_a_unit(event: WarningRaised, _: Any) -> bool:
    return event.unit is not None


def _of(*posts: Role) -> Template:
    """For a card that no unit was given, of a limit that one of ``posts`` answers for."""
    (post,) = posts
    return to_post(
        _CARD, post, only=lambda event, _: event.unit is None and post in _answering(event)
    )


def _answering(event: WarningRaised) -> tuple[Role, ...]:
    return event.kind.answered_by(event.unit)


def _runs_out(event: WarningRaised, _: Any) -> bool:
    return event.kind in (LimitKind.RESOLVE, LimitKind.ANSWER)


def _first_receiver(file: File) -> tuple[str, ...]:
    """首接单位: the first unit that was sent the ticket to lead, unless it is warned itself."""
    return _reminded(FirstDuty.FIRST_RECEIVER, file, lambda ticket: ticket.first_receiver)


def _first_contact(file: File) -> tuple[str, ...]:
    """首问单位: where the ticket was told, unless it is about that, or told already.

    What the hall's own programs opened was told to nobody.
    """
    if file.history[0].envelope.channel.is_own:
        return ()
    found = _reminded(FirstDuty.FIRST_CONTACT, file, _heard_by)
    return () if found == _first_receiver(file) else found


def _heard_by(ticket: Ticket) -> str | None:
    about = (ticket.accused, ticket.accused_window_unit)
    return None if ticket.heard_by in about else ticket.heard_by


def _reminded(
    duty: FirstDuty, file: File, whose: Callable[[Ticket], str | None]
) -> tuple[str, ...]:
    if duty not in file.rolls.book.reminded or not isinstance(file.state, Ticket):
        return ()
    unit = whose(file.state)
    return () if unit is None or unit == file.unit() else (unit,)


def _is_red(event: WarningRaised | ConductCardGiven, _: Any) -> bool:
    return event.level is WarningLevel.RED


OF_WARNINGS: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    WarningRaised: (
        to_unit(_CARD, only=_of_a_unit),
        to_unit(_FIRST + "贵单位为首接单位,请跟进协调。", only=_runs_out, units=_first_receiver),
        to_unit(
            _FIRST + "由贵单位首问(首问责任人 {owner}),请跟进。",
            only=_runs_out,
            units=_first_contact,
        ),
        _of(Role.WINDOW_CLERK),
        _of(Role.HANDLER),
        _of(Role.VERIFIER),
        to_post(_CARD, Role.EFFICIENCY_SUPERVISOR, only=_is_red),
    ),
    ConductCardGiven: (
        to_unit(_CONDUCT),
        to_post(_CONDUCT, Role.EFFICIENCY_SUPERVISOR, only=_is_red),
    ),
    DutiesPassedOn: (to_unit("{number}: 原由{from_unit}承担的职责,现由贵单位承接。", urgent=True),),
}
