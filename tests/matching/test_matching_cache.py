"""What stays on disk."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from orgbot.knowledge.model import EntryId
from orgbot.matching.arrays import read, write
from orgbot.matching.cache import keep_newest
from orgbot.matching.model import FILES, MOST_FILES, Model, Told, obtain

NOTHING = Told([], [])


def trained(cache: Path, lesson: int) -> Model:
    """One more phrasing, one more model."""
    texts = ["pas le temps", "aucune minute", "pas d'argent", "aucun budget", f"leçon {lesson}"]
    entries = [EntryId(name) for name in ("temps", "temps", "budget", "budget", "temps")]
    return obtain(Told(entries, texts), NOTHING, None, cache, None)


def aged(folder: Path) -> set[Path]:
    """The models that are there, all of them an hour older from now on."""
    found = {*folder.glob(FILES)}
    for path in found:
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)
    return found


def test_only_the_models_last_used_stay(tmp_path: Path) -> None:
    others = {tmp_path / name for name in ("embeddings.npz", "model.npz", "notes.txt")}
    for path in others:
        path.write_bytes(b"")
    trained(tmp_path, 0)
    first = aged(tmp_path)
    for lesson in range(1, MOST_FILES):
        trained(tmp_path, lesson)
        aged(tmp_path)
    assert len([*tmp_path.glob(FILES)]) == MOST_FILES
    # What the bot knows is read again at each start, and outlives the lessons that were only tried.
    trained(tmp_path, 0)
    for lesson in range(MOST_FILES, 2 * MOST_FILES - 1):
        trained(tmp_path, lesson)
        models = aged(tmp_path)
        assert len(models) == MOST_FILES
        assert first <= models
    trained(tmp_path, 2 * MOST_FILES)
    assert not first <= {*tmp_path.glob(FILES)}
    assert all(path.exists() for path in others)


def test_what_was_just_written_stays_even_where_the_clock_went_back(tmp_path: Path) -> None:
    written = [tmp_path / f"model-{number}.npz" for number in range(3)]
    for path in written:
        write(path, {"a": np.zeros(1)})
    os.utime(written[0], (0, 0))
    keep_newest(written[0], FILES, 1)
    assert [*tmp_path.glob(FILES)] == written[:1]


def busy(folder: Path, numbers: Sequence[int]) -> None:
    for number in numbers:
        path = folder / f"model-{number}.npz"
        write(path, {"number": np.array([number])})
        keep_newest(path, FILES, 2)
        found = read(path)
        assert found is None or found["number"][0] == number


def test_two_processes_may_share_the_folder(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as both:
        # Read to the end, an iterator raises what a process raised.
        assert [*both.map(partial(busy, tmp_path), (range(200), range(200, 400)))] == [None, None]
    keep_newest(tmp_path / "model-399.npz", FILES, 2)
    assert len([*tmp_path.glob("*")]) <= 2
