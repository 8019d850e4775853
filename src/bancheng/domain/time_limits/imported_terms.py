"""导入词: the words of matters that another system kept, which no rule book of a hall has.

What is imported goes by a book of its own (`importing.messages.limits`), and is read for as long as
it is kept, by whatever book is in force then. Nobody fills these in.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.domain.time_limits.rules import Term

# The other system tells neither cause nor complexity, and a ticket has both.
CAUSE: Final = Term(code="imported", label="历史数据导入,原系统未作原因分析")
COMPLEXITY: Final = Term(code="imported", label="历史数据导入")
_IMPORTED: Final[Mapping[str, Term]] = {"causes": CAUSE, "complexities": COMPLEXITY}


def terms_read(book: RuleBook, among: str) -> Iterator[Term]:
    """The words by which the codes of ``book``'s section ``among`` read, its own before those."""
    yield from getattr(book, among)
    if among in _IMPORTED:
        yield _IMPORTED[among]
