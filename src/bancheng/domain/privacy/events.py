"""What happens to a request that a person's data be erased, and to the matters that it names.

No event of them holds a value about a person: what somebody writes as a reason is sealed under the
key of the request, which is destroyed with those of the matters.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from bancheng.domain.events import Event, topic
from bancheng.domain.people import FreeText


@topic("privacy.erasure-requested")
class ErasureRequested(Event, frozen=True, kw_only=True):
    """删除申请: a person asked that their data in ``matters`` be erased, on a ground of the book.

    ``erase_from`` is the first day on which no retention runs any more, by the book of then.
    """

    matters: tuple[str, ...]
    ground: str
    erase_from: date


@topic("privacy.erasure-approved")
class ErasureApproved(Event, frozen=True, kw_only=True):
    """删除批准: a second person agreed: ``matters`` are restricted, erased on ``erase_from``."""

    matters: tuple[str, ...]
    erase_from: date


@topic("privacy.erasure-restricted")
class ErasureRestricted(Event, frozen=True, kw_only=True):
    """全部限制处理: all matters of the request are restricted now, each by an event of its own.

    ``erase_from`` is counted anew: a matter may have gone on since the approval.
    """

    erase_from: date


@topic("privacy.erasure-refused")
class ErasureRefused(Event, frozen=True, kw_only=True):
    """删除不予批准: a second person did not agree, and why."""

    reason: FreeText


@topic("privacy.erasure-withdrawn")
class ErasureWithdrawn(Event, frozen=True, kw_only=True):
    """删除撤回: nothing will be erased; what was restricted for it is lifted."""

    matters: tuple[str, ...]
    reason: FreeText


@topic("privacy.erasure-carried-out")
class ErasureCarriedOut(Event, frozen=True, kw_only=True):
    """删除完成: nothing of the matters can be read again, the reasons of the request neither.

    ``keys`` were destroyed. It is stored only together with that, or not at all.
    """

    keys: tuple[str, ...]


@topic("privacy.processing-restricted")
class ProcessingRestricted(Event, frozen=True, kw_only=True):
    """限制处理: the data of this matter is kept and not used, until it is erased or this is lifted.

    ``keys`` are those of what is sealed in it; whoever they belong to is not known again by them.
    """

    erasure_id: str
    erase_from: date
    keys: tuple[str, ...]


@topic("privacy.restriction-lifted")
class RestrictionLifted(Event, frozen=True, kw_only=True):
    """解除限制: the data of this matter may be used again."""

    erasure_id: str


@topic("privacy.personal-data-erased")
class PersonalDataErased(Event, frozen=True, kw_only=True):
    """个人信息删除: nothing that this matter had of people, or in free text, can be read again.

    It is stored together with the end of the erasure, in which the keys are destroyed.
    """

    erasure_id: str


ENDS_KEY_OF_STREAM: Final = (PersonalDataErased, ErasureCarriedOut)
"""After these nothing that was sealed in their stream can be read again."""


def destroyed_by(events: Iterable[Event]) -> list[str]:
    """The keys that ``events`` say were destroyed."""
    return [key for one in events if isinstance(one, ErasureCarriedOut) for key in one.keys]


def hidden_by(events: Iterable[Event]) -> list[str]:
    """The keys whose owners are not known again by them, as ``events`` say."""
    return [key for one in events if isinstance(one, ProcessingRestricted) for key in one.keys]
