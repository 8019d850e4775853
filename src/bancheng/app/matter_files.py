"""案卷: what acts on several matters ask of each, read from their streams and the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.incidents import INCIDENT
from bancheng.app.acts.tickets import TICKET
from bancheng.app.opening import on_file
from bancheng.app.registry import file_kind
from bancheng.app.shapes import found_in
from bancheng.domain.case.state import Case
from bancheng.domain.complaint.merging import report_of
from bancheng.domain.complaint.state import Ticket
from bancheng.domain.events import Recorded
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.people import Personal
from bancheng.domain.time_limits.rules import RetentionOf

Load = Callable[[str], Sequence[Recorded]]
_RETAINED = {
    TICKET.prefix: RetentionOf.TICKETS,
    CASE.prefix: RetentionOf.CASES,
    ASSISTANCE.prefix: RetentionOf.ASSISTANCES,
    INCIDENT.prefix: RetentionOf.INCIDENTS,
}
Holders = Callable[[Iterable[str]], Mapping[str, frozenset[str]]]


def files_of(ids: Iterable[str], load: Load, holders: Holders) -> dict[str, MatterFile]:
    """The files of those of ``ids`` that have data of people, by their ids.

    ``load`` gives the history of a matter, ``holders`` which matters have somebody on file under
    each of some keys.
    """
    read = (_file(one, load, holders) for one in dict.fromkeys(ids))
    return {file.matter_id: file for file in read if file is not None}


def _file(matter_id: str, load: Load, holders: Holders) -> MatterFile | None:
    kind, history = file_kind(matter_id), load(matter_id)
    if kind is None or not history:
        return None
    state: Any = kind.state_after(history)
    keys = tuple(sorted({matter_id, *_owners(history)}))
    held = {key: found - {matter_id} for key, found in holders(keys).items()}
    return MatterFile(
        matter_id=matter_id,
        kind=_RETAINED[kind.prefix],
        number=state.number,
        is_over=state.is_over,
        last_at=max(one.envelope.occurred_at for one in history),
        restricted_by=None if state.restriction is None else state.restriction.erasure_id,
        keys=keys,
        on_file=_on_file(matter_id, load),
        held={key: others for key, others in held.items() if others},
        parts=_parts(state),
        recused=frozenset(one for one in state.recusals if state.is_recused(one)),
        report=report_of(state, matter_id) if isinstance(state, Ticket) else None,
    )


def _owners(history: Iterable[Recorded]) -> Iterator[str]:
    for one in history:
        for part in (one.event, one.envelope):
            yield from (value.owner for value in found_in(part, Personal) if value.owner)


def _on_file(matter_id: str, load: Load) -> frozenset[str]:
    told = on_file(matter_id, load).values()
    return frozenset(value.owner for values in told for value in values if value.owner)


def _parts(state: Any) -> frozenset[str]:
    if not isinstance(state, Case):
        return frozenset()
    children = (one.case_id for one in state.children.values())
    return frozenset(one for one in (state.theme_id, *children) if one)
