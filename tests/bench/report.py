"""What bench-load found, as tables and a picture."""

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURE = DOCS / "operations.md", DOCS / "load.png"
BEGIN, END = "<!-- bench-load -->\n", "<!-- /bench-load -->"


@dataclass(frozen=True, slots=True)
class Row:
    """Updates acknowledged and replies sent, a second, by so many processes; milliseconds from webhook to
    reply, at a rate. `kind`: ptb | aiogram | orgbot."""

    kind: str
    name: str
    processes: int
    acknowledged: float
    sent: float
    texts: tuple[float, ...] = ()
    quick: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Flat:
    """Milliseconds a message takes, with a thousand and with a million rows in each table."""

    name: str
    medians: tuple[float, float]


def percentiles(spent: Sequence[float]) -> str:
    if not spent:
        return "–"
    return f"{statistics.median(spent):.0f} / {statistics.quantiles(spent, n=100)[98]:.0f}"


def table(rows: Sequence[Row], flats: Sequence[Flat]) -> str:
    yardsticks = {row.processes: row.sent for row in rows if row.kind == "ptb"}
    lines = [
        "| | acknowledged/s | replies/s | ratio | texts, ms (p50 / p99) | taps and commands, ms |",
        "|---|--:|--:|--:|--:|--:|",
        *(
            f"| {row.name} | {row.acknowledged:.0f} | {row.sent:.0f} "
            f"| {row.sent / yardsticks[row.processes]:.2f} "
            f"| {percentiles(row.texts)} | {percentiles(row.quick)} |"
            for row in rows
        ),
        "",
        "| a message, ms (median) | 1,000 rows stored | 1,000,000 | ratio |",
        "|---|--:|--:|--:|",
        *(
            f"| {flat.name} | {flat.medians[0]:.1f} | {flat.medians[1]:.1f} "
            f"| {flat.medians[1] / flat.medians[0]:.2f} |"
            for flat in flats
        ),
    ]
    return "\n".join(lines)


def picture(rows: Sequence[Row]) -> None:
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    speed, wait = figure.subplots(1, 2)
    names = [row.name for row in rows]
    colors = ["#2f7d5b" if row.kind == "orgbot" else "#9aa5b1" for row in rows]
    speed.barh(names, [row.sent for row in rows], color=colors)
    speed.set_xlabel("replies a second")
    kept = [row for row in rows if row.texts]
    for spent, label, color in (
        ([row.texts for row in kept], "texts", "#2f7d5b"),
        ([row.quick for row in kept], "taps and commands", "#5b7c99"),
    ):
        wait.plot(
            [statistics.quantiles(one, n=100)[98] for one in spent],
            range(len(kept)),
            "o",
            label=label,
            color=color,
        )
    wait.set_yticks(range(len(kept)), [row.name.removeprefix("orgbot, ") for row in kept])
    wait.set_xlim(left=0)
    wait.set_xlabel("ms to the reply, p99")
    wait.legend(frameon=False, fontsize=8)
    for axes in (speed, wait):
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PICTURE, dpi=130)


def write(rows: Sequence[Row], flats: Sequence[Flat]) -> None:
    picture(rows)
    page = PAGE.read_text("utf-8")
    block = f"{BEGIN}{table(rows, flats)}\n\n![Replies a second, and how long they take](load.png)\n{END}"
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: block, page, flags=re.DOTALL), "utf-8")
