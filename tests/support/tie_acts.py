"""Tickets that have to do with each other: the acts that say so, and the other one's file."""

from bancheng.domain.complaint.ties import LinkTickets, NoteTie, TieKind, UnlinkTickets
from bancheng.domain.matter_files import MatterFile

from . import builders
from .builders import TEXT, History
from .given import STREAM
from .restricting import file_of

OTHER, OTHER_NUMBER = "ticket-2", "BCS-0"


def other_file() -> MatterFile:
    """The file of the other ticket."""
    return file_of(OTHER)


FILES = {OTHER: other_file()}


def linking(*, follows: bool = False) -> LinkTickets:
    return LinkTickets(ticket_id=STREAM, other_id=OTHER, follows=follows, reason=TEXT)


def unlinking() -> UnlinkTickets:
    return UnlinkTickets(ticket_id=STREAM, other_id=OTHER, reason=TEXT)


def noting(kind: TieKind = TieKind.RELATED, *, ended: bool = False) -> NoteTie:
    return NoteTie(
        ticket_id=STREAM, other_id=OTHER, other_number=OTHER_NUMBER, kind=kind, ended=ended
    )


def linked(history: History, *, follows: bool = False) -> History:
    """The same history, and the ticket is linked to the other one."""
    return builders.after(history, linking(follows=follows), files=FILES)


def tied_and_untied() -> History:
    """A ticket that was linked to another one and is not any more, and the other way round."""
    history = linked(builders.a_reported_ticket(), follows=True)
    for act in (unlinking(), noting(), noting(ended=True)):
        history = builders.after(history, act, files=FILES)
    return linked(history)
