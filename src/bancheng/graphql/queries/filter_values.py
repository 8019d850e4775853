"""筛选值: whoever asks for what can not be there is told so, and given no empty list.

An empty list means that there is none now. A unit that nobody registered, an act that no program
knows, a full name where the ledger holds masked ones: that is a slip, and an empty list would be
taken for an answer. What a row has may always be asked for, whatever the catalogue says today.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from bancheng.app.accesses import MATTERS
from bancheng.app.acts.assistance import ASSISTANCE
from bancheng.app.acts.cases import CASE
from bancheng.app.acts.holding import HAND_OVER
from bancheng.app.acts.incidents import INCIDENT
from bancheng.app.acts.tickets import TICKET
from bancheng.app.registry import ACTS
from bancheng.domain.errors import InvalidInput, together
from bancheng.domain.events import TOPICS
from bancheng.domain.people import ERASED, has_whole_number
from bancheng.domain.time_limits.imported_terms import terms_read
from bancheng.domain.time_limits.rulebook import RuleBook
from bancheng.projections import items, office
from bancheng.projections.ledger.declared import Ledger
from bancheng.projections.ledger.full_text import Written
from bancheng.projections.ledger.searching import Words
from bancheng.projections.ledger.widths import narrow
from bancheng.projections.ledger.windows import Filter, WhoAt, Window
from bancheng.projections.wording.naming import marks_for

CHOICES_MAX: Final = 50


class Look(NamedTuple):
    """What can be looked into: the hall's registers, and the ledger that is asked, if it is one.

    ``book`` is the rule book in force.
    """

    database: Connection
    book: RuleBook
    ledger: Ledger[Any] | None = None


class Rule(NamedTuple):
    """取值规则: what a value has to be, in Chinese, and whether ``value`` is that."""

    code: str
    wanted: str
    holds: Callable[[Look, str], bool]


def _term(among: str) -> Rule:
    def holds(look: Look, value: str) -> bool:
        return any(term.code == value for term in terms_read(look.book, among))

    return Rule("TERM_UNKNOWN", "规则库中的代码", holds)


def _begins(*prefixes: str) -> Rule:
    return Rule("ID_MALFORMED", "完整的标识", lambda _, value: value.startswith(prefixes))


def _number(form: str) -> Rule:
    pattern = re.compile(form)
    return Rule(
        "NUMBER_MALFORMED",
        "完整的编号",
        lambda _, value: pattern.fullmatch(narrow(value).strip().upper()) is not None,
    )


def _window_known(look: Look, window: str) -> bool:
    # Where reports count, a window is where somebody says that they sat: any text may be one.
    if look.ledger is None or any(one.code == window for one in office.all_windows(look.database)):
        return True
    return bool(items.ITEMS.count(look.database, items.ITEMS.filter(window=window)))


_UNIT = Rule(
    "UNIT_UNKNOWN",
    "单位名册中的编码",
    lambda look, value: any(one.code == value for one in office.all_units(look.database)),
)
_ITEM = Rule(
    "ITEM_UNKNOWN",
    "事项目录中的实施编码",
    lambda look, value: bool(items.items_by_code(look.database, [value])),
)
_STAFF = Rule(
    "STAFF_UNKNOWN",
    "人员名册中的工号",
    lambda look, value: office.staff_member(look.database, value) is not None,
)
_WINDOW = Rule("WINDOW_UNKNOWN", "窗口名册中或办理事项的窗口编号", _window_known)
_NOTICE = Rule(
    "ID_MALFORMED", "完整的标识", lambda _, value: re.fullmatch("[0-9a-f]{32}", value) is not None
)
_ACTS: Final = frozenset(act.name for act in ACTS)
RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(("unit", "involved_unit", "accused_unit", "lead_unit", "from_unit", "to_unit",
                     "holder", "actor_unit", "actor_units", "units", "staff_unit",
                     "proposed_for", "review_unit", "answered_by_unit", "first_contact_unit",
                     "first_receiver", "follow_up_unit"), _UNIT),
    **dict.fromkeys(("item_code", "service_item", "parent"), _ITEM),
    **dict.fromkeys(("actor_id", "actor_ids", "answered_by", "archived_by", "assigned_by",
                     "caller_id", "held_by", "received_by", "reviewed_by", "reported_by",
                     "requested_by", "ruled_by", "signed_in_by", "acting_fors",
                     "from_staff", "to_staff", "proposed_by", "stand_in", "staff_id", "contact",
                     "gathered_by", "tied_by", "registered_by", "first_contact_owner",
                     "convened_by"), _STAFF),
    "purpose": _term("purposes"),
    "cause": _term("causes"),
    "reason": _term("return_reasons"),
    "erasure_ground": _term("erasures"),
    "measure_ground": _term("supervision_grounds"),
    "acts": Rule("ACT_UNKNOWN", "办理动作的名称,如 AcceptTicket", lambda _, one: one in _ACTS),
    **dict.fromkeys(
        ("topics", "of_topics"),
        Rule("TOPIC_UNKNOWN", "事件主题,见事件一览", lambda _, one: one in TOPICS),
    ),
    **dict.fromkeys(("notice_id", "message_id"), _NOTICE),
    **dict.fromkeys(("window", "windows"), _WINDOW),
    **dict.fromkeys(
        ("ticket_id", "of", "other_id", "repeats", "merged_into"), _begins(TICKET.prefix)
    ),
    **dict.fromkeys(("case_id", "theme_id"), _begins(CASE.prefix)),
    **dict.fromkeys(("hand_over_id", "listed_in"), _begins(HAND_OVER.prefix)),
    "assistance_id": _begins(ASSISTANCE.prefix),
    "matter_id": _begins(TICKET.prefix, CASE.prefix, ASSISTANCE.prefix, INCIDENT.prefix),
    "matter_ids": _begins(*MATTERS),
    "stream_id": _begins(*{kind.prefix for act in ACTS for kind in act.on}),
    **dict.fromkeys(("number", "matter_number"), _number(r"[A-Z].*\d{10}")),
    "order_id": _number(r"[A-Z].*\d{10}-\d{2,}"),
    "receipt_no": _number(r"[A-Z].*\d{10}-S\d{2,}"),
    "rating_id": _number(r"[A-Z].*\d{10}-P\d{2,}"),
}  # fmt: skip
# Names that other systems and other places give: any text may be one, and come to be one.
FREE: Final = frozenset({
    "address", "archive_no", "basic_code", "batch_id", "bundle_no", "credential_id", "cross_region",
    "external_id", "fault", "item_step", "post", "refused", "request_id", "route",
    "source_id", "source_ref", "source_system", "terminal", "what",
})  # fmt: skip
# What is looked for in part: in masked columns alone, and in texts whose numbers are masked.
MASKED: Final = frozenset({"applicant"})
SEARCHED: Final = frozenset({"text"})
# More of a name than its first sign, more digits than the three or four that stay.
_UNMASKED = re.compile(r"[^\W\d_]{2,}|\d{5,}")


def check_filled(data: Mapping[str, Any]) -> None:
    """Raise ``InvalidInput``, naming every field, if a condition is there and says nothing."""
    together(*(partial(_check_filled, name, value) for name, value in data.items()))


def _check_filled(name: str, value: Any) -> None:
    if value == [] or (isinstance(value, str) and not value.strip()):
        raise InvalidInput(
            "FILTER_EMPTY", "筛选条件没有填写", field=name, remedy="请填写,或删去此条件"
        )
    if isinstance(value, list) and len(value) > CHOICES_MAX:
        raise InvalidInput(
            "FILTER_TOO_LONG",
            f"一个条件最多列 {CHOICES_MAX} 项,现有 {len(value)} 项",
            field=name,
            remedy="请减少所列项",
        )


def check_values(look: Look, chosen: msgspec.Struct) -> None:
    """Raise ``InvalidInput``, naming every field, if what was ``chosen`` can be of no row."""
    asked = {name: one for name, one in msgspec.structs.asdict(chosen).items() if one is not None}
    together(
        *(partial(_check, look, name, value) for name, value in asked.items()),
        *_range_checks(asked),
    )


def named_in(look: Look, chosen: Filter) -> Filter:
    """``chosen`` with what its words are the names of, and where they are written.

    Sentences hold codes; whole texts are looked up in their index.
    """
    asked = msgspec.structs.asdict(chosen)
    chosen = _looked_up(look, chosen, asked)
    wanted = {name: one for name, one in asked.items() if isinstance(one, Words)}
    if not wanted:
        return chosen
    units = {one.code: one.name for one in office.all_units(look.database)}
    filled = {
        name: msgspec.structs.replace(one, named=marks_for(one.text, units, look.book))
        for name, one in wanted.items()
    }
    return msgspec.structs.replace(chosen, **filled)


def _looked_up(look: Look, chosen: Filter, asked: Mapping[str, Any]) -> Filter:
    indexes = (
        {} if look.ledger is None else {one.name: one.looked_up_in for one in look.ledger.asks}
    )
    found = {
        name: index.looked_up(look.database, asked[name], name)
        for name, index in indexes.items()
        if index is not None and asked[name] is not None
    }
    return msgspec.structs.replace(chosen, **found) if found else chosen


def _check(look: Look, name: str, value: Any) -> None:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Words | Written):
            _check_text(look, name, one.text)
        elif isinstance(one, WhoAt):
            # No row of the ledger names them, so none is looked for.
            _check_text(look._replace(ledger=None), name, one.who)
        elif type(one) is str:
            _check_text(look, name, one)


def _check_text(look: Look, name: str, value: str) -> None:
    if _is_hidden(name, narrow(value)):
        raise InvalidInput(
            "FILTER_UNMASKED",
            "台账中的姓名与号码已脱敏,按全名或完整号码查不到任何一条",
            field=name,
            remedy="请按姓氏、号码的前三位或后四位查询",
        )
    rule = RULES.get(name)
    if rule is not None and not rule.holds(look, value) and not _occurs(look, name, value):
        raise InvalidInput(
            rule.code, f"应为{rule.wanted}", field=name, remedy="请核对后重试,或删去此条件"
        )


def _is_hidden(name: str, value: str) -> bool:
    if name in MASKED:
        return _UNMASKED.search(value) is not None and value not in ERASED
    return name in SEARCHED and has_whole_number(value)


def _occurs(look: Look, name: str, value: str) -> bool:
    """Whether some row has the value: what was in the catalogue once is still to be found."""
    ledger = look.ledger
    if ledger is None or name not in ledger.filter.__struct_fields__:
        return False
    window = Window(sort=ledger.first_sort, first=1)
    takes_several = (
        ledger.filter.__struct_defaults__[ledger.filter.__struct_fields__.index(name)] == ()
    )
    asked: Any = (value,) if takes_several else value
    return bool(ledger.page(look.database, ledger.filter(**{name: asked}), window).rows)


def _range_checks(asked: Mapping[str, Any]) -> Iterator[Callable[[], None]]:
    for name, since in asked.items():
        stem = name.removesuffix("_from")
        for end in (f"{stem}_before", f"{stem}_to"):
            if stem != name and asked.get(end) is not None and since is not None:
                yield partial(_check_range, since, asked[end], end)


def _check_range(since: date | datetime, until: date | datetime, end: str) -> None:
    # A day that is named is meant to its end; an instant before which is none after which.
    if until < since or (until == since and end.endswith("_before")):
        raise InvalidInput(
            "FILTER_RANGE_REVERSED",
            "起止颠倒,没有这样的时间",
            field=end,
            remedy="请更正起止时间",
        )
