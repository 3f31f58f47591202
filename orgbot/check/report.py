"""An evaluation written down: a page in Markdown with its two pictures."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from orgbot.check.evaluate import Group, Judged, groups, score
from orgbot.check.score import Score

_HEAD = (
    "| {} | phrases | juste | juste ou à une touche | faux | hors sujet répondu |\n|---|--:|--:|--:|--:|--:|"
)

PLAIN, HARD = frozenset({"written", "texted"}), frozenset({"hard"})


def write(folder: Path, judged: Sequence[Judged], against: Mapping[str, Score]) -> Path:
    """`folder` is made when it is missing. The page's path; raises OSError when it cannot be written."""
    from orgbot.check.pictures import confidence, confusion  # noqa: PLC0415  # a second to load

    folder.mkdir(parents=True, exist_ok=True)
    confusion(judged, folder / "confusion.png")
    confidence(judged, folder / "confiance.png")
    path = folder / "rapport.md"
    path.write_text("\n".join(_lines(judged, against)) + "\n", "utf-8", errors="backslashreplace")
    return path


def table(title: str, rows: Sequence[Group]) -> str:
    return "\n".join((_HEAD.format(title), *(_row(name, one) for name, one in rows)))


def _row(name: str, one: Score) -> str:
    shares = (one.right, one.one_tap, one.wrong, one.outside_answered)
    return f"| {name} | {one.lines} | " + " | ".join(percent(share) for share in shares) + " |"


def percent(share: float) -> str:
    return f"{share:.1%}".replace(".", ",").replace("%", "\u00a0%")


def summary(judged: Sequence[Judged], against: Mapping[str, Score]) -> str:
    """Where the lines have a style, what is asked of each: hard ones apart from the others."""
    named = (("orgbot, écrit et texté", PLAIN), ("orgbot, difficile", HARD))
    apart = [(name, score(one for one in judged if one.labelled.style in styles)) for name, styles in named]
    there = (row for row in apart if row[1].lines)
    return table("moteur", [("orgbot", score(judged)), *there, *against.items()])


def _lines(judged: Sequence[Judged], against: Mapping[str, Score]) -> Iterator[str]:
    yield from ("# Évaluation", "", summary(judged, against), "")
    for title, found in (
        ("style", groups(judged, lambda one: one.style)),
        ("genre", groups(judged, lambda one: one.kind)),
    ):
        if found:
            yield from (table(title, found), "")
    yield from ("![Qui est pris pour qui](confusion.png)", "", "![Confiance](confiance.png)", "")
    yield from ("## Ce qui n’est pas juste", "")
    for one in judged:
        if not one.verdict.right:
            yield from _error(one)


def _error(one: Judged) -> Iterator[str]:
    kind = "faux" if one.verdict.wrong else "à une touche" if one.verdict.one_tap else "manqué"
    why = one.decision.why
    ranking = ", ".join(f"{entry} {probability:.2f}" for entry, probability in one.decision.ranking[:3])
    given = " + ".join(one.decision.entries) or "aucune"
    yield f"- **{kind}** « {one.labelled.text} »"
    yield f"  - attendu {' + '.join(sorted(one.labelled.expect))}; {one.decision.action} : {given}"
    yield f"  - {why.rule}; {ranking}; hors sujet {why.out_of_scope:.2f}; lu « {why.normalised} »"
    for near in why.near:
        yield f"  - proche ({near.similarity:.2f}) de {near.entry or 'hors-sujet'} : « {near.phrasing} »"
