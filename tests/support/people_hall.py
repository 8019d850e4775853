"""People who report, apply and act for others, and who is found by what they told."""

from collections.abc import Iterator
from random import Random
from typing import Final

from sqlalchemy import Connection

from bancheng.app.opening import on_file
from bancheng.bootstrap import Container
from bancheng.domain.case.correct import CorrectCase
from bancheng.domain.case.discover import SubmitCase
from bancheng.domain.case.state import PREFIX as CASES
from bancheng.domain.complaint.correct import CorrectTicket
from bancheng.domain.complaint.state import PREFIX as TICKETS
from bancheng.domain.identity_numbers import PaperKind, resident_check
from bancheng.domain.people import (
    Agent,
    Applicant,
    FreeText,
    IdNumber,
    Party,
    PersonName,
    Phone,
    Reporter,
)
from bancheng.domain.person_search import Sought, SoughtBy, sought, spelling_of
from bancheng.domain.personal_fields import PersonalField
from bancheng.projections.ledger.windows import Window
from bancheng.projections.matters import FoundSort
from bancheng.projections.sight import Searcher

from . import builders, halls

WHY: Final = FreeText("登记有误")
NOBODY: Final = Searcher(units=("HALL",), stays=False)
OLD, NEW = PaperKind.RESIDENT_15, PaperKind.RESIDENT
_FIRST_17: Final = [f"11010519{50 + n}1231{n:03d}" for n in range(5)]
IDS: Final = [first + resident_check(first) for first in _FIRST_17]
NAMES: Final = ("欧阳建国", "李 敏", "阿拉坦·其其格", "张伟", "张伟")
PHONES: Final = tuple(f"1380013800{n}" for n in range(5))
EVERYTHING: Final = (
    *(sought(SoughtBy.PHONE, one) for one in PHONES),
    *(sought(SoughtBy.NAME, one) for one in NAMES),
    *(sought(SoughtBy.ID_NUMBER, one) for one in IDS),
)
_BY_PART: Final = {
    PersonalField.AGENT_NAME: PersonalField.NAME,
    PersonalField.AGENT_PHONE: PersonalField.PHONE,
    PersonalField.AGENT_ID_NUMBER: PersonalField.ID_NUMBER,
}


def a_party(chance: Random, cls: type[Party]) -> Party:
    """Somebody of five people, who tells some of what is known of them, as it comes."""
    n = chance.randrange(5)
    old = IDS[n][:6] + IDS[n][8:17]
    kind, number = chance.choice(((None, None), (NEW, IDS[n]), (OLD, old), (None, IDS[n].lower())))
    phone = chance.choice(
        (None, PHONES[n], f"+86 {PHONES[n]}", PHONES[n][:3] + "-" + PHONES[n][3:])
    )
    return cls(
        name=PersonName(NAMES[n]),
        phone=phone and Phone(phone),  # type: ignore[arg-type]
        id_kind=kind,
        id_number=number and IdNumber(number),  # type: ignore[arg-type]
    )


def an_act(hall: Container, chance: Random, matters: list[str]) -> None:
    """Somebody reports, applies or is put right."""
    stream = chance.choice(matters) if matters and chance.random() < 0.6 else None
    if stream is None and chance.random() < 0.5:
        who = a_party(chance, Reporter) if chance.random() < 0.9 else None
        matters.append(halls.act(hall, builders.reporting(reporter=who)).stream_id)
    elif stream is None:
        agent = a_party(chance, Agent) if chance.random() < 0.5 else None
        command = SubmitCase(
            item="YYZZ",
            applicant=a_party(chance, Applicant),  # type: ignore[arg-type]
            agent=agent,  # type: ignore[arg-type]
            mandate=agent and "委1号",  # type: ignore[arg-type]
        )
        matters.append(halls.act(hall, command).stream_id)
    elif stream.startswith(CASES):
        _correct_case(hall, chance, stream)
    else:
        reporter = a_party(chance, Reporter)
        halls.act(hall, CorrectTicket(ticket_id=stream, reason=WHY, reporter=reporter))  # type: ignore[arg-type]


def _correct_case(hall: Container, chance: Random, stream: str) -> None:
    if chance.random() < 0.5:
        applicant = a_party(chance, Applicant)
        halls.act(hall, CorrectCase(case_id=stream, reason=WHY, applicant=applicant))  # type: ignore[arg-type]
    else:
        agent = a_party(chance, Agent)
        halls.act(hall, CorrectCase(case_id=stream, reason=WHY, agent=agent, mandate="委2号"))  # type: ignore[arg-type]


def found(hall: Container, one: Sought, searcher: Searcher = NOBODY) -> set[str]:
    """The matters that are found, page by page."""
    with hall.database.connect() as connection:
        return set(_found(connection, hall, one, searcher))


def _found(
    connection: Connection, hall: Container, one: Sought, searcher: Searcher
) -> Iterator[str]:
    after, goes_on, seen = None, True, 0
    while goes_on:
        window = Window(sort=FoundSort.BEGAN_AT, descending=True, first=3, after=after)
        page, total = hall.person_search.found(connection, one, searcher, window)
        yield from (row.matter_id for row in page.rows)
        seen += len(page.rows)
        after, goes_on = page.cursors[-1] if page.cursors else None, page.has_next
    assert seen == total


def told(hall: Container, one: Sought) -> set[str]:
    """The matters whose people have that value by what is on file, matter by matter."""
    log = hall.store.read(0, 10_000)
    streams = {each.stream_id for each in log if each.stream_id.startswith((TICKETS, CASES))}
    return {stream for stream in streams if one.spelling in _spellings(hall, stream)}


def _spellings(hall: Container, stream: str) -> set[str | None]:
    spellings: set[str | None] = set()
    for field, values in on_file(stream, hall.store.load).items():
        if _BY_PART.get(field, field) in set(_BY_PART.values()):
            plain = hall.engine.vault.open(values[0])
            spellings.add(plain and spelling_of(values[0], plain, _paper(plain)))
    return spellings


def _paper(plain: str) -> PaperKind:
    return OLD if len(plain) == len("110105491231002") else NEW
