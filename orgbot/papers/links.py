"""Links that open the bot at one entry, and codes to print them."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np
import segno

from orgbot.knowledge.model import Entry, EntryId

# Pixels a module, of which four are the margin: a code of 29 modules is some 6 cm wide on paper.
SCALE, MARGIN, DPI = 20, 4, 300
# Two lines of title: the pixels they take, and the characters in one.
CAPTION, WRAP = 110, 32


@dataclass(frozen=True, slots=True)
class Link:
    entry: EntryId
    title: str
    url: str


def links(entries: Iterable[Entry], username: str) -> tuple[Link, ...]:
    """`username`: the bot's, with or without its @."""
    root = f"https://t.me/{username.removeprefix('@')}"
    return tuple(Link(entry.id, entry.title, f"{root}?start={entry.id}") for entry in entries)


def qr(link: Link) -> bytes:
    """A PNG at 300 dots an inch: the code, black on white with its quiet zone, and the title under it. Error
    level M, or better where it costs no room."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # loading it takes a second

    from orgbot.papers.drawing import FONT, drawable  # noqa: PLC0415

    code = segno.make_qr(link.url, error="m")
    dark = np.array(list(code.matrix_iter(scale=SCALE, border=MARGIN)), np.uint8)
    side = len(dark)
    height = side + CAPTION
    figure = Figure(figsize=(side / DPI, height / DPI), dpi=DPI, facecolor="white")
    figure.figimage(1 - dark, yo=CAPTION, cmap="gray", vmin=0, vmax=1, origin="upper")
    caption = "\n".join(wrap(drawable(link.title), WRAP)[:2])
    style: dict[str, Any] = {"ha": "center", "va": "center", "parse_math": False}
    figure.text(0.5, (CAPTION + SCALE) / 2 / height, caption, fontsize=9, fontfamily=FONT, **style)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
