"""办件台账: one row a case, as the hall's ledger has it, and what is asked of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_

from bancheng.domain.case.state import PREFIX
from bancheng.domain.case.terms import CaseSource
from bancheng.domain.items import CaseKind
from bancheng.projections.cases.changes import ROWS
from bancheng.projections.cases.fold import HANDLES
from bancheng.projections.cases.ratings import OWN, rating
from bancheng.projections.cases.row import CaseRow, case, case_unit
from bancheng.projections.deadlines.board import any_is_late, limit, running_at
from bancheng.projections.ledger.asking import Ask, ask, holds_now, open_then, search
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.listing import equals, is_so
from bancheng.projections.ledger.windows import LevelAt
from bancheng.projections.sight import APPLICANT, AT_WORK, OTHER_UNITS, Rows

_theme = case.alias("theme")
# A child is applied for with its theme.
_OF_THE_THEME = {
    name: func.coalesce(case.c[name], _theme.c[name])
    for name in CaseRow.__struct_fields__
    if name.startswith("applicant_")
    or name in ("source", "special_group", "cross_region", "counterpart", "cross_mode")
}
# One that left its theme goes out and is rated by itself, as any other case.
IS_CHILD = case.c.theme_id.is_not(None) & case.c.left_theme.is_(False)
# Where nobody stood at a counter or at a kiosk of the hall.
IS_ONLINE = and_(
    case.c.source.is_not(None),
    case.c.source.in_((CaseSource.ONLINE, CaseSource.WECHAT, CaseSource.APP, CaseSource.PROVINCE)),
)
# Not by its status, which goes on to the archive.
WAS_FORWARDED = case.c.forwarded_to.is_not(None)
IS_PROMISED = and_(case.c.kind == CaseKind.PROMISED, case.c.promised_due_at.is_not(None))
# A whole unit of the promised limit was left: it was decided before the promised day.
IS_EARLY = and_(
    IS_PROMISED,
    case.c.decided_at.is_not(None),
    func.coalesce(case.c.on_time, false()),
    func.coalesce(case.c.remaining, 0) > 0,
)
RATED_BY_CITIZEN = exists().where(rating.c.case_id == case.c.case_id, OWN)
_involves = exists().where(
    case_unit.c.case_id == case.c.case_id, equals(case_unit.c.unit, "involved_unit")
)


def is_open_at(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether it had come in before ``moment``, and was neither decided nor over then."""
    over = func.coalesce(case.c.decided_at, case.c.closed_at)
    return and_(case.c.submitted_at < moment, or_(over.is_(None), over >= moment))


def _paused(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return (case.c.paused_at <= now) & (case.c.resumes_at > now)


def _not_paused(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    return or_(case.c.paused_at.is_(None), case.c.paused_at > now, case.c.resumes_at <= now)


CASES = Ledger(
    "cases",
    "办件台账",
    CaseRow,
    case,
    told="台账中的一件;个人信息已脱敏",
    version=23,
    follows=("case", "supervision", "warning", "deadline", "privacy", "recusal", "holding"),
    of=(PREFIX,),
    handles=HANDLES,
    every=ROWS.touched,
    beside=(case_unit,),
    seen_by=AT_WORK,
    rows=Rows("involved_unit", lambda row, unit: unit in row.units),
    first="submitted_at",
    source=case.outerjoin(_theme, _theme.c.case_id == case.c.theme_id),
    elsewhere={
        **_OF_THE_THEME,
        "waiting_since": func.coalesce(_theme.c.submitted_at, case.c.submitted_at),
    },
    asks=(
        search("编号、事项名称、事项编码或决定文书编号中的文字",
               case.c.number, case.c.item_name, case.c.item_code, case.c.document_no),
        search(
            "申请人姓名或电话(已脱敏)中的文字",
            _OF_THE_THEME["applicant_name_masked"],
            _OF_THE_THEME["applicant_phone_masked"],
            name="applicant",
            seen_by=APPLICANT,
        ),
        ask("involved_unit", str, "有过参与的单位编码", _involves),
        ask("is_child", bool, "是否一件事主题件的子件,不含已脱离的", is_so(IS_CHILD, "is_child")),
        ask("promised", bool, "是否有承诺期限的承诺件", is_so(IS_PROMISED, "promised")),
        ask("early", bool, "是否提前办结: 承诺件,早于承诺到期日决定", is_so(IS_EARLY, "early")),
        ask("forwarded", bool, "是否上报、转报", is_so(WAS_FORWARDED, "forwarded")),
        ask("online", bool, "是否网上提交", is_so(IS_ONLINE, "online")),
        open_then("open_at", "在该时刻在办: 其时已提交,尚未办结也未结束", is_open_at),
        ask("rated", bool, "是否有群众主动评价(不含剔除的)", is_so(RATED_BY_CITIZEN, "rated")),
        Ask("level", LevelAt, "此刻的预警级别",
            {name: exists().where(at)
             for name, at in running_at(limit.c.matter_id == case.c.case_id).items()},
            OTHER_UNITS),
        holds_now("paused", "此刻是否停止计时", _paused, _not_paused),
        holds_now("late", "任一时限是否曾届满未结,含此刻已届满的",
                  any_is_late(limit.c.matter_id == case.c.case_id), seen_by=OTHER_UNITS),
    ),
)  # fmt: skip

CASES_BY_ID = CASES.one_by("case_id")
CASES_BY_NUMBER = CASES.one_by("number")
CHILDREN = CASES.several_by("theme_id", "number")
