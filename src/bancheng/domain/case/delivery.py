"""送达方式的选择: how the applicant wants the result, said with the application."""

from bancheng.domain.case.state import Case
from bancheng.domain.errors import InvalidInput
from bancheng.domain.items import DeliveryWay, ServiceItem
from bancheng.domain.people import Address, FreeText


def require_offered(item: ServiceItem, way: DeliveryWay | None, field: str) -> None:
    """Raise ``InvalidInput`` unless results of the item go out that way, if one is said."""
    if way is not None and way not in item.deliveries:
        raise InvalidInput(
            "DELIVERY_NOT_OFFERED",
            f"事项「{item.name}」不提供{way.label}",
            field=field,
            remedy=f"可选: {'、'.join(one.label for one in item.deliveries)}",
        )


def check_address(way: DeliveryWay | None, address: Address | None) -> None:
    """Raise ``InvalidInput`` unless there is an address for the post, and for nothing else."""
    by_post = way is DeliveryWay.POST
    if by_post and address is None:
        raise InvalidInput(
            "DELIVERY_ADDRESS_MISSING",
            "选择邮寄送达须填写收件地址",
            field="delivery_address",
            remedy="请填写收件地址,或改选其他送达方式",
        )
    if address is not None and not by_post:
        raise InvalidInput(
            "DELIVERY_ADDRESS_UNUSED",
            "未选择邮寄送达,不收集收件地址",
            field="delivery_address",
            remedy="请改选邮寄,或不填收件地址",
        )


def instead_of(case: Case, way: DeliveryWay, reason: FreeText | None) -> DeliveryWay | None:
    """The chosen way, if the result goes out by another; ``InvalidInput`` if nobody says why."""
    if case.delivery is None or case.delivery is way:
        return None
    if reason is None:
        raise InvalidInput(
            "DELIVERY_NOT_AS_CHOSEN",
            f"申请人选择了{case.delivery.label}",
            field="other_way_reason",
            remedy=f"请按{case.delivery.label}送达;确须改变的,请写明缘由",
        )
    return case.delivery
