"""For each act by which a ticket ends without a result one way to do it through the API."""

from collections.abc import Callable, Mapping

from bancheng.domain.complaint.ending import RequestTermination
from bancheng.domain.people import FreeText

from .api_client import Api
from .given import HANDLER, OFFICER, SUPERVISOR
from .ways import Matter, Way, of_order, of_ticket


def ending_ways(
    reported: Callable[[Api], Matter], signed_in: Callable[[Api], Matter]
) -> Mapping[str, Way]:
    """By the names of their mutations."""

    def asked(api: Api) -> Matter:
        matter = signed_in(api)
        command = RequestTermination(
            ticket_id=matter.ticket_id,
            order_id=matter.order,
            request_no="人社函1号",
            reason=FreeText("已进入诉讼"),
        )
        api.carry_out(command, OFFICER)
        return matter

    return {
        "withdrawTicket": of_ticket(
            reported, HANDLER, way="PHONE", recordNo="LY-2026-0001", reason="已自行办妥"
        ),
        "requestTermination": of_order(
            signed_in, OFFICER, requestNo="人社函1号", reason="已进入诉讼"
        ),
        "terminateTicket": of_order(
            asked, HANDLER, ruling="同意", explanation="已进入诉讼", remedy="等候判决"
        ),
        "denyTermination": of_order(asked, SUPERVISOR, ruling="继续办理"),
    }
