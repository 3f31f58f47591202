"""The trained model: (normalised text, embedding) → probabilities, entry by entry and out of scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId
from orgbot.matching import cache as disk
from orgbot.matching.calibrate import Calibration, calibrate, hold_out, softmax
from orgbot.matching.encoder import NAME, Encoder, Matrix
from orgbot.matching.scorer import Arrays, Machine, fit, from_arrays, to_arrays

# Part of every cache key: raise it when the same phrasings would train another model.
VERSION = "3"
# How many messages in ten nobody could answer. hors-sujet.yml holds more than that, for it takes many lines
# to tell what is out: their share of the phrasings must not be taken for a share of the messages.
ASSUMED_OUTSIDE = 0.2
Progress = Callable[[int, int], None]
Ranking = tuple[tuple[EntryId, float], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """`ranking`: every entry, best first; `outside`: what is left of 1. `similarities`: see Nearness."""

    ranking: Ranking
    outside: float
    similarities: Matrix

    def of(self, entry: EntryId) -> float:
        return next((probability for one, probability in self.ranking if one == entry), 0.0)


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
        scores = self.calibration.scores(signals)
        outside = self.classes.index(None) if None in self.classes else len(self.classes)
        if outside == len(self.classes):
            scores = np.append(scores, self.calibration.strange)
        scores[outside] += np.log(self.outside)
        probabilities = softmax(scores)
        named = [(entry, float(p)) for entry, p in zip(self.classes, probabilities, strict=False) if entry]
        ranking = tuple(sorted(named, key=lambda one: -one[1]))
        return Scored(ranking, float(probabilities[outside]), similarities)


def obtain(  # noqa: PLR0913  # what a model is made of
    entries: Sequence[EntryId | None],
    told: Sequence[str],
    encoder: Encoder | None,
    cache: Path | None,
    progress: Progress | None,
    *,
    spelled: bool,
) -> Model:
    """Of one phrasing an item, with its entry: trained, or read from the folder `cache`."""
    classes = tuple(dict.fromkeys(entries))
    places = {entry: at for at, entry in enumerate(classes)}
    truth = np.array([places[entry] for entry in entries], np.int64)
    name = "words" if encoder is None else NAME
    key = disk.digest(VERSION, name, str(spelled), *told, ",".join(map(str, truth.tolist())))
    path = None if cache is None else cache / f"model-{key}.npz"
    found = _stored(disk.read(path))
    weight = _outside(entries)
    if found is not None:
        return Model(classes, *found, weight)
    normalised = [fold(text) for text in told]
    embeddings = None if encoder is None else disk.embeddings(encoder, told, cache, progress)
    machine = fit(normalised, truth, embeddings, spelled=spelled)
    held = hold_out(normalised, truth, embeddings, spelled=spelled)
    calibration = calibrate(held, truth, machine.signals)
    disk.write(path, to_arrays(machine) | _kept(calibration))
    return Model(classes, machine, calibration, weight)


def _outside(entries: Sequence[EntryId | None]) -> float:
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
