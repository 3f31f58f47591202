import struct
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.papers.drawing import HEIGHT, WIDTH, draw
from orgbot.papers.figures import Figures, figures
from orgbot.papers.picture import BAD, GOOD, HALF, OPEN, Line, picture, sheet
from orgbot.papers.saying import say_figures
from tests.conftest import MONDAY
from tests.papers.week import message, row

WEEK = timedelta(days=7)
# Every week that is counted here is over.
LATER = MONDAY.date() + 200 * WEEK


def counted(kb: KnowledgeBase, weeks: int) -> Figures:
    starts = [MONDAY + n * WEEK for n in range(weeks)]
    entries = [one.id for one in kb.entries.values() if one.kind == "objection"]
    met = [message("met", at, entries[n % 9]) for n, at in enumerate(starts) for _ in range(n % 5 + 1)]
    rest = [message("asked-back", at) for at in starts] + [message("fallback", at) for at in starts]
    rows = [row(at, first_answer=at + timedelta(hours=3 * n)) for n, at in enumerate(starts)]
    return figures([*met, *rest], rows, kb.profile, MONDAY + weeks * WEEK)


@pytest.mark.parametrize("weeks", [0, 1, 3, 9, 30, 110])
def test_nothing_leaves_the_picture_and_no_dates_touch(kb: KnowledgeBase, weeks: int) -> None:
    figure = draw(sheet(counted(kb, weeks), kb, LATER))
    figure.draw_without_rendering()
    ticks = [[one for one in axes.get_xticklabels() if one.get_text()] for axes in figure.axes]
    for text in [*figure.texts, *(label for labels in ticks for label in labels)]:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= WIDTH
        assert box.y1 <= HEIGHT
    for labels in ticks:
        boxes = [label.get_window_extent() for label in labels]
        assert all(left.x1 + 10 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize("weeks", [0, 3])
def test_the_picture_is_a_png_of_its_size_and_always_the_same(kb: KnowledgeBase, weeks: int) -> None:
    counts = counted(kb, weeks)
    drawn = picture(counts, kb, LATER)
    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack(">II", drawn[16:24]) == (1080, 1350)
    assert drawn == picture(counts, kb, LATER)


def test_the_sheet_says_what_became_of_each_lead_and_message(kb: KnowledgeBase) -> None:
    kept, late, waiting = row(first_answer=MONDAY), row(first_answer=MONDAY + WEEK), row(MONDAY + WEEK)
    heard = [message("met", entry="temps"), message("answered"), message("asked-back"), message("fallback")]
    drawn = sheet(figures(heard, [kept, late, waiting], kb.profile, MONDAY + WEEK), kb, LATER)
    leads, done = ({one.colour: list(one.counts) for one in stack.series} for stack in drawn.stacks)
    assert leads == {GOOD: [1, 0], BAD: [1, 0], OPEN: [0, 1]}
    assert done == {GOOD: [2, 0], HALF: [1, 0], BAD: [1, 0]}
    assert [number for number, _ in drawn.tiles] == ["3", "50\u00a0%", "3\u00a0j\u00a012\u00a0h", "–"]
    assert drawn.period == "du 23 novembre au 6 décembre 2026"


@pytest.mark.parametrize("days", [0, 3, 6, 9])
def test_the_picture_ends_on_the_same_day_as_the_text(kb: KnowledgeBase, days: int) -> None:
    counts, today = figures([], [row()], kb.profile, MONDAY), MONDAY.date() + timedelta(days=days)
    end = "29" if days > 6 else str(23 + days)
    assert sheet(counts, kb, today).period == f"du 23 novembre au {end} novembre 2026"
    assert f"au {end} novembre" in say_figures(counts, kb, today)


def test_the_rarest_objections_are_summed_up(kb: KnowledgeBase) -> None:
    entries = [one.id for one in kb.entries.values() if one.kind == "objection"]
    heard = [message("met", entry=entry) for n, entry in enumerate(entries, 1) for _ in range(n)]
    lines = sheet(figures(heard, [], kb.profile, MONDAY), kb, LATER).lines
    assert [line.count for line in lines] == [9, 8, 7, 6, 5, 4 + 3 + 2 + 1]
    assert lines[-1] == Line(kb.sentences["image.autres"], 10, OPEN)


def test_a_title_is_drawn_as_it_is_and_without_what_the_font_lacks(kb: KnowledgeBase) -> None:
    odd = replace(kb.entries[EntryId("prix")], title="De 100 $ à 200 $ 🙂 & plus")
    changed = replace(kb, entries={**kb.entries, odd.id: odd})
    counts = figures([message("met", entry="prix")], [], kb.profile, MONDAY)
    assert picture(counts, changed, LATER)
    texts = draw(sheet(counts, changed, LATER)).texts
    assert "De 100 $ à 200 $  & plus" in [text.get_text() for text in texts]
    # Else what stands between two dollars is set as a formula.
    assert not any(text.get_parse_math() for text in texts)


def test_what_has_nothing_to_show_says_so_and_leaves_its_room(kb: KnowledgeBase) -> None:
    figure = draw(sheet(figures([], [row()], kb.profile, MONDAY), kb, LATER))
    said = [text.get_text() for text in figure.texts]
    assert kb.sentences["image.aucun_message"] in said
    assert kb.sentences["image.aucune_objection"] in said
    assert kb.sentences["image.aucune_demande"] not in said
    assert len(figure.axes) == 1
