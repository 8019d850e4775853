"""A figure that comes to mean something else has another definition."""

import copy

import pytest
from sqlalchemy import true

from bancheng.projections.registry import REPORTS
from bancheng.projections.reports.ticket_rates import TICKET_RATES
from golden.definitions import FOLDER, SameDefinitionError, path_of, unwritten, write


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.name)
def test_what_a_definition_counts_is_what_was_written_down(report):
    assert not unwritten(report), "run `make golden`, read the new file, and add it"


def test_no_meaning_is_an_orphan():
    assert {path.name for path in FOLDER.iterdir()} == {path_of(one).name for one in REPORTS}


@pytest.mark.parametrize(
    "changed",
    [{"word": "结案率: 期间内派单的"}, {"counts": true()}, {"of": None}],
    ids=["word", "counts", "of"],
)
def test_a_changed_figure_needs_a_raised_definition(tmp_path, changed):
    write(tmp_path)
    report = copy.copy(TICKET_RATES)
    report.measures = [
        one._replace(**changed) if one.name == "closing" else one for one in TICKET_RATES.measures
    ]
    with pytest.raises(SameDefinitionError, match=r"Raise it, say since when"):
        unwritten(report, tmp_path)
    report.definition = str(int(TICKET_RATES.definition) + 1)
    assert unwritten(report, tmp_path)
