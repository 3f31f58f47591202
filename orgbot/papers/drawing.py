"""Draws a sheet. One dot of type is one pixel: every size below is in pixels, from the top left."""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.ticker import MaxNLocator

from orgbot.papers.numbers import say_date, say_whole
from orgbot.papers.picture import Series, Sheet, Stack

WIDTH, HEIGHT, DPI = 1080, 1350, 72
LEFT, RIGHT = 64, 1016
TILES = (64, 268, 558, 836)
# Where the first panel begins, how far apart the objections stand, and what a panel keeps around its bars.
TOP, LINE, HEADING, TICKS, GAP, NUMBER, BOTTOM = 312, 57, 88, 42, 30, 36, 22
# A panel's height when it has nothing to show, and at most.
EMPTY, TALLEST = 130, 480
FONT, INK, GREY, RULE = "DejaVu Sans", "#1D2B36", "#5B6B78", "#DDE3E8"
# Fewer weeks stand as if they were so many; up to ROOMY, each has its date and its number.
FEWEST, ROOMY, DATES, A_YEAR, LONG_DATES = 5, 8, 7, 53, 4


def draw(sheet: Sheet) -> Figure:
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    _text(figure, LEFT, 92, sheet.title, 54, weight="bold")
    if not sheet.mondays:
        _text(figure, WIDTH / 2, HEIGHT / 2 - 20, sheet.nothing[0], 40, ha="center")
        _text(figure, WIDTH / 2, HEIGHT / 2 + 36, sheet.nothing[1], 30, ha="center", color=GREY)
        return figure
    _text(figure, LEFT, 142, sheet.period, 31, color=GREY)
    _tiles(figure, sheet.tiles)
    lines = max(len(sheet.lines), 1) * LINE
    full = sum(map(_filled, sheet.stacks))
    left = HEIGHT - TOP - HEADING / 2 - lines - BOTTOM - EMPTY * (len(sheet.stacks) - full)
    top: float = TOP
    for stack in sheet.stacks:
        room = min(left / full, TALLEST) if _filled(stack) else EMPTY
        _stack(figure, top, room, stack, sheet.mondays)
        top += room
    _lines(figure, top + HEADING / 2, sheet)
    return figure


def _tiles(figure: Figure, tiles: Sequence[tuple[str, str]]) -> None:
    for left, (number, label) in zip(TILES, tiles, strict=True):
        _text(figure, left, 232, number, 46, weight="bold")
        _text(figure, left, 270, label, 26, color=GREY)


def _stack(figure: Figure, top: float, room: float, stack: Stack, mondays: Sequence[date]) -> None:
    _text(figure, LEFT, top + 32, stack.title, 33, weight="bold")
    if not _filled(stack):
        _text(figure, LEFT, top + 78, stack.empty, 28, color=GREY)
        return
    axes = _axes(figure, LEFT, top + HEADING, RIGHT - LEFT, room - HEADING - TICKS - GAP)
    _columns(axes, stack.series, len(mondays))
    _weeks(axes, mondays)
    _scale(axes, [sum(week) for week in zip(*(one.counts for one in stack.series), strict=True)])


def _filled(stack: Stack) -> bool:
    return any(any(one.counts) for one in stack.series)


def _columns(axes: Axes, series: Sequence[Series], weeks: int) -> None:
    floor = [0] * weeks
    # A white line parts two colours; columns of a few pixels have no room for it.
    edge = 2 if weeks <= 40 else 0
    for one in (one for one in series if any(one.counts)):
        style: dict[str, Any] = {"color": one.colour, "edgecolor": "white", "linewidth": edge}
        axes.bar(range(weeks), one.counts, 0.72, bottom=floor, label=one.label, zorder=2, **style)
        floor = [low + count for low, count in zip(floor, one.counts, strict=True)]
    _legend(axes)


def _legend(axes: Axes) -> None:
    spaces = {"handlelength": 0.8, "handleheight": 0.8, "handletextpad": 0.4, "columnspacing": 1.3}
    around = {"borderpad": 0.0, "borderaxespad": 0.0, "frameon": False}
    type_ = {"family": FONT, "size": 26}
    legend = axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, prop=type_, **spaces, **around)
    for text in legend.get_texts():
        text.set(color=INK, parse_math=False)


def _weeks(axes: Axes, mondays: Sequence[date]) -> None:
    weeks = len(mondays)
    spare = max(FEWEST - weeks, 0) / 2
    axes.set_xlim(-0.5 - spare, weeks - 0.5 + spare)
    form, most = ("d MMM", DATES) if weeks <= A_YEAR else ("MMM y", LONG_DATES)
    ranks = range(0, weeks, 1 if weeks <= ROOMY else math.ceil(weeks / most))
    dates = [say_date(mondays[rank], form) for rank in ranks]
    labels = axes.set_xticks(ranks, dates, fontsize=25, color=GREY, fontfamily=FONT)
    if weeks > A_YEAR:
        # Centred under so thin a column, a long date would leave the picture.
        labels[0].label1.set_horizontalalignment("left")


def _scale(axes: Axes, totals: Sequence[int]) -> None:
    highest = max(totals)
    height = axes.get_window_extent().height
    axes.set_ylim(0, highest * height / (height - NUMBER))
    if len(totals) <= ROOMY:
        axes.set_yticks([])
        for rank, total in enumerate(totals):
            place: dict[str, Any] = {"xy": (rank, total), "xytext": (0, 6), "textcoords": "offset points"}
            axes.annotate(say_whole(total), fontsize=27, color=INK, fontfamily=FONT, ha="center", **place)
        return
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: say_whole(round(value)) if value else "")
    axes.tick_params("y", labelsize=25, labelcolor=GREY, labelfontfamily=FONT)
    axes.grid(axis="y", color=RULE, linewidth=1.5)


def _lines(figure: Figure, top: float, sheet: Sheet) -> None:
    """Each title stands above its bar: a phone has no room beside it."""
    _text(figure, LEFT, top - 26, sheet.lines_title, 33, weight="bold")
    if not sheet.lines:
        _text(figure, LEFT, top + 24, sheet.lines_empty, 28, color=GREY)
        return
    axes = _axes(figure, LEFT, top, RIGHT - LEFT, len(sheet.lines) * LINE)
    axes.set(xlim=(0, RIGHT - LEFT), ylim=(len(sheet.lines) * LINE, 0), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    longest = max(line.count for line in sheet.lines)
    for rank, line in enumerate(sheet.lines):
        _text(figure, LEFT, top + rank * LINE + 26, line.title, 26)
        _text(figure, RIGHT, top + rank * LINE + 26, say_whole(line.count), 27, weight="bold", ha="right")
        axes.barh(rank * LINE + 42, line.count / longest * (RIGHT - LEFT), 14, color=line.colour)


def _axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    bottom = 1 - (top + height) / HEIGHT
    axes = figure.add_axes((left / WIDTH, bottom, width / WIDTH, height / HEIGHT))
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.spines["bottom"].set(color=GREY, linewidth=1.5)
    axes.tick_params(length=0, pad=8)
    axes.patch.set_visible(False)
    return axes


def _text(figure: Figure, x: float, y: float, text: str, size: float, **style: Any) -> None:
    """`y`: where the line stands."""
    style = {"color": INK, "fontfamily": FONT, "va": "baseline", **style}
    figure.text(x / WIDTH, 1 - y / HEIGHT, drawable(text), fontsize=size, parse_math=False, **style)


def drawable(text: str) -> str:
    """Without what the font has no sign for, such as an emoji."""
    known = get_font(findfont(FONT)).get_char_index
    return "".join(character for character in text if known(ord(character))).strip()
