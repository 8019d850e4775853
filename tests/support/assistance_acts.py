"""Acts of assisted handling, and one that was taken on."""

from typing import Any

from msgspec.structs import replace

from bancheng.domain.assistance.contact import DiscloseClient
from bancheng.domain.assistance.course import (
    EndAssistance,
    NoteAssistance,
    RateAssistance,
)
from bancheng.domain.assistance.mandate import AcceptMandate, ChangeContact, Client, CorrectClient
from bancheng.domain.assistance.terms import (
    AssistanceKind,
    AssistanceOutcome,
    AssistanceStage,
)
from bancheng.domain.gathering import GatherMatter, ReleaseMatter
from bancheng.domain.matter_files import MatterFile
from bancheng.domain.people import (
    Address,
    FreeText,
    IdNumber,
    PersonName,
    Phone,
    SpecialGroup,
    Title,
)
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.rating_levels import RatingLevel
from bancheng.domain.time_limits.rules import RetentionOf

from .builders import TEXT, History, after
from .given import CLERK, DUTY, HANDLER, START, VERIFIER, Given

ID = "assistance-1"
ABOUT: dict[str, Any] = {"assistance_id": ID}
CLIENT = Client(
    name=PersonName("周明"),
    phone=Phone("13912340000"),
    id_number=IdNumber("11010519491231002X"),
    address=Address("科尔沁区建国路88号院5单元101"),
)


def mandating(**fields: Any) -> AcceptMandate:
    """That an old man is to be helped with opening a shop."""
    usual: dict[str, Any] = {
        "kind": AssistanceKind.ASSISTED,
        "client": CLIENT,
        "subject": Title("开办早餐店"),
        "wanted": FreeText("营业执照、食品经营许可一并办成"),
        "staff_id": CLERK.id,
        "special_group": SpecialGroup.ELDERLY,
    }
    return AcceptMandate(**usual | fields)


def noting(stage: AssistanceStage = AssistanceStage.FILED) -> NoteAssistance:
    """That something was done for them."""
    return NoteAssistance(**ABOUT, stage=stage, note=TEXT)


def changing(staff_id: str = HANDLER.id) -> ChangeContact:
    """That somebody else is there for them."""
    return ChangeContact(**ABOUT, staff_id=staff_id, reason=TEXT)


def correcting() -> CorrectClient:
    """That they have another telephone."""
    client = replace(CLIENT, phone=Phone("13712345678"))
    return CorrectClient(**ABOUT, client=client, reason=TEXT)


def disclosing(purpose: str = "contact") -> DiscloseClient:
    """That their telephone was looked up."""
    fields = (PersonalField.PHONE,)
    return DiscloseClient(**ABOUT, purpose=purpose, fields=fields, reason=TEXT)


def ending(
    outcome: AssistanceOutcome = AssistanceOutcome.DONE, reason: Any = None
) -> EndAssistance:
    """That it is over."""
    return EndAssistance(**ABOUT, outcome=outcome, reason=reason)


def rating(level: RatingLevel = RatingLevel.SATISFIED) -> RateAssistance:
    """How they found it."""
    return RateAssistance(**ABOUT, level=level, comment=TEXT)


def gathering(matter_id: str) -> GatherMatter:
    """That the matter is part of it."""
    return GatherMatter(matter_id=matter_id, assistance_id=ID)


def releasing(matter_id: str) -> ReleaseMatter:
    """That it is not."""
    return ReleaseMatter(matter_id=matter_id, assistance_id=ID)


def file_of_it(**fields: Any) -> MatterFile:
    """It as acts on other matters see it."""
    usual: dict[str, Any] = {
        "matter_id": ID, "kind": RetentionOf.ASSISTANCES, "number": "BB-1", "is_over": False,
        "last_at": START, "restricted_by": None, "keys": (), "on_file": frozenset(), "held": {},
    }  # fmt: skip
    return MatterFile(**usual | fields)


FILES = {ID: file_of_it()}


def gathered(history: History, matter_id: str) -> History:
    """The same history, and that the matter is part of it."""
    return after(history, gathering(matter_id), CLERK, files=FILES)


def an_assistance(**fields: Any) -> History:
    """One that was taken on."""
    taken_on = Given(stream=ID).when(mandating(**fields), CLERK, official_number="BB-1")
    assert taken_on.refusal is None, taken_on.refusal
    return taken_on.history


def an_ended_one(**fields: Any) -> History:
    """One that is over."""
    return after(an_assistance(**fields), ending(), CLERK)


def a_whole_one() -> History:
    """One to which happened all that can, but for what is done of its data."""
    history = an_assistance()
    for command, by in (
        (noting(), CLERK),
        (correcting(), CLERK),
        (disclosing(), CLERK),
        (changing(), DUTY),
        (ending(AssistanceOutcome.NOT_DONE, TEXT), HANDLER),
        (rating(), VERIFIER),
    ):
        history = after(history, command, by, openable=frozenset({PersonalField.PHONE}))
    return history


def of(id_: str, command: Any) -> Any:
    """``command`` about the assistance ``id_``."""
    return replace(command, assistance_id=id_)
