"""What was taught, written back into faq/: comments, order and quotes stay as they are."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from orgbot.knowledge.fold import fold
from orgbot.knowledge.insert import appended, block, dumped, scalar
from orgbot.knowledge.load import load
from orgbot.knowledge.markup import literal
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.problems import ContentError
from orgbot.knowledge.taught import NewEntry, Taught

OUT_OF_SCOPE, PROFILE, QUESTIONS = "hors-sujet.yml", "bot.yml", "questions"


def export(folder: Path, taught: Sequence[Taught], entries: Sequence[NewEntry] = ()) -> tuple[Path, ...]:
    """The files that changed. Only lines are added, and what is there already is not added again; a phrasing
    that stands elsewhere has to be moved by hand, and is left aside. Raises ContentError, with nothing
    written, when the result would not load."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "faq"
        shutil.copytree(folder, copy)
        changed = [path.relative_to(copy) for path in _added(copy, taught, entries)]
        kb, problems = load(copy)
        if kb is None:
            raise ContentError(problem for problem in problems if problem.severity == "error")
        for path in changed:
            _replace(folder / path, (copy / path).read_bytes())
    return tuple(folder / path for path in changed)


def _added(folder: Path, taught: Sequence[Taught], entries: Sequence[NewEntry]) -> Iterator[Path]:
    files = {EntryId(path.stem): path for path in folder.rglob("*/*.yml") if path.parent.name != "essais"}
    there = {fold(text) for path in (*files.values(), folder / OUT_OF_SCOPE) for text in _phrasings(path)}
    lessons = {fold(one.text): one for one in taught if fold(one.text) not in there}
    for new in entries:
        texts = [one.text for one in lessons.values() if one.entry == new.id]
        if new.id not in files and texts:
            yield from _new(folder, new, texts)
    for entry in dict.fromkeys(one.entry for one in lessons.values()):
        path = folder / OUT_OF_SCOPE if entry is None else files.get(entry)
        if path is not None:
            _append(path, "phrasings", [one.text for one in lessons.values() if one.entry == entry])
            yield path


def _new(folder: Path, new: NewEntry, texts: Sequence[str]) -> Iterator[Path]:
    path = folder / QUESTIONS / f"{new.id}.yml"
    path.parent.mkdir(exist_ok=True)
    content = {
        "title": DoubleQuotedScalarString(new.title),
        "answer": block(literal(new.answer.strip())),
        "phrasings": [*map(scalar, texts)],
    }
    path.write_text(dumped(content), "utf-8")
    _append(folder / PROFILE, "entrees", [new.id])
    yield from (path, folder / PROFILE)


def _phrasings(path: Path) -> Sequence[str]:
    return (yaml.safe_load(path.read_text("utf-8")) or {}).get("phrasings") or ()


def _append(path: Path, key: str, texts: Sequence[str]) -> None:
    # As bytes, or the line breaks of a file from Windows would all change.
    path.write_bytes(appended(path.read_bytes().decode(), key, texts).encode())


def _replace(path: Path, content: bytes) -> None:
    """Another process that reads meanwhile sees the old file or the new one."""
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
    Path(name).replace(path)
