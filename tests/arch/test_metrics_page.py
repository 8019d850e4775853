"""The page of metrics says what the declarations say."""

from arch import metrics
from bancheng.projections.reports.metrics import METRICS


def test_the_page_is_that_of_the_declarations():
    written = metrics.PAGE.read_text(encoding="utf-8").splitlines()
    assert written == metrics.render().splitlines(), "python tests/arch/metrics.py writes it"


def test_a_metric_has_one_code_and_one_term():
    assert len({one.code for one in METRICS}) == len({one.term for one in METRICS}) == len(METRICS)


def test_a_metric_is_a_figure_that_its_report_has_within_what_may_be_asked_of_it():
    for one in METRICS:
        assert one.figure in {figure.name for figure in one.report.measures}
        assert set(one.scope) <= {d.name for d in one.report.dimensions if d.asked}
