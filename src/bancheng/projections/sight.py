"""视野: who may see what. Ledgers, their fields and rows, and relations say it in these words.

A unit's officer or head without any wider role is *bound*: they see the work orders of their own
unit and the tickets these belong to, and never who reported the matter, nor what was reported but
in the words that a handler released to them; and the cases in which their unit has or had a part,
with the applicant of those that it has in hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bancheng.domain.accesses import AccessKind
from bancheng.domain.errors import DomainError, NotAllowed, NotFound
from bancheng.domain.people import Actor, Role

DESKS = frozenset(
    {
        Role.WINDOW_CLERK,
        Role.HANDLER,
        Role.VERIFIER,
        Role.SUPERVISOR,
        Role.EFFICIENCY_SUPERVISOR,
    }
)
WIDE = DESKS | {Role.DUTY_LEADER, Role.GOVERNMENT_HEAD, Role.ARCHIVIST}
OF_UNITS = frozenset({Role.UNIT_OFFICER, Role.UNIT_HEAD})
AT_WORK = WIDE | OF_UNITS
AUDITORS = DESKS - {Role.WINDOW_CLERK}
SUPERVISION = frozenset({Role.HANDLER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR})
PUSHED_TO = frozenset(
    {Role.HANDLER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR, Role.UNIT_OFFICER}
)
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class View:
    """一项可见内容: what it is called, and who may see it."""

    term: str
    roles: frozenset[Role]
    also: Callable[[Any, Actor], bool] | None = None
    also_told: str = ""

    def shows(self, actor: Actor, row: Any = None) -> bool:
        """Whether ``actor`` may see it, in general or ``also`` of this ``row``."""
        if actor.may(*self.roles):
            return True
        return row is not None and self.also is not None and self.also(row, actor)

    def require(self, actor: Actor) -> None:
        """Raise ``NotAllowed`` unless ``actor`` may see it."""
        if not self.shows(actor):
            raise NotAllowed(
                "VIEW_FORBIDDEN",
                f"您的角色({labels(frozenset(actor.roles))})不能查看{self.term}",
                remedy=f"可查看的角色: {labels(self.roles)}",
            )

    @property
    def told(self) -> str:
        """Who may see it, as a description says it."""
        return f"可见: {labels(self.roles)}。{self.also_told}"


@dataclass(frozen=True)
class Part:
    """部分可见: of a ledger, ``roles`` without a wider one see what ``ask`` lets through.

    ``ask`` is a filter that takes several values; ``values`` are those they may ask for.
    """

    roles: frozenset[Role]
    ask: str
    values: tuple[str, ...]
    told: str

    def asked(self, actor: Actor, view: View, given: Sequence[str] | None) -> Sequence[str] | None:
        """What ``actor`` asks for who has ``given``; ``NotAllowed`` if they may not."""
        if actor.may(*(view.roles - self.roles)):
            return given
        if given is not None and not set(given) <= set(self.values):
            raise forbidden_filter(self.ask)
        return list(self.values if given is None else given)


def forbidden_filter(field: str) -> NotAllowed:
    """A filter, and an order, tell of what they compare."""
    return NotAllowed(
        "FILTER_FORBIDDEN",
        "您的角色不能按此条件筛选或排序",
        field=field,
        remedy="请删去此条件",
    )


def labels(roles: frozenset[Role]) -> str:
    """The roles in the order they are declared in."""
    return "、".join(role.label for role in Role if role in roles) or "无"


@dataclass(frozen=True)
class Rows:
    """可见行: which rows of a ledger somebody bound to a unit sees.

    In a list those that the filter ``ask`` lets through for their unit, all if there is none; one
    by one those that ``shows`` says. A ledger that officers of units see has to name its rows.
    ``several``: the filter takes a list of units.
    """

    ask: str | None
    shows: Callable[[Any, str], bool]
    several: bool = False

    def seen(self, row: Any, unit: str | None) -> bool:
        """Whether somebody bound to ``unit``, or not bound at all, sees ``row``."""
        return unit is None or self.shows(row, unit)


def _of_the_unit(row: Any, unit: str) -> bool:
    return bool(row.unit == unit)


def _as_the_whole(_row: Any, _unit: str) -> bool:
    return True


def _has_in_hand(case: Any, actor: Actor) -> bool:
    """Whether the unit answers for the case or has its file, now or as soon as it signs."""
    return bool(actor.unit in (case.unit, case.holder, case.handed_to))


def _is_of_a_unit(_row: Any, actor: Actor) -> bool:
    return actor.may(*OF_UNITS)


OWN_UNIT = Rows("unit", _of_the_unit)
OWN_UNIT_AMONG = Rows("units", _of_the_unit, several=True)
# Parts of a case: who sees the case sees all of them.
OF_THE_MATTER = Rows("involved_unit", _as_the_whole)
EVERY_ROW = Rows(None, _as_the_whole)

# What is not a ledger, and fields that fewer people see than the ledger they are in.
EXPLANATIONS = View("时限说明", AT_WORK)
PROPOSAL = View("转办内容拟稿", frozenset({Role.HANDLER}))
DISPATCH_ADVICE = View("派单提示", SUPERVISION)
PUSHES = View("预警推送", PUSHED_TO)
REPORTER = View("反映人信息", DESKS)
APPLICANT = View("申请人信息", WIDE)
APPLICANT_IN_HAND = View("申请人信息", WIDE, _has_in_hand, "承办或持有材料的单位也可见。")
# What a unit reads of a report was released to it; the reporter's own words it has from nowhere.
ORIGINAL = View("反映原文", WIDE)
SOURCE = View("来源编号", DESKS)
QUERY_CODE = View("查询码", DESKS)
ACCUSED = View("被反映的窗口与人员", AUDITORS)
OTHER_UNITS = View("其他单位的派单", WIDE)
# The trail of a ticket shows no unit who asked the reporter about its work.
CALLER = View("回访经办", WIDE)
TIMELINE = View("办理过程", WIDE, _is_of_a_unit, "单位人员只见涉及本单位的。")
AUDIT_BODY = View("留痕正文", AUDITORS)
# What is in rows that are for their unit, its officers see in full.
REASONS = View("留痕理由与变动", AUDITORS | OF_UNITS)
AUDIT_SOURCE = View("留痕来源", WIDE)
STAFF = View("人员名册", WIDE | {Role.ADMINISTRATOR})
ACCESSES = View("访问记录", OVERSEERS)
# Who administers the hall sees who came in and what was changed, and nothing of a matter.
ACCESSES_OF_OFFICE = Part(
    frozenset({Role.ADMINISTRATOR}),
    "kinds",
    tuple(
        kind.value
        for kind in (
            AccessKind.SIGNED_IN,
            AccessKind.SIGN_IN_FAILED,
            AccessKind.SIGNED_OUT,
            AccessKind.REVOKED,
            AccessKind.OPERATED,
            AccessKind.CONFIGURED,
            AccessKind.PURGED,
        )
    ),
    "系统管理员只见登录、凭证、运维命令、配置变更与期满清除。",
)
CREDENTIALS = View("他人的会话与令牌", frozenset({Role.ADMINISTRATOR}))
UNITS = View("单位名册", EVERYBODY)
WINDOWS = View("窗口名册", EVERYBODY)
PERSON_SEARCH = View("查人结果", DESKS)
# Whoever may take a report down sees what it may repeat.
LIKELY_REPEATS = View("疑似重复件", DESKS - {Role.VERIFIER})
VOCABULARY = View("词表", EVERYBODY)
CALENDAR_PREVIEW = View("日历预览", frozenset({Role.EFFICIENCY_SUPERVISOR, Role.ADMINISTRATOR}))
RULEBOOK_PREVIEW = View("规则预览", frozenset({Role.EFFICIENCY_SUPERVISOR, Role.ADMINISTRATOR}))


def bound_unit(actor: Actor) -> str | None:
    """The only unit whose work ``actor`` may see; ``None`` if the sight is not bound."""
    return None if actor.may(*WIDE) else actor.unit


# Where the hall itself is accused somebody has to handle the ticket, and to verify it.
_STAYS_WITH_ACCUSED = frozenset({Role.HANDLER, Role.VERIFIER})


@dataclass(frozen=True)
class Searcher:
    """查找人: who looks for the matters of a person, and of whom they are to learn nothing so.

    Whether a ticket is found by a guess tells who reported it. So it is not found by whom it is
    about: ``units``, which are theirs with those that it took over from, unless it ``stays`` with
    them. Those who are to know nothing of it at all are on a connection on which it is not.
    """

    units: tuple[str, ...]
    stays: bool


def searcher_of(actor: Actor, successors: Mapping[str, str]) -> Searcher:
    """As whom ``actor`` searches; ``successors`` take work in the place of closed units."""
    return Searcher(units_of(actor, successors), actor.may(*_STAYS_WITH_ACCUSED))


def units_of(actor: Actor, successors: Mapping[str, str]) -> tuple[str, ...]:
    """The unit of ``actor``, and those that it took over from."""
    own = successors.get(actor.unit, actor.unit)
    return (own, *sorted(unit for unit, successor in successors.items() if successor == own))


def no_such_matter(field: str) -> NotFound:
    """What is not there and what may not be seen answer alike."""
    return NotFound(
        "MATTER_NOT_FOUND", "没有这件办不成事工单或办件", field=field, remedy="请核对标识"
    )


def discreet(error: DomainError, *, visible: bool, field: str) -> DomainError:
    """本分: ``error`` as a bound officer may hear it.

    What they can not see answers exactly as what does not exist, so that guessing a ticket or
    another unit's order tells nothing.
    """
    if not visible:
        return no_such_matter(field)
    if isinstance(error, NotFound) or error.code == "NOT_OWN_UNIT":
        return NotFound(
            "NOT_FOUND_IN_UNIT", "本单位在本件中没有这一项", remedy="请核对派单、督办单或预警的编号"
        )
    return error
