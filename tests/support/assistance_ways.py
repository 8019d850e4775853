"""How each act of assisted handling is filled in, and what has to be there for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bancheng.domain.assistance.course import EndAssistance
from bancheng.domain.assistance.terms import AssistanceOutcome
from bancheng.domain.gathering import GatherMatter
from bancheng.domain.people import Actor

from .api_client import Api
from .assistance_acts import mandating
from .given import ADMIN, CLERK, DUTY, HANDLER, VERIFIER
from .holding_acts import registering
from .ways import Matter, Way

MANDATE = {
    "kind": "ASSISTED", "client": {"name": "周明", "phone": "13912340000"},
    "subject": "开办早餐店", "wanted": "营业执照、食品经营许可一并办成", "staffId": CLERK.id,
}  # fmt: skip


def with_desks(api: Api) -> Matter:
    """Those who may help are on the staff."""
    for who in (CLERK, HANDLER):
        if api.hall.rules.member(who.id) is None:
            api.carry_out(registering(who), ADMIN)
    api.settle()
    return Matter("", "")


def an_assistance(api: Api) -> Matter:
    with_desks(api)
    return Matter(api.carry_out(mandating(), CLERK), "")


def an_ended_one(api: Api) -> Matter:
    matter = an_assistance(api)
    end = EndAssistance(assistance_id=matter.ticket_id, outcome=AssistanceOutcome.DONE)
    api.carry_out(end, CLERK)
    return matter


def assistance_ways(reported: Callable[[Api], Matter]) -> Mapping[str, Way]:
    """By the names of the mutations; ``reported`` makes a ticket that may be part of it."""

    def beside(api: Api) -> Matter:
        return replace(reported(api), warning=an_assistance(api).ticket_id)

    def gathered(api: Api) -> Matter:
        matter = beside(api)
        part = GatherMatter(matter_id=matter.ticket_id, assistance_id=matter.warning)
        api.carry_out(part, CLERK)
        return matter

    both = ("matterId", "assistanceId")
    return {
        "acceptMandate": Way(with_desks, CLERK, MANDATE, ()),
        "changeContact": _of(an_assistance, DUTY, staffId=HANDLER.id, reason="原帮办员调岗"),
        "correctClient": _of(
            an_assistance, CLERK, client={"name": "周明", "phone": "13712345678"}, reason="换了号码"
        ),
        "noteAssistance": _of(an_assistance, CLERK, stage="FILED", note="已协助网上申报"),
        "endAssistance": _of(an_assistance, CLERK, outcome="NOT_DONE", reason="选址不符合规划"),
        "rateAssistance": _of(an_ended_one, VERIFIER, level="SATISFIED"),
        "discloseClient": _of(
            an_assistance, CLERK, purpose="contact", fields=["PHONE"], reason="电话告知进展"
        ),
        "gatherMatter": Way(beside, CLERK, {}, both),
        "releaseMatter": Way(gathered, CLERK, {}, both),
    }


def _of(given: Callable[[Api], Matter], by: Actor, **fields: Any) -> Way:
    return Way(given, by, fields, ("assistanceId",))
