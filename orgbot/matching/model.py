"""The trained model: (normalised text, embedding) → probabilities, entry by entry and out of scope."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId
from orgbot.matching import apart
from orgbot.matching import cache as disk
from orgbot.matching.arrays import Arrays, read, write
from orgbot.matching.calibrate import Calibration, calibrate, hold_out, softmax, tried
from orgbot.matching.encoder import NAME, Encoder, Matrix
from orgbot.matching.memory import give_back, trim
from orgbot.matching.scorer import Machine, fit, from_arrays, to_arrays

# Part of every cache key: raise it when the same phrasings would train another model.
VERSION = "7"
# How many messages in ten nobody could answer. hors-sujet.yml holds more than that, for it takes many lines
# to tell what is out: their share of the phrasings must not be taken for a share of the messages.
ASSUMED_OUTSIDE = 0.2
# 16 MB each, and one more each time that a lesson is tried: what the bot knows, and the last few tries.
FILES, MOST_FILES = "model-*.npz", 5
Progress = Callable[[int, int], None]
Ranking = tuple[tuple[EntryId, float], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """`ranking`: every entry, best first; `outside`: what is left of 1. `similarities`: see Nearness."""

    ranking: Ranking
    outside: float
    similarities: Matrix


@dataclass(frozen=True, slots=True)
class Model:
    """`classes`: the entries in the machine's order; None is out of scope, and may be missing.
    `outside`: what turns its share of the phrasings into its share of the messages."""

    classes: tuple[EntryId | None, ...]
    machine: Machine
    calibration: Calibration
    outside: float

    def __call__(self, normalised: str, embedding: Matrix | None) -> Scored:
        signals, similarities = self.machine(normalised, embedding)
        return Scored(*self.weigh(signals), similarities)

    def weigh(self, signals: Matrix) -> tuple[Ranking, float]:
        """Every entry with its probability, best first, and what is left for out of scope."""
        scores = self.calibration.scores(signals)
        outside = self.classes.index(None) if None in self.classes else len(self.classes)
        if outside == len(self.classes):
            scores = np.append(scores, self.calibration.strange)
        scores[outside] += np.log(self.outside)
        probabilities = softmax(scores)
        named = [(entry, float(p)) for entry, p in zip(self.classes, probabilities, strict=False) if entry]
        ranking = tuple(sorted(named, key=lambda one: -one[1]))
        return ranking, float(probabilities[outside])


@dataclass(frozen=True, slots=True)
class Told:
    """Phrasings, or essais, as the machine reads them: an entry and a text each. `spelled`: a vocabulary
    brought spoken forms to one spelling."""

    entries: Sequence[EntryId | None]
    texts: Sequence[str]
    spelled: bool = True

    def truth(self, classes: Sequence[EntryId | None]) -> NDArray[np.int64]:
        places = {entry: at for at, entry in enumerate(classes)}
        return np.array([places[entry] for entry in self.entries], np.int64)


def obtain(
    learned: Told, trials: Told, encoder: Encoder | None, cache: Path | None, progress: Progress | None
) -> Model:
    """Trained on `learned`, calibrated also on `trials`; or read from the folder `cache`. Large ones are
    trained in a process apart."""
    classes = tuple(dict.fromkeys(learned.entries))
    path = None if cache is None else cache / FILES.replace("*", _key(learned, trials, encoder))
    found = _stored(read(path))
    if found is not None:
        disk.used(path)
        return Model(classes, *found, outside_weight(learned.entries))
    embeddings: Arrays = {}
    if encoder is not None:
        both = [*learned.texts, *trials.texts]
        embeddings = {"rows": disk.embeddings(encoder, both, cache, progress)}
        encoder.rest()
    order = {"learned": asdict(learned), "trials": asdict(trials)}
    arrays = apart.train(order, embeddings) if len(learned.texts) >= apart.WORTH else None
    arrays = arrays or train(order, embeddings)
    write(path, arrays)
    disk.keep_newest(path, FILES, MOST_FILES)
    found = _stored(arrays)
    assert found is not None
    return Model(classes, *found, outside_weight(learned.entries))


def _key(learned: Told, trials: Told, encoder: Encoder | None) -> str:
    entries = [str(entry) for told in (learned, trials) for entry in told.entries]
    name = "words" if encoder is None else NAME
    return disk.digest(VERSION, name, str(learned.spelled), *entries, "", *learned.texts, "", *trials.texts)


def train(order: Mapping[str, Any], embeddings: Arrays) -> Arrays:
    """`order`: `learned` and `trials`, each the fields of a Told; `embeddings`: "rows", one a text of both,
    or nothing without an encoder. What `_stored` reads."""
    # Without it, 40 MB more.
    give_back()
    learned, trials = Told(**order["learned"]), Told(**order["trials"])
    classes, count = tuple(dict.fromkeys(learned.entries)), len(learned.texts)
    every = np.asarray(embeddings["rows"], np.float32) if "rows" in embeddings else None
    of_learned, of_trials = (None, None) if every is None else (every[:count], every[count:])
    folded, truth = [fold(text) for text in learned.texts], learned.truth(classes)
    held = hold_out(folded, truth, of_learned, spelled=learned.spelled)
    trim()
    machine = fit(folded, truth, of_learned, spelled=learned.spelled)
    told = tried(machine, [fold(text) for text in trials.texts], trials.truth(classes), of_trials)
    return to_arrays(machine) | _kept(calibrate((held, told), machine.signals))


def outside_weight(entries: Sequence[EntryId | None]) -> float:
    """Never above 1: a knowledge base with few out-of-scope lines is taken at its word."""
    out = sum(entry is None for entry in entries)
    if out in (0, len(entries)):
        return 1.0
    return min(1.0, ASSUMED_OUTSIDE / (1 - ASSUMED_OUTSIDE) * (len(entries) - out) / out)


def _kept(calibration: Calibration) -> dict[str, NDArray[np.generic]]:
    return {"calibration": np.array([*calibration.weights, calibration.strange])}


def _stored(arrays: Arrays | None) -> tuple[Machine, Calibration] | None:
    if arrays is None:
        return None
    try:
        *weights, strange = map(float, arrays["calibration"])
        return from_arrays(arrays), Calibration(np.array(weights), strange)
    except (KeyError, ValueError, TypeError, IndexError):
        return None
