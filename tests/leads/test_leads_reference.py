import re

from hypothesis import given
from hypothesis import strategies as st

from orgbot.leads.reference import reference

IDS = st.integers(0, 2**63)


@given(IDS, IDS)
def test_it_can_be_read_out_and_never_changes(bot_id: int, update_id: int) -> None:
    code = reference(bot_id, update_id)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}", code)
    assert reference(bot_id, update_id) == code


def test_it_outlives_releases() -> None:
    assert reference(1, 2) == "Q7T-N34"


def test_two_events_have_two_references() -> None:
    assert len({reference(bot_id, update_id) for bot_id in (1, 12) for update_id in range(500)}) == 1000
    assert reference(12, 3) != reference(1, 23)
