"""行为发牌: a unit gets a card for what it did on a matter, however punctual it was.

Part of 监督检查. The hall gives it for what a check found, efficiency supervision for what it saw;
it is answered, appealed against and taken back as a card for time is (`domain.warnings.answering`).
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk, UnitRef
from bancheng.domain.errors import InvalidInput, WrongStep, together
from bancheng.domain.events import Event
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.domain.supervision.matter import Matter
from bancheng.domain.supervision.taking import involved_unit
from bancheng.domain.time_limits.conduct import CARDS, Conduct, ConductRule
from bancheng.domain.time_limits.levels import WarningLevel
from bancheng.domain.time_limits.working_time import next_open
from bancheng.domain.warnings.events import ConductCardGiven
from bancheng.domain.warnings.matter import MatterCommand


class GiveConductCard(MatterCommand, frozen=True, kw_only=True):
    """行为发牌: give a unit a card for what it did."""

    unit: Annotated[UnitRef, Meta(description="被发牌单位编码")]
    conduct: Annotated[Conduct, Meta(description="违规行为")]
    facts: Annotated[FreeText, Meta(description="事实: 何时、何处、何人如何做的")]
    level: (
        Annotated[
            WarningLevel,
            Meta(description="级别: 黄牌、橙色或红牌;不填则按规则库"),
        ]
        | None
    ) = None
    asks_successors: ClassVar[bool] = True
    to_units: ClassVar[tuple[str, ...]] = ("facts", "why")


class CardFinding(MatterCommand, frozen=True, kw_only=True):
    """校验发牌: give a unit the card that the rule book has for what a check found."""

    unit: Annotated[UnitRef, Meta(description="被发牌单位编码")]
    conduct: Annotated[Conduct, Meta(description="违规行为")]
    facts: Annotated[FreeText, Meta(description="校验发现的情况")]
    finding_id: Annotated[str, Meta(max_length=200, description="异常编号")]


CARDED = Targets[Matter](
    lambda command: command.finding_id,
    lambda matter: [one for one in matter.conduct_cards if one is not None],
)


# What a unit did is held against it whatever has become of the matter.
@guarded(nothing)
def give_card(matter: Matter, command: GiveConductCard, desk: Desk) -> list[Event]:
    unit, rule, _ = together(
        lambda: involved_unit(matter, command.unit, desk),
        lambda: _rule(command.conduct, desk),
        lambda: _check_level(command.level),
    )
    return [_card(matter, command, unit, rule, desk, level=command.level or rule.level)]


def may_card_finding(matter: Matter, attempt: Attempt) -> None:
    """Once, whatever became of the card. ``WrongStep`` ``FINDING_CARDED``."""
    if attempt.target in matter.conduct_cards:
        raise WrongStep("FINDING_CARDED", "已据该异常发牌", remedy="无需重复发牌")


@guarded(may_card_finding, CARDED)
def card_finding(matter: Matter, command: CardFinding, desk: Desk) -> list[Event]:
    # Who did it may be of a unit that has no other part in the matter: a centre that called back.
    unit, rule = desk.check_unit(command.unit, "unit"), _rule(command.conduct, desk)
    card = _card(matter, command, unit, rule, desk, level=rule.level, shown_by=command.finding_id)
    return [card]


def _card(
    matter: Matter, command: GiveConductCard | CardFinding, unit: str, rule: ConductRule,
    desk: Desk, *, level: WarningLevel, shown_by: str | None = None,
) -> ConductCardGiven:  # fmt: skip
    return ConductCardGiven(
        warning_id=f"{matter.number}-XW{len(matter.conduct_cards) + 1:02d}",
        conduct=command.conduct,
        level=level,
        unit=unit,
        # It answers for it as for any limit that it did not keep.
        post=LimitKind.CARD_FEEDBACK.post_of(unit),
        in_step=command.conduct.step,
        facts=desk.sealed(command.facts),
        ground=rule.basis,
        rule_version=desk.rulebook.version,
        notify_at=next_open(desk.calendar, desk.now),
        feedback_due=desk.due_for("card_feedback"),
        finding_id=shown_by,
    )


def _rule(conduct: Conduct, desk: Desk) -> ConductRule:
    rule = desk.rulebook.conduct_of(conduct)
    if rule is None:
        known = "、".join(one.code.label for one in desk.rulebook.conducts)
        raise InvalidInput(
            "CONDUCT_NOT_CARDED",
            f"规则库没有规定对「{conduct.label}」发牌",
            field="conduct",
            remedy=f"可选: {known}" if known else "请先在规则库 conducts 写明",
        )
    return rule


def _check_level(level: WarningLevel | None) -> None:
    if level is not None and not level.is_card:
        raise InvalidInput(
            "LEVEL_NOT_CARD",
            f"「{level.label}」不是牌,不需反馈",
            field="level",
            remedy=f"可选: {'、'.join(one.label for one in CARDS)};不填则按规则库",
        )
