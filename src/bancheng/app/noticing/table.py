"""通知一览: what the hall tells of which event. The one place where the families come together."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from bancheng.app.noticing.drafts import Draft, Template
from bancheng.app.noticing.of_assistance import OF_ASSISTANCE
from bancheng.app.noticing.of_cases import OF_CASES
from bancheng.app.noticing.of_incidents import OF_INCIDENTS
from bancheng.app.noticing.of_supervision import OF_SUPERVISION
from bancheng.app.noticing.of_tickets import OF_TICKETS
from bancheng.app.noticing.of_warnings import OF_WARNINGS
from bancheng.app.noticing.texts import File, GapEmpty, filled
from bancheng.domain.events import Event
from bancheng.domain.notices.terms import Addressee
from bancheng.domain.people import Role

TEMPLATES: Final[Mapping[type[Event], tuple[Template, ...]]] = {
    **OF_TICKETS,
    **OF_CASES,
    **OF_WARNINGS,
    **OF_SUPERVISION,
    **OF_ASSISTANCE,
    **OF_INCIDENTS,
}


def drafts_of(file: File) -> Iterator[Draft]:
    """Who is told what of the last event of ``file``."""
    event = file.last.event
    for template in TEMPLATES.get(type(event), ()):
        if template.only(event, file.last):
            with suppress(GapEmpty):  # an order that its event does not name any more
                yield from _drafts(template, file)


def _drafts(template: Template, file: File) -> Iterator[Draft]:
    text = filled(template.says, file)
    match template.addressee:
        case Addressee.UNIT:
            for unit in template.units(file):
                yield _draft(template, text, file, unit=unit)
        case Addressee.POST:
            for post in template.posts:
                yield _draft(template, text, file, post=post)
        case _:
            yield _draft(template, text, file)


def _draft(
    template: Template,
    text: str,
    file: File,
    *,
    unit: str | None = None,
    post: Role | None = None,
) -> Draft:
    return Draft(
        addressee=template.addressee,
        text=text,
        unit=unit,
        post=post,
        urgent=template.urgent,
        by_phone=template.by_phone,
        not_before=file.said("notify_at"),
    )
