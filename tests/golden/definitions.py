"""What the figures of each report mean, as SQL and words, kept beside the definition's version.

``reports/<name>.json`` says what was counted under that version. A figure that was published names
its version, so another meaning under the same one would make two figures of one name.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite

from bancheng.projections.registry import REPORTS
from bancheng.projections.reports.declared import Averaged, Figure, Measure
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.span import Span
from bancheng.projections.reports.statements import Scope, amounts, counted
from support.given import CALENDAR

FOLDER = Path(__file__).parent / "reports"
Meaning = dict[str, Any]
# Two days, so that what goes by days and hours stays short.
_SPAN = Span([date(2026, 3, 3), date(2026, 3, 4)], CALENDAR, datetime(2026, 4, 1, tzinfo=UTC))


class SameDefinitionError(Exception):
    """A figure came to mean something else and its definition was not raised."""


def path_of(report: Report, folder: Path = FOLDER) -> Path:
    return folder / f"{report.name}.json"


def meaning_of(report: Report) -> Meaning:
    """The version, and what each figure counts today."""
    figures = {one.name: {"word": one.word, **_said(one)} for one in report.measures}
    return {"name": report.name, "definition": report.definition, "figures": figures}


def unwritten(report: Report, folder: Path = FOLDER) -> bool:
    """Whether this definition of ``report`` has not been written down yet.

    ``SameDefinitionError`` if something else was written under it, or under a later version.
    """
    path = path_of(report, folder)
    if not path.exists():
        return True
    written: Meaning = json.loads(path.read_text(encoding="utf-8"))
    if int(written["definition"]) < int(report.definition):
        return True
    if written != meaning_of(report):
        raise SameDefinitionError(
            f"the figures of {report.name} changed and its definition {report.definition} was not "
            f"raised above {written['definition']}: what was published would be read as what it "
            "was not. Raise it, say since when, then run `make golden`."
        )
    return False


def write(folder: Path = FOLDER) -> list[Path]:
    """Write down each new report and each new definition; see `unwritten`."""
    folder.mkdir(exist_ok=True)
    new = [one for one in REPORTS if unwritten(one, folder)]
    for one in new:
        text = json.dumps(meaning_of(one), ensure_ascii=False, indent=1)
        path_of(one, folder).write_text(text + "\n", encoding="utf-8")
    return [path_of(one, folder) for one in new]


def _said(figure: Figure) -> Meaning:
    scope = Scope(_SPAN, (), ())
    match figure:
        case Measure():
            statement = counted(figure.population, [figure], scope)
        case Averaged():
            statement = amounts(figure, scope)
        case _:
            return {"of": json.loads(json.dumps(figure[2:]))}  # a tuple would come back as a list
    # Not with the values: a code list is a parameter, and so are the edges of the days.
    made = statement.compile(dialect=sqlite.dialect())
    plain = {name: str(value) for name, value in made.params.items()}
    return {"sql": " ".join(str(made).split()), "values": plain}
