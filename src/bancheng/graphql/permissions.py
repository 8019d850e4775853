"""权限: who may see what, declared once. Every query asks here; the descriptions tell of it.

A unit's officer or head without any wider role is *bound*: they see the work orders of their own
unit and the tickets these belong to, and never who reported the matter; and the cases in which
their unit has or had a part, with the applicant of those that it has in hand.
"""

from dataclasses import dataclass

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
AUDITORS = DESKS - {Role.WINDOW_CLERK}
PUSHED_TO = frozenset(
    {Role.HANDLER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR, Role.UNIT_OFFICER}
)
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class View:
    """一项可见内容: what it is called, and who may see it."""

    term: str
    roles: frozenset[Role]

    def shows(self, actor: Actor) -> bool:
        """Whether ``actor`` may see it."""
        return actor.may(*self.roles)

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
        return f"可见: {labels(self.roles)}。"


def labels(roles: frozenset[Role]) -> str:
    """The roles in the order they are declared in."""
    return "、".join(role.label for role in Role if role in roles) or "无"


TICKETS = View("工单台账", WIDE | OF_UNITS)
WORK_ORDERS = View("派单台账", WIDE | OF_UNITS)
CASES = View("办件台账", WIDE | OF_UNITS)
RECEIPTS = View("收件台账", WIDE | OF_UNITS)
REFUSALS = View("否定报备台账", WIDE | OF_UNITS)
HAND_OVERS = View("移交清单", WIDE | OF_UNITS)
ISSUED = View("出件台账", WIDE | OF_UNITS)
RATINGS = View("评价台账", WIDE | OF_UNITS)
FINDINGS = View("校验台账", WIDE | OF_UNITS)
RATING_RATES = View("评价统计", WIDE | OF_UNITS)
WORKLOAD = View(
    "工作量",
    frozenset({Role.HANDLER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR, Role.DUTY_LEADER})
    | {Role.GOVERNMENT_HEAD, Role.UNIT_HEAD},
)
DEADLINES = View("限时看板", WIDE | OF_UNITS)
WARNINGS = View("预警台账", WIDE | OF_UNITS)
PAST_CASES = View(
    "历史办件台账",
    frozenset({Role.HANDLER, Role.SUPERVISOR, Role.EFFICIENCY_SUPERVISOR, Role.ADMINISTRATOR}),
)
EXPLANATIONS = View("时限说明", WIDE | OF_UNITS)
PUSHES = View("预警推送", PUSHED_TO)
REPORTER = View("反映人信息", DESKS)
APPLICANT = View("申请人信息", WIDE)
SOURCE = View("来源编号", DESKS)
QUERY_CODE = View("查询码", DESKS)
OTHER_UNITS = View("其他单位的派单", WIDE)
TIMELINE = View("办理过程", WIDE)
AUDIT_TRAIL = View("全程留痕", AUDITORS)
AUDIT_BODY = View("留痕正文", AUDITORS)
STAFF = View("人员名册", WIDE | {Role.ADMINISTRATOR})
UNITS = View("单位名册", EVERYBODY)
SERVICE_ITEMS = View("事项目录", EVERYBODY)
VOCABULARY = View("词表", EVERYBODY)


def bound_unit(actor: Actor) -> str | None:
    """The only unit whose work ``actor`` may see; ``None`` if the sight is not bound."""
    return None if actor.may(*WIDE) else actor.unit


def no_such_matter(field: str) -> NotFound:
    """What is not there and what may not be seen answer alike."""
    return NotFound("MATTER_NOT_FOUND", "没有这个工单或办件", field=field, remedy="请核对标识")


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
