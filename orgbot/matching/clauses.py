"""A message cut where people change subject."""

import re

# Ends of sentences, and the words that open a second reason. Each alternative is fixed: no backtracking.
_CUTS = re.compile(
    r"[.!?;:\n…]+|,|\b(?:mais|puis|pis|et puis|et|surtout que|en plus|sans compter que|d['’]autant plus que"
    r"|de toute façon|but|and|also)\b",
    re.IGNORECASE,
)
SHORTEST = 3
MOST = 8


def clauses(text: str) -> tuple[str, ...]:
    """The parts of three words and more; none when the message is a single one."""
    parts = [part.strip() for part in _CUTS.split(text)]
    kept = [part for part in parts if len(part.split()) >= SHORTEST]
    return tuple(kept[:MOST]) if len(kept) > 1 else ()
