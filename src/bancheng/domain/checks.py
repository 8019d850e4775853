"""事后录入: the logic checks that hold for any matter, and what every finding is.

What an import brings was recorded elsewhere and in time; its batch says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from bancheng.domain.events import Channel, Recorded
from bancheng.domain.time_limits.logic_checks import CheckRule, CheckSetting
from bancheng.domain.time_limits.rules import RuleBook

History = Sequence[Recorded]


class Finding(NamedTuple):
    """校验结果: what contradicts which rule; ``finding_id`` names it once within the matter.

    ``unit`` is that of whoever did it; None of what another system told of.
    """

    finding_id: str
    rule: CheckRule
    basis: str
    detail: str
    unit: str | None


class Found(NamedTuple):
    """What a check found, and at which event."""

    at: Recorded
    detail: str

    @property
    def unit(self) -> str | None:
        """Of whoever did it, here."""
        envelope = self.at.envelope
        return envelope.actor.unit if envelope.channel is not Channel.IMPORT else None


Check = Callable[[History, CheckSetting], Iterator[Found]]


def findings(
    course: History, rulebook: RuleBook, checks: Mapping[CheckRule, Check]
) -> list[Finding]:
    """Everything that those of ``checks`` which ``rulebook`` makes find in ``course``."""
    return [
        Finding(
            finding_id=f"{setting.code}/{found.at.envelope.event_id}",
            rule=setting.code,
            basis=setting.basis,
            detail=found.detail,
            unit=found.unit,
        )
        for setting in rulebook.checks
        if setting.code in checks
        for found in checks[setting.code](course, setting)
    ]


def _recorded_late(course: History, setting: CheckSetting) -> Iterator[Found]:
    for one in _afterwards(course, setting):
        gap = one.envelope.recorded_at - one.envelope.occurred_at
        yield Found(one, f"发生后 {gap // timedelta(hours=1)} 小时才录入")


def _recorded_in_bulk(course: History, setting: CheckSetting) -> Iterator[Found]:
    late = _afterwards(course, setting)
    for first, last in zip(late, late[setting.most :], strict=False):
        # By when it was entered: several late steps in one sitting are what is looked for.
        apart = last.envelope.recorded_at - first.envelope.recorded_at
        if apart <= timedelta(hours=setting.hours):
            yield Found(first, f"超过 {setting.most} 个环节事后集中录入")
            return


def _afterwards(course: History, setting: CheckSetting) -> list[Recorded]:
    hours = timedelta(hours=setting.hours)
    entered = (one for one in course if one.envelope.channel is not Channel.IMPORT)
    return [one for one in entered if one.envelope.recorded_at - one.envelope.occurred_at > hours]


OF_ANY_MATTER: Final[Mapping[CheckRule, Check]] = {
    CheckRule.RECORDED_LATE: _recorded_late,
    CheckRule.RECORDED_IN_BULK: _recorded_in_bulk,
}
