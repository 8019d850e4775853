"""From the decision to the archive: the result is made, told, kept, delivered, rated, filed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from bancheng.domain.case.charges import ChargeFee, RecordPayment, WaiveCharge
from bancheng.domain.case.collecting import Collector, Seen
from bancheng.domain.case.supervise import ArchiveCase, ReviewApproval
from bancheng.domain.case.terms import CaseOutcome, CaseSource, NotifyWay
from bancheng.domain.case.verify import DeliverResult, KeepResult, MakeResult, NotifyResult
from bancheng.domain.identity_numbers import PaperKind, resident_check
from bancheng.domain.items import DeliveryWay
from bancheng.domain.people import CertificateNumber, FreeText, IdNumber, PersonName
from bancheng.simulation import people
from bancheng.simulation.calls import told_by_phone
from bancheng.simulation.cases.examination import handed_over, made
from bancheng.simulation.cases.file import CaseFile
from bancheng.simulation.pace import DAY, Stretch

_RELATIVE: Final = PersonName("申请人亲属")
# The archivist takes the files of a day together.
_ARCHIVED_AT: Final = 15 * 60
_WAYS: Final = (NotifyWay.PHONE, NotifyWay.SMS, NotifyWay.SYSTEM)


def at_once(file: CaseFile, at: datetime) -> Stretch:
    """即办: what was decided at the window is handed out there within minutes, or sent."""
    at = file.pace.later(at, hours=0.3)
    yield from file.does(at, file.clerk, _made(file))
    at = yield from _paid(file, at)
    is_there = file.case.source is CaseSource.WINDOW
    way = NotifyWay.ON_SITE if is_there else NotifyWay.SMS
    yield from file.does(at, file.clerk, NotifyResult(case_id=file.id, way=way))
    if not is_there or file.case.delivery not in (None, DeliveryWay.COUNTER):
        return (yield from _DELIVERED[_wanted(file)](file, at))
    at = file.pace.later(at, hours=0.2)
    yield from file.does(at, file.clerk, DeliverResult(
        case_id=file.id, way=DeliveryWay.COUNTER, **_fetched(file)))  # fmt: skip
    return at


def in_time(file: CaseFile, at: datetime) -> Stretch:
    """The unit makes the result; the issuing window tells the applicant and hands it out."""
    at = file.pace.later(at, hours=6)
    yield from made(file, at, _made(file))
    # The result of a theme is made in the hall itself: there is nothing to hand over.
    if file.happens(file.shares.handed_to_window) and not file.item.is_theme:
        at = yield from handed_over(file, at, (file.officer, people.ISSUER))
    at = yield from _paid(file, at)
    at = file.pace.later(at, hours=5)
    way = file.chance.choice(_WAYS)
    if way is NotifyWay.PHONE:
        at = yield from told_by_phone(file, at)
    yield from file.does(at, people.ISSUER, NotifyResult(case_id=file.id, way=way))
    return (yield from _DELIVERED[_wanted(file)](file, at))


def _paid(file: CaseFile, at: datetime) -> Stretch:
    """Whatever the item costs is asked for, and paid or waived, before the result goes out."""
    for number, charge in enumerate(file.item.charges, start=1):
        paper = f"{file.case.number}-{number}"
        yield from file.does(at, file.clerk, ChargeFee(
            case_id=file.id, charge=charge.name, bill_no=f"JF-{paper}"))  # fmt: skip
        at = file.pace.later(at, hours=1)
        if not file.item.is_theme and file.happens(file.shares.charge_waived):
            yield from file.does(at, file.head, WaiveCharge(
                case_id=file.id, charge=charge.name, reason=FreeText("申请人属于小微企业。"),
                basis="该项收费的减免规定"))  # fmt: skip
            continue
        yield from file.does(at, file.clerk, RecordPayment(
            case_id=file.id, charge=charge.name, receipt_no=f"PJ-{paper}"))  # fmt: skip
    return at


def afterwards(file: CaseFile, at: datetime) -> Stretch:
    """What comes after the end: some grants are looked at again; the file is archived."""
    at = file.pace.after(at, DAY * file.chance.uniform(0.5, 5))
    if file.case.outcome is CaseOutcome.GRANTED and file.happens(file.shares.reviewed):
        conclusion = FreeText("档案齐全,审批符合规定,维持。")
        yield from file.does(at, file.head, ReviewApproval(
            case_id=file.id, passed=True, conclusion=conclusion))  # fmt: skip
    at = file.pace.round_after(file.pace.later(at, hours=14), _ARCHIVED_AT)
    archiving = ArchiveCase(case_id=file.id, archive_no=f"DA-{file.case.number}")
    yield from file.does(at, people.ARCHIVIST, archiving, for_many=True)
    return at


def _fetched(file: CaseFile) -> dict[str, Any]:
    """Who comes for it, and the paper they show; now and then a relative with a mandate."""
    first_17 = f"11010119{file.chance.randrange(100):02d}0101{file.chance.randrange(10**3):03d}"
    number = IdNumber(first_17 + resident_check(first_17))
    by_other = file.happens(file.shares.fetched_by_other)
    seen = Seen(
        collector=Collector.OTHER if by_other else Collector.APPLICANT,
        paper=PaperKind.RESIDENT,
        paper_no=number,
        mandate=f"LQ-{file.case.number}" if by_other else None,
    )
    return {"receiver": _RELATIVE if by_other else file.applicant, "seen": seen}


def _wanted(file: CaseFile) -> DeliveryWay:
    return file.case.delivery or file.chance.choice(file.item.deliveries)


def _made(file: CaseFile) -> MakeResult:
    if file.case.outcome is CaseOutcome.REFUSED:
        return MakeResult(case_id=file.id, documents=("不予行政许可决定书",))
    name = f"{file.item.name}结果文书"
    return MakeResult(
        case_id=file.id,
        documents=(name,),
        certificate_no=CertificateNumber(f"ZZ{file.case.number}"),
    )


def _at_counter(file: CaseFile, at: datetime) -> Stretch:
    if file.happens(file.shares.kept):
        place = f"{file.chance.randint(1, 9)}号柜{file.chance.randint(1, 40)}格"
        yield from file.does(at, people.ISSUER, KeepResult(case_id=file.id, place=place))
        at = file.pace.after(at, DAY * file.chance.uniform(1, 8))
    at = file.pace.later(at, hours=10)
    bundle = f"DB{at:%m%d}-{file.item.unit}" if file.happens(file.shares.bundled) else None
    yield from file.does(at, people.ISSUER, DeliverResult(
        case_id=file.id, way=DeliveryWay.COUNTER, **_fetched(file), bundle_no=bundle,
    ))  # fmt: skip
    return at


def _by_post(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=7)
    tracking_no = f"EMS{file.chance.randrange(10**10):010d}CN"
    yield from file.does(at, people.ISSUER, DeliverResult(
        case_id=file.id, way=DeliveryWay.POST, tracking_no=tracking_no))  # fmt: skip
    return at


def _online(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.later(at, hours=1)
    yield from file.does(at, people.ISSUER, DeliverResult(case_id=file.id, way=DeliveryWay.ONLINE))
    return at


def _by_locker(file: CaseFile, at: datetime) -> Stretch:
    at = file.pace.after(at, DAY * file.chance.uniform(0.1, 3))
    yield from file.does(at, people.ISSUER, DeliverResult(
        case_id=file.id, way=DeliveryWay.LOCKER, **_fetched(file)))  # fmt: skip
    return at


_DELIVERED: Final[dict[DeliveryWay, Callable[[CaseFile, datetime], Stretch]]] = {
    DeliveryWay.COUNTER: _at_counter,
    DeliveryWay.POST: _by_post,
    DeliveryWay.ONLINE: _online,
    DeliveryWay.LOCKER: _by_locker,
}
