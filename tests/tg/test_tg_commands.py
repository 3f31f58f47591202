"""A command as people type it."""

import pytest

from orgbot.chat.commands import DIRECTORS, OWNERS, meant


@pytest.mark.parametrize(
    ("typed", "known"),
    [("Congé", "conge"), ("CONGÉS", "conge"), ("stat", "stats"), ("demandes", "demandes"), ("help", "aide")],
)
def test_accents_capitals_and_plurals_do_not_matter(typed: str, known: str) -> None:
    assert meant(typed) == known


def test_every_command_is_itself_and_what_is_none_stays_so() -> None:
    assert all(meant(name) == name for name in DIRECTORS | OWNERS)
    assert meant("Météo") == "météo"
