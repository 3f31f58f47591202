"""What a scenario has shown, and the table of them all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- chaos: begin -->", "<!-- chaos: end -->"
HEAD = """\
| # | Scenario | Updates | Faults | Messages shown | Ambiguous sends | Duplicates | Lost | Seconds | Seen |
|--:|---|--:|--:|--:|--:|--:|--:|--:|---|
"""


@dataclass(frozen=True, slots=True)
class Report:
    """`faults`: kills, freezes, refusals, resets and the like, counted where they were injected; `shown`:
    messages that Telegram was sent; `ambiguous`: sends of which nobody could know whether they had arrived;
    `lost`: updates acknowledged and not stored, and messages queued and never shown; `seen`: in short."""

    number: int
    name: str
    updates: int
    faults: int
    shown: int
    ambiguous: int
    duplicates: int
    lost: int
    seconds: float
    seen: str = ""

    def row(self) -> str:
        counts = (self.updates, self.faults, self.shown, self.ambiguous, self.duplicates, self.lost)
        numbers = " | ".join(f"{count:,}" for count in counts)
        return f"| {self.number} | {self.name} | {numbers} | {self.seconds:.0f} | {self.seen} |"


@dataclass(frozen=True, slots=True)
class Size:
    """`full`: the numbers of the requirement; else a few of each, with shorter leases and outages, and no
    more than `patience` seconds for what is waited for: anything takes less."""

    full: bool
    patience: float = 30.0

    def of(self, short: int, full: int) -> int:
        return full if self.full else short

    def seconds(self, short: float, full: float) -> float:
        return full if self.full else short


def write(path: Path, rows: Mapping[int, str | None]) -> None:
    """The rows of these numbers, between the marks; None for a scenario that failed, which has none. Those of
    the others stay, as does the rest of the page."""
    page = path.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    old, _, tail = rest.partition(END)
    known = {int(number): row for row, number in re.findall(r"^(\| ([0-9]+) \|.*)$", old, re.MULTILINE)}
    kept = [row for _, row in sorted({**known, **rows}.items()) if row is not None]
    path.write_text(f"{head}{BEGIN}\n{HEAD}{chr(10).join(kept)}\n{END}{tail}", encoding="utf-8")
