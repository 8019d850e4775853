"""调阅: what is sealed in a matter, field by field, and its opening for one answer.

A clear value is in memory between the opening and the answer, and nowhere else: not in an event,
not under an idempotency key, not in a row or a line of the log.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from bancheng.domain.assistance.mandate import AssistanceMandated, ClientCorrected
from bancheng.domain.case.correct import CaseCorrected, RemarkAdded
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.rate import CaseRated
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.complaint.correct import ReportSupplemented, TicketCorrected
from bancheng.domain.complaint.discover import TicketReported
from bancheng.domain.disclosure import Disclosure
from bancheng.domain.events import Event, Recorded
from bancheng.domain.people import Party, Personal
from bancheng.domain.personal_fields import PersonalField

OnFile = Mapping[PersonalField, Sequence[Personal]]
Found = dict[PersonalField, list[Personal]]
OF_PARTY = (
    PersonalField.NAME,
    PersonalField.PHONE,
    PersonalField.ID_NUMBER,
    PersonalField.ADDRESS,
)
# Of an agent no address is asked for.
_OF_AGENT = (PersonalField.AGENT_NAME, PersonalField.AGENT_PHONE, PersonalField.AGENT_ID_NUMBER)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """调阅所得: one clear value, told this once; None if its key was destroyed.

    It stays a `Personal`, whose ``repr`` never shows it: whoever logs an answer logs no value.
    """

    field: PersonalField
    value: Personal | None


def on_file(matter_id: str, load: Callable[[str], Iterable[Recorded]]) -> Found:
    """What the matter ``matter_id`` holds of people, still sealed, as it was told last.

    ``load`` gives the history of a matter. A child of a theme has its people from its theme.
    """
    found: Found = {}
    for one in load(matter_id):
        event = one.event
        if isinstance(event, ChildOpened):
            found |= on_file(event.theme_id, load)
            found.pop(PersonalField.FULL_TEXT, None)  # what was written there is of the theme
        _told(event, found)
    return found


def opened(
    events: Sequence[Event], there: OnFile, opener: Callable[[Personal], str | None]
) -> tuple[Opened, ...]:
    """The clear values that ``events`` say were opened, in their order."""
    fields = [one for event in events if isinstance(event, Disclosure) for one in event.fields]
    return tuple(
        Opened(field=field, value=_clear(value, opener(value)))
        for field in fields
        for value in there[field]
    )


def _clear(value: Personal, plain: str | None) -> Personal | None:
    return None if plain is None else type(value)(plain, owner=value.owner)


def _told(event: Event, found: Found) -> None:
    match event:
        case TicketReported():
            _party(event.reporter, OF_PARTY, found)
            found[PersonalField.FULL_TEXT] = [event.subject, event.content]
        case TicketCorrected():
            _party(event.reporter, OF_PARTY, found)
            subject, content, *more = found[PersonalField.FULL_TEXT]
            now = [event.subject or subject, event.content or content, *more]
            found[PersonalField.FULL_TEXT] = now
        case ReportSupplemented():
            found[PersonalField.FULL_TEXT].append(event.content)
        case CaseSubmitted() | CaseCorrected():
            _of_case(event, found)
        case AssistanceMandated() | ClientCorrected():
            _of_client(event, found)
        case RemarkAdded():
            found.setdefault(PersonalField.FULL_TEXT, []).append(event.remark)
        case CaseRated() if event.comment is not None:
            found.setdefault(PersonalField.FULL_TEXT, []).append(event.comment)


def _of_client(event: AssistanceMandated | ClientCorrected, found: Found) -> None:
    _party(event.client, OF_PARTY, found)
    if isinstance(event, AssistanceMandated):
        found[PersonalField.FULL_TEXT] = [event.subject, event.wanted]


def _of_case(event: CaseSubmitted | CaseCorrected, found: Found) -> None:
    _party(event.applicant, OF_PARTY, found)
    _party(event.agent, _OF_AGENT, found)
    # An address goes with the delivery that it was for.
    if event.delivery is not None:
        found.pop(PersonalField.DELIVERY_ADDRESS, None)
    if event.delivery_address is not None:
        found[PersonalField.DELIVERY_ADDRESS] = [event.delivery_address]


def _party(party: Party | None, fields: Sequence[PersonalField], found: Found) -> None:
    # A correction replaces a person whole; one that it does not speak of stays.
    if party is None:
        return
    values = (party.name, party.phone, party.id_number, party.address)
    for field, value in zip(fields, values, strict=False):
        found.pop(field, None)
        if value is not None:
            found[field] = [value]
