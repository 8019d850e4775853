"""The decision records, and the index of them: ``python tests/arch/records.py`` writes it again."""

import re
from pathlib import Path

ROOM = Path(__file__).resolve().parents[2] / "docs" / "adr"
INDEX = ROOM / "README.md"
RECORDS = sorted(ROOM.glob("[0-9]*.md"))
STATUS = re.compile(r"^Status: (proposed|accepted|superseded by \d+)$", re.MULTILINE)
_TABLE = re.compile(r"(?<=\| --- \| --- \|\n)(?:\|.*\n)*")


def index_line(record: Path) -> str:
    text = record.read_text(encoding="utf-8")
    status = STATUS.search(text)
    title = text.splitlines()[0].removeprefix("# ")
    return f"| [{title}]({record.name}) | {status[1] if status else '?'} |\n"


def indexed() -> str:
    """The index as it should be."""
    lines = "".join(index_line(record) for record in RECORDS)
    return _TABLE.sub(lambda _: lines, INDEX.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    INDEX.write_text(indexed(), encoding="utf-8")
