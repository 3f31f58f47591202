"""What was taught, written back into faq/: comments, order and quotes stay as they are."""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from orgbot.knowledge.aside import Aside, Shelf, Step, open_shelf, sort_out
from orgbot.knowledge.insert import appended, block, dumped, scalar
from orgbot.knowledge.load import load, load_or_raise
from orgbot.knowledge.markup import literal
from orgbot.knowledge.taught import NewEntry, Taught

PROFILE = "bot.yml"


@dataclass(frozen=True, slots=True)
class Exported:
    """`changed`: the files; `aside`: what was not written, and why."""

    changed: tuple[Path, ...]
    aside: tuple[Aside, ...]


def export(folder: Path, taught: Sequence[Taught], entries: Sequence[NewEntry] = ()) -> Exported:
    """Only lines are added, right after the last ones of their list, and what is there already is not added
    again. What the loader would refuse is left aside; what a person wrote is never changed. Raises
    ContentError, with nothing written, when `folder` does not load as it is."""
    load_or_raise(folder)
    shelf = open_shelf(folder)
    steps, aside = sort_out(shelf, taught, entries)
    kept, refused = _accepted(shelf, steps, ())
    contents = _contents(shelf, kept)
    for path, content in contents.items():
        _replace(path, content.encode())
    return Exported(tuple(contents), (*aside, *refused))


def _accepted(shelf: Shelf, steps: Sequence[Step], before: Sequence[Step]) -> tuple[list[Step], list[Aside]]:
    """Those that the loader takes after what was done `before`. It has the last word, and it is asked about
    all of them at once, then about halves: most of the time, it takes everything."""
    refusal = _refusal(shelf, _contents(shelf, [*before, *steps])) if steps else ""
    if not refusal:
        return [*steps], []
    if len(steps) == 1:
        return [], [Aside(steps[0].lesson, refusal)]
    half = len(steps) // 2
    first, one = _accepted(shelf, steps[:half], before)
    second, other = _accepted(shelf, steps[half:], [*before, *first])
    return [*first, *second], [*one, *other]


def _refusal(shelf: Shelf, contents: Mapping[Path, str]) -> str:
    """What the loader says first of the folder with these contents; "" when it takes it."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "faq"
        shutil.copytree(shelf.folder, copy)
        for path, content in contents.items():
            there = copy / path.relative_to(shelf.folder)
            there.parent.mkdir(exist_ok=True)
            there.write_bytes(content.encode())
        _, problems = load(copy)
    for problem in problems:
        if problem.severity == "error":
            where = shelf.shown(shelf.folder / problem.path.relative_to(copy))
            return f"{problem.what}, dans {where}:{problem.line}; {problem.fix}"
    return ""


def _contents(shelf: Shelf, steps: Sequence[Step]) -> dict[Path, str]:
    """The files that these steps change, whole."""
    contents: dict[Path, str] = {}
    added: dict[tuple[Path, str], list[str]] = defaultdict(list)
    for step in steps:
        if isinstance(step.lesson, NewEntry):
            contents[step.path] = _entry(step.lesson, step.texts)
            added[shelf.folder / PROFILE, "entrees"].append(step.lesson.id)
        else:
            added[step.path, "phrasings"] += step.texts
    for (path, key), texts in added.items():
        if path.exists():
            # As bytes, or the line breaks of a file from Windows would all change.
            before = path.read_bytes().decode()
            contents[path] = appended(before, key, texts)
            if contents[path] == before:
                # A bot.yml that announces no entry.
                del contents[path]
        elif path.name != PROFILE:
            contents[path] = dumped({key: [*map(scalar, texts)]})
    return contents


def _entry(new: NewEntry, texts: Sequence[str]) -> str:
    return dumped(
        {
            "title": DoubleQuotedScalarString(new.title),
            "answer": block(literal(new.answer.strip())),
            "phrasings": [*map(scalar, texts)],
        }
    )


def _replace(path: Path, content: bytes) -> None:
    """Another process that reads meanwhile sees the old file or the new one."""
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
    Path(name).replace(path)
