"""规则库: the rules of the hall as a stream of published versions."""

from collections.abc import Collection
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from bancheng.domain.commands import Command, Desk
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import Event, Recorded, topic
from bancheng.domain.guards import guarded, nothing
from bancheng.domain.time_limits.rulebook import (
    RuleBook,
    RuleBookError,
    base_of,
    override,
    parse_rulebook,
    stands_alone,
)


@topic("office.rule-book-published")
class RuleBookPublished(Event, frozen=True, kw_only=True):
    """发布规则库: a version of the rules, on its legal basis, holds from ``effective_day`` on.

    The whole book is kept, so that what was decided by it can be explained for ever.
    """

    rulebook: RuleBook
    effective_day: date


class PublishRuleBook(Command, frozen=True, kw_only=True):
    """发布规则库: let a new version of the rules hold from a day on; what was decided stays."""

    text: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200_000,
            description="规则库文件内容(TOML): 全文,或以 extends 写明所本的随附规则库,"
            "或只写对现行规则库的改动",
        ),
    ]
    effective_day: Annotated[
        date | None, Meta(description="生效日期,不早于今日;不填为即日(首次发布为规则库的施行日期)")
    ] = None

    def book_wanted(self) -> str | None:
        try:
            return base_of(self.text)
        except RuleBookError:  # the decision says what is wrong with it
            return None


class RuleBookRegister(msgspec.Struct, frozen=True, kw_only=True):
    """规则册: the write state; ``versions`` names those that were published, in order."""

    versions: tuple[str, ...] = ()


def evolve(register: RuleBookRegister, recorded: Recorded) -> RuleBookRegister:
    """The state after ``recorded``."""
    match recorded.event:
        case RuleBookPublished(rulebook=book):
            return RuleBookRegister(versions=(*register.versions, book.version))
    return register


@guarded(nothing)
def publish_rulebook(
    register: RuleBookRegister, command: PublishRuleBook, desk: Desk
) -> list[Event]:
    book = stated_book(command.text, desk.base_book, desk.rulebook)
    _, day = together(
        lambda: check_version(register.versions, book),
        lambda: _effective_day(register, command, book, desk),
    )
    return [RuleBookPublished(rulebook=book, effective_day=day)]


def check_version(taken: Collection[str], book: RuleBook) -> None:
    """``InvalidInput`` ``RULEBOOK_VERSION_TAKEN`` if another book has the version of ``book``."""
    # Due dates name the version that ruled them; one name must mean one book.
    if book.version in taken:
        raise InvalidInput(
            "RULEBOOK_VERSION_TAKEN",
            f"规则库版本「{book.version}」已发布过",
            field="text",
            remedy="请换用新的版本号",
        )


def stated_book(text: str, base: RuleBook | None, in_force: RuleBook) -> RuleBook:
    """The book that ``text`` states: alone, upon ``base``, or as changes of the one ``in_force``.

    ``InvalidInput`` ``RULEBOOK_INVALID`` names everything that is wrong with it.
    """
    try:
        if stands_alone(text):
            return parse_rulebook(text)
        _require_base(text, base)
        return override(base or in_force, text)
    except RuleBookError as error:
        raise InvalidInput(
            "RULEBOOK_INVALID", str(error), field="text", remedy="请按提示更正规则库文件"
        ) from error


def _require_base(text: str, base: RuleBook | None) -> None:
    if (named := base_of(text)) is not None and base is None:
        raise RuleBookError([f"extends: 没有随附的规则库「{named}」; 请核对标识"])


def _effective_day(
    register: RuleBookRegister, command: PublishRuleBook, book: RuleBook, desk: Desk
) -> date:
    today = desk.calendar.local(desk.now).date()
    # The first one says what the hall has gone by so far.
    day = command.effective_day or (today if register.versions else book.effective_from)
    if register.versions and day < today:
        raise InvalidInput(
            "RULEBOOK_DAY_PAST",
            f"生效日期 {day} 早于今日 {today}: 规则不溯及既往",
            field="effective_day",
            remedy="请填写今日或以后的日期",
        )
    if not book.holds_on(day):
        raise InvalidInput(
            "RULEBOOK_NOT_IN_FORCE",
            f"规则库「{book.id}」{book.version} 在 {day} 不施行",
            field="effective_day",
            remedy="请核对生效日期与规则库的施行期间",
        )
    return day
