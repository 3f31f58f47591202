"""What only the whole content shows: ids that lead nowhere, texts that stand in two places."""

from collections.abc import Iterator
from pathlib import Path

from orgbot.knowledge.entries import Found
from orgbot.knowledge.fold import fold
from orgbot.knowledge.lists import Trial
from orgbot.knowledge.problems import Report, Severity, meant, quoted
from orgbot.knowledge.reading import Line


def check_ids(
    files: tuple[Path, ...], found: tuple[Found, ...], declared: tuple[Line, ...], bot: Path, report: Report
) -> None:
    """`files`: the entries', those that could not be read too: their ids are known all the same.
    `declared`: the ids that bot.yml announces; none of it is checked when it announces none."""
    at: dict[str, Path] = {}
    for path in files:
        if path.stem in at:
            what = f"deux fichiers nommés {quoted(path.stem)}"
            report.error(path, 1, what, f"renomme celui-ci ou {at[path.stem]}")
        at.setdefault(path.stem, path)
    for one in found:
        for line in one.next:
            if line.text and line.text not in at:
                fix = meant(line.text, at, "retire-le")
                report.error(line.path, line.line, f"identifiant inconnu {quoted(line.text)}", fix)
    if declared:
        _check_declared(at, declared, bot, report)


def _check_declared(at: dict[str, Path], declared: tuple[Line, ...], bot: Path, report: Report) -> None:
    announced: dict[str, Line] = {}
    everything = {line.text for line in declared}
    for line in declared:
        if line.text in announced:
            fix = f"garde celui-ci ou celui de la ligne {announced[line.text].line}"
            report.error(line.path, line.line, f"{quoted(line.text)} en double", fix)
        elif line.text and line.text not in at:
            fix = meant(line.text, at.keys() - everything, "ajoute son fichier, ou retire-le d’ici")
            report.error(line.path, line.line, f"{quoted(line.text)} n’a pas de fichier", fix)
        announced.setdefault(line.text, line)
    for entry, path in at.items():
        if entry not in announced:
            what = f"{quoted(entry)} n’est pas dans {bot.name}"
            report.error(path, 1, what, "ajoute-le à « entrees », ou retire le fichier")


def check_texts(
    found: tuple[Found, ...],
    out_of_scope: tuple[Line, ...],
    trials: tuple[Trial, ...],
    report: Report,
    severity: Severity,
) -> None:
    """A phrasing stands in one place only; an essai is the same as none, and stands once."""
    places: dict[str, Line] = {}
    stored = "garde-la du côté qui convient"
    tried = "un essai doit être une phrase que le bot n’a jamais lue"
    known = [(line, stored) for line in _stored(found, out_of_scope)]
    for line, fix in [*known, *((trial.utterance, tried) for trial in trials)]:
        # What is only signs has nothing to fold: two different emoji stay two texts.
        key = fold(line.text) or line.text
        first = places.setdefault(key, line)
        if key and first is not line:
            what = f"{quoted(line.text)} est déjà dans {first.path.name}:{first.line}"
            report.add(severity, line.path, line.line, what, fix)


def _stored(found: tuple[Found, ...], out_of_scope: tuple[Line, ...]) -> Iterator[Line]:
    for one in found:
        yield from one.phrasings
    yield from out_of_scope
