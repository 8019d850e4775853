"""What a matter holds of people, opened for one decision that compares with it."""

from collections.abc import Callable, Iterable

from bancheng.app.opening import OF_PARTY, on_file
from bancheng.domain.events import Recorded
from bancheng.domain.people import NamesOnFile, Personal, PersonName
from bancheng.domain.personal_fields import PersonalField


def names_on_file(
    case_id: str,
    load: Callable[[str], Iterable[Recorded]],
    opener: Callable[[Personal], str | None],
) -> NamesOnFile:
    """The names that the case ``case_id`` tells last; those of a child are its theme's.

    ``load`` gives the history of a case, ``opener`` the plain value, or ``None`` if its key was
    destroyed.
    """
    found = on_file(case_id, load)

    def name(field: PersonalField) -> PersonName | None:
        plain = next(map(opener, found.get(field, ())), None)
        return None if plain is None else PersonName(plain)

    return NamesOnFile(applicant=name(PersonalField.NAME), agent=name(PersonalField.AGENT_NAME))


def reporter_on_file(
    ticket_id: str,
    load: Callable[[str], Iterable[Recorded]],
    opener: Callable[[Personal], str | None],
) -> tuple[tuple[PersonalField, Personal], ...]:
    """What the ticket holds of its reporter, plain; without what has no key any more."""
    found = on_file(ticket_id, load)
    return tuple(
        (field, type(value)(plain))
        for field in OF_PARTY
        for value in found.get(field, ())
        if (plain := opener(value)) is not None
    )
