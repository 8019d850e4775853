"""列表: how every table of the command line is laid out, so that nothing in it is cut or broken.

Official numbers, codes and times stand on one line as far as there is room: one that is broken in
two is copied wrongly. Texts are folded, which Chinese, having no blanks, is not by itself.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from bancheng.cli.console import console, readable

# What begins with a word with a digit that no blank divides: BCSDEMO202600007, W01, 2026-03-02.
_NUMBER: Final = re.compile(r"(?=\S*\d)[\x21-\x7e]{3,}")
# What is wider is a text that names a number.
_WHOLE_MAX: Final = 40
_FOLDED_MIN: Final = 8
_BORDERS: Final = 3
Cell = str | Text


def listing(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str | None = None
) -> Table:
    """``rows`` below ``headings``. A text is shown as it is, whatever brackets it holds."""
    cells = [[one if isinstance(one, Text) else readable(one) for one in row] for row in rows]
    table = Table(title=None if title is None else readable(title), title_justify="left")
    whole = _whole(headings, cells)
    for place, heading in enumerate(headings):
        # One that is not to wrap and finds no room would be cut, in silence.
        table.add_column(heading, overflow="fold", no_wrap=place in whole)
    for row in cells:
        table.add_row(*row)
    return table


def _whole(headings: Sequence[str], cells: Sequence[Sequence[Text]]) -> set[int]:
    """The columns of numbers that fit beside what the others need, the narrowest first."""
    widths = [
        max(
            map(
                cell_len,
                (heading, *(line for row in cells for line in row[place].plain.split("\n"))),
            )
        )
        for place, heading in enumerate(headings)
    ]
    numbers = [
        place
        for place, width in enumerate(widths)
        if width <= _WHOLE_MAX and any(_NUMBER.match(row[place].plain) for row in cells)
    ]
    room = console.width - 1 - sum(_BORDERS + min(width, _FOLDED_MIN) for width in widths)
    whole = set()
    for place in sorted(numbers, key=widths.__getitem__):
        room -= max(0, widths[place] - _FOLDED_MIN)
        if room < 0:
            break
        whole.add(place)
    return whole
