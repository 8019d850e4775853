"""通知生成: notices are made of the log.

Nothing here sends: that waits for receivers, and no stage of the sweep waits for anybody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from bancheng.app.engine import Engine
from bancheng.app.noticing.drafts import Draft
from bancheng.app.noticing.routes import Route, Routes
from bancheng.app.noticing.table import TEMPLATES, drafts_of
from bancheng.app.noticing.texts import File, Rolls
from bancheng.app.opening import on_file
from bancheng.app.registry import file_kind
from bancheng.domain.assistance.course import AssistanceRated
from bancheng.domain.case.verify import ResultDelivered
from bancheng.domain.complaint.supervise import TicketStruckOff
from bancheng.domain.complaint.verify import CallBackRecorded
from bancheng.domain.disclosure import Contact
from bancheng.domain.events import Channel, Event, Recorded
from bancheng.domain.notices.events import NoticeResendOrdered
from bancheng.domain.notices.hours import ReceivingHours, next_moment, next_round
from bancheng.domain.notices.terms import Addressee, NoticeChannel, NoticeStatus
from bancheng.domain.people import Actor, Role
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.privacy.events import PersonalDataErased, ProcessingRestricted
from bancheng.projections.notices import Again, Called, Made, NoticeRow, Over

NOTIFIER: Final = Actor(
    id="system-notifier", name="通知发送", post="系统", unit="SYSTEM", roles=(Role.SYSTEM,)
)
BATCH: Final = 200
# Whoever has the result in hand, or was called back, is not called for what led to it.
_TOLD_ALL: Final = (TicketStruckOff, ResultDelivered, AssistanceRated)
_NO_CITIZEN_MORE: Final = (ProcessingRestricted, PersonalDataErased)
_AT_FIRST: Final[Mapping[NoticeChannel, NoticeStatus]] = {
    NoticeChannel.SCREEN: NoticeStatus.SHOWN,
    NoticeChannel.PHONE: NoticeStatus.TO_CALL,
}
CITIZENS_FIELDS: Final = (PersonalField.PHONE, PersonalField.AGENT_PHONE)


class Queue(Protocol):
    """待发通知: see `bancheng.infra.notice_queue`."""

    def position(self) -> int: ...
    def keep(self, made: Made, after: int, position: int) -> bool: ...


@dataclass(frozen=True)
class Noticing:
    """通知生成: follows the log and keeps whom to tell what; each notice once, by its id."""

    engine: Engine
    queue: Queue
    routes: Routes
    unit_names: Callable[[], Mapping[str, str]]

    def go_on(self) -> bool:
        """Make the notices of a batch of the log; whether there was anything new in it."""
        after = self.queue.position()
        batch = self.engine.store.read(after, BATCH)
        if batch:
            self.queue.keep(self._made(batch), after, batch[-1].position)
        return bool(batch)

    def _made(self, batch: Sequence[Recorded]) -> Made:
        names = self.unit_names()
        rules = self.engine.rules
        rolls = Rolls(rules.calendar(), rules.rulebook(), lambda code: names.get(code, code))
        streams: dict[str, list[Recorded]] = {}
        rows = [row for one in batch for row in self._rows(one, rolls, streams)]
        return off_the_list(batch)._replace(
            rows=rows,
            dropped=[one.stream_id for one in batch if isinstance(one.event, _NO_CITIZEN_MORE)],
            again=[self._again(one, one.event, rolls) for one in batch
                   if isinstance(one.event, NoticeResendOrdered)],
        )  # fmt: skip

    def _again(self, one: Recorded, event: NoticeResendOrdered, rolls: Rolls) -> Again:
        # Whomever it is for: somebody who puts things right at night wakes nobody.
        at, quiet = one.envelope.recorded_at, self.routes.quiet
        return Again(
            event.notice_id, next_moment(at, ReceivingHours.DAYTIME, quiet, rolls.calendar)
        )

    def _rows(
        self, one: Recorded, rolls: Rolls, streams: dict[str, list[Recorded]]
    ) -> Iterator[NoticeRow]:
        kind = file_kind(one.stream_id)
        systems = [] if kind is None else list(self.routes.systems(one.event.topic))
        if kind is None or not _is_told(one) or not (type(one.event) in TEMPLATES or systems):
            return
        if one.stream_id not in streams:
            streams[one.stream_id] = self.engine.store.load(one.stream_id)
        # Not further than the event: what came after it was not so yet.
        history = [each for each in streams[one.stream_id] if each.version <= one.version]
        file = File(kind, history, rolls)
        for draft in (*drafts_of(file), *_for_systems(systems, file)):
            if draft.addressee is not Addressee.CITIZEN or self._can_be_told(file):
                ways = systems if draft.addressee is Addressee.SYSTEM else self.routes.ways(draft)
                yield from (self._row(draft, way, one, rolls) for way in ways)

    def _can_be_told(self, file: File) -> bool:
        """Whether there is a number to call. It stays sealed until it is called."""
        if file.state.restriction is not None:
            return False
        found = on_file(file.last.stream_id, self.engine.store.load)
        return any(field in found for field in CITIZENS_FIELDS)

    def _row(self, draft: Draft, way: Route, one: Recorded, rolls: Rolls) -> NoticeRow:
        made_at = one.envelope.recorded_at
        at = max(made_at, draft.not_before or made_at)
        urgent = draft.urgent and draft.addressee is not Addressee.CITIZEN
        if way.channel not in _AT_FIRST:
            hours = ReceivingHours.ANY if urgent else way.hours
            slots = () if draft.urgent else way.slots
            at = next_round(at, slots, hours, self.routes.quiet, rolls.calendar)
        return NoticeRow(
            notice_id=_id_of(draft, way, one),
            matter_id=one.stream_id,
            position=one.position,
            of_topic=one.event.topic,
            addressee=draft.addressee,
            unit=draft.unit,
            post=draft.post,
            channel=way.channel,
            route=way.name,
            text=draft.text,
            status=_AT_FIRST.get(way.channel, NoticeStatus.WAITING),
            made_at=made_at,
            notify_at=at,
            urgent=urgent,
        )


def off_the_list(events: Sequence[Recorded]) -> Made:
    """Whom ``events`` take off the list of calls: who was reached, and who has all there is."""
    return Made(
        called=[Called(one.stream_id, one.position, one.envelope.occurred_at)
                for one in events if _reached(one.event)],
        over=[Over(one.stream_id, one.position)
              for one in events if isinstance(one.event, _TOLD_ALL)],
    )  # fmt: skip


def _is_told(one: Recorded) -> bool:
    # What another system handled long ago it told of itself, or nobody waits for it any more.
    return one.envelope.channel is not Channel.IMPORT


def _reached(event: Event) -> bool:
    return isinstance(event, Contact | CallBackRecorded) and event.call.reached


def _for_systems(systems: Iterable[Route], file: File) -> Iterator[Draft]:
    if systems:
        text = f"{file.state.number} {file.last.event.term}"
        yield Draft(addressee=Addressee.SYSTEM, text=text, unit=file.unit())


def _id_of(draft: Draft, way: Route, one: Recorded) -> str:
    """The same whenever it is made: of the event, whom it is for, and the way it goes."""
    post = "" if draft.post is None else draft.post.value
    whom = f"{draft.addressee.value}|{draft.unit or ''}|{post}"
    made_of = f"{one.envelope.event_id}|{whom}|{way.channel.value}|{way.name}"
    return sha256(made_of.encode()).hexdigest()[:32]
