"""登记姓名: what a case calls its applicant and their agent, opened for one decision."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from bancheng.domain.case.correct import CaseCorrected
from bancheng.domain.case.discover import CaseSubmitted
from bancheng.domain.case.theme import ChildOpened
from bancheng.domain.events import Recorded
from bancheng.domain.people import NamesOnFile, Party, Personal, PersonName


def names_on_file(
    case_id: str,
    load: Callable[[str], Iterable[Recorded]],
    opened: Callable[[Personal], str | None],
) -> NamesOnFile:
    """The names that the case ``case_id`` tells last; those of a child are its theme's.

    ``load`` gives the history of a case, ``opened`` the plain value, or ``None`` if its key was
    destroyed.
    """
    found = NamesOnFile()
    for one in load(case_id):
        event = one.event
        if isinstance(event, ChildOpened):
            found = names_on_file(event.theme_id, load, opened)
        elif isinstance(event, CaseSubmitted | CaseCorrected):
            # A correction replaces a person whole; one that it does not speak of stays.
            if event.applicant is not None:
                found = replace(found, applicant=_name(event.applicant, opened))
            if event.agent is not None:
                found = replace(found, agent=_name(event.agent, opened))
    return found


def _name(person: Party, opened: Callable[[Personal], str | None]) -> PersonName | None:
    plain = opened(person.name)
    return None if plain is None else PersonName(plain)
