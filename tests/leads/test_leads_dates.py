from datetime import UTC, date, datetime

import pytest

from orgbot.knowledge.model import PrivacyOfficer, Profile
from orgbot.leads.dates import say_brief, say_moment

PROFILE = Profile("Camille", "https://example.org", PrivacyOfficer("Responsable", "vie-privee@example.org"))
NB = "\u00a0"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 25, 22, tzinfo=UTC), f"mercredi 25 novembre, 17{NB}h"),
        (datetime(2026, 11, 25, 19, 5, tzinfo=UTC), f"mercredi 25 novembre, 14{NB}h{NB}05"),
        (datetime(2026, 12, 1, 14, 30, tzinfo=UTC), f"mardi 1er décembre, 9{NB}h{NB}30"),
        (datetime(2026, 8, 11, 21, tzinfo=UTC), f"mardi 11 août, 17{NB}h"),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), f"jeudi 31 décembre, 23{NB}h{NB}59"),
        (datetime(2027, 1, 1, 5, tzinfo=UTC), f"vendredi 1er janvier 2027, 0{NB}h"),
        (datetime(2025, 11, 25, 22, tzinfo=UTC), f"mardi 25 novembre 2025, 17{NB}h"),
    ],
)
def test_a_moment_is_said_as_in_quebec(moment: datetime, said: str) -> None:
    assert say_moment(moment, PROFILE, date(2026, 11, 23)) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 19, 5, tzinfo=UTC), f"14{NB}h{NB}05"),
        (datetime(2026, 11, 24, 22, tzinfo=UTC), f"24 nov., 17{NB}h"),
        (datetime(2026, 12, 1, 14, 30, tzinfo=UTC), f"1er déc., 9{NB}h{NB}30"),
        (datetime(2027, 1, 11, 14, tzinfo=UTC), f"11 janv. 2027, 9{NB}h"),
    ],
)
def test_a_line_of_a_list_says_it_briefly(moment: datetime, said: str) -> None:
    assert say_brief(moment, PROFILE, date(2026, 11, 23)) == said
