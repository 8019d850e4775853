"""待发通知: the rows of notices, beside the log: made with the bookmark, leased one by one.

The log is the outbox: the rows that a stretch of it leads to and the bookmark behind it are one
transaction. What is lost in a power cut is made again under the same id, or sent again under it;
so no commit here waits for the disk.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Update,
    and_,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bancheng.app.noticing.messages import Gathers
from bancheng.domain.notices.terms import Addressee, NoticeChannel, NoticeStatus
from bancheng.infra import bookmarks, database
from bancheng.infra.schema import NOTICED, bookmark
from bancheng.projections.notices import Called, Made, NoticeRow, Over, notice

_COLUMNS: Final = [one.name for one in notice.columns]
_TURN: Final = (notice.c.notify_at, notice.c.position, notice.c.notice_id)
_MADE: Final = (notice.c.position, notice.c.notice_id)
_PLACE: Final = select(bookmark.c.position).where(bookmark.c.name == NOTICED)


class Count(NamedTuple):
    """通知计数: how many notices of a route are in a status, and when the first of them is due."""

    route: str
    status: NoticeStatus
    number: int
    first_at: datetime


class NoticeQueue:
    """待发通知 in the database of ``engine``."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._bookmark = bookmarks.Bookmark(engine, NOTICED)

    def position(self) -> int:
        """Behind which event notices are still to be made."""
        return self._bookmark.position()

    def keep(self, made: Made, after: int, position: int) -> bool:
        """Keep what the log leads to behind ``after`` up to ``position``, once.

        Whether it was kept: somebody else may have been faster.
        """
        with database.write(self.engine, durable=False) as connection:
            if (connection.scalar(_PLACE.with_for_update()) or 0) != after:
                return False
            rows = [{name: getattr(one, name) for name in _COLUMNS} for one in made.rows]
            if rows:
                connection.execute(insert(notice), rows)
            _note(connection, made)
            bookmarks.move(connection, NOTICED, position)
        return True

    def untold(self, behind: NoticeRow | None, most: int) -> list[NoticeRow]:
        """The next of which the trail does not say yet what became of them, at most ``most``."""
        asked = select(notice).where(notice.c.untold).order_by(*_MADE).limit(most)
        if behind is not None:
            asked = asked.where(tuple_(*_MADE) > tuple_(behind.position, behind.notice_id))
        return self._rows(asked)

    def told(self, row: NoticeRow) -> None:
        """The trail says what became of ``row``; what became of it since is another thing."""
        same = and_(notice.c.rounds == row.rounds, notice.c.status == row.status)
        self._change([row], same, {"untold": False})

    def claim(
        self,
        route: str,
        now: datetime,
        lease: timedelta,
        most: Gathers,
        closed_until: datetime | None = None,
    ) -> list[NoticeRow]:
        """The next message of ``route``: what is due, at most ``most``, and nobody else's.

        They are its for the time of the ``lease``, and each counts a try, also if the process dies
        in it. What was put into one message once goes together, so that its id means the same.
        While nobody on the route may be told (``closed_until``), only what is urgent is claimed;
        the rest is put off, and counts no try: it was made for hours in which nobody sent.
        """
        due = and_(
            notice.c.status == NoticeStatus.WAITING,
            notice.c.route == route,
            notice.c.notify_at <= now,
            or_(notice.c.leased_until.is_(None), notice.c.leased_until <= now),
        )
        mine = due if closed_until is None else and_(due, notice.c.urgent)
        with database.write(self.engine, durable=False) as connection:
            if closed_until is not None:
                late = update(notice).where(due, ~notice.c.urgent)
                connection.execute(late.values(notify_at=closed_until))
            found = _message(connection, mine, most)
            if not found:
                return []
            ids = [one.notice_id for one in found]
            until, message_id = now + lease, found[0].message_id or _message_id(ids)
            tries = notice.c.tries + 1
            values = {"leased_until": until, "message_id": message_id, "tries": tries}
            connection.execute(update(notice).where(notice.c.notice_id.in_(ids)).values(values))
        return [
            replace(one, message_id=message_id, tries=one.tries + 1, leased_until=until)
            for one in found
        ]

    def sent(self, claimed: Sequence[NoticeRow], at: datetime) -> None:
        """They went out, and the trail is to say so, whoever has them now.

        So it is if somebody ended them meanwhile; not if another one's try was noted first.
        """
        still = or_(notice.c.status == NoticeStatus.WAITING, _leased(claimed))
        told = {"status": NoticeStatus.SENT, "sent_at": at, "fault": None, "untold": True}
        self._change(claimed, still, told)

    def later(self, claimed: Sequence[NoticeRow], at: datetime, fault: str) -> None:
        """They did not go out, for ``fault``, and are tried again ``at`` then."""
        self._change(claimed, _held(claimed), {"notify_at": at, "fault": fault})

    def failed(self, claimed: Sequence[NoticeRow], fault: str) -> None:
        """They are not tried any more, and the trail is to say so."""
        told = {"status": NoticeStatus.FAILED, "fault": fault, "untold": True}
        self._change(claimed, _held(claimed), told)

    def dropped(self, row: NoticeRow) -> None:
        """It does not go out, and nobody is to be told it any more."""
        self._change([row], _held([row]), {"status": NoticeStatus.DROPPED})

    def to_call(self, row: NoticeRow, so_far: Callable[[], Made]) -> None:
        """It does not go out this way: whoever it is for is to be called.

        ``so_far`` reads who was called about its matter, and whether that is over. It is asked
        while no notices are made, so that a call is found by it or takes the row off the list.
        """
        phone = NoticeChannel.PHONE
        values = {"status": NoticeStatus.TO_CALL, "channel": phone, "route": phone.value}
        with database.write(self.engine, durable=False) as connection:
            connection.execute(_PLACE.with_for_update())
            connection.execute(_change([row], _held([row]), values))
            _note(connection, so_far())

    def counts(self) -> list[Count]:
        """How many notices there are of each route and status."""
        asked = (
            select(notice.c.route, notice.c.status, func.count(), func.min(notice.c.notify_at))
            .group_by(notice.c.route, notice.c.status)
            .order_by(notice.c.route, notice.c.status)
        )
        with database.read(self.engine) as connection:
            return [Count(*row) for row in connection.execute(asked)]

    def waiting(self) -> dict[str, int]:
        """How many wait to go out, by the name of their route, whether it is set up or not."""
        asked = (
            select(notice.c.route, func.count().label("number"))
            .where(notice.c.status == NoticeStatus.WAITING)
            .group_by(notice.c.route)
            .order_by(notice.c.route)
        )
        with database.read(self.engine) as connection:
            return {one.route: one.number for one in connection.execute(asked)}

    def _rows(self, asked: Select[Any]) -> list[NoticeRow]:
        with database.read(self.engine) as connection:
            return _read(connection, asked)

    def _change(
        self, rows: Sequence[NoticeRow], still: ColumnElement[bool], changes: Mapping[str, Any]
    ) -> None:
        with database.write(self.engine, durable=False) as connection:
            connection.execute(_change(rows, still, changes))


def _change(
    rows: Sequence[NoticeRow], still: ColumnElement[bool], changes: Mapping[str, Any]
) -> Update:
    ids = [one.notice_id for one in rows]
    statement = update(notice).where(notice.c.notice_id.in_(ids), still)
    return statement.values(leased_until=None, **changes)


def _held(claimed: Sequence[NoticeRow]) -> ColumnElement[bool]:
    """Whether they are still whose who claimed them.

    Whoever sends for longer than the lease lasts may find that somebody else did, too: what the
    slower one says then would undo what the faster one noted.
    """
    return and_(notice.c.status == NoticeStatus.WAITING, _leased(claimed))


def _leased(claimed: Sequence[NoticeRow]) -> ColumnElement[bool]:
    # Nobody has the same until then: who claims next does so when this one is over.
    return notice.c.leased_until == claimed[0].leased_until


def _message(connection: Connection, mine: ColumnElement[bool], most: Gathers) -> list[NoticeRow]:
    due = select(notice).order_by(*_TURN)
    first = _read(connection, due.where(mine).limit(1).with_for_update(skip_locked=True))
    if not first or (most.notices == 1 and first[0].message_id is None):
        return first
    if first[0].message_id is not None:
        return _again(connection, mine, first[0].message_id)
    # With something urgent, what is not would go out at night as well.
    new = notice.c.message_id.is_(None), notice.c.urgent == first[0].urgent
    asked = due.where(mine, *new).limit(most.notices).with_for_update(skip_locked=True)
    return list(_fitting(_read(connection, asked), most.text_bytes))


def _again(connection: Connection, mine: ColumnElement[bool], message_id: str) -> list[NoticeRow]:
    """All of a message that was put together before; none if anything of it is somebody else's.

    Two who come for it at once each lock a part of it. Either would send a part under its id.
    """
    same = notice.c.message_id == message_id
    asked = select(notice).order_by(*_TURN).where(mine, same).with_for_update(skip_locked=True)
    found = _read(connection, asked)
    whole = select(func.count()).where(same, notice.c.status == NoticeStatus.WAITING)
    return found if connection.scalar(whole) == len(found) else []


def _message_id(ids: Sequence[str]) -> str:
    """That of one notice is its own. That of several is made of theirs: others are another one.

    With that of its first, what goes again with less beside it would be taken for what went before.
    """
    return ids[0] if len(ids) == 1 else sha256("|".join(ids).encode()).hexdigest()[:32]


def _fitting(rows: Sequence[NoticeRow], room: int) -> Iterator[NoticeRow]:
    """The first of ``rows``, and those behind it whose texts go into the ``room`` in bytes."""
    for at, row in enumerate(rows):
        room -= len(row.text.encode())
        if at and room < 0:
            return
        yield row


def _note(connection: Connection, made: Made) -> None:
    for called in made.called:
        values = {"status": NoticeStatus.CALLED, "sent_at": called.at}
        connection.execute(update(notice).where(*_to_call(called)).values(values))
    for over in made.over:
        dropped = {"status": NoticeStatus.DROPPED}
        connection.execute(update(notice).where(*_to_call(over)).values(dropped))
    for matter_id in made.dropped:
        waiting = (
            notice.c.matter_id == matter_id,
            notice.c.addressee == Addressee.CITIZEN,
            notice.c.status.in_((NoticeStatus.WAITING, NoticeStatus.TO_CALL)),
        )
        unused = update(notice).where(*waiting).values(status=NoticeStatus.DROPPED)
        connection.execute(unused)
    for again in made.again:
        failed = notice.c.notice_id == again.notice_id, notice.c.status == NoticeStatus.FAILED
        # That it failed is in the trail, or nobody could have ordered this.
        values = {"status": NoticeStatus.WAITING, "notify_at": again.at, "tries": 0,
                  "message_id": None, "untold": False, "rounds": notice.c.rounds + 1}  # fmt: skip
        connection.execute(update(notice).where(*failed).values(values))


def _to_call(before: Called | Over) -> tuple[ColumnElement[bool], ...]:
    return (
        notice.c.matter_id == before.matter_id,
        notice.c.status == NoticeStatus.TO_CALL,
        notice.c.position < before.position,
    )


def _read(connection: Connection, asked: Select[Any]) -> list[NoticeRow]:
    return [NoticeRow(**row) for row in connection.execute(asked).mappings()]
