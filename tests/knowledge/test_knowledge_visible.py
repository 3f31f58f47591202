import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.visible import between_signs, visible


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


@pytest.mark.parametrize("sign", ["👩🏽‍👧🏿", "🇨🇦", "e\u0301", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_a_cut_breaks_no_sign(sign: str) -> None:
    text = sign * 5
    ends = {len(sign) * count for count in range(1, 6)}
    assert {between_signs(text, at) for at in range(len(sign), len(text) + 1)} == ends
    # A sign that fills the whole message is cut all the same.
    assert between_signs(text, 1) == 1


def test_a_joiner_and_a_selector_stay_where_they_hold_an_emoji_together() -> None:
    assert visible("👩🏽‍👧🏿 ❤️ 1️⃣") == "👩🏽‍👧🏿 ❤️ 1️⃣"
    assert visible("Cam\u200dille\ufe0f\U000e0101 \u034fRuche") == "Camille Ruche"
