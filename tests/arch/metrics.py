"""The page of metrics (docs/metrics.md): what each figure that halls publish counts.

``python tests/arch/metrics.py`` writes it from the declarations, a test compares it.
"""

from pathlib import Path

from bancheng.graphql.naming import lower_camel
from bancheng.projections.reports.metrics import metric_rows

PAGE = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"
_HEAD = """# Metrics 指标目录

What each figure that halls publish counts, of what, and whose formula it is.
`python tests/arch/metrics.py` writes it from the declarations of reports; a test compares it.
The query `metrics` answers the same; a figure is asked of the query in its row ([api.md](api.md)).
Where no source states a formula, the definition is ours and says so.
Beside every rate stands of how many it is, and below 30 an interval.
Every figure lists the rows that it counts (`figureRows`).

| 指标 | 口径 | 种类 | 查询 | 版本 | 自 | 依据 |
| --- | --- | --- | --- | --- | --- | --- |
"""


def render() -> str:
    """The page as it should be."""
    lines = []
    for one in metric_rows():
        scope = ", ".join(f"{name}: {value.name}" for name, value in one.scope.items())
        query = f"`{lower_camel(one.report)}.{lower_camel(one.figure)}`"
        asked = f"{query} ({scope})" if scope else query
        cells = (
            f"{one.term} `{one.code}`", one.formula, one.kind, asked, one.definition,
            str(one.effective_from), one.basis,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |\n")
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
