import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.leads.visible import visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("  Lucie \t\n Tremblay\u00a0", "Lucie Tremblay"),
        ("Lu\u202ecie\u200f\ufeff", "Lucie"),
        ("Lu\x00cie\ud800", "Lucie"),
        ("\u3164\u2800", ""),
        ("👩\u200d💻 d’ici", "👩\u200d💻 d’ici"),
    ],
)
def test_only_what_is_seen_stays(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text(st.characters()))
def test_it_is_idempotent_and_can_be_stored(text: str) -> None:
    seen = visible(text)
    assert visible(seen) == seen
    seen.encode()
    assert not any(unicodedata.category(character) == "Cc" for character in seen)
