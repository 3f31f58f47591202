"""Entry files: one entry each, the file's stem its id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orgbot.knowledge.interface import EVERYWHERE
from orgbot.knowledge.markup import faults, length, literal, shown
from orgbot.knowledge.model import Entry, EntryId, Kind, Source
from orgbot.knowledge.nodes import LARGEST, LARGEST_BARE, Items, Node, read
from orgbot.knowledge.problems import Report, quoted
from orgbot.knowledge.reading import Line, Reading

TITLE, BUTTON, SHORT, ANSWER, PHRASING = 60, 24, 220, 900, 1000
TELEGRAM = 4096
# An id travels in a button of the bot, behind its seal and what it does, in 64 bytes.
ID_BYTES = 35
# What a text that is shown as it is may not hold.
MARKUP = re.compile("[<{}]")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KINDS: Mapping[str, Kind] = {
    "objections": "objection",
    "questions": "question",
    "politesses": "politesse",
}
_LIMITS = {"title": TITLE, "button": BUTTON, "short": SHORT, "answer": ANSWER}
_HTML = ("short", "answer")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with the lines that the cross-checks need to point at."""

    entry: Entry
    path: Path
    phrasings: tuple[Line, ...]
    next: tuple[Line, ...]


def read_entry(path: Path, folder: Path, report: Report, today: date, *, bare: bool) -> Found | None:
    """`bare`: a knowledge base of phrasings alone, where the title and the answer default to the id."""
    root = read(path, report, LARGEST_BARE if bare else LARGEST)
    if root is None:
        return None
    reading = Reading(path, report)
    required = ["phrasings"] if bare else ["title", "answer", "phrasings"]
    fields = reading.fields(root, required, ["title", "answer", "button", "short", "next", "sources"])
    _check_id(reading, path.stem, bare=bare)
    texts = _texts(reading, fields, bare=bare)
    phrasings = reading.texts(fields.get("phrasings"))
    _check_phrasings(reading, phrasings)
    following = reading.texts(fields.get("next"))
    title = texts["title"] or path.stem
    entry = Entry(
        id=EntryId(path.stem),
        kind=_KINDS.get(path.relative_to(folder).parts[0], "objection"),
        title=title,
        answer=texts["answer"] or literal(title),
        phrasings=tuple(line.text for line in phrasings if line.text),
        button=texts["button"] or title,
        short=texts["short"] or _beginning(texts["answer"]) or literal(title),
        next=tuple(EntryId(line.text) for line in following),
        sources=_sources(reading, fields.get("sources"), today),
    )
    return Found(entry, path, phrasings, following)


def _check_id(reading: Reading, stem: str, *, bare: bool) -> None:
    if not bare and not _SLUG.fullmatch(stem):
        what = f"{quoted(stem)} ne peut pas être un identifiant"
        reading.error(1, what, "nomme le fichier en minuscules sans accent, avec des tirets")
    try:
        size = len(stem.encode())
    except UnicodeEncodeError:
        reading.error(1, "nom de fichier qui n’est pas en UTF-8", "renomme le fichier")
        return
    if not bare and size > ID_BYTES:
        reading.error(1, f"identifiant de plus de {ID_BYTES} octets", "raccourcis le nom du fichier")


def _texts(reading: Reading, fields: Mapping[str, Node], *, bare: bool) -> dict[str, str]:
    """The texts to show, "" for those that are not given."""
    texts = dict.fromkeys(_LIMITS, "")
    for key in _LIMITS:
        if key in fields:
            line = reading.text(fields[key])
            if not bare:
                _check_length(reading, key, line)
            texts[key] = _html(reading, line, bare=bare) if key in _HTML else line.text
    return texts


def _check_length(reading: Reading, key: str, line: Line) -> None:
    length, limit = len(shown(line.text)), _LIMITS[key]
    if length > limit:
        what = f"{quoted(key)} a {length} caractères, au-delà de {limit}"
        reading.error(line.line, what, "raccourcis ce texte")
    if key not in _HTML and MARKUP.search(line.text):
        what = f"{quoted(key)} est montré tel quel"
        reading.error(line.line, what, "retire les balises et les accolades")


def _html(reading: Reading, line: Line, *, bare: bool) -> str:
    """In a bare knowledge base, what was not written as HTML is shown as it was written."""
    found = faults(line.text, EVERYWHERE)
    if not (bare and found):
        check_html(reading, line, EVERYWHERE)
        return line.text
    for what, fix in found:
        reading.warning(line.line, f"{what}, donc ce texte est montré tel quel", fix)
    check_html(reading, Line(literal(line.text), line.path, line.line), EVERYWHERE)
    return literal(line.text)


def check_html(reading: Reading, line: Line, allowed: frozenset[str]) -> None:
    """What both answers and sentences must be: Telegram's HTML, with known placeholders."""
    for what, fix in faults(line.text, allowed):
        reading.error(line.line, what, fix)
    if length(line.text) > TELEGRAM:
        reading.error(line.line, f"plus de {TELEGRAM} caractères, que Telegram refuse", "raccourcis ce texte")


def _check_phrasings(reading: Reading, phrasings: tuple[Line, ...]) -> None:
    for line in phrasings:
        if len(line.text) > PHRASING:
            reading.error(line.line, f"formulation de plus de {PHRASING} caractères", "coupe-la")


def _beginning(answer: str) -> str:
    """The first paragraph or else the first sentence, when it stands on its own; else ""."""
    paragraph = answer.split("\n", maxsplit=1)[0].strip()
    sentence = re.split(r"(?<=[.!?…])\s", paragraph, maxsplit=1)[0]
    fitting = (
        text for text in (paragraph, sentence) if len(shown(text)) <= SHORT and not faults(text, EVERYWHERE)
    )
    return next(fitting, "")


def _sources(reading: Reading, node: Node | None, today: date) -> tuple[Source, ...]:
    if node is None:
        return ()
    if not isinstance(node, Items):
        reading.error(node, "« sources » est une liste", "commence chaque source par un tiret")
        return ()
    found = (_source(reading, item, today) for item in node.items)
    return tuple(source for source in found if source is not None)


def _source(reading: Reading, node: Node, today: date) -> Source | None:
    fields = reading.fields(node, ["link", "verified"])
    link, verified = reading.address(fields.get("link")), reading.text(fields.get("verified"))
    day = reading.date(verified)
    if day is not None and day > today:
        reading.error(verified.line, f"vérifié le {day}, dans l’avenir", "mets la date du jour où tu l’as lu")
    return None if day is None else Source(link.text, day)
