"""A message cut where people change subject."""

import re
from collections.abc import Sequence

Span = tuple[int, int]

# Ends of sentences, and the words that open a second reason. Each alternative is fixed: no backtracking.
_STOP = re.compile(r"[.!?;:…\n]")
_CUT = re.compile(
    r"[.!?;:…\n,]|\b(?:mais|puis|pis|et|surtout que|en plus|sans compter que|d['’]autant plus que"
    r"|de toute façon|alors que|parce que|ni|but|and|also)\b",
    re.IGNORECASE,
)
_AROUND = " ,'’\"«»\u00a0-–—()"
SHORTEST = 2
MOST = 5


def clauses(text: str) -> tuple[Span, ...]:
    """Where each part begins and ends, in order. Of a long story, only the ends of sentences cut."""
    spans = _between([(cut.start(), cut.end()) for cut in _CUT.finditer(text)], text)
    if sum(_long(text, span) for span in spans) > MOST:
        spans = _between([(cut.start(), cut.end()) for cut in _STOP.finditer(text)], text)
    return tuple(spans)


def said(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """The first parts that are long enough to mean something; none when there is only one."""
    parts = [part for start, end in spans if len((part := _part(text, start, end)).split()) >= SHORTEST]
    return tuple(parts[:MOST]) if len(parts) > 1 else ()


def _part(text: str, start: int, end: int) -> str:
    """« pas le temps ni l’argent »: the second is denied as well."""
    denied = text[:start].rstrip(_AROUND).lower().endswith((" ni", "\nni"))
    return f"pas {text[start:end]}" if denied else text[start:end]


def _between(cuts: Sequence[Span], text: str) -> list[Span]:
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    trimmed = (_trimmed(text, start, end) for start, end in zip(starts, ends, strict=True))
    return [span for span in trimmed if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip(_AROUND)), start + len(part.rstrip(_AROUND))


def _long(text: str, span: Span) -> bool:
    return len(text[span[0] : span[1]].split()) >= SHORTEST
