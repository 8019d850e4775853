"""通知用语: what the gaps of a template are filled with, from one event and its matter.

``{due}`` is a gap. What stands in ``[…]`` is left out if a gap in it has nothing to say; a gap
outside that has nothing to say means that nobody can be told (`GapEmpty`).
Nothing here reads a value about a person, so no template can say one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from bancheng.app.acts.act import Aggregate
from bancheng.app.noticing.drafts import QUERY_CODE
from bancheng.domain.assistance.state import Assistance
from bancheng.domain.case.state import Case
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Recorded
from bancheng.domain.incidents.incident import Incident
from bancheng.domain.labelled import Labelled
from bancheng.domain.limit_kinds import LimitKind
from bancheng.domain.time_limits.calendar import Calendar
from bancheng.domain.time_limits.limit import DueDate
from bancheng.domain.time_limits.rulebook import RuleBook

_GROUP: Final = re.compile(r"\[([^\[\]]*)\]")
_GAP: Final = re.compile(r"\{(\w+)\}")


class GapEmpty(LookupError):
    """An event has nothing to say where its template must say something."""


@dataclass(frozen=True)
class Rolls:
    """名册: the words of the hall: what its units are called, what it calls reasons and targets."""

    calendar: Calendar
    book: RuleBook
    unit_name: Callable[[str], str]

    def moment(self, at: datetime) -> str:
        """``at`` as people read it, by the hall's clock."""
        local = self.calendar.local(at)
        return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"

    def end(self, at: datetime) -> str:
        """The end ``at`` of a time: midnight is the end of the day before."""
        local = self.calendar.local(at)
        if (local.hour, local.minute) != (0, 0):
            return self.moment(at)
        day = local.date() - timedelta(days=1)
        return f"{day.year}年{day.month}月{day.day}日24:00"


@dataclass(frozen=True)
class File:
    """案卷: a matter as it stood with the event at ``history``'s end, read for its notices."""

    kind: Aggregate[Any]
    history: Sequence[Recorded]
    rolls: Rolls

    @property
    def last(self) -> Recorded:
        """What is told of."""
        return self.history[-1]

    @cached_property
    def state(self) -> Ticket | Case | Assistance | Incident:
        """What everything so far has led to."""
        found: Ticket | Case | Assistance | Incident = self.kind.state_after(self.history)
        return found

    def said(self, *names: str) -> Any:
        """The first of these fields that the event has, if any."""
        event = self.last.event
        found = (getattr(event, name, None) for name in names)
        return next((one for one in found if one is not None), None)

    def runs(self, *kinds: LimitKind) -> str | None:
        """When the first limit of ``kinds`` ends that runs now."""
        if isinstance(self.state, Incident):
            return None
        dues = [
            one.due.due_at
            for one in self.state.deadlines.values()
            if one.kind in kinds and one.is_running and one.due is not None
        ]
        return self.rolls.end(min(dues)) if dues else None

    def unit(self) -> str | None:
        """The code of the unit that the event is about or goes to."""
        event_unit = self.said("successor", "to_unit", "unit")
        if event_unit is not None and self.said("order_id") is None:
            return str(event_unit)
        return self._of_order() or self._supervised() or self.said("unit") or self._own_unit()

    def units(self) -> Sequence[str]:
        """The code of the unit that the event is about, if there is one."""
        found = self.unit()
        return () if found is None else (found,)

    def named(self) -> Sequence[str]:
        """The codes of all units that the event names."""
        found: Sequence[str] = self.said("units") or ()
        return found

    def _of_order(self) -> str | None:
        orders = self.state.orders if isinstance(self.state, Ticket) else {}
        order = orders.get(self.said("order_id") or "")
        return None if order is None else order.unit

    def _supervised(self) -> str | None:
        measures = {} if isinstance(self.state, Incident) else self.state.measures
        measure = measures.get(self.said("measure_id") or "")
        return None if measure is None else measure.unit

    def _own_unit(self) -> str | None:
        return self.state.offered.unit if isinstance(self.state, Case) else None


def _due(name: str) -> Callable[[File], str | None]:
    def due(file: File) -> str | None:
        value: DueDate | None = file.said(name)
        return None if value is None else file.rolls.end(value.due_at)

    return due


def _word(name: str) -> Callable[[File], str | None]:
    def word(file: File) -> str | None:
        value = file.said(name)
        if value is None:
            return None
        return value.label if isinstance(value, Labelled) else str(value)

    return word


def _term(name: str, among: Callable[[RuleBook], Iterable[Any]]) -> Callable[[File], str | None]:
    def term(file: File) -> str | None:
        code = file.said(name)
        terms = {one.code: one.label for one in among(file.rolls.book)}
        return None if code is None else str(terms.get(code, code))

    return term


def _item(file: File) -> str | None:
    return file.state.offered.name if isinstance(file.state, Case) else None


def _unit_named(code: str | None, file: File) -> str | None:
    return None if code is None else file.rolls.unit_name(code)


def _at(name: str) -> Callable[[File], str | None]:
    def at(file: File) -> str | None:
        value = file.said(name)
        return None if value is None else file.rolls.moment(value)

    return at


GAPS: Final[Mapping[str, Callable[[File], str | None]]] = {
    "number": lambda file: file.state.number,
    "query_code": lambda _: QUERY_CODE,
    "unit": lambda file: _unit_named(file.unit(), file),
    "from_unit": lambda file: _unit_named(file.said("unit"), file),
    "order": _word("order_id"),
    "item": _item,
    "due": _due("due"),
    "sign_in_by": _due("sign_in_due"),
    "accept_by": _due("accept_due"),
    "feedback_by": _due("feedback_due"),
    "answer_by": lambda file: file.runs(LimitKind.ANSWER, LimitKind.ANSWER_INQUIRY),
    "decide_by": lambda file: file.runs(LimitKind.PROMISED, LimitKind.STATUTORY),
    "ends": lambda file: file.rolls.end(file.said("due_at")),
    "at": _at("at"),
    "owner": lambda file: getattr(file.state, "first_contact_owner", None),
    "meeting": _word("meeting_id"),
    "meets_at": _at("meets_at"),
    "follow_up_by": _due("follow_up_due"),
    "place": _word("place"),
    "way": _word("way"),
    "outcome": _word("outcome"),
    "rung": _word("rung"),
    "measure": _word("measure_id"),
    "demanded_by": _due("answer_due"),
    "level": _word("level"),
    "stage": _word("stage"),
    "report_by": _due("report_due"),
    "helper": _word("name"),
    "kind": _word("kind"),
    "conduct": _word("conduct"),
    "cause": _word("cause"),
    "organ": _word("organ"),
    "procedure": _word("name"),
    "notice_no": _word("notice_no"),
    "document_no": _word("document_no"),
    "list_no": _word("list_no"),
    "bill_no": _word("bill_no"),
    "reason": _term("reason", lambda book: book.exclusions),
    "target": _term("target", lambda book: book.diversions),
}


def gaps_in(says: str) -> set[str]:
    """The gaps that the template has."""
    return set(_GAP.findall(says))


def filled(says: str, file: File) -> str:
    """The text that ``says`` becomes of ``file``; ``GapEmpty`` if it would say nothing."""

    def group(found: re.Match[str]) -> str:
        try:
            return _GAP.sub(gap, found[1])
        except GapEmpty:
            return ""

    def gap(found: re.Match[str]) -> str:
        value = GAPS[found[1]](file)
        if value is None:
            raise GapEmpty(found[1])
        return value

    return _GAP.sub(gap, _GROUP.sub(group, says))
