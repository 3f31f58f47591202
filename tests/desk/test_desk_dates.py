"""Days off, as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.desk.dates import LONGEST, days, misnamed

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("du 24 décembre au 2 janvier", date(2026, 12, 24), date(2027, 1, 2)),
        ("24 dec au 2 janv", date(2026, 12, 24), date(2027, 1, 2)),
        ("Du lundi 30 novembre au mercredi 2 décembre", date(2026, 11, 30), date(2026, 12, 2)),
        ("du 3 au 7 août", date(2027, 8, 3), date(2027, 8, 7)),
        ("du 1er au 5 août", date(2027, 8, 1), date(2027, 8, 5)),
        ("le 15 mars", date(2027, 3, 15), date(2027, 3, 15)),
        ("23 novembre", TODAY, TODAY),
        ("demain", date(2026, 11, 24), date(2026, 11, 24)),
        ("2027-01-04 au 2027-01-08", date(2027, 1, 4), date(2027, 1, 8)),
        ("24/12 au 02/01", date(2026, 12, 24), date(2027, 1, 2)),
        # Away already: the first day is behind.
        ("du 20 au 25 novembre", date(2026, 11, 20), date(2026, 11, 25)),
        ("29 février 2028", date(2028, 2, 29), date(2028, 2, 29)),
        ("24-28 décembre", date(2026, 12, 24), date(2026, 12, 28)),
        ("du 28 au 3 janvier", date(2026, 12, 28), date(2027, 1, 3)),
        ("du 1er au 31 août", date(2027, 8, 1), date(2027, 8, 31)),
        ("aujourd'hui", TODAY, TODAY),
        ("aujourd’hui au 27 novembre", TODAY, date(2026, 11, 27)),
        ("24 décembre 2026 au 4 janvier 2027", date(2026, 12, 24), date(2027, 1, 4)),
    ],
)
def test_both_days_are_read(text: str, first: date, last: date) -> None:
    assert days(text, TODAY) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bientôt",
        "la semaine prochaine",
        "décembre",
        "2026-01-04 au 2026-01-08",
        "31 février",
        "9",
        "le 24 et le 31 décembre",
        "à partir du 24 décembre",
        "15 mars à 13h",
        "10 décembre 2025",
        "du 1er janvier 2027 au 31 décembre 2027",
        "du 10 au 5 décembre",
    ],
)
def test_what_cannot_be_read_is_not_guessed_at(text: str) -> None:
    assert days(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("lundi 24 décembre", date(2026, 12, 24)),
        ("jeudi 24 décembre", None),
        ("24 décembre", None),
        ("du jeudi 24 au lundi 28 décembre", None),
        ("du lundi 24 au lundi 28 décembre", date(2026, 12, 24)),
        ("du jeudi 24 décembre au lundi 2 janvier", date(2027, 1, 2)),
        # Next year's.
        ("Lundi 15 mars", None),
    ],
)
def test_a_day_called_by_the_name_of_another_is_found(text: str, day: date | None) -> None:
    read = days(text, TODAY)
    assert read is not None
    assert misnamed(text, *read) == day


@given(st.text())
def test_anything_is_read_or_refused(text: str) -> None:
    found = days(text, TODAY)
    if found is not None:
        first, last = found
        assert first <= last >= TODAY
        assert (last - first).days < LONGEST
