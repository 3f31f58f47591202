"""The embeddings of faq/, made beforehand (`make vectors`) and shipped beside this file.

A new machine, or a host that forgets its disk each day, would take minutes to encode 10,000 phrasings.
What is shipped is found by the text itself: a phrasing edited since, and it alone, is encoded there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.arrays import read, write
from orgbot.matching.encoder import Matrix

SHIPPED = Path(__file__).with_name("vectors.npz")


def shipped(keys: Sequence[str], path: Path = SHIPPED) -> dict[str, Matrix]:
    """Those of `keys` that are there. Bytes in place of floats: a row turns by less than half a degree."""
    stored = read(path)
    if stored is None or not stored.keys() >= {"keys", "rows", "scales"}:
        return {}
    places = {key: at for at, key in enumerate(stored["keys"].astype(str).tolist())}
    found = [key for key in keys if key in places]
    at = [places[key] for key in found]
    rows = stored["rows"][at].astype(np.float32) * stored["scales"][at, None].astype(np.float32)
    return dict(zip(found, rows, strict=True))


def ship(vectors: Mapping[str, Matrix], path: Path = SHIPPED) -> None:
    """In the order of their keys, so that the same phrasings make the same file."""
    keys = sorted(vectors)
    rows = np.vstack([vectors[key] for key in keys])
    scales = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
    write(path, {"keys": np.array(keys, "S"), "rows": _rounded(rows / scales[:, None]), "scales": scales})


def _rounded(rows: Matrix) -> NDArray[np.int8]:
    return np.rint(rows).astype(np.int8)
