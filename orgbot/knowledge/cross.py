"""What only the whole content shows: ids that lead nowhere, texts that stand in two places."""

from collections.abc import Iterator
from pathlib import Path

from orgbot.knowledge.entries import Found
from orgbot.knowledge.fold import fold
from orgbot.knowledge.lists import Trial
from orgbot.knowledge.problems import Report, meant
from orgbot.knowledge.reading import Line


def check_ids(found: tuple[Found, ...], declared: tuple[Line, ...], bot: Path, report: Report) -> None:
    """`declared`: the ids that bot.yml announces; none of it is checked when it announces none."""
    at: dict[str, Path] = {}
    for one in found:
        if one.entry.id in at:
            report.error(
                one.path,
                1,
                f"deux fichiers nommés « {one.entry.id} »",
                f"renomme celui-ci ou {at[one.entry.id]}",
            )
        at[one.entry.id] = one.path
    for one in found:
        for line in one.next:
            if line.text not in at:
                fix = meant(line.text, at, "retire-le")
                report.error(line.path, line.line, f"identifiant inconnu « {line.text} »", fix)
    if declared:
        _check_declared(at, declared, bot, report)


def _check_declared(at: dict[str, Path], declared: tuple[Line, ...], bot: Path, report: Report) -> None:
    announced = {line.text for line in declared}
    for line in declared:
        if line.text not in at:
            fix = meant(line.text, at.keys() - announced, "ajoute son fichier, ou retire-le d’ici")
            report.error(line.path, line.line, f"« {line.text} » n’a pas de fichier", fix)
    for entry, path in at.items():
        if entry not in announced:
            report.error(
                path,
                1,
                f"« {entry} » n’est pas dans {bot.name}",
                "ajoute-le à « entrees », ou retire le fichier",
            )


def check_texts(
    found: tuple[Found, ...], out_of_scope: tuple[Line, ...], trials: tuple[Trial, ...], report: Report
) -> None:
    """A phrasing stands in one place only; an essai is the same as none, and stands once."""
    places: dict[str, Line] = {}
    for line in _stored(found, out_of_scope):
        key = _key(line.text)
        if key in places:
            _twice(line, places[key], report, "garde-la du côté qui convient")
        else:
            places[key] = line
    for trial in trials:
        line = trial.utterance
        key = _key(line.text)
        if key in places:
            _twice(line, places[key], report, "un essai doit être une phrase que le bot n’a jamais lue")
        else:
            places[key] = line


def _twice(line: Line, first: Line, report: Report, fix: str) -> None:
    where = f"{first.path.name}:{first.line}"
    report.error(line.path, line.line, f"« {line.text} » est déjà dans {where}", fix)


def _key(text: str) -> str:
    # What is only signs has nothing to fold: two different emoji stay two texts.
    return fold(text) or text


def _stored(found: tuple[Found, ...], out_of_scope: tuple[Line, ...]) -> Iterator[Line]:
    for one in found:
        yield from (line for line in one.phrasings if line.text)
    yield from (line for line in out_of_scope if line.text)
