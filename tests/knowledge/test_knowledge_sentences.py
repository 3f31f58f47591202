import pytest

from orgbot.knowledge.sentences import clip, units


@pytest.mark.parametrize("sign", ["👩🏽‍👧🏿", "🇨🇦", "e\u0301", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_what_is_clipped_ends_between_two_signs(sign: str) -> None:
    text = sign * 20
    whole = {sign * count + "…" for count in range(1, 20)}
    for most in range(units(sign) + 1, units(text)):
        clipped = clip(text, most)
        assert clipped in whole
        assert units(clipped) <= most
    assert clip(text, units(text)) == text
