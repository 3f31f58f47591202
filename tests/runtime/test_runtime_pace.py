from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.runtime import gate as gates
from orgbot.runtime.gate import Gate
from orgbot.runtime.pace import Rate
from tests.conftest import MONDAY

RATE = Rate(timedelta(seconds=1), burst=3)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_one_an_interval(pauses: list[float]) -> None:
    now, free_at, sent = MONDAY, MONDAY, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        room = RATE.room(free_at, now)
        assert (room > 0) == (free_at <= RATE.latest(now))
        free_at = RATE.after(free_at, now, room)
        sent += [now] * room
    for first, moment in enumerate(sent):
        within = [other for other in sent[first:] if other - moment < timedelta(seconds=10)]
        assert len(within) <= RATE.burst + 10


def test_a_chat_at_rest_has_its_whole_burst_again() -> None:
    spent = RATE.after(None, MONDAY, RATE.room(None, MONDAY))
    assert RATE.room(spent, MONDAY) == 0
    assert RATE.room(spent, MONDAY + timedelta(seconds=1)) == 1
    assert RATE.room(spent, MONDAY + timedelta(hours=1)) == 3


def test_who_floods_is_told_once_and_nobody_else_waits() -> None:
    gate = Gate(RATE)
    answers = [gate.passes(1, update, MONDAY) for update in range(6)]
    assert answers == ["open", "open", "open", "closing", "closed", "closed"]
    assert gate.passes(2, 6, MONDAY) == "open"
    later = MONDAY + timedelta(seconds=1)
    assert [gate.passes(1, update, later) for update in (7, 8)] == ["open", "closing"]


def test_an_update_counts_once_however_often_it_is_tried() -> None:
    gate = Gate(RATE)
    with ThreadPoolExecutor(6) as pool:
        tried = [*pool.map(lambda update: gate.passes(1, update, MONDAY), (1, 2) * 50)]
    assert {*tried} == {"open"}
    assert [gate.passes(1, update, MONDAY) for update in (3, 4, 5)] == ["open", "closing", "closed"]
    # The answer that says so could not be kept: it is tried again as well.
    assert [gate.passes(1, update, MONDAY) for update in (4, 5, 1)] == ["closing", "closed", "open"]


def test_of_all_who_ever_wrote_only_the_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "REMEMBERED", 3)
    gate, updates = Gate(RATE), count()
    for chat in (1, 2, 3, 4):
        for _ in range(4):
            gate.passes(chat, next(updates), MONDAY)
    assert len(gate._free) == len(gate._passed) == 3
    assert [gate.passes(chat, next(updates), MONDAY) for chat in (4, 3, 2)] == ["closed"] * 3
    # Who wrote before all of them begins anew.
    assert gate.passes(1, next(updates), MONDAY) == "open"
