"""How the registers of the office and past cases are walked through: they have no steps."""

import random
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from bancheng.app.acts.act import Act, Aggregate
from bancheng.app.acts.bulk import BULK
from bancheng.app.acts.office import (
    CALENDAR,
    CREDENTIALS,
    ITEM,
    KEYS,
    RULEBOOK,
    STAFF,
    UNIT,
    WINDOW,
)
from bancheng.app.acts.past_cases import PAST_CASE
from bancheng.domain.bulk import BeginBulk
from bancheng.domain.case.history import PastCaseHeader, RecordPastStep
from bancheng.domain.commands import Command
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind
from bancheng.domain.office.absence import EndAbsence, NoteAbsence
from bancheng.domain.office.calendars import PublishCalendar
from bancheng.domain.office.credentials import ChangePassword, RevokeHallCredentials
from bancheng.domain.office.item_publication import PublishItem
from bancheng.domain.office.keys import BeginKeyRotation
from bancheng.domain.office.rulebooks import PublishRuleBook
from bancheng.domain.office.second_factor import EnrolSecondFactor
from bancheng.domain.office.staff import RegisterStaff
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.office.window import RegisterWindow
from bancheng.domain.people import Actor, FreeText, Role
from bancheng.domain.windows import WindowAuthority, WindowKind
from properties.walks import SESSION, Course, Options
from support.given import ADMIN, HANDLER, START
from support.halls import EXTRA_HOLIDAY

HEADER = PastCaseHeader(source_system="old", external_id="A-1")
STEP = RecordPastStep(
    case=HEADER, activity="收件", activity_id="1", lifecycle="complete", resource="甲", group="乙"
)
NEW_ITEM = PublishItem(
    code="I1", basic_code="0141", name="许可", type=PowerType.LICENCE, kind=CaseKind.INSTANT,
    unit="RS", legal_basis="法", effective_from=date(2026, 1, 1), source="目录",
)  # fmt: skip
BEGIN = BeginBulk(bulk_id="b1", act="ResendNotice", act_term="重发通知", count=2, asked="摘要")
_OF_ONESELF = (ChangePassword, EnrolSecondFactor, NoteAbsence, EndAbsence)
# Whom others register, and who is one of those that act.
NEW_STAFF = RegisterStaff(
    staff_id=HANDLER.id, name="甲", post="承办", unit="RS", roles=(Role.HANDLER,)
)


def _course(kind: Aggregate[Any], opening: Command, /, **others: tuple[object, ...]) -> Course:
    """A stream that begins with ``opening``, and goes on with its values or with ``others``."""
    usual = {name: (getattr(opening, name),) for name in opening.__struct_fields__}

    def options(_act: Act, state: object, chance: random.Random) -> Options:
        # A version of the calendar can be published once, so that each text is of a new one.
        text = EXTRA_HOLIDAY.replace("2026-加放", f"加放{chance.random()}")
        if kind is RULEBOOK:
            text = _own_rules(f"本厅-{chance.random()}")
        known = tuple(getattr(state, "steps", ())) or ("none",)
        return {**usual, "text": (text,), "corrects": known, **others}

    def usual_actor(act: Act, *_: object) -> Actor:
        return HANDLER if act.command in _OF_ONESELF else ADMIN

    return Course(kind, lambda _: (opening, ADMIN), options, usual_actor)


def _own_rules(version: str) -> str:
    return f'version = "{version}"\nbasis = "本厅规定"'


REGISTERS = (
    _course(RULEBOOK, PublishRuleBook(text=_own_rules("本厅-1"))),
    _course(PAST_CASE, STEP, case=(HEADER, replace(HEADER, responsible="丙"))),
    _course(UNIT, RegisterUnit(code="XX", name="甲"), name=("甲", "乙"), successor=("GA",)),
    _course(
        WINDOW,
        RegisterWindow(code="W1", name="甲", unit="RS"),
        name=("甲", "乙"),
        successor=("GA",),
        kind=tuple(WindowKind),
        authorities=tuple(WindowAuthority),
        open_from=(START.date(),),
        open_until=(START.date(),),
        staff_id=("c1", "o1"),
        since=(START,),
        until=(START + timedelta(days=400),),
    ),
    _course(
        STAFF,
        NEW_STAFF,
        name=("甲", "乙"),
        successor=("GA",),
        hours=(8,),
        purpose=("对接程序",),
        credential_id=(SESSION,),
        failures=(5,),
        since=(START,),
        until=(START + timedelta(days=400),),
        stand_in=("h1", "second-RS"),
    ),
    _course(KEYS, BeginKeyRotation(old="aa", new="bb"), keys=(5,)),
    _course(CREDENTIALS, RevokeHallCredentials(reason=FreeText("密钥外泄"))),
    _course(
        ITEM,
        NEW_ITEM,
        name=("甲", "乙"),
        reason=("下放",),
        successor=("GA",),
        compared_with=("目录",),
    ),
    _course(CALENDAR, PublishCalendar(text=EXTRA_HOLIDAY)),
    _course(BULK, BEGIN),
)
