"""转办内容拟稿: what of a report may go to a unit, proposed with each part about a person marked.

It holds no clear value of the reporter: who has to read the original opens it by a 调阅.
"""

from collections.abc import Callable, Iterable
from typing import Final

from bancheng.app.opening import on_file
from bancheng.domain.events import Recorded
from bancheng.domain.people import Personal
from bancheng.domain.personal_fields import PersonalField
from bancheng.domain.personal_text.marks import Marked, MarkKind, marked

_OWN: Final = {
    PersonalField.NAME: MarkKind.NAME,
    PersonalField.PHONE: MarkKind.PHONE,
    PersonalField.ID_NUMBER: MarkKind.ID_NUMBER,
    PersonalField.ADDRESS: MarkKind.ADDRESS,
}


def proposal_for(
    ticket_id: str,
    load: Callable[[str], Iterable[Recorded]],
    opener: Callable[[Personal], str | None],
) -> Marked:
    """The proposal for the ticket: title, content and what was added, a line each.

    ``load`` gives the history of a matter, ``opener`` the plain value, or ``None`` if its key was
    destroyed.
    """
    there = on_file(ticket_id, load)
    own = [
        (kind, plain)
        for field, kind in _OWN.items()
        for plain in map(opener, there.get(field, ()))
        if plain is not None
    ]
    texts = map(opener, there.get(PersonalField.FULL_TEXT, ()))
    return marked("\n".join(text for text in texts if text is not None), own)
