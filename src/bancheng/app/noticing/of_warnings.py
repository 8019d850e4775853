"""预警的通知: a card is told to the unit that it was given to, or to who holds its post.

Red goes to the efficiency supervisors as well: notification is cumulative (电子监察).
"""

from collections.abc import Mapping
from typing import Any, Final

from bancheng.app.noticing.drafts import Template, to_post, to_unit
from bancheng.domain.events import Event
from bancheng.domain.people import Role
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.warnings.events import ConductCardGiven, DutiesPassedOn, WarningRaised

_CONDUCT: Final = "{level}: {number} 中的「{conduct}」[,请于 {feedback_by}前反馈]。"
_CARD: Final = "{level}预警: {number} 的「{kind}」时限,到期 {ends}[,请于 {feedback_by}前反馈]。"


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


def _is_red(event: WarningRaised | ConductCardGiven, _: Any) -> bool:
    return event.level is WarningLevel.RED


OF_WARNINGS: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    WarningRaised: (
        to_unit(_CARD, only=_of_a_unit),
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
