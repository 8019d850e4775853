"""词表: every code a client may meet, with the word people see for it."""

import strawberry

from bancheng.app.registry import ACTS
from bancheng.domain.events import TOPICS, Event
from bancheng.domain.labelled import Labelled
from bancheng.domain.steps import Step
from bancheng.domain.time_limits.rulebook import RuleBook, Term
from bancheng.domain.time_limits.rules import DisclosureRule
from bancheng.graphql.enums import VOCABULARIES, enum_of, name_of, term_of
from bancheng.graphql.naming import lower_camel

_TERMS = {
    "causes": "原因",
    "complexities": "复杂程度",
    "exclusions": "不予受理情形",
    "diversions": "分流去向",
    "return_reasons": "退单理由",
    "disclosures": "调阅用途",
    "searches": "查人用途",
    "erasures": "删除缘由",
    "supervision_grounds": "督促事由",
}


@strawberry.type(description="词条: 代码与名称。")
class Entry:
    """A member of an enumeration."""

    code: str = strawberry.field(description="代码。")
    label: str = strawberry.field(description="名称。")


@strawberry.type(description="枚举: 固定的词表。")
class Enumeration:
    """A closed vocabulary."""

    name: str = strawberry.field(description="枚举类型名。")
    label: str = strawberry.field(description="名称。")
    entries: list[Entry] = strawberry.field(description="词条。")


@strawberry.type(description="规则词条: 规则库中可选的词。")
class RuleTerm:
    """A word of the rule book."""

    kind: str = strawberry.field(description="词条种类,如 causes。")
    kind_label: str = strawberry.field(description="词条种类的名称。")
    code: str = strawberry.field(description="代码,填写时用。")
    label: str = strawberry.field(description="名称。")
    group: str = strawberry.field(description="分组。")
    basis: str = strawberry.field(description="依据。")


@strawberry.type(description="办理动作: 谁可以做什么,留痕按此筛选。")
class ActWord:
    """An act of the registry."""

    name: str = strawberry.field(description="动作名,如 AcceptTicket。")
    label: str = strawberry.field(description="名称。")


@strawberry.type(description="事件主题: 留痕中的一种事件。")
class TopicWord:
    """A kind of event."""

    topic: str = strawberry.field(description="主题,如 complaint.ticket-accepted。")
    label: str = strawberry.field(description="名称。")
    step: enum_of(Step) | None = strawberry.field(description="所属环节。")  # type: ignore[valid-type]
    step_label: str | None = strawberry.field(description="所属环节的名称。")


@strawberry.type(description="词表: 接口中的代码与它们的名称。")
class Vocabulary:
    """Everything that is shown by a word."""

    rule_book: str = strawberry.field(description="规则库名称。")
    rule_version: str = strawberry.field(description="规则库版本。")
    enums: list[Enumeration] = strawberry.field(description="全部枚举。")
    terms: list[RuleTerm] = strawberry.field(description="规则库词条。")
    acts: list[ActWord] = strawberry.field(description="全部办理动作。")
    topics: list[TopicWord] = strawberry.field(description="全部事件主题。")


def vocabulary_of(rules: RuleBook) -> Vocabulary:
    """The vocabulary while ``rules`` hold."""
    return Vocabulary(
        rule_book=rules.title,
        rule_version=rules.version,
        enums=[_enumeration(one) for one in VOCABULARIES],
        terms=[
            RuleTerm(
                kind=lower_camel(kind),
                kind_label=label,
                code=term.code,
                label=term.label,
                group=_group(term),
                basis=term.basis,
            )
            for kind, label in _TERMS.items()
            for term in getattr(rules, kind)
        ],
        acts=[ActWord(name=act.name, label=act.term) for act in ACTS],
        topics=[_topic(TOPICS[name]) for name in sorted(TOPICS)],
    )


def _topic(cls: type[Event]) -> TopicWord:
    step = cls.step
    return TopicWord(
        topic=cls.topic,
        label=cls.term,
        step=None if step is None else enum_of(Step)(step.value),
        step_label=None if step is None else step.label,
    )


def _enumeration(vocabulary: type[Labelled]) -> Enumeration:
    entries = [Entry(code=member.name, label=member.label) for member in vocabulary]
    return Enumeration(name=name_of(vocabulary), label=term_of(vocabulary), entries=entries)


def _group(term: Term | DisclosureRule) -> str:
    return term.group if isinstance(term, Term) else ""  # purposes stand in no groups
