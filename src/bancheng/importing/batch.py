"""批次: under which name, number and source the acts of one import stand in the trail."""

from dataclasses import dataclass
from datetime import datetime

from bancheng.app.engine import Context
from bancheng.domain.events import Channel, Place
from bancheng.domain.people import Actor, Role


@dataclass(frozen=True, kw_only=True)
class Batch:
    """批次: one run of an import. ``started_by`` is who ran it, if that is known."""

    id: str
    source_system: str
    started_by: Actor | None = None

    @property
    def actor(self) -> Actor:
        """批量导入: who acts in every import; its post names who started it."""
        return Actor(
            # The same id whoever starts it: an answer is found again by key, command and actor,
            # so another operator's second run would be refused instead of storing nothing.
            id="system-import",
            name="批量导入",
            post="系统" if self.started_by is None else self.started_by.name,
            unit="SYSTEM",
            roles=(Role.HANDLER, Role.ADMINISTRATOR, Role.SYSTEM),
        )

    def context(self, key: str, source_id: str, occurred_at: datetime | None = None) -> Context:
        """The circumstances of one act: ``source_id`` is its matter's number in the source."""
        return Context(
            actor=self.actor,
            key=key,
            place=Place(Channel.IMPORT),
            request_id=self.id,
            occurred_at=occurred_at,
            source_system=self.source_system,
            source_id=source_id,
            batch_id=self.id,
        )
