"""一件事一次办: a theme case opens its children in parallel, follows them, and issues for all.

The theme is a case itself, with one notice, one set of materials and a deadline of its own. What
passes between theme and children is carried by policies; nobody does these acts by hand.
"""

from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta
from msgspec.structs import replace

from bancheng.domain.case.accept import GapFilled, Terms, terms_of
from bancheng.domain.case.discover import Materials, codes_of
from bancheng.domain.case.item_steps import StepBegun, first_step
from bancheng.domain.case.review import ReviewPlan, review_plan
from bancheng.domain.case.state import Case, CaseCommand, Child
from bancheng.domain.case.terms import CaseOutcome, CaseStatus
from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, NotFound, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, Targets, guarded, nothing
from bancheng.domain.items import JOINT_MATERIALS_MAX, ItemCode, ServiceItem, TermCode
from bancheng.domain.steps import Step

MaterialCodes = Annotated[tuple[TermCode, ...], Meta(max_length=JOINT_MATERIALS_MAX)]


@topic("case.child-opened", step=Step.DISPATCH)
class ChildOpened(Event, frozen=True, kw_only=True):
    """子件开件: a case of one item of the theme came to be, accepted when the theme was.

    Its file is with the unit of the item; ``step_begun`` is the first step, if that unit does it.
    ``materials`` are those of its own that came with the theme, ``gap`` those that were promised,
    or are missing though the law accepted: without them it is not granted.
    """

    number: str
    query_code: str
    item: ServiceItem
    theme_id: str
    theme_number: str
    terms: Terms
    step_begun: StepBegun | None = None
    materials: tuple[str, ...] = ()
    gap: tuple[str, ...] = ()


@topic("case.child-attached", step=Step.DISPATCH)
class ChildAttached(Event, frozen=True, kw_only=True):
    """子件挂接: the theme knows which case does one of its items."""

    item: str
    child_id: str
    number: str
    unit: str


@topic("case.child-noted", step=Step.DEADLINE)
class ChildNoted(Event, frozen=True, kw_only=True):
    """子件进展: the theme learnt how far one of its children is."""

    item: str
    status: CaseStatus
    outcome: CaseOutcome | None = None


@topic("case.closed-with-theme", step=Step.VERIFY)
class ClosedWithTheme(Event, frozen=True, kw_only=True):
    """统一出件: the result of the child went out with that of its theme."""

    review: ReviewPlan | None = None


@topic("case.left-theme", step=Step.SUPERVISE)
class LeftTheme(Event, frozen=True, kw_only=True):
    """脱离主题件: the theme ended without a result; what was decided of the child stands alone."""


class OpenChild(Command, frozen=True, kw_only=True):
    """子件开件: open the case of one item of a theme that was accepted.

    The item is the version that was offered when the theme was applied for.
    """

    item: ItemCode
    theme_id: Annotated[str, Meta(max_length=80, description="主题件标识")]
    theme_number: Annotated[str, Meta(max_length=80, description="主题件编号")]
    applied_at: Annotated[datetime, Meta(tz=True, description="主题件申请时间")]
    accepted_at: Annotated[datetime, Meta(tz=True, description="主题件受理时间")]
    materials: Annotated[MaterialCodes, Meta(description="随主题件收到的本子项材料编码")] = ()
    gap: Annotated[MaterialCodes, Meta(description="主题件待补的本子项材料编码")] = ()

    asks_successors: ClassVar[bool] = True

    def item_wanted(self) -> tuple[str, datetime]:
        return self.item, self.applied_at


class FillChildGap(CaseCommand, frozen=True, kw_only=True):
    """子件材料补齐: tell a child which of its materials came to its theme."""

    materials: Materials


class AttachChild(CaseCommand, frozen=True, kw_only=True):
    """子件挂接: tell the theme which case does one of its items."""

    item: ItemCode
    child_id: Annotated[str, Meta(max_length=80, description="子件标识")]
    number: Annotated[str, Meta(max_length=80, description="子件编号")]
    unit: Annotated[str, Meta(max_length=40, description="承办单位编码")]


class NoteChild(CaseCommand, frozen=True, kw_only=True):
    """子件进展: tell the theme how far one of its children is."""

    item: ItemCode
    status: Annotated[CaseStatus, Meta(description="子件状态")]
    outcome: Annotated[CaseOutcome | None, Meta(description="子件结论")] = None


class CloseWithTheme(CaseCommand, frozen=True, kw_only=True):
    """统一出件: close the child whose theme was issued."""


class LeaveTheme(CaseCommand, frozen=True, kw_only=True):
    """脱离主题件: let the decided child of a theme that ended be issued by itself."""


@guarded(nothing)
def open_child(_: object, command: OpenChild, desk: Desk) -> list[Event]:
    # Its time runs from the acceptance of the theme, not from when it is opened a moment later.
    item, since = desk.item(command.item, offered=False), command.accepted_at
    return [
        ChildOpened(
            number=desk.official_number,
            query_code=desk.query_code,
            item=item,
            theme_id=command.theme_id,
            theme_number=command.theme_number,
            terms=terms_of(item, desk, since=since),
            step_begun=first_step(item, item.unit, desk, since=since),
            materials=command.materials,
            gap=command.gap,
        )
    ]


def may_fill_child_gap(child: Case, attempt: Attempt) -> None:
    if child.theme_id is None:
        raise WrongStep("NO_THEME", "本件不属于一件事主题件", remedy="请单独补齐")
    child.require(attempt.act, CaseStatus.ACCEPTED)
    if not child.gap:
        raise WrongStep("NO_GAP", "本件没有待补齐的材料", remedy="请核对办件")


@guarded(may_fill_child_gap)
def fill_child_gap(child: Case, command: FillChildGap, _: Desk) -> list[Event]:
    there = codes_of(child, command.materials)
    missing = tuple(code for code in child.gap if code not in there)
    return [GapFilled(materials=command.materials, missing=missing)]


CHILDREN: Final = Targets[Case](
    of=lambda command: command.item, within=lambda theme: theme.children
)


def may_attach_child(theme: Case, attempt: Attempt) -> None:
    if may_note_child(theme, attempt).case_id is not None:
        raise WrongStep("CHILD_ATTACHED", "该子项已有办件", field="item", remedy="请核对子件")


@guarded(may_attach_child, CHILDREN)
def attach_child(_: Case, command: AttachChild, __: Desk) -> list[Event]:
    return [
        ChildAttached(
            item=command.item, child_id=command.child_id, number=command.number, unit=command.unit
        )
    ]


def may_note_child(theme: Case, attempt: Attempt) -> Child:
    child = theme.children.get(attempt.target)
    if child is None:
        raise NotFound(
            "CHILD_UNKNOWN",
            f"本主题件不含事项「{attempt.target}」",
            field="item",
            remedy="请核对事项编码",
        )
    return child


@guarded(may_note_child, CHILDREN)
def note_child(theme: Case, command: NoteChild, _: Desk) -> list[Event]:
    child = theme.children[command.item]
    if replace(child, status=command.status, outcome=command.outcome) == child:
        raise InvalidInput("CHILD_UNCHANGED", "子件没有进展", field="status", remedy="无需记录")
    return [ChildNoted(item=command.item, status=command.status, outcome=command.outcome)]


# Nobody fetches it alone, so it is neither told of nor delivered: it may be made, or only decided.
def _decided_in_theme(child: Case, attempt: Attempt) -> None:
    if child.theme_id is None:
        raise WrongStep("NO_THEME", "本件不属于一件事主题件", remedy="请单独送达")
    child.require(attempt.act, CaseStatus.DECIDED, CaseStatus.MADE)


@guarded(_decided_in_theme)
def close_with_theme(child: Case, _: CloseWithTheme, desk: Desk) -> list[Event]:
    return [ClosedWithTheme(review=review_plan(child, desk))]


@guarded(_decided_in_theme)
def leave_theme(_: Case, __: LeaveTheme, ___: Desk) -> list[Event]:
    return [LeftTheme()]
