"""Pictures of an evaluation: which entry is taken for which, and how sure the matcher was."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from orgbot.check.evaluate import Judged

_INK, _RIGHT, _WRONG, _ASKED = "#22303c", "#2f7d5b", "#c2452d", "#d9a441"


def confusion(judged: Sequence[Judged], path: Path) -> None:
    """Lines: what was expected; columns: what was answered, or the first choice offered."""
    names = sorted({name for one in judged for name in (one.expected, one.taken)})
    counts = Counter((one.expected, one.taken) for one in judged)
    grid = np.array([[counts[row, column] for column in names] for row in names], float)
    shares = grid / np.maximum(grid.sum(axis=1, keepdims=True), 1)
    side = 2.5 + 0.42 * len(names)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1)
    for row, column in np.argwhere(grid).tolist():
        ink = "white" if shares[row, column] > 0.6 else _INK
        axes.text(column, row, f"{grid[row, column]:.0f}", ha="center", va="center", color=ink, fontsize=8)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("répondu, ou premier choix offert (none : aucune entrée)")
    axes.set_ylabel("attendu")
    figure.savefig(path, dpi=130)


def confidence(judged: Sequence[Judged], path: Path) -> None:
    """How sure the matcher was of what it did, right or not."""
    kinds = (
        ("juste", _RIGHT, [one.confidence for one in judged if one.verdict.right]),
        (
            "à une touche, ou demandé",
            _ASKED,
            [one.confidence for one in judged if not one.verdict.right and not one.verdict.wrong],
        ),
        ("faux", _WRONG, [one.confidence for one in judged if one.verdict.wrong]),
    )
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.hist(
        [values for _, _, values in kinds],
        bins=list(np.linspace(0, 1, 21)),
        stacked=True,
        color=[colour for _, colour, _ in kinds],
        label=[f"{name} ({len(values)})" for name, _, values in kinds],
    )
    axes.set_xlabel("confiance dans l’issue la plus probable")
    axes.set_ylabel("phrases")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=130)
