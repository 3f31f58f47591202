"""How much margins and nearness are to be believed, from utterances that the machine has not learned.

Cross-validation over the phrasings gives thousands, but harder ones than messages are: phrasings are chosen
to differ, and each is judged by a machine that has lost a fifth of them. The essais are utterances as they
come, but few. Where there are essais, each kind has half the say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import Matrix
from orgbot.matching.scorer import Floats, Machine, fit

FOLDS = 5
# Above this many phrasings one fold in five is enough to weigh two numbers, and five would take long.
MANY = 5000
# Scores, one a text and a class, that weigh them well: a million takes 25 MB.
SCORES = 1_000_000
# Where no line says what is out of scope, a message that resembles the entries less than this share of
# their own phrasings does is held to be out of it.
STRANGE = 0.05

# Keeps a signal that says the same as another from growing against it.
_STEADY = 1e-3


@dataclass(frozen=True, slots=True)
class Calibration:
    """`weights`: one a signal. `strange`: the score of an out-of-scope class that has no lines of its own."""

    weights: Floats
    strange: float

    def scores(self, signals: Matrix) -> Floats:
        """… × signals × classes → … × classes."""
        weighed: Floats = np.einsum("s,...sk->...k", self.weights, signals.astype(np.float64))
        return weighed


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Texts scored by machines that had not learned them: place as given, class, and signals of each."""

    places: NDArray[np.int64]
    truth: NDArray[np.int64]
    signals: Matrix


def softmax(scores: Floats) -> Floats:
    """Along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised


def hold_out(
    texts: Sequence[str],
    truth: NDArray[np.int64],
    embeddings: Matrix | None,
    *,
    spelled: bool,
    whole: bool = False,
) -> HeldOut:
    """Classes too small for that are left out: `places` may be empty. `whole`: all folds, however many
    texts there are; with thousands of classes some texts of each only."""
    places: list[int] = []
    signals: list[Matrix] = []
    for learned, held in folds(truth, whole=whole):
        known = None if embeddings is None else embeddings[learned]
        machine = fit(_at(texts, learned), truth[learned], known, spelled=spelled)
        for at in held.tolist():
            places.append(at)
            signals.append(machine(texts[at], None if embeddings is None else embeddings[at])[0])
    return HeldOut(np.array(places, np.int64), truth[places], np.array(signals, np.float32))


def tried(
    machine: Machine, texts: Sequence[str], truth: NDArray[np.int64], embeddings: Matrix | None
) -> HeldOut:
    """Texts that were never among those learned."""
    signals = [
        machine(text, None if embeddings is None else embeddings[at])[0] for at, text in enumerate(texts)
    ]
    return HeldOut(np.arange(len(texts)), truth, np.array(signals, np.float32))


def calibrate(held: Sequence[HeldOut], signals: int) -> Calibration:
    """The weights of the signals under which what came true was the most probable, in each kind alike."""
    held = [one for one in held if len(one.truth)]
    if not held:
        return Calibration(np.full(signals, 4.0), 0.0)
    from scipy.optimize import minimize  # noqa: PLC0415  # loaded only to train

    # Each signal on a scale of its own: what is searched is then about 1.
    scale = held[0].signals.std(axis=(0, 2)).astype(np.float64) + 1e-9

    def loss(weights: Floats) -> tuple[float, Floats]:
        parts = [_surprise(weights, one, scale) for one in held]
        surprise = sum(part for part, _ in parts) / len(parts)
        slope = np.sum([slope for _, slope in parts], axis=0) / len(parts)
        return float(surprise + _STEADY * weights @ weights), slope + 2 * _STEADY * weights

    found = minimize(loss, np.ones(len(scale)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(scale))
    weights = found.x / scale
    tops = Calibration(weights, 0.0).scores(held[0].signals).max(axis=1)
    return Calibration(weights, float(np.quantile(tops, STRANGE)))


def _surprise(weights: Floats, held: HeldOut, scale: Floats) -> tuple[float, Floats]:
    """The mean of -log(probability of what came true), and its slope."""
    scaled, rows = held.signals.astype(np.float64) / scale[:, None], np.arange(len(held.truth))
    chances = softmax(np.einsum("s,nsk->nk", weights, scaled))
    expected = np.einsum("nsk,nk->s", scaled, chances) - scaled[rows, :, held.truth].sum(axis=0)
    return float(-np.log(chances[rows, held.truth] + 1e-12).mean()), expected / len(rows)


def _at(texts: Sequence[str], places: NDArray[np.int64]) -> list[str]:
    return [texts[at] for at in places.tolist()]


def folds(
    truth: NDArray[np.int64], *, whole: bool = False
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(learned, held out), stratified; only those where every class keeps something to learn from."""
    order = np.random.default_rng(0).permutation(len(truth))
    width = int(truth.max()) + 1
    places = np.empty(len(truth), np.int64)
    for known in range(width):
        members = order[truth[order] == known]
        places[members] = np.arange(len(members)) % FOLDS
    for fold in range(1 if len(truth) > MANY and not whole else FOLDS):
        # The first fold holds the only phrasing of a class that has one: it is learned, never held out.
        held, learned = np.flatnonzero(places == fold), np.flatnonzero(places != fold)
        alone = ~np.isin(truth[held], truth[learned])
        held, learned = held[~alone], np.sort(np.concatenate([learned, held[alone]]))
        if len(held):
            yield learned, held[:: -(-len(held) * width // SCORES)]
