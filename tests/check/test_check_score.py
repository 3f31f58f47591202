from pathlib import Path

import pytest

from orgbot.check.score import Labelled, Verdict, judge, read_labelled, total
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.problems import ContentError
from orgbot.matching.decision import Action

TEMPS, BUDGET, PRIX, NONE = map(EntryId, ("temps", "budget", "prix", "none"))


def line(*expect: EntryId, accept: tuple[EntryId, ...] = ()) -> Labelled:
    return Labelled("…", frozenset(expect), frozenset(accept), "plain")


@pytest.mark.parametrize(
    ("labelled", "action", "entries", "verdict"),
    [
        (line(TEMPS), "answer", [TEMPS], Verdict(right=True, one_tap=True, wrong=False)),
        (line(TEMPS), "answer", [BUDGET], Verdict(right=False, one_tap=False, wrong=True)),
        (line(TEMPS, accept=(PRIX,)), "answer", [PRIX], Verdict(right=True, one_tap=True, wrong=False)),
        (line(TEMPS), "answer", [TEMPS, BUDGET], Verdict(right=False, one_tap=False, wrong=True)),
        (line(TEMPS), "clarify", [BUDGET, TEMPS], Verdict(right=False, one_tap=True, wrong=False)),
        (line(TEMPS), "clarify", [BUDGET, PRIX], Verdict(right=False, one_tap=False, wrong=False)),
        (line(TEMPS), "fallback", [], Verdict(right=False, one_tap=False, wrong=False)),
        (line(TEMPS, BUDGET), "answer", [BUDGET, TEMPS], Verdict(right=True, one_tap=True, wrong=False)),
        (line(TEMPS, BUDGET), "answer", [TEMPS], Verdict(right=False, one_tap=True, wrong=False)),
        (line(NONE), "fallback", [], Verdict(right=True, one_tap=True, wrong=False)),
        (line(NONE), "clarify", [TEMPS, PRIX], Verdict(right=False, one_tap=True, wrong=False)),
        (line(NONE), "answer", [TEMPS], Verdict(right=False, one_tap=False, wrong=True, answered=True)),
    ],
)
def test_each_outcome_is_judged(
    labelled: Labelled, action: Action, entries: list[EntryId], verdict: Verdict
) -> None:
    assert judge(labelled, action, entries) == verdict


def test_shares_are_of_the_lines_they_concern() -> None:
    score = total(
        [
            (line(TEMPS), judge(line(TEMPS), "answer", [TEMPS])),
            (line(TEMPS), judge(line(TEMPS), "answer", [PRIX])),
            (line(NONE), judge(line(NONE), "answer", [PRIX])),
            (line(NONE), judge(line(NONE), "fallback", [])),
        ]
    )
    assert (score.lines, score.right, score.one_tap, score.wrong) == (4, 0.5, 0.5, 0.5)
    assert score.outside_answered == 0.5


def test_a_line_that_is_not_labelled_is_named(tmp_path: Path) -> None:
    path = tmp_path / "eval.jsonl"
    path.write_text('{"text": "a", "expect": ["temps"], "accept": [], "kind": "plain"}\n{"text": "b"}\n')
    with pytest.raises(ContentError, match=r"eval\.jsonl:2: "):
        read_labelled(path)
