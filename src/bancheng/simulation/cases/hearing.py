"""A hearing: who has an interest is told of it, asks for it or not, and is heard."""

from datetime import datetime
from math import ceil

from bancheng.domain.case.hearing_course import HoldHearing, SetHearing
from bancheng.domain.case.hearing_right import RequestHearing, TellHearingRight, WaiveHearing
from bancheng.domain.case.procedure import ProcedureNotice, StartProcedure
from bancheng.domain.items import SpecialProcedure
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.people import FreeText
from bancheng.simulation import people
from bancheng.simulation.cases.file import CaseFile, Doing
from bancheng.simulation.pace import DAY, Stretch


def heard(file: CaseFile, at: datetime, procedure: SpecialProcedure) -> Stretch:
    """All are told of their right; whoever asks is heard, while the time of the case stands."""
    at = file.pace.later(at, hours=4)
    yield from file.does(at, file.officer, TellHearingRight(
        case_id=file.id, notice_no=f"{file.case.number}-T", interested=FreeText("相邻业主"),
    ))  # fmt: skip
    until = file.case.running(LimitKind.HEARING_REQUEST)[0].due.due_at
    said_at = file.pace.part_way(at, min(until, file.due_at), file.chance.uniform(0.05, 0.4))
    if file.happens(file.shares.hearing_asked):
        yield from file.does(said_at, file.clerk, RequestHearing(
            case_id=file.id, request_no=f"{file.case.number}-S",
            asked_on=file.pace.day_of(said_at),
        ))  # fmt: skip
        return (yield from _held(file, said_at, procedure))
    # Few wait in silence: a promise of some days would be over before the five days are.
    if until < file.due_at and file.happens(file.shares.hearing_silent):
        return file.pace.later(until, hours=3)
    yield from file.does(said_at, file.clerk, WaiveHearing(
        case_id=file.id, statement_no=f"{file.case.number}-Q"))  # fmt: skip
    return said_at


def _held(file: CaseFile, at: datetime, procedure: SpecialProcedure) -> Stretch:
    at = file.pace.later(at, hours=4)
    days = file.chance.uniform(7.5, 10)
    held_at = file.pace.after(at, DAY * days)
    yield from file.does(at, file.officer, SetHearing(
        case_id=file.id, notice_no=f"{file.case.number}-H", at=held_at, place="三楼听证室",
        chair=people.CHAIRS[file.item.unit].id,
    ))  # fmt: skip
    notice = ProcedureNotice(
        number=f"{file.case.number}-T{len(file.case.pauses) + 1:02d}",
        told_on=file.pace.day_of(at), working_days=min(ceil(days) + 1, procedure.working_days),
    )  # fmt: skip
    yield from file.does(at, file.officer, StartProcedure(
        case_id=file.id, procedure=procedure.code, notice=notice))  # fmt: skip
    at = file.pace.later(held_at, hours=3)
    yield from _recorded(file, at)
    return at


def _recorded(file: CaseFile, at: datetime) -> Doing:
    yield from file.does(at, file.officer, HoldHearing(
        case_id=file.id, record_no=f"{file.case.number}-B",
        signatures=file.chance.randint(2, 6)))  # fmt: skip
