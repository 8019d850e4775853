"""A hall with a theme and what it joins, for what happens between matters by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import reduce

import pytest

from bancheng.app.acts.cases import CASE
from bancheng.bootstrap import Container
from bancheng.domain.case import (
    accept,
    decide,
    discover,
    dispatch,
    supervise,
    verify,
)
from bancheng.domain.case.state import Case
from bancheng.domain.case.terms import (
    CaseOutcome,
    NotifyWay,
)
from bancheng.domain.commands import Command
from bancheng.domain.errors import DomainError
from bancheng.domain.item_types import PowerType
from bancheng.domain.items import CaseKind, DeliveryWay, Material
from bancheng.domain.office.item_publication import PublishItem, StatedLimit, StatedStep
from bancheng.domain.office.unit import RegisterUnit
from bancheng.domain.people import Applicant, FreeText, PersonName
from bancheng.infra.clock import FixedClock

from . import halls
from .case_builders import SEEN

TEXT = FreeText("情况属实")
RECEIVER = PersonName("张建国")
UNITS = ("HALL", "SC", "XF", "WS")
CHILDREN = {"YYZZ": "SC", "XFXK": "XF", "WSXK": "WS"}


def item(code: str, unit: str, **fields: object) -> PublishItem:
    usual = {
        "code": code, "basic_code": code, "name": f"事项{code}", "type": PowerType.LICENCE,
        "kind": CaseKind.PROMISED, "unit": unit, "legal_basis": "测试", "source": "测试",
        "promised": StatedLimit(amount=5),
        "steps": (StatedStep(name="审查", unit=unit, limit=StatedLimit(amount=2)),),
        "materials": (Material(code="SQB", name="申请表"),
                      Material(code="CNS", name="场地证明", gap_allowed=True)),
        "effective_from": date(2026, 1, 1),
    }  # fmt: skip
    return PublishItem(**{**usual, **fields})  # type: ignore[arg-type]


@contextmanager
def opened(url: str, clock: FixedClock) -> Iterator[Container]:
    """A hall at ``url`` in which the theme 开餐饮店 and the items of its children are on offer."""
    with halls.hall(url, clock) as container:
        for unit in UNITS:
            halls.act(container, RegisterUnit(code=unit, name=f"单位{unit}"))
        for code, unit in CHILDREN.items():
            halls.act(container, item(code, unit))
        halls.act(container, item("CYKD", "HALL", children=tuple(CHILDREN)))
        yield container


def received(container: Container, code: str, *materials: str) -> str:
    applicant = Applicant(name=PersonName("张建国"))
    case_id = halls.act(container, discover.SubmitCase(item=code, applicant=applicant)).stream_id
    ticked = tuple(discover.Received(code=one) for one in materials)
    halls.act(container, discover.ReceiveMaterials(case_id=case_id, materials=ticked))
    return case_id


def accepted(container: Container, code: str) -> str:
    case_id = received(container, code, "SQB", "CNS")
    halls.act(container, accept.AcceptCase(case_id=case_id))
    settle(container)
    return case_id


def settle(container: Container) -> int:
    done = container.reactor.react()
    halls.settled(container)
    return done


def state(container: Container, case_id: str) -> Case:
    case: Case = reduce(CASE.evolve, container.store.load(case_id), CASE.empty())
    return case


def children(container: Container, theme_id: str) -> dict[str, str]:
    found = state(container, theme_id).children
    return {code: child.case_id or "" for code, child in found.items()}


def examined(case_id: str) -> dispatch.FinishStep:
    return dispatch.FinishStep(case_id=case_id, name="审查", opinion=TEXT)


def withdrawing(case_id: str) -> supervise.WithdrawCase:
    signed_on = date(2026, 3, 2)
    return supervise.WithdrawCase(
        case_id=case_id, request_no="撤1号", signed_on=signed_on, reason=TEXT
    )


def granted(case_id: str) -> decide.DecideCase:
    return decide.DecideCase(case_id=case_id, outcome=CaseOutcome.GRANTED, document_no="1号")


def issue(container: Container, case_id: str) -> None:
    halls.act(container, verify.MakeResult(case_id=case_id, documents=("证照",)))
    halls.act(container, verify.NotifyResult(case_id=case_id, way=NotifyWay.SMS))
    handed = verify.DeliverResult(
        case_id=case_id, way=DeliveryWay.COUNTER, receiver=RECEIVER, seen=SEEN
    )
    halls.act(container, handed)


def refused(container: Container, command: Command) -> DomainError:
    with pytest.raises(DomainError) as caught:
        halls.act(container, command)
    return caught.value
