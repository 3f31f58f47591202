import re

from hypothesis import given
from hypothesis import strategies as st

from orgbot.leads.reference import reference, typed

IDS = st.integers(0, 2**63)


@given(IDS, IDS)
def test_it_can_be_read_out_and_never_changes(bot_id: int, update_id: int) -> None:
    code = reference(bot_id, update_id)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}", code)
    assert reference(bot_id, update_id) == code


@given(IDS, st.sampled_from(["-", " ", "", "\u2011"]))
def test_it_is_known_however_it_is_typed(update_id: int, dash: str) -> None:
    code = reference(1, update_id)
    assert typed(f" {code.replace('-', dash).lower()}") == code
    assert typed(code.replace("0", "O").replace("1", "l")) == code


def test_what_is_no_reference_stays_as_it_is() -> None:
    assert typed(" La Débrouille ") == "La Débrouille"


def test_it_outlives_releases() -> None:
    assert reference(1, 2) == "Q7T-N34"


def test_two_events_have_two_references() -> None:
    assert len({reference(bot_id, update_id) for bot_id in (1, 12) for update_id in range(500)}) == 1000
    assert reference(12, 3) != reference(1, 23)
