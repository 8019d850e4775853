"""The printed table of transitions is what the decisions answer today."""

from domain.transitions import PAGE, render


def test_the_page_shows_what_the_decisions_answer():
    assert PAGE.read_text(encoding="utf-8") == render(), "make pages"
