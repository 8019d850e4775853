"""The one list of ledgers, of reports over them, and of the other read models."""

from collections.abc import Sequence
from typing import Any

from bancheng.projections import matters, office
from bancheng.projections.absences import ABSENCES
from bancheng.projections.accesses import ACCESSES
from bancheng.projections.assistances import ASSISTANCES
from bancheng.projections.call_backs.call_backs import CALL_BACKS
from bancheng.projections.cases import codes
from bancheng.projections.cases.archives import ARCHIVES
from bancheng.projections.cases.cases import CASES
from bancheng.projections.cases.findings import FINDINGS
from bancheng.projections.cases.hand_overs import HAND_OVERS
from bancheng.projections.cases.issued import ISSUED
from bancheng.projections.cases.post_reviews import POST_REVIEWS
from bancheng.projections.cases.ratings import RATINGS
from bancheng.projections.cases.receipts import RECEIPTS
from bancheng.projections.cases.refusals import REFUSALS
from bancheng.projections.deadlines.deadlines import DEADLINES
from bancheng.projections.deadlines.stretches import STRETCHES
from bancheng.projections.disclosures import DISCLOSURES
from bancheng.projections.erasures import ERASURES
from bancheng.projections.gatherings import GATHERINGS
from bancheng.projections.holdings import HOLDINGS
from bancheng.projections.improvements import IMPROVEMENTS
from bancheng.projections.incidents import INCIDENTS
from bancheng.projections.items import ITEMS
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.machine import spans
from bancheng.projections.machine.base import Projection
from bancheng.projections.notices import NOTICES
from bancheng.projections.past_cases import PAST_CASES
from bancheng.projections.recusals import RECUSALS
from bancheng.projections.reports import work_done
from bancheng.projections.reports.call_back_rates import CALL_BACK_RATES
from bancheng.projections.reports.case_rates import CASE_RATES
from bancheng.projections.reports.disclosure_counts import DISCLOSURE_COUNTS
from bancheng.projections.reports.holding_counts import HOLDING_COUNTS
from bancheng.projections.reports.incident_counts import INCIDENT_COUNTS
from bancheng.projections.reports.on_time_rates import ON_TIME_RATES
from bancheng.projections.reports.rating_rates import RATING_COUNTS, RATING_RATES
from bancheng.projections.reports.report import Report
from bancheng.projections.reports.speed_rates import SPEED_RATES
from bancheng.projections.reports.ticket_rates import TICKET_RATES
from bancheng.projections.reports.work_order_rates import WORK_ORDER_RATES
from bancheng.projections.reports.workload import WORKLOAD
from bancheng.projections.stand_ins import STAND_INS
from bancheng.projections.supervision import MEASURES
from bancheng.projections.tickets import texts
from bancheng.projections.tickets.answers import ANSWERS
from bancheng.projections.tickets.findings import TICKET_FINDINGS
from bancheng.projections.tickets.inquiries import INQUIRIES
from bancheng.projections.tickets.meetings import MEETINGS
from bancheng.projections.tickets.tickets import TICKETS
from bancheng.projections.tickets.ties import TIES
from bancheng.projections.trail import TRAIL
from bancheng.projections.warnings import WARNINGS
from bancheng.projections.windows import WINDOW_DUTIES, WINDOW_PERIODS
from bancheng.projections.work_hand_overs import WORK_HAND_OVERS
from bancheng.projections.work_orders.returns import RETURNS
from bancheng.projections.work_orders.work_orders import WORK_ORDERS

LEDGERS: Sequence[Ledger[Any]] = (
    TICKETS,
    INQUIRIES,
    ANSWERS,
    WORK_ORDERS,
    RETURNS,
    MEETINGS,
    CALL_BACKS,
    TICKET_FINDINGS,
    TIES,
    CASES,
    RECEIPTS,
    REFUSALS,
    HAND_OVERS,
    ISSUED,
    ARCHIVES,
    POST_REVIEWS,
    RATINGS,
    FINDINGS,
    DEADLINES,
    STRETCHES,
    WARNINGS,
    MEASURES,
    DISCLOSURES,
    RECUSALS,
    HOLDINGS,
    WORK_HAND_OVERS,
    ABSENCES,
    STAND_INS,
    ASSISTANCES,
    GATHERINGS,
    INCIDENTS,
    IMPROVEMENTS,
    ERASURES,
    ITEMS,
    WINDOW_PERIODS,
    WINDOW_DUTIES,
    PAST_CASES,
    TRAIL,
)
# What the API lists: the ledgers, and what is kept beside them, which no projection fills.
LISTED: Sequence[Ledger[Any]] = (*LEDGERS, NOTICES, ACCESSES)
REPORTS: Sequence[Report] = (
    TICKET_RATES,
    WORK_ORDER_RATES,
    CALL_BACK_RATES,
    CASE_RATES,
    ON_TIME_RATES,
    RATING_RATES,
    RATING_COUNTS,
    SPEED_RATES,
    WORKLOAD,
    HOLDING_COUNTS,
    DISCLOSURE_COUNTS,
    INCIDENT_COUNTS,
)
PROJECTIONS: Sequence[Projection] = (
    matters.PROJECTION,
    codes.PROJECTION,
    texts.PROJECTION,
    *(ledger.projection for ledger in LEDGERS),
    work_done.PROJECTION,
    office.PROJECTION,
    spans.PROJECTION,
)


def following(stream_id: str) -> list[str]:
    """The read models that events of that stream may change: what its reader waits for."""
    return [one.name for one in PROJECTIONS if one.follows_stream(stream_id)]
