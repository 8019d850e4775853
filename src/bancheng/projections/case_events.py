"""Which events a case has, by what they are about: what a ledger of cases says it ignores.

The program does not start before a new event stands in one of these sets. What a ledger handles one
event of, it must go through: it says of each other one that it is ignored, so that it does not
start either before somebody looked at it with the new event in mind.
"""

from typing import Final

from bancheng.domain.case import (
    accept,
    analyse,
    deadline,
    decide,
    discover,
    dispatch,
    procedure,
    ratings,
    refuse,
    supervise,
    theme,
    verify,
)
from bancheng.domain.events import Event

Events = frozenset[type[Event]]

OPENING: Final[Events] = frozenset({discover.CaseSubmitted, theme.ChildOpened})
PRE_REVIEWING: Final[Events] = frozenset(
    {discover.PreReviewPassed, discover.PreReviewRejected, discover.CaseResubmitted}
)
TAKING_IN: Final[Events] = frozenset(
    {discover.MaterialsReceived, analyse.SupplementReceived, accept.GapFilled}
)
CORRECTING: Final[Events] = frozenset({analyse.MaterialCorrected, analyse.SupplementNoticed})
PROPOSING_REFUSAL: Final[Events] = frozenset({refuse.RefusalReported, refuse.RefusalDenied})
ACCEPTING: Final[Events] = frozenset({accept.CaseAccepted, accept.CaseDeemedAccepted})
OF_CHILDREN: Final[Events] = frozenset({theme.ChildAttached, theme.ChildNoted})
HANDING_ON: Final[Events] = frozenset(
    {dispatch.CaseTransferred, dispatch.HandOverSigned, dispatch.StepFinished}
)
SPECIAL_PROCEDURES: Final[Events] = frozenset(
    {procedure.SpecialProcedureStarted, procedure.SpecialProcedureEnded}
)
EXTENDING: Final[Events] = frozenset(
    {
        deadline.CaseExtensionRequested,
        deadline.CaseExtensionGranted,
        deadline.CaseExtensionDenied,
    }
)
DECIDING: Final[Events] = frozenset({decide.CaseDecided, decide.DecisionRecalled})
ISSUING: Final[Events] = frozenset({verify.ResultMade, verify.ResultNotified, verify.ResultKept})
ENDING: Final[Events] = frozenset(
    {
        refuse.AcceptanceRefused,
        verify.ResultDelivered,
        theme.ClosedWithTheme,
        supervise.CaseWithdrawn,
        supervise.CaseDeemedWithdrawn,
        supervise.CaseTerminated,
        supervise.CaseVoided,
    }
)
RATING: Final[Events] = frozenset(
    {
        verify.CaseRated,
        ratings.RaterContacted,
        ratings.RatingRectified,
        ratings.RatingAppealed,
        ratings.RatingExcluded,
        ratings.RatingUpheld,
    }
)
LOOKING_BACK: Final[Events] = frozenset(
    {supervise.ApprovalReviewed, supervise.CaseArchived, supervise.CheckFailed}
)

_ALL: Final = (
    OPENING, PRE_REVIEWING, TAKING_IN, CORRECTING, PROPOSING_REFUSAL, ACCEPTING, OF_CHILDREN,
    HANDING_ON, SPECIAL_PROCEDURES, EXTENDING, DECIDING, ISSUING, ENDING, RATING, LOOKING_BACK,
)  # fmt: skip


def others_than(*told_apart: Events) -> Events:
    """The events of every set but ``told_apart``, of which a ledger speaks one by one."""
    return Events(event for events in _ALL if events not in told_apart for event in events)
