"""What a scenario has shown, and the table of them all."""

from collections.abc import Iterable
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
    """`full`: the numbers of the requirement; else a few of each, with shorter leases and outages."""

    full: bool

    def of(self, short: int, full: int) -> int:
        return full if self.full else short

    def seconds(self, short: float, full: float) -> float:
        return full if self.full else short


def table(reports: Iterable[Report]) -> str:
    return HEAD + "".join(f"{report.row()}\n" for report in sorted(reports, key=lambda one: one.number))


def write(path: Path, reports: Iterable[Report]) -> None:
    """Between the marks, and nothing else of the page."""
    page = path.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    path.write_text(f"{head}{BEGIN}\n{table(reports)}{END}{tail}", encoding="utf-8")
