"""TF-IDF over character n-grams and over stemmed words, in numpy alone: a start that finds the trained model
on disk need not load scikit-learn and SciPy.

Sublinear term frequency, smoothed inverse document frequency and unit length, as in scikit-learn's
TfidfVectorizer; n-grams of 4 and 5 characters inside padded words, words alone and in pairs.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Endings of French (and, harmlessly, of English) words, longest first; at least four letters stay.
_ENDINGS = tuple(
    sorted(
        {"issements", "issement", "ements", "ement", "ations", "ation", "euses", "euse", "iques", "ique"}
        | {"ables", "able", "ives", "ive", "ees", "ee", "er", "ez", "es", "ent", "ons", "ing", "e", "s", "x"},
        key=lambda ending: (-len(ending), ending),
    )
)
_ROOT = 4
_CHARACTERS, _PAIRS = (4, 5), "  "


def stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _ROOT:
            return word[: -len(ending)]
    return word


def terms(text: str) -> Iterator[str]:
    """`text` is normalised. Words begin with a space, pairs with two, n-grams of characters with none."""
    words = text.split()
    shortest, longest = _CHARACTERS
    for word in words:
        padded = f"_{word}_"
        for size in range(shortest, longest + 1):
            for at in range(max(1, len(padded) - size + 1)):
                yield padded[at : at + size]
    stems = [stem(word) for word in words]
    for word in stems:
        yield f" {word}"
    for first, second in pairwise(stems):
        yield f"{_PAIRS}{first} {second}"


@dataclass(frozen=True, slots=True)
class Vector:
    """A sparse row: `columns` and their `weights`, the same length."""

    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Words:
    """`index`: term → column. `idf`: one a column. Columns below `characters` count in one block, the
    others in another, each block scaled to unit length."""

    index: dict[str, int]
    idf: NDArray[np.float32]
    characters: int

    def __call__(self, text: str) -> Vector:
        counts = Counter(column for term in terms(text) if (column := self.index.get(term)) is not None)
        columns = np.fromiter(sorted(counts), np.int32, len(counts))
        weights = np.array([1 + math.log(counts[int(column)]) for column in columns], np.float32)
        weights *= self.idf[columns]
        for block in (columns < self.characters, columns >= self.characters):
            length = float(np.linalg.norm(weights[block]))
            if length:
                weights[block] /= length
        return Vector(columns, weights)

    def only_words(self, row: Vector) -> Vector:
        kept = row.columns >= self.characters
        return Vector(row.columns[kept], row.weights[kept])


def learn(texts: Sequence[str]) -> Words:
    """`texts` are normalised. What occurs in one text only says nothing of others, words themselves excepted:
    half of the columns go, and nothing is lost on faq/ nor on BANKING77."""
    found = Counter(term for text in texts for term in set(terms(text)))
    kept = [term for term, count in found.items() if count > 1 or _is_word(term)]
    known = sorted(kept, key=lambda term: (term[0] == " ", term))
    characters = sum(term[0] != " " for term in known)
    return rebuild(known, characters, idf_of(found, known, len(texts)))


def _is_word(term: str) -> bool:
    return term[0] == " " and not term.startswith(_PAIRS)


def idf_of(found: Counter[str], known: Iterable[str], texts: int) -> NDArray[np.float32]:
    return np.array([math.log((1 + texts) / (1 + found[term])) + 1 for term in known], np.float32)


def rebuild(known: Sequence[str], characters: int, idf: NDArray[np.float32]) -> Words:
    return Words({term: column for column, term in enumerate(known)}, idf, characters)
