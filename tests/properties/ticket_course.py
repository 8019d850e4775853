"""How a ticket is walked through: what there is to name, and who usually does it."""

import random
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bancheng.app.acts.act import Act
from bancheng.app.acts.tickets import TICKET
from bancheng.app.engine import Engine
from bancheng.domain.commands import Command
from bancheng.domain.complaint.accused import AccusedPart
from bancheng.domain.complaint.answer import AnswerReporter
from bancheng.domain.complaint.contact import ContactReporter, DiscloseReporter
from bancheng.domain.complaint.discover import DivertTicket, RefuseTicket
from bancheng.domain.complaint.dispatch import AddCoUnit
from bancheng.domain.complaint.ending import (
    DenyTermination,
    RequestTermination,
    TerminateTicket,
    WithdrawTicket,
)
from bancheng.domain.complaint.merging import MergeTicket, NoteMergedSupplement, UnmergeTicket
from bancheng.domain.complaint.regrade import DenyRegrade, GrantRegrade
from bancheng.domain.complaint.repeating import RegisterRepeat
from bancheng.domain.complaint.returns import EndWorkOrder
from bancheng.domain.complaint.suspend import (
    DenySuspension,
    RequestSuspension,
    ResumeWorkOrder,
    SuspendWorkOrder,
)
from bancheng.domain.complaint.terms import TicketCategory
from bancheng.domain.complaint.ties import LinkTickets, NoteTie
from bancheng.domain.people import Actor, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.privacy.restriction import ErasePersonalData, RestrictProcessing
from properties.assistance_course import several
from properties.walks import (
    OF_HOLDING,
    OF_NOTICES,
    OF_RECUSALS,
    OF_THE_WARNED,
    Course,
    Options,
    holder_of,
    known,
)
from support.builders import REPORTER, TEXT, officer_of, reporting
from support.fakes import a_hall, do
from support.given import CLERK, HANDLER, ROBOT, STAFF, START

# Who is accused is nobody who acts here: they would be told that there is no such ticket.
CHOICES: Options = {
    "clears": (
        (), (AccusedPart.STAFF,), (AccusedPart.WINDOW, AccusedPart.STAFF), tuple(AccusedPart),
    ),
    "successor": ("GA",), "accused_unit": ("RS", "YB"), "accused_staff": ("third-RS",),
    "accused_window": ("W01",),
    "unit": ("RS", "YB", "GA", "HALL"), "lead_unit": ("RS", "GA"), "units": (("RS",), ("RS", "YB")),
    "co_units": ((), ("YB",)), "cause": ("delay",), "complexity": ("simple", "general", "hard"),
    "target": ("petition_office",), "reason": ("litigation", "not_our_duty"),
    "reporter": (None,), "service_item": (None,), "case_id": (None,),
    "place": ("大厅公示栏",), "organ": ("信访局",),
    "limit_working_days": (None, 3), "request_no": ("函1号",), "record_no": ("录音1",),
    "meets_at": (START + timedelta(900),),
    "follow_up_unit": ("RS", "YB"), "follow_up_working_days": (1, 3),
    "finding_id": ("1", "2", "3"), "basis": ("电子监察",), "detail": ("补录",),
    "until": (START + timedelta(10), START + timedelta(200)),
}  # fmt: skip


def _tickets(engine: Engine) -> tuple[str, ...]:
    """Of each kind one about everybody whom a ticket may be about, so that it can go on in one.

    The last one is over, so that it can be reported again.
    """
    of_rs = {"accused_unit": "RS", "accused_staff": "third-RS"}
    open_ = [
        do(engine, reporting(category=one, accused_window="W01", **whom), CLERK).stream_id
        for one in TicketCategory
        for whom in (of_rs, {"accused_unit": "YB"})
    ]
    over = do(engine, reporting(reporter=REPORTER), CLERK).stream_id
    said = {"explanation": TEXT, "remedy": TEXT}
    do(engine, RefuseTicket(ticket_id=over, reason="litigation", **said), HANDLER)
    return (*open_, over)


def _beside(engine: Engine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _tickets(engine), several(engine)


def _made_once() -> tuple[tuple[str, ...], tuple[str, ...]]:
    with a_hall("memory", None) as engine:
        return _beside(engine)


OTHERS, SEVERAL = _made_once()  # every hall in memory gives its first ones the same ids


def _opening(chance: random.Random) -> tuple[Command, Actor]:
    category = chance.choice(list(TicketCategory))
    return reporting(category=category, reporter=chance.choice([None, REPORTER])), CLERK


def _options(_: Act, state: Any, chance: random.Random) -> Options:
    return {
        **CHOICES,
        "order_id": known(state.orders, chance),
        "meeting_id": known(state.meetings, chance),
        "other_id": (chance.choice(OTHERS),), "other_number": ("BCS-2",),
        "main_id": (chance.choice(OTHERS[:-1]),), "earlier_id": OTHERS[-1:],
    }  # fmt: skip


def _opening_of_somebody(_: random.Random) -> tuple[Command, Actor]:
    return reporting(reporter=REPORTER, accused_unit="YB"), CLERK


def _options_by_name(act: Act, state: Any, chance: random.Random) -> Options:
    told = ReleasedText(f"反映人{REPORTER.name.plain}多次没有办成")
    return {**_options(act, state, chance), "released": (told,), "keeps": (tuple(PersonalField),)}


def _usual(act: Act, state: Any, values: Mapping[str, Any]) -> Actor:
    if (warned := state.warnings.get(values.get("warning_id"))) and act.command in OF_THE_WARNED:
        return holder_of(warned)
    if Role.SYSTEM in act.by:
        return ROBOT
    if act.command in OF_HOLDING:
        order = state.orders.get(values["order_id"])
        return HANDLER if order is None else officer_of(order.unit)
    may = [actor for actor in STAFF if actor.may(*act.by)]
    asked = _asked_by(act, state, values)
    may = [actor for actor in may if actor.id not in (asked or ())] or may
    # The unit of an order is mostly the one that the ticket is about, and does not call.
    calls = act.command in (DiscloseReporter, ContactReporter, AnswerReporter)
    unit = None if calls else _addressed(state, values)
    if unit is None:
        return next(actor for actor in may if actor.unit == "HALL")
    return officer_of(unit) if may[0].unit == "RS" else may[0]


def _asked_by(act: Act, state: Any, values: Mapping[str, Any]) -> Collection[str] | None:
    """Who asked for what the act decides about: somebody else has to."""
    if act.command in (GrantRegrade, DenyRegrade):
        return state.regrade_asked and state.regrade_asked.by
    order = state.orders.get(values.get("order_id"))
    if act.command in (TerminateTicket, DenyTermination):
        return order and order.termination_asked_by
    asked = order and order.suspension_asked
    return asked.by if asked and act.command in (SuspendWorkOrder, DenySuspension) else None


def _addressed(state: Any, values: Mapping[str, Any]) -> str | None:
    """The unit that the order or the measure went to."""
    if values.get("order_id") in state.orders:
        unit: str | None = state.orders[values["order_id"]].unit
        return unit
    if (follows := state.deadlines.get(f"{values.get('meeting_id')}/follow_up")) is not None:
        return str(follows.unit)
    measure = state.measures.get(values.get("measure_id"))
    return "RS" if measure is None else measure.unit


TICKETS = Course(
    TICKET, _opening, _options, _usual,
    eager=frozenset(
        {
            EndWorkOrder, RequestTermination, RequestSuspension, SuspendWorkOrder, ResumeWorkOrder,
            UnmergeTicket,
        }
    ),
    exits=frozenset(
        {
            RefuseTicket, DivertTicket, WithdrawTicket, MergeTicket,
            AddCoUnit, DiscloseReporter, ContactReporter,
            LinkTickets, NoteTie, NoteMergedSupplement, RegisterRepeat,
            RestrictProcessing, ErasePersonalData, *OF_NOTICES, *OF_RECUSALS,
        }
    ),
    prepared=_beside,
    others=(*OTHERS, *SEVERAL),
)  # fmt: skip

NAMED = replace(TICKETS, opening=_opening_of_somebody, options=_options_by_name)
"""What goes to a unit names who reported, and the unit may be accused since."""
