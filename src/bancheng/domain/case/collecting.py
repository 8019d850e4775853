"""核对领取人: who fetches a result shows a paper, and whoever comes for another a mandate.

Who comes as the applicant or as their agent bears the name that the case has of them.
"""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from bancheng.domain.case.state import Case
from bancheng.domain.commands import Desk
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.identity_numbers import PaperKind, checked_number
from bancheng.domain.items import DeliveryWay
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import IdNumber, PersonName, letters_of


class Collector(Labelled):
    """领取人身份: in which capacity somebody fetches the result."""

    APPLICANT = "applicant", "申请人本人"
    AGENT = "agent", "申请时的代办人"
    OTHER = "other", "受托领取人"


class Seen(Struct, frozen=True, kw_only=True):
    """领取核对: which paper was seen, and by whose authority somebody else than expected came."""

    collector: Annotated[Collector, Meta(description="领取人身份")]
    paper: Annotated[PaperKind, Meta(description="所核验证件的类型")]
    paper_no: Annotated[IdNumber, Meta(description="所核验证件的号码")]
    mandate: Annotated[str, Meta(max_length=100, description="领取委托书编号")] | None = None

    def owned_by(self, owner: str) -> "Seen":
        """The same check, the number to be sealed under the key of ``owner``."""
        return replace(self, paper_no=self.paper_no.owned_by(owner))


# Where somebody stands to whom the result is given; what is sent finds its address.
_FETCHED = (DeliveryWay.COUNTER, DeliveryWay.LOCKER)


def checked_collector(
    case: Case, way: DeliveryWay, receiver: PersonName | None, seen: Seen | None, desk: Desk
) -> Seen | None:
    """What was seen, its number as it is kept; ``InvalidInput`` unless who fetches was checked."""
    if seen is None:
        # Who opens a locker with a code is named by nobody, and shows nobody a paper.
        if receiver is not None and way in _FETCHED:
            raise InvalidInput(
                "COLLECTOR_UNCHECKED",
                f"{way.label}须核验领取人的证件",
                field="seen",
                remedy="请填写领取人身份、证件类型与号码",
            )
        return None
    _, _, checked = together(
        lambda: _check_authority(case, seen),
        lambda: _check_name(receiver, seen, desk),
        lambda: _numbered(seen),
    )
    kept: Seen = checked
    return kept


def is_uncompared(receiver: PersonName | None, seen: Seen | None, desk: Desk) -> bool:
    """Whether who came as applicant or agent gave a name, and there is none on file to compare."""
    if receiver is None or seen is None or seen.collector is Collector.OTHER:
        return False
    return _on_file(seen, desk) is None


def _on_file(seen: Seen, desk: Desk) -> PersonName | None:
    names = {
        Collector.APPLICANT: desk.on_file.applicant,
        Collector.AGENT: desk.on_file.agent,
    }
    return names.get(seen.collector)


def _check_name(receiver: PersonName | None, seen: Seen, desk: Desk) -> None:
    known = _on_file(seen, desk)
    # Erased at the person's own request (个人信息保护法 47): that takes nothing from their right to
    # the result (行政许可法 44), so whoever shows the paper has it, and the event says so.
    if receiver is None or known is None or _letters(receiver) == _letters(known):
        return
    raise InvalidInput(
        "COLLECTOR_NAME_DIFFERS",
        f"领取人与本件登记的姓名或名称不一致,不能按「{seen.collector.label}」领取",
        field="receiver",
        remedy=f"请核对证件;代领的,请选「{Collector.OTHER.label}」并填写委托书编号;"
        "登记有误的,请先办理办件更正",
    )


def _letters(name: PersonName) -> str:
    return letters_of(name.plain or "")


def _numbered(seen: Seen) -> Seen:
    if seen.paper_no.plain is None:
        return seen
    number = checked_number(seen.paper, seen.paper_no.plain, "seen.paper_no")
    return replace(seen, paper_no=IdNumber(number))


def _check_authority(case: Case, seen: Seen) -> None:
    if seen.collector is Collector.AGENT and not case.has_agent:
        raise InvalidInput(
            "NO_AGENT",
            "本件申请时没有代办人",
            field="seen.collector",
            remedy="受托代领的,请选受托领取人并填写委托书编号",
        )
    if seen.collector is Collector.OTHER and seen.mandate is None:
        raise InvalidInput(
            "COLLECTING_MANDATE_MISSING",
            "他人代领须有申请人的委托书",
            field="seen.mandate",
            remedy="请核对委托书后填写其编号",
        )
