"""限额: how much one request may ask for. The shape of a query is measured before it runs.

One walk that remembers each fragment measures everything: Strawberry's own depth and alias
limits walk a fragment again at each spread, so thirty fragments that spread the next one twice
would keep them busy for ever (test: doubling fragments).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_operation_ast,
)

from bancheng.app.bulk import form_of
from bancheng.app.registry import ACTS
from bancheng.domain.bulk import BULK_MAX
from bancheng.graphql.naming import lower_camel
from bancheng.projections.registry import LISTED, REPORTS

QUERY_LENGTH_MAX: Final = 20_000
TOKENS_MAX: Final = 2_000
COMMENTS_MAX: Final = 100
DEPTH_MAX: Final = 12
ALIASES_MAX: Final = 30
FIELDS_MAX: Final = 400
COST_MAX: Final = 20_000
ACT_COST: Final = 1_000
BULK_COST: Final = 5_000  # four in a request; each is bounded by how many matters it names
EVIDENCE_COST: Final = 1_000  # a whole stream is read and opened for it
SEARCH_COST: Final = 1_000  # each one is recorded, and counts for its person
PAST_COST: Final = 2_000
PAGE_DEFAULT: Final = 20
DIGITS_MAX: Final = 9
# Of subscriptions: connections of the process, subscriptions of a connection, both of an account,
# warnings that wait for a subscriber, and how many a late one may be given.
CONNECTIONS_MAX: Final = 200
SUBSCRIPTIONS_MAX: Final = 5
ACCOUNT_CONNECTIONS_MAX: Final = 10
ACCOUNT_SUBSCRIPTIONS_MAX: Final = 20
PUSH_QUEUE_MAX: Final = 100
PUSHES_MISSED_MAX: Final = 200
# Of moments of the past: in one request, requests at once, and how many streams are replayed.
PAST: Final = "asOf"
COMPARISON: Final = "comparison"
PASTS_MAX: Final = 2
PASTS_AT_ONCE_MAX: Final = 2
PAST_STREAMS_MAX: Final = 10_000
# Of acts that are done for many matters: at once in this process.
BULKS_AT_ONCE_MAX: Final = 4
# Of wrong one-time codes.
ATTEMPTS_ADDRESS_MAX: Final = 10
ATTEMPTS_PROCESS_MAX: Final = 300
ATTEMPTS_WINDOW: Final = timedelta(minutes=15)
# Of searches for people, by one person.
SEARCHES_MAX: Final = 60
SEARCHES_WINDOW: Final = timedelta(minutes=15)

# How many rows a list that takes no page size is expected to hold: a ledger, and within a row.
LISTS: Final[Mapping[str, int]] = {
    **{lower_camel(ledger.name): PAGE_DEFAULT for ledger in LISTED},
    **{lower_camel(report.name): 100 for report in REPORTS},
    "figureRows": 30,
    "likelyRepeats": 5,
    "itemDifferences": 15,
    "metrics": 40,
    "units": 50,
    "windows": 50,
    "ruleBooks": 30,
    "staff": 100,
    "credentials": 200,
    "enums": 40,
    "terms": 60,
    "acts": 150,
    "topics": 150,
    "rules": 120,
    "changes": 60,
    "others": 3,
    "days": 60,
    "limits": 100,
    "settings": 9,  # zone, announcement, seven weekdays
    "staying": 20,  # versions of the rule book under which something still runs
    "coming": 30,  # kinds of limit
    "entries": 12,
    "explain": 5,
    "decisions": 3,
    "verdicts": 2,
    "intervals": 10,
    "plan": 3,
}
WITHIN: Final[Mapping[str, int]] = {
    **LISTS,
    "deadlines": 5,
    "timeline": 30,
    "changes": 8,  # fields of an event
    "children": 4,
    "materials": 10,
    "wanted": 5,
    "procedures": 3,
    "steps": 6,
    "charges": 3,
    "versions": 5,
    "stated": 20,
    "opened": 10,
    "marks": 20,
    "cautions": 2,
    "precedents": 5,
    "accesses": 10,
    "notices": 10,
    "ties": 5,
    "matters": 20,
    "rows": 1,  # of a comparison: its page was counted already
    "fields": 8,
    "outcomes": BULK_MAX,
}

_COSTLY: Final[Mapping[str, int]] = {
    **{lower_camel(act.name): ACT_COST for act in ACTS},
    **{lower_camel(form_of(act).__name__): BULK_COST for act in ACTS if act.many is not None},
    "dispatchAdvice": EVIDENCE_COST,
    "explain": EVIDENCE_COST,
    "personSearch": SEARCH_COST,
    "releaseProposal": EVIDENCE_COST,
    PAST: PAST_COST,
    COMPARISON: 2 * PAST_COST,
}


@dataclass
class Size:
    """大小: what a selection amounts to. Cost counts the fields of every row it may return."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    cost: int = 0

    def add(self, other: "Size") -> None:
        self.depth = max(self.depth, other.depth)
        self.aliases += other.aliases
        self.fields += other.fields
        self.cost += other.cost


@dataclass
class Measure:
    """丈量: the size of selections, each fragment walked once."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    known: dict[tuple[str, bool], Size] = field(default_factory=dict)

    def of(self, selections: SelectionSetNode, *, within: bool = False) -> Size:
        """The size of ``selections``, which stand ``within`` a row or at the root."""
        total = Size()
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total.add(self._field(selection, within=within))
            elif isinstance(selection, FragmentSpreadNode):
                total.add(self._fragment(selection.name.value, within=within))
            elif isinstance(selection, InlineFragmentNode):
                total.add(self.of(selection.selection_set, within=within))
        return total

    def _field(self, node: FieldNode, *, within: bool) -> Size:
        # What is asked of the past stands at its root.
        inside = node.name.value not in {PAST, COMPARISON}
        inner = self.of(node.selection_set, within=inside) if node.selection_set else Size()
        introspects = node.name.value.startswith("__")
        rows = 1 if introspects else self._rows(node, within=within)
        return Size(
            depth=0 if introspects else 1 + inner.depth,
            aliases=inner.aliases + (node.alias is not None),
            fields=1 + inner.fields,
            cost=self._own_cost(node) + inner.cost * rows,
        )

    def _own_cost(self, node: FieldNode) -> int:
        return _COSTLY.get(node.name.value, 1)

    def _fragment(self, name: str, *, within: bool) -> Size:
        key = name, within
        if key not in self.known:
            self.known[key] = Size()  # within itself it adds nothing; validation refuses that
            fragment = self.fragments.get(name)
            if fragment is not None:
                self.known[key] = self.of(fragment.selection_set, within=within)
        return self.known[key]

    def _rows(self, node: FieldNode, *, within: bool) -> int:
        lists = WITHIN if within else LISTS
        sizes = [a.value for a in node.arguments or () if a.name.value in ("first", "last")]
        return max(map(self._page, sizes), default=lists.get(node.name.value, 1))

    def _page(self, size: ValueNode) -> int:
        if isinstance(size, IntValueNode):
            return max(1, int(size.value[:DIGITS_MAX]))
        given = self.variables.get(size.name.value) if isinstance(size, VariableNode) else None
        return max(1, given) if isinstance(given, int) else PAGE_DEFAULT


def measured(
    document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any] | None
) -> Size:
    """The size of the operation that is to run."""
    operation = get_operation_ast(document, operation_name)
    return (
        Size() if operation is None else _measure(document, variables).of(operation.selection_set)
    )


def _measure(document: DocumentNode, variables: Mapping[str, Any] | None) -> Measure:
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    return Measure(fragments, variables or {})


def refusals(size: Size, aliases_max: int = ALIASES_MAX) -> Iterator[GraphQLError]:
    """What is too much about a query of ``size``."""
    bounds = (
        ("QUERY_TOO_DEEP", "查询嵌套", "层", size.depth, DEPTH_MAX),
        ("QUERY_TOO_MANY_ALIASES", "查询中的别名", "个", size.aliases, aliases_max),
        ("QUERY_TOO_MANY_FIELDS", "查询中的字段", "个", size.fields, FIELDS_MAX),
        ("QUERY_TOO_COSTLY", "查询预计返回的字段值", "个", size.cost, COST_MAX),
    )
    for code, what, counted, found, most in bounds:
        if found > most:
            yield refused(code, f"{what}共 {found} {counted},超过上限 {most} {counted}")


def refused(code: str, message: str, remedy: str = "请缩小查询范围或减小每页条数") -> GraphQLError:
    """A coded error that a client may see as it is."""
    return GraphQLError(message, extensions={"code": code, "remedy": remedy})
