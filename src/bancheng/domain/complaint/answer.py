"""答复: the reporter is told what became of the matter; whom nobody can reach, by publication.

No matter is closed of which nobody was told the end: a call-back that reached the reporter tells
it, an answer by any other way is recorded here.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from bancheng.domain.commands import Desk
from bancheng.domain.complaint.accused import is_accused
from bancheng.domain.complaint.contact import accused_unit, check_not_at_accused_window
from bancheng.domain.complaint.state import Ticket, TicketCommand
from bancheng.domain.complaint.terms import AnswerWay, Status
from bancheng.domain.disclosure import not_concerned
from bancheng.domain.errors import InvalidInput, WrongStep
from bancheng.domain.events import Event, topic
from bancheng.domain.guards import Attempt, guarded
from bancheng.domain.people import FreeText, Role
from bancheng.domain.personal_text.marks import reaching
from bancheng.domain.personal_text.released import ReleasedText
from bancheng.domain.steps import Step


@topic("complaint.reporter-answered", step=Step.VERIFY)
class ReporterAnswered(Event, frozen=True, kw_only=True):
    """答复: the reporter was told by ``way`` what became of the matter.

    ``record_no`` names what proves it: a letter with its receipt, a recording, a message.
    """

    way: AnswerWay
    answer: FreeText
    record_no: str | None = None


@topic("complaint.answer-published", step=Step.VERIFY)
class AnswerPublished(Event, frozen=True, kw_only=True):
    """公开答复: the answer stands at ``place`` for everybody to read, and names nobody."""

    place: str
    answer: ReleasedText


class AnswerReporter(TicketCommand, frozen=True, kw_only=True):
    """答复: record that the reporter was told what became of their matter, how, and in what words.

    What a call-back told needs no answer beside it.
    """

    way: Annotated[AnswerWay, Meta(description="答复方式")]
    answer: Annotated[FreeText, Meta(description="答复内容")]
    record_no: (
        Annotated[
            str,
            Meta(min_length=1, max_length=100, description="答复凭据编号,如文号、送达回证、录音"),
        ]
        | None
    ) = None
    asks_successors: ClassVar[bool] = True


class PublishAnswer(TicketCommand, frozen=True, kw_only=True):
    """公开答复: answer in public who gave no name, or whom no call has reached."""

    place: Annotated[
        str, Meta(min_length=1, max_length=200, description="公开的位置,如大厅公示栏、门户网站栏目")
    ]
    answer: Annotated[ReleasedText, Meta(description="公开的答复;任何人可见,不得含个人信息")]
    to_units: ClassVar[tuple[str, ...]] = ("answer",)


def may_answer(ticket: Ticket, attempt: Attempt) -> None:
    """A handler, or the unit in the lead; never the accused whom the reporter lets not call them.

    ``WrongStep`` ``NO_ONE_TO_ANSWER`` where nobody gave a name, ``ALREADY_ANSWERED``.
    ``NotAllowed`` ``NOT_CONCERNED``, ``ACCUSED_UNIT``, ``ACCUSED_SEES_NOTHING``, ``WINDOW_UNTOLD``.
    """
    _require_unanswered(ticket, attempt)
    if ticket.anonymous:
        raise WrongStep(
            "NO_ONE_TO_ANSWER",
            "匿名反映,无人可以当面答复",
            remedy="请公开答复;本厅自行发现的无须答复",
        )
    desk, actor = attempt.desk, attempt.desk.actor
    check_not_at_accused_window(ticket, desk)
    if actor.may(Role.HANDLER):
        return
    if actor.unit not in {one.unit for one in ticket.orders.values() if one.lead and one.outcome}:
        raise not_concerned()
    if is_accused(ticket, actor.unit, desk):
        raise accused_unit()


def may_publish(ticket: Ticket, attempt: Attempt) -> None:
    """Only where nobody can be told: ``WrongStep`` ``REPORTER_CAN_BE_TOLD``, ``ALREADY_ANSWERED``.

    Who is named was tried in vain since the last result.
    """
    _require_unanswered(ticket, attempt)
    if not ticket.anonymous and not ticket.unreached:
        raise WrongStep(
            "REPORTER_CAN_BE_TOLD",
            "反映人留有姓名,且未曾联系不上,不能以公开代替答复",
            remedy="请直接答复反映人;回访未接通的,登记后再公开答复",
        )


@guarded(may_answer)
def answer(_: Ticket, command: AnswerReporter, desk: Desk) -> list[Event]:
    return [
        ReporterAnswered(
            way=command.way, answer=desk.sealed(command.answer), record_no=command.record_no
        )
    ]


@guarded(may_publish)
def publish_answer(_: Ticket, command: PublishAnswer, desk: Desk) -> list[Event]:
    if reaching(command.answer.plain or ""):
        raise InvalidInput(
            "PERSON_IN_PUBLISHED",
            "公开的答复含有可据以识别或联系到个人的号码",
            field="answer",
            remedy="请删去电话、证件、账号等号码后再公开",
        )
    return [AnswerPublished(place=command.place, answer=command.answer.owned_by(desk.stream_id))]


def _require_unanswered(ticket: Ticket, attempt: Attempt) -> None:
    # Of what was merged: since its main ticket has a result.
    if ticket.merged is None or not ticket.merged.answered:
        ticket.require(attempt.act, Status.RESOLVED, Status.VERIFIED)
    if ticket.answered:
        raise WrongStep(
            "ALREADY_ANSWERED",
            "本件的办理结果已经答复",
            remedy="需补充说明的,请联系反映人并登记;结果有变的,请重办后再答复",
        )
