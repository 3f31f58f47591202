"""The figures as one picture, to be read on a phone."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import clip, say
from orgbot.papers.figures import Figures, Share, Tally
from orgbot.papers.numbers import say_day, say_percent, say_wait, say_whole
from orgbot.papers.saying import title_of

# Past this many objections, the last line is the sum of the others.
LINES, TITLE = 6, 62


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a stack: a count a week."""

    label: str
    colour: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Stack:
    """Weeks side by side; `empty` is said when all of it is nothing."""

    title: str
    empty: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    count: int
    colour: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is drawn, in words and numbers: four `tiles`, (number, what it counts)."""

    title: str
    period: str
    nothing: tuple[str, str]
    tiles: tuple[tuple[str, str], ...]
    mondays: tuple[date, ...]
    stacks: tuple[Stack, ...]
    lines_title: str
    lines_empty: str
    lines: tuple[Line, ...]


# Blue, amber and vermilion of Okabe and Ito, told apart by all eyes; grey for what is not judged.
GOOD, HALF, BAD, OPEN = "#0072B2", "#F0B429", "#D55E00", "#C3CCD4"


def picture(figures: Figures, kb: KnowledgeBase, today: date) -> bytes:
    """A PNG of 1080 × 1350 pixels; `today`, in the profile's zone."""
    from orgbot.papers.drawing import draw  # noqa: PLC0415  # loading matplotlib takes a second

    file = io.BytesIO()
    draw(sheet(figures, kb, today)).savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def sheet(figures: Figures, kb: KnowledgeBase, today: date) -> Sheet:
    return Sheet(
        title=_label(kb, "titre"),
        period=_period(figures, kb, today),
        nothing=(_label(kb, "rien"), _label(kb, "rien_suite")),
        tiles=tuple(_tiles(figures.total, kb)),
        mondays=tuple(week.monday for week in figures.weeks),
        stacks=(_leads(figures, kb), _done(figures, kb)),
        lines_title=_label(kb, "panneau_objections"),
        lines_empty=_label(kb, "aucune_objection"),
        lines=tuple(_lines(figures.total, kb)),
    )


def _label(kb: KnowledgeBase, key: str, **values: str) -> str:
    return unescape(say(kb, f"image.{key}", **values))


def _period(figures: Figures, kb: KnowledgeBase, today: date) -> str:
    if not figures.weeks:
        return ""
    # Of the week that is not over, what has passed: as the text says it.
    first, last = figures.weeks[0].monday, min(figures.weeks[-1].monday + timedelta(days=6), today)
    # The picture outlives the year: its end is dated in full, and its beginning where that differs.
    return _label(kb, "periode", debut=say_day(first, last), fin=say_day(last, date.min))


def _tiles(total: Tally, kb: KnowledgeBase) -> Iterator[tuple[str, str]]:
    yield say_whole(total.leads), _label(kb, "demandes" if total.leads > 1 else "demande")
    yield say_percent(total.by_latest), _label(kb, "a_temps")
    yield say_wait(total.wait), _label(kb, "attente")
    yield say_percent(total.won_of_over), _label(kb, "gagnees")


def _leads(figures: Figures, kb: KnowledgeBase) -> Stack:
    tallies = [week.tally for week in figures.weeks]
    kept, late = [one.by_latest.part for one in tallies], [_missed(one.by_latest) for one in tallies]
    still = [one.leads - one.by_latest.whole for one in tallies]
    series = (
        Series(_label(kb, "tenue"), GOOD, kept),
        Series(_label(kb, "manquee"), BAD, late),
        Series(_label(kb, "pas_due"), OPEN, still),
    )
    return Stack(_label(kb, "panneau_demandes"), _label(kb, "aucune_demande"), series)


def _missed(share: Share) -> int:
    return share.whole - share.part


def _done(figures: Figures, kb: KnowledgeBase) -> Stack:
    tallies = [week.tally for week in figures.weeks]
    series = (
        Series(_label(kb, "repondu"), GOOD, [one.answered + one.met for one in tallies]),
        Series(_label(kb, "precise"), HALF, [one.asked_back for one in tallies]),
        Series(_label(kb, "sans_reponse"), BAD, [one.fallbacks for one in tallies]),
    )
    return Stack(_label(kb, "panneau_bot"), _label(kb, "aucun_message"), series)


def _lines(total: Tally, kb: KnowledgeBase) -> Iterator[Line]:
    counts = total.objections
    shown = counts if len(counts) <= LINES else counts[: LINES - 1]
    for entry, count in shown:
        yield Line(clip(title_of(kb, entry), TITLE), count, GOOD)
    if len(shown) < len(counts):
        yield Line(_label(kb, "autres"), sum(count for _, count in counts[len(shown) :]), OPEN)
