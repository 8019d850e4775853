"""规则库: the rules in force, those of a day, their history, and what a text would change."""

from datetime import date
from typing import Annotated, Any

import strawberry

from bancheng.app.book_stated import book_stated
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rulebook_changes import RuleChange, lines_of
from bancheng.graphql.context import asking_of
from bancheng.graphql.types.office import RuleBookVersion
from bancheng.graphql.types.shown import WITH_THE_ROW, Shown, relation
from bancheng.projections import publications, sight
from bancheng.projections.reports.rulebook_preview import Coming, Staying, preview_of

OnDay = Annotated[date | None, strawberry.argument(description="哪一日;不填为今日。")]
Text = Annotated[str, strawberry.argument(description="规则库文件内容(TOML),与发布时相同。")]


@strawberry.type(description="规则条目: 规则库的一条及其内容。")
class RuleEntry:
    """An entry of a rule book and what it says."""

    entry: str = strawberry.field(description="条目,如 limits.resolve_simple。")
    words: str = strawberry.field(description="内容。")


@strawberry.type(description="规则库内容: 某日施行的全部规则。")
class RulesInForce:
    """The rules of a day."""

    id: str = strawberry.field(description="规则库标识。")
    version: str = strawberry.field(description="规则库版本。")
    title: str = strawberry.field(description="规则库名称。")
    basis: str = strawberry.field(description="制定依据。")
    rules: list[RuleEntry] = strawberry.field(description="全部条目。")


@strawberry.type(description="条目变动: 一条规则现行与改后的内容。")
class RuleEntryChange:
    """What a new version would change."""

    entry: str = strawberry.field(description="条目。")
    before: str | None = strawberry.field(description="现行内容;空为新增。")
    after: str | None = strawberry.field(description="改后内容;空为删去。")


@strawberry.type(description="仍依旧版: 正在计时的时限,各依定期时的规则库版本,发布不移动它们。")
class StayingLimits:
    """What a version has decided and goes on."""

    rule_version: str = strawberry.field(description="规则库版本。")
    limits: int = strawberry.field(description="正在计时的时限数。")
    matters: int = strawberry.field(description="涉及的办不成事工单与办件数。")


@strawberry.type(description="以后依新版: 新版改动的一种时限,自生效之日起起算的依新版。")
class ComingLimits:
    """A kind of limit that will be decided by the new version."""

    kind: str = strawberry.field(description="时限种类代码。")
    kind_label: str = strawberry.field(description="时限种类。")
    running: int = strawberry.field(description="正在计时的,不变。")
    to_come: int = strawberry.field(description="尚未起算此时限的未办结事项;其中起算的依新版。")


@strawberry.type(description="规则预览: 发布将改动什么;正在计时的时限一律不移动,以后起算的依新版。")
class RuleBookPreview:
    """What a publication would do."""

    version: str = strawberry.field(description="新版本号。")
    changes: list[RuleEntryChange] = strawberry.field(description="改动的条目。")
    open_cases: int = strawberry.field(description="以后的期限将依新规则的未办结办件。")
    open_tickets: int = strawberry.field(description="以后的期限将依新规则的未办结的办不成事工单。")
    staying: list[StayingLimits] = strawberry.field(description="仍依旧版的时限,按版本。")
    coming: list[ComingLimits] = strawberry.field(description="改动的各种时限。")


async def _rule_books(info: strawberry.Info) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    return [Shown(row, asking) for row in await asking.services.read(publications.all_rulebooks)]


async def _rule_book(info: strawberry.Info, on: OnDay = strawberry.UNSET) -> Any:
    asking = asking_of(info)
    sight.VOCABULARY.require(asking.known)
    book: RuleBook | None = None
    if on:
        book = await asking.services.read(lambda c: publications.rulebook_on(c, on))
    book = book or await asking.rulebook()
    return RulesInForce(
        id=book.id,
        version=book.version,
        title=book.title,
        basis=book.basis,
        rules=[RuleEntry(entry=entry, words=words) for entry, words in lines_of(book)],
    )


async def _preview(info: strawberry.Info, text: Text) -> Any:
    asking = asking_of(info)
    sight.RULEBOOK_PREVIEW.require(asking.known)
    services = asking.services
    published = await services.read(publications.rulebook_versions)

    def wanted() -> tuple[RuleBook, RuleBook]:
        # As strictly as publishing does: what is previewed can be published.
        return services.rules.rulebook(), book_stated(services.rules, text, published)

    # Not within the read: the rules may take a connection too, and whoever holds one while waiting
    # for a second waits for ever once everybody does.
    in_force, book = await services.off_loop(wanted)
    told = await services.read(lambda c: preview_of(c, in_force, book))
    return RuleBookPreview(
        version=book.version,
        changes=[_change(one) for one in told.changes],
        open_cases=told.open_cases,
        open_tickets=told.open_tickets,
        staying=[_staying(one) for one in told.staying],
        coming=[_coming(one) for one in told.coming],
    )


def _change(one: RuleChange) -> RuleEntryChange:
    return RuleEntryChange(entry=one.entry, before=one.before, after=one.after)


def _staying(one: Staying) -> StayingLimits:
    return StayingLimits(rule_version=one.version, limits=one.limits, matters=one.matters)


def _coming(one: Coming) -> ComingLimits:
    kind = one.kind
    return ComingLimits(
        kind=kind.value, kind_label=kind.label, running=one.running, to_come=one.to_come
    )


def _query(read: Any, returns: Any, text: str) -> Any:
    return relation(read, returns, text, seen_by=WITH_THE_ROW)  # each asks for itself who may


RULE_BOOKS = _query(
    _rule_books, list[RuleBookVersion], f"规则库历史: 发布过的各版。{sight.VOCABULARY.told}"
)
RULE_BOOK = _query(_rule_book, RulesInForce, f"规则库: 某日施行的规则。{sight.VOCABULARY.told}")
RULE_BOOK_PREVIEW = _query(
    _preview, RuleBookPreview, f"规则预览: 发布前先看改动。{sight.RULEBOOK_PREVIEW.told}"
)
