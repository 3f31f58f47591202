"""What replicas have written: nothing of what people told them, and of no bug."""

import json
from collections.abc import Collection, Iterator
from typing import Any

# Less of a text may be in a log by chance.
SHORTEST = 6
# What asyncio says of a task that nobody waited for, and Python of an exception that nobody caught.
BUGS = ("stopped by a bug", "was never retrieved", "Traceback (most recent call last)", "Unhandled exception")
AWAY = "StoreAwayError"
# Characters of a line: it goes on with frames.
SHOWN = 400


def crashes(log: str) -> list[str]:
    return [line[:SHOWN] for line in log.splitlines() if BUGS[0] in line]


def leaks(log: str, secrets: Collection[str]) -> list[str]:
    """Lines that hold one of them. An update's text counts from its first words on."""
    heads = {secret[:40] for secret in secrets if len(secret) >= SHORTEST}
    return [line[:SHOWN] for line in log.splitlines() if any(head in _plain(line) for head in heads)]


def bugs(log: str, expected: Collection[str] = ()) -> list[str]:
    """Lines that tell of an exception. A database that is away is none of ours; nor what was `expected`, by
    words of its line."""
    return [
        line for line in log.splitlines() if _tells(line) and not any(words in line for words in expected)
    ]


def _tells(line: str) -> bool:
    said = _read(line)
    exception = str(said.get("exception", ""))
    return any(words in line for words in BUGS) or (bool(exception) and AWAY not in exception.splitlines()[0])


def _plain(line: str) -> str:
    """As it was before JSON put it in quotes; and as it is."""
    return " ".join((line, *_strings(_read(line))))


def _read(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _strings(said: Any) -> Iterator[str]:
    match said:
        case dict():
            for value in said.values():
                yield from _strings(value)
        case list():
            for value in said:
                yield from _strings(value)
        case _:
            yield str(said)
