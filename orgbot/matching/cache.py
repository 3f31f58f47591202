"""Embeddings and trained models on disk: what is not there, or not readable, is made again."""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from orgbot.matching.arrays import Arrays, read, write
from orgbot.matching.encoder import NAME, Encoder, Matrix, encode_all
from orgbot.matching.vectors import shipped


def digest(*parts: str) -> str:
    """Of the parts in order; no two lists of parts give the same."""
    running = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        running.update(len(data).to_bytes(8, "big"))
        running.update(data)
    return running.hexdigest()


def used(path: Path | None) -> None:
    """Makes it the last that `keep_newest` would remove."""
    if path is not None:
        with suppress(OSError):
            os.utime(path)


def keep_newest(path: Path | None, pattern: str, most: int) -> None:
    """Of the files of that pattern beside `path`, it and the last used of the others, `most` in all. Another
    process may write, read or remove them meanwhile: what it looks for and does not find, it makes again."""
    if path is None:
        return
    with suppress(OSError):
        others = [one for one in path.parent.glob(pattern) if one != path]
        for one in sorted(others, key=_last_used, reverse=True)[most - 1 :]:
            with suppress(OSError):
                one.unlink()


def _last_used(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def key_of(text: str) -> str:
    """Of a text and the encoder that reads it."""
    return digest(NAME, text)


def embeddings(
    encoder: Encoder,
    texts: Sequence[str],
    folder: Path | None,
    progress: Callable[[int, int], None] | None = None,
) -> Matrix:
    """One row a text; only texts never seen before, and not shipped, are encoded."""
    path = None if folder is None else folder / "embeddings.npz"
    keys = [key_of(text) for text in texts]
    first = dict(zip(reversed(keys), reversed(texts), strict=True))
    kept = _known(read(path))
    known = shipped([*first]) | kept
    # A batch takes as long as its longest: those of one length go together.
    missing = sorted(first.keys() - known.keys(), key=lambda key: (len(first[key]), key))
    if missing:
        fresh = encode_all(encoder, [first[key] for key in missing], progress)
        kept |= dict(zip(missing, fresh, strict=True))
        write(path, {"keys": np.array([*kept]), "rows": np.vstack([*kept.values()])})
        known |= kept
    return np.vstack([known[key] for key in keys])


def _known(stored: Arrays | None) -> dict[str, Matrix]:
    if stored is None or "keys" not in stored or "rows" not in stored:
        return {}
    return dict(zip(map(str, stored["keys"]), stored["rows"].astype(np.float32), strict=False))
