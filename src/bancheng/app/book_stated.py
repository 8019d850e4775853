"""规则库的拟发布版本: the book that a text would publish, refused as publishing would refuse it."""

from collections.abc import Collection

from bancheng.app.inputs import to_command
from bancheng.app.rules import Rules
from bancheng.domain.office.rulebooks import PublishRuleBook, check_version, stated_book
from bancheng.domain.time_limits.rulebook import RuleBook


def book_stated(rules: Rules, text: str, published: Collection[str]) -> RuleBook:
    """The book that ``text`` states, beside the versions that were ``published``.

    ``InvalidInput`` if its form, its rules or its version would be refused.
    """
    stated = to_command(PublishRuleBook, {"text": text})
    named = stated.book_wanted()
    base, in_force = None if named is None else rules.shipped_book(named), rules.rulebook()
    book = stated_book(stated.text, base, in_force)
    # Where none was published yet, that of the configuration holds, and is published before it.
    if published or book != in_force:
        check_version(published or (in_force.version,), book)
    return book
