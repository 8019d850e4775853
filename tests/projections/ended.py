"""Tickets of a number of their own that end without a result, for the journeys."""

from bancheng.domain.complaint.deadline import GrantExtension
from bancheng.domain.complaint.discover import AcceptTicket
from bancheng.domain.complaint.dispatch import SignInWorkOrder
from bancheng.domain.complaint.ending import DenyTermination
from bancheng.domain.complaint.terms import Outcome
from bancheng.domain.complaint.verify import OrderRework
from bancheng.domain.people import Actor
from support import builders, tie_acts
from support.builders import TEXT
from support.given import HANDLER, OFFICER, START, STREAM, Given


def signed_in(number: str) -> builders.History:
    """Its lead unit has signed for it."""
    order, ours = f"{number}-01", {"ticket_id": STREAM}
    history = Given().when(builders.reporting(), at=START, official_number=number).history
    for act, by in (
        (AcceptTicket(**ours), None), (builders.analysing(), None),
        (builders.dispatching("RS", "YB"), None),
        (SignInWorkOrder(**ours, order_id=order), OFFICER),
    ):  # fmt: skip
        history = builders.after(history, act, by)
    return history


def heard_by(number: str, who: Actor) -> builders.History:
    """Who has it first is not the usual clerk."""
    return Given().when(builders.reporting(), who, START, official_number=number).history


def asked_to_end(number: str) -> builders.History:
    """Its lead unit asks that it end."""
    return builders.after(signed_in(number), builders.asking_termination(f"{number}-01"), OFFICER)


def merged(number: str) -> builders.History:
    """Merged too late for its unit and answered, it goes on by itself, and is merged again."""
    history = tie_acts.merged(signed_in(number), at=builders.on_day("2026-03-16"))
    for act in (tie_acts.answered_with_main(outcome=Outcome.SOLVED), tie_acts.unmerging()):
        history = builders.after(history, act)
    return tie_acts.merged(history)


def withdrawn(number: str) -> builders.History:
    """What its unit asked to end goes on, and then its reporter takes it back."""
    denied = DenyTermination(ticket_id=STREAM, order_id=f"{number}-01", ruling=TEXT)
    return builders.after(
        builders.after(asked_to_end(number), denied), builders.withdrawing(), HANDLER
    )


def extended(number: str) -> builders.History:
    """What its unit asked to end goes on, and has more time."""
    order = {"ticket_id": STREAM, "order_id": f"{number}-01"}
    history = asked_to_end(number)
    for act in (
        DenyTermination(**order, ruling=TEXT), builders.asking_extension(order["order_id"]),
        GrantExtension(**order, ruling=TEXT),
    ):  # fmt: skip
        history = builders.after(history, act)
    return history


def answered(number: str) -> builders.History:
    """By letter, which a rework set aside, and then another time."""
    order, ours = f"{number}-01", {"ticket_id": STREAM}
    history = Given().when(builders.reporting(), at=START, official_number=number).history
    for act, by in (
        (AcceptTicket(**ours), None), (builders.analysing(), None),
        (builders.dispatching("RS"), None), (SignInWorkOrder(**ours, order_id=order), OFFICER),
        (builders.submitting(order), OFFICER), (builders.answering(record_no="邮1号"), None),
        (OrderRework(**ours, order_id=order, reason=TEXT), None),
        (builders.submitting(order), OFFICER), (builders.answering(), None),
    ):  # fmt: skip
        history = builders.after(history, act, by)
    return history


def terminated(number: str) -> builders.History:
    """What its unit asked to end has ended."""
    return builders.after(asked_to_end(number), builders.terminating(f"{number}-01"))
