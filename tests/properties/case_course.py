"""How a case is walked through: what there is to name, and who usually does it."""

import dataclasses
import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from bancheng.app.acts.act import Act
from bancheng.app.acts.cases import CASE
from bancheng.app.engine import Engine
from bancheng.domain.case.accept import AcceptCase, FillGap
from bancheng.domain.case.analyse import NoticeSupplement
from bancheng.domain.case.contact import ContactApplicant, DiscloseApplicant
from bancheng.domain.case.correct import CORRECTABLE, OF_PEOPLE, CorrectCase
from bancheng.domain.case.decide import DecideCase
from bancheng.domain.case.discover import ReceiveMaterials
from bancheng.domain.case.dispatch import FinishStep, SignHandOver, TransferCase
from bancheng.domain.case.forward import ForwardCase
from bancheng.domain.case.notice import Wanted
from bancheng.domain.case.pre_review import RejectPreReview
from bancheng.domain.case.rate import RateByCode, RateCase
from bancheng.domain.case.ratings import AppealRating, RectifyRating
from bancheng.domain.case.recall import RecallDecision
from bancheng.domain.case.refuse import ReportRefusal
from bancheng.domain.case.renewing import Renewal
from bancheng.domain.case.supervise import (
    DeemWithdrawn,
    ReviewApproval,
    TerminateCase,
    VoidCase,
    WithdrawCase,
)
from bancheng.domain.case.terms import CaseOutcome, CaseSource
from bancheng.domain.case.theme import CloseWithTheme, LeaveTheme, OpenChild
from bancheng.domain.commands import Command
from bancheng.domain.people import Actor, Agent, CertificateNumber, PersonName, Role
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from bancheng.domain.supervision.answering import AnswerMeasure
from bancheng.domain.time_limits.logic_checks import WindowScope
from bancheng.domain.warnings.raising import ReplanDueDate
from bancheng.domain.windows import WindowKind, WindowTerms
from properties.assistance_course import SEVERAL, several
from properties.walks import (
    BOOK,
    OF_NOTICES,
    OF_RECUSALS,
    OF_THE_WARNED,
    Course,
    Options,
    holder_of,
    known,
)
from support.builders import officer_of
from support.case_builders import CROSSING, ITEMS, RECEIVER, SEEN, TEXT, submitting, ticked
from support.given import (
    CALENDAR,
    CLERK,
    CODE,
    GOVERNOR,
    HEAD,
    ROBOT,
    STAFF,
    START,
    UNITS,
    VERIFIER,
)

CHOICES: Options = {
    "applicant": (None,), "agent": (Agent(name=PersonName("赵六")),), "mandate": ("委1号",),
    "licence_expires_on": (date(2026, 3, 12), date(2026, 3, 5)), "window": ("W01",),
    "gap_promise_no": ("承诺1号",), "basis": ("行政许可法",), "to_unit": ("RS", "YB", "HALL"),
    # The first of them may be recused, and then another one goes.
    "officers": (
        *((f"{one}-{unit}", f"second-{unit}") for one in ("o", "head") for unit in sorted(UNITS)),
        ("o-RS",), (),
    ),
    "working_days": (3, 1, 10), "document_no": ("1号",), "documents": (("许可证",),),
    "valid_from": (date(2026, 3, 2),), "valid_until": (date(2031, 3, 1),),
    "certificate_no": (CertificateNumber("JY1"),), "place": ("3号柜",), "tracking_no": ("EMS1",),
    "receiver": (RECEIVER,),
    "seen": (SEEN,), "charge": ("工本费",), "bill_no": ("缴1号",), "receipt_no": ("票1号",),
    "content": ("材料",), "notice_no": ("听1号",), "statement_no": ("弃1号",),
    "record_no": ("笔录1号",), "signatures": (2, 0), "announcement_no": ("公1号",),
    "bundle_no": ("B1",), "archive_no": ("1",), "finding_id": ("1", "2", "3"), "detail": ("超期",),
    "request_no": ("撤1号",), "signed_on": (CALENDAR.local(START).date(),),
    "right_organ": ("市局",), "organ": ("市局",),
    "child_id": ("case-9",), "order_id": (None,), "number": ("BJ-9",), "unit": ("RS",),
    "successor": ("YB",),
}  # fmt: skip
RENEWED = 0.3  # the share of applications that would renew a licence
CROSSED = 0.3  # the share of applications that another area has a part in
GAPPED = 0.7  # the share of wrongly refused cases that lack a material
GAPS = 0.2  # the share of children whose theme waits for a material
CODES = (("M1", "M2"), ("M1",), ("M2",), ("M3",), ())


def _opening(chance: random.Random) -> tuple[Command, Actor]:
    if chance.random() < 0.2:
        return _child(chance)
    item = chance.choice(("FOOD", "OWN", "OWN", "UPWARD", "CARD", "CAFE"))
    source = chance.choice((CaseSource.WINDOW, CaseSource.WINDOW, CaseSource.ONLINE))
    expires_on = (START + timedelta(days=chance.randint(1, 9))).date()
    renewal = Renewal(licence_no=CertificateNumber("JY1"), expires_on=expires_on)
    renewal = renewal if chance.random() < RENEWED else None
    crossing = CROSSING if chance.random() < CROSSED else None
    fields = {"source": source, "renewal": renewal, "cross_region": crossing}
    return submitting(item=item, **fields), CLERK


def _child(chance: random.Random) -> tuple[Command, Actor]:
    """A case that is accepted already."""
    item = chance.choice(("CHILD-RS", "OWN"))
    about = {"theme_id": "case-0", "theme_number": "BJ-0"}
    about |= {"applied_at": START, "accepted_at": START}
    about |= {"gap": ("M2",)} if chance.random() < GAPS else {}
    return OpenChild(item=item, **about), ROBOT


def _options(act: Act, state: Any, chance: random.Random) -> Options:
    codes = chance.choice(CODES)
    is_list = act.command is TransferCase
    steps = known([step.name for step in state.offered.steps], chance)
    required = [one.code for one in state.offered.materials if one.required]
    # What was told and came is not asked for again: to try that alone would find no notice.
    still = [code for code in state.told if code in state.missing]
    wanted = known(still or state.told or state.missing or required, chance)
    # Of a case that is over only the people are corrected.
    over = act.command is CorrectCase and state.status.is_closed
    return {
        **CHOICES,
        **({name: (None,) for name in CORRECTABLE if name not in OF_PEOPLE} if over else {}),
        "code": (CODE,) if act.command is RateByCode else known(["M1", "M2"], chance),
        "materials": (codes if is_list else ticked(*codes),),
        "wanted": (tuple(Wanted(code=code, standard="盖章") for code in wanted),),
        "name": steps,
        "asked_on": (_told_on(state),),
        "chair": (f"third-{state.holder or state.offered.unit}",),
        "source_ref": (f"PJ-{chance.randrange(10**6)}",),
        "step": steps,
        "procedure": known([one.code for one in state.offered.procedures], chance),
        "rating_id": known(state.ratings, chance),
        "item": known(state.children, chance),
    }


def _told_on(state: Any) -> date:
    told = None if state.hearing is None else state.hearing.told_on
    return told or CALENDAR.local(START).date()


def _usual(act: Act, state: Any, values: Mapping[str, Any]) -> Actor:
    if act.command is SignHandOver and state.hand_over is not None:
        return replace(officer_of(state.hand_over.unit), id="second")
    if supervised := _supervised(act, state, values):
        return supervised
    if act.command is RateCase:  # nobody of the window: they took part
        return VERIFIER
    if act.command is ReviewApproval:
        return replace(officer_of(state.offered.unit), id="second")
    if act.command in (AppealRating, RectifyRating, DecideCase, ForwardCase):
        return _of_the_item(state, values)
    return _by_role(act, state)


def _supervised(act: Act, state: Any, values: Mapping[str, Any]) -> Actor | None:
    """Who was warned, or of whom something was demanded, if the act is theirs."""
    if (warned := state.warnings.get(values.get("warning_id"))) and act.command in OF_THE_WARNED:
        return holder_of(warned)
    measure = state.measures.get(values.get("measure_id"))
    return officer_of(measure.unit) if measure and act.command is AnswerMeasure else None


def _by_role(act: Act, state: Any) -> Actor:
    if Role.GOVERNMENT_HEAD in act.by and state.offered.is_theme:
        return GOVERNOR
    if act.command is FinishStep:
        return officer_of(state.holder or state.file_at or state.offered.unit)
    if Role.UNIT_OFFICER in act.by:
        return officer_of(state.holder or state.offered.unit)
    return replace(HEAD, unit=state.offered.unit) if Role.UNIT_HEAD in act.by else _first(act)


def _of_the_item(state: Any, values: Mapping[str, Any]) -> Actor:
    if values.get("outcome") is CaseOutcome.REFUSED:
        return replace(HEAD, unit=state.offered.unit)
    return officer_of(state.offered.unit)


def _first(act: Act) -> Actor:
    return next(actor for actor in (*STAFF, ROBOT) if actor.may(*act.by))


# Else no walk would be long enough for a licence to expire after an application in time.
OFFERED = {code: replace(item, renewal_ahead_days=0) for code, item in ITEMS.items()}
CASES = Course(
    CASE, _opening, _options, _usual, offered=OFFERED, prepared=several, others=SEVERAL,
    # Calls change nothing of the case, and would else be most of the walk.
    exits=frozenset(
        {
            TerminateCase, VoidCase, WithdrawCase, DiscloseApplicant, ContactApplicant,
            RestrictProcessing, ErasePersonalData, *OF_NOTICES, *OF_RECUSALS,
        }
    ),
)  # fmt: skip
# Begins with the acceptance, so that much is done with the file.
IN_HAND = dataclasses.replace(CASES, opening=_child)
# Of the walks that go anywhere hardly one meets these: what another organ decides, and what was
# promised and does not come.
SENT_UP = dataclasses.replace(
    CASES, opening=lambda _: (submitting(item="UPWARD"), CLERK), eager=frozenset({ForwardCase})
)
BROKEN_PROMISE = dataclasses.replace(
    CASES,
    opening=lambda chance: (submitting(item=chance.choice(("FOOD", "OWN"))), CLERK),
    exits=CASES.exits | {FillGap, DecideCase, NoticeSupplement, ReportRefusal, RejectPreReview},
    eager=frozenset({AcceptCase, DeemWithdrawn}),
)


def _of_wrong_refusals(act: Act, state: Any, chance: random.Random) -> Options:
    """Mostly something is still missing, and it is refused."""
    options = dict(_options(act, state, chance))
    if act.command is ReceiveMaterials and chance.random() < GAPPED:
        options["materials"] = (ticked("M1"),)
    if act.command is DecideCase and state.gap:
        options |= {"outcome": (CaseOutcome.REFUSED,), "reason": (TEXT,), "remedy": (TEXT,)}
    return options


# Decided and recalled, again and again, mostly while a promised material is awaited.
OFTEN = frozenset({ReceiveMaterials, AcceptCase, DecideCase, RecallDecision})
RECALLED = dataclasses.replace(
    CASES,
    opening=lambda chance: (submitting(item=chance.choice(("FOOD", "OWN"))), CLERK),
    options=_of_wrong_refusals,
    exits=frozenset(act.command for act in CASES.acts) - OFTEN - {FinishStep, ReplanDueDate},
    eager=OFTEN,
)
# A child that is decided, perhaps wrongly, and goes out with its theme or without it.
OF_THEME = dataclasses.replace(
    IN_HAND,
    exits=RECALLED.exits - {CloseWithTheme, LeaveTheme},
    eager=frozenset({FinishStep, DecideCase, RecallDecision}),
)


def _beyond_the_window(engine: Engine) -> None:
    """A hall that flags what is done at a window which was given no authority."""
    CASES.prepared(engine)
    nothing = WindowTerms(kind=WindowKind.GENERAL, open_from=None, open_until=None, authorities=())
    engine.rules.terms_of_windows = {"W01": nothing}
    engine.rules.rulebook_in_force = replace(BOOK, window_scope=WindowScope.FLAGGED)


AT_A_WINDOW = dataclasses.replace(CASES, prepared=_beyond_the_window, window="W01")
EVERYWHERE = (CASES, IN_HAND, SENT_UP, BROKEN_PROMISE, OF_THEME, AT_A_WINDOW)
