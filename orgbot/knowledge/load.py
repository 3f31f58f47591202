"""A folder → one frozen, validated KnowledgeBase, or every problem that stands in its way."""

import os
from datetime import date
from pathlib import Path

from orgbot.knowledge.cross import check_ids, check_texts
from orgbot.knowledge.entries import Found, read_entry
from orgbot.knowledge.lists import (
    NONE,
    Interface,
    Trial,
    read_interface,
    read_out_of_scope,
    read_trials,
    read_vocabulary,
)
from orgbot.knowledge.model import Entry, EntryId, Essai, KnowledgeBase
from orgbot.knowledge.nodes import LARGEST, LARGEST_BARE
from orgbot.knowledge.problems import ContentError, Problem, Report
from orgbot.knowledge.profile import Declared, read_profile
from orgbot.knowledge.reading import Line

__all__ = ["ContentError", "Problem", "default_folder", "load", "load_or_raise"]

RESERVED = frozenset({"bot.yml", "interface.yml", "vocabulaire.yml", "hors-sujet.yml"})
TRIALS = "essais"


def default_folder() -> Path:
    """The repository's own faq/."""
    return Path(__file__).parents[2] / "faq"


def load_or_raise(folder: Path) -> KnowledgeBase:
    """Raises ContentError, which holds every problem."""
    kb, problems = load(folder)
    if kb is None:
        raise ContentError(problem for problem in problems if problem.severity == "error")
    return kb


def load(
    folder: Path, defaults: Path | None = None, *, today: date | None = None
) -> tuple[KnowledgeBase | None, tuple[Problem, ...]]:
    """`folder` needs only entry files; without a bot.yml it is read as a bare knowledge base, and what it
    lacks comes from `defaults` (bot.yml, interface.yml) or stays empty. None when there is an error."""
    report = Report()
    kb = _load(folder, defaults or default_folder(), today or date.today(), report)  # noqa: DTZ011
    problems = tuple(sorted(report.problems, key=lambda problem: (problem.path, problem.line)))
    return (None if report.failed else kb), problems


def _load(folder: Path, defaults: Path, today: date, report: Report) -> KnowledgeBase | None:
    if not folder.is_dir():
        report.error(folder, 1, "dossier introuvable", "vérifie le chemin donné à --faq")
        return None
    paths = _files(folder, report)
    files = tuple(path for path in paths if path.relative_to(folder).parts[0] not in RESERVED | {TRIALS})
    if not files:
        fix = "mets-y au moins un fichier .yml par réponse"
        report.error(folder, 1, "aucune réponse dans ce dossier", fix)
    bare = not (folder / "bot.yml").exists()
    # A set of utterances from elsewhere is bigger than what a person writes, and never quite clean.
    largest = LARGEST_BARE if bare else LARGEST
    read = (read_entry(path, folder, report, today, bare=bare) for path in files)
    found = tuple(one for one in read if one is not None)
    declared = read_profile(_own(folder, defaults, "bot.yml"), report)
    interface = read_interface(_own(folder, defaults, "interface.yml"), report)
    beside = folder / "hors-sujet.yml"
    out_of_scope = read_out_of_scope(beside, report, largest) if beside.exists() else ()
    vocabulary = folder / "vocabulaire.yml"
    forms = read_vocabulary(vocabulary, report, largest) if vocabulary.exists() else {}
    known = frozenset(path.stem for path in files)
    tried = (path for path in paths if path.relative_to(folder).parts[0] == TRIALS)
    trials = tuple(trial for path in tried for trial in read_trials(path, report, known, largest))
    announced = () if bare or declared is None else declared.entries
    check_ids(files, found, announced, folder / "bot.yml", report)
    check_texts(found, out_of_scope, trials, report, "warning" if bare else "error")
    if declared is None or interface is None:
        return None
    return _assemble(found, declared, interface, out_of_scope, forms, trials)


def _assemble(  # noqa: PLR0913, PLR0917  # one argument for each kind of file
    found: tuple[Found, ...],
    declared: Declared,
    interface: Interface,
    out_of_scope: tuple[Line, ...],
    forms: dict[str, str],
    trials: tuple[Trial, ...],
) -> KnowledgeBase:
    order = {line.text: rank for rank, line in enumerate(declared.entries)}
    ranked = sorted(found, key=lambda one: (order.get(one.entry.id, len(order)), one.entry.id))
    entries: dict[EntryId, Entry] = {one.entry.id: one.entry for one in ranked}
    essais = (
        Essai(None if trial.entry.text == NONE else EntryId(trial.entry.text), trial.utterance.text)
        for trial in trials
    )
    return KnowledgeBase(
        entries=entries,
        out_of_scope=tuple(line.text for line in out_of_scope),
        vocabulary=forms,
        profile=declared.profile,
        sentences=interface.sentences,
        words=interface.words,
        essais=tuple(essais),
    )


def _files(folder: Path, report: Report) -> tuple[Path, ...]:
    inside = Path(os.path.realpath(folder))
    paths = []
    for path in sorted(folder.rglob("*")):
        is_entry = path.suffix == ".yml"
        # A link to a folder is not followed: say so when it leads out, where its files would be missed.
        if not is_entry and not path.is_symlink():
            continue
        # realpath, as Path.resolve raises on a link to itself.
        if not Path(os.path.realpath(path)).is_relative_to(inside):
            report.error(path, 1, "lien vers l’extérieur du dossier", "copie ce qu’il désigne ici")
        elif is_entry:
            paths.append(path)
    return tuple(paths)


def _own(folder: Path, defaults: Path, name: str) -> Path:
    own = folder / name
    return own if own.exists() else defaults / name
