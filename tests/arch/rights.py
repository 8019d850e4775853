"""Who may do and see what: one committed page, written by this command.

The rights are declared with the acts (`app/acts/`) and with what is seen (`projections/sight.py`,
and the ledgers that name it). This page puts them side by side; a test compares it, so that a right
that is given or taken is one row of difference there: ``python tests/arch/rights.py`` writes it.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src")]

from graphql import GraphQLField, GraphQLObjectType, build_schema  # noqa: E402

from bancheng.app.registry import ACTS  # noqa: E402
from bancheng.domain.people import Role  # noqa: E402
from bancheng.graphql.naming import lower_camel  # noqa: E402
from bancheng.graphql.schema import schema_text  # noqa: E402
from bancheng.projections.registry import LISTED  # noqa: E402
from bancheng.projections.sight import EVERY_ROW, OF_UNITS  # noqa: E402

PAGE = ROOT / "docs" / "rights.md"
MAY, OWN, NOT = "●", "◐", ""
PEOPLE = dict.fromkeys(role for role in Role if role is not Role.SYSTEM).keys()
_SEEN, _BOUND = "可见: ", "单位人员只见本单位的"
_HEAD = """# Who may do and see what 权限表

This page lists.
`python tests/arch/rights.py` writes it from the declarations of acts, ledgers and fields; a test compares it.
What is named for nobody is hidden from everybody.

- ● the role may;
- ◐ the role may, of its own unit alone: without a wider role beside it, a unit sees no row of another;
- empty: the role may not. It can not filter, sort or search by such a field either (`FILTER_FORBIDDEN`).

What depends on the matter beside the role (own unit, not the resolver, the state of the matter) is in [the transitions](transitions.md).
Personal data is masked wherever this page shows it, but for what a 调阅 opened: that stands in the answer of the act alone.
Whoever looks for a person (`personSearch`) learns by each hit that a guess was right, so it is for the desks of the hall alone, who see reporter and applicant masked of every matter: 信访工作条例 30, 济南12345条例 16 and 32 forbid that the accused learn who complained, and 个人信息保护法 6 that more people look than have to.
Officers and heads of units do not search, not among their own matters either: a phone that leads to a ticket tells the unit who reported it. What they need of a matter in hand they open by 调阅.
Leaders, archivists and administrators do not search: none of their tasks begins with a person.
A desk does not find the tickets that are about its unit, or one it took over from, unless the reporter agreed (handlers and verifiers find those, for somebody has to work on them).
**Of a ticket that is about themself nobody sees or does anything**, whatever stands below: the person it names; and of a window, who sits at windows alone and is of the unit of that window (信访工作条例 30, 济南12345条例 16 and 32; ADR 31).

## Acts 办理动作

系统自动 does what it does by itself or for an import.
"""  # noqa: E501
_QUESTIONS = """
## Questions and ledgers 查询与台账

Whoever signed in may ask.
"""
_FIELDS = """
## Fields that fewer see 限定可见的字段

Every other field is seen with its row.
A right beside the roles, where there is one, stands behind the field.
"""


class Line(NamedTuple):
    """权限项: an act, a question or a field, its ``name`` in code, and the roles that may.

    If it is ``bound``, a unit's people do not get beyond what is of their own unit. ``also`` says
    who else may, of some rows.
    """

    term: str
    name: str
    roles: AbstractSet[Role]
    bound: bool = False
    also: str = ""

    def mark(self, role: Role) -> str:
        """What stands under ``role``."""
        if role not in self.roles:
            return NOT
        return OWN if self.bound and role in OF_UNITS else MAY


@cache
def types() -> Mapping[str, GraphQLObjectType]:
    """The types of the API that have fields."""
    named = build_schema(schema_text()).type_map
    return {name: one for name, one in named.items() if isinstance(one, GraphQLObjectType)}


def acts() -> Iterator[Line]:
    """A line for each act, by the kind of matter that it is done on."""
    for act in sorted(ACTS, key=lambda act: (act.on[0].term, act.name)):
        kinds = "、".join(kind.term for kind in act.on)
        yield Line(f"{kinds}: {act.term}", act.name, act.by)


def questions() -> Iterator[Line]:
    """A line for each question and subscription."""
    rows = {lower_camel(one.name): one.rows for one in LISTED}
    for root in ("Query", "Subscription"):
        for name, field in types()[root].fields.items():
            is_bound = rows.get(name) not in {None, EVERY_ROW} or _BOUND in _text(field)
            yield Line(_told(field), name, _roles(field) or PEOPLE, is_bound)


def fields() -> Iterator[Line]:
    """A line for each field that fewer see than the row in which it stands."""
    for of in types().keys() - {"Query", "Subscription", "Mutation"}:
        for name, field in types()[of].fields.items():
            if roles := _roles(field):
                yield Line(_told(field), f"{of}.{name}", roles, also=_also(field))


def _text(field: GraphQLField) -> str:
    return " ".join((field.description or "").split())


def _told(field: GraphQLField) -> str:
    return (_text(field).partition(_SEEN)[0] + _also(field)).rstrip("。")


def _also(field: GraphQLField) -> str:
    return _text(field).partition(_SEEN)[2].partition("。")[2]


def _roles(field: GraphQLField) -> AbstractSet[Role]:
    # From the description, which the same declaration made that guards the field: relations and
    # questions that no ledger declares are found here as well.
    told = _text(field).partition(_SEEN)[2].partition("。")[0].split("、")
    return {role for role in PEOPLE if role.label in told}


def render() -> str:
    """The whole page."""
    by_name = sorted(fields(), key=lambda line: line.name)
    return "\n".join(
        [
            *(_HEAD, *_table("办理动作", [*Role], acts())),
            *(_QUESTIONS, *_table("查询", PEOPLE, questions())),
            *(_FIELDS, *_table("字段", PEOPLE, by_name), ""),
        ]
    )


def _table(head: str, roles: Iterable[Role], lines: Iterable[Line]) -> Iterator[str]:
    shown = list(roles)
    yield _row([head, "name", *(role.label for role in shown)])
    yield _row(["---"] * (2 + len(shown)))
    for line in lines:
        yield _row([line.term, f"`{line.name}`", *map(line.mark, shown)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
