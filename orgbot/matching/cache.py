"""Embeddings and trained models on disk, as .npz: never pickles, written whole, rebuilt when unreadable."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orgbot.matching.encoder import NAME, Encoder, Matrix, encode_all

Arrays = Mapping[str, NDArray[np.generic]]


def digest(*parts: str) -> str:
    """Of the parts in order; no two lists of parts give the same."""
    running = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        running.update(len(data).to_bytes(8, "big"))
        running.update(data)
    return running.hexdigest()


def read(path: Path | None) -> Arrays | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(path: Path | None, arrays: Arrays) -> None:
    """Another process that reads meanwhile sees the old file or the new one. A full disk only costs time."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(name).replace(path)
    except OSError:
        return


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


def embeddings(
    encoder: Encoder,
    texts: Sequence[str],
    folder: Path | None,
    progress: Callable[[int, int], None] | None = None,
) -> Matrix:
    """One row a text; only texts never seen before are encoded."""
    path = None if folder is None else folder / "embeddings.npz"
    known = _known(read(path))
    keys = [digest(NAME, text) for text in texts]
    first = dict(zip(reversed(keys), reversed(texts), strict=True))
    # A batch takes as long as its longest: those of one length go together.
    missing = sorted(first.keys() - known.keys(), key=lambda key: (len(first[key]), key))
    if missing:
        fresh = encode_all(encoder, [first[key] for key in missing], progress)
        known |= dict(zip(missing, fresh, strict=True))
        write(path, {"keys": np.array([*known]), "rows": np.vstack([*known.values()])})
    return np.vstack([known[key] for key in keys])


def _known(stored: Arrays | None) -> dict[str, Matrix]:
    if stored is None or "keys" not in stored or "rows" not in stored:
        return {}
    return dict(zip(map(str, stored["keys"]), stored["rows"].astype(np.float32), strict=False))
