"""Entry files: one entry each, the file's stem its id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orgbot.knowledge.markup import markup, placeholders, shown, units
from orgbot.knowledge.model import Entry, EntryId, Kind, Source
from orgbot.knowledge.nodes import Items, Node, read
from orgbot.knowledge.problems import Report
from orgbot.knowledge.reading import Line, Reading
from orgbot.knowledge.sentences import EVERYWHERE, Html

TITLE, BUTTON, SHORT, ANSWER, PHRASING = 60, 24, 220, 900, 1000
TELEGRAM = 4096
# An id travels in a button, behind two characters, in 64 bytes.
ID_BYTES = 48
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KINDS: Mapping[str, Kind] = {
    "objections": "objection",
    "questions": "question",
    "politesses": "politesse",
}
_LINK = re.compile(r"https?://[^\s<>\"]+\.[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with the lines that the cross-checks need to point at."""

    entry: Entry
    path: Path
    phrasings: tuple[Line, ...]
    next: tuple[Line, ...]


def read_entry(path: Path, folder: Path, report: Report, today: date, *, bare: bool) -> Found | None:
    """`bare`: a knowledge base of phrasings alone, where the title and the answer default to the id."""
    root = read(path, report)
    if root is None:
        return None
    reading = Reading(path, report)
    required = ["phrasings"] if bare else ["title", "answer", "phrasings"]
    fields = reading.fields(root, required, ["title", "answer", "button", "short", "next", "sources"])
    _check_id(reading, path.stem, bare=bare)
    texts = {key: reading.text(fields[key]).text if key in fields else "" for key in _LIMITS}
    if not bare:
        _check_texts(reading, fields)
    phrasings = reading.texts(fields.get("phrasings"))
    _check_phrasings(reading, phrasings)
    following = reading.texts(fields.get("next"))
    title = texts["title"] or path.stem
    entry = Entry(
        id=EntryId(path.stem),
        kind=_KINDS.get(path.relative_to(folder).parts[0], "objection"),
        title=title,
        answer=texts["answer"] or title,
        phrasings=tuple(line.text for line in phrasings if line.text),
        button=texts["button"] or title,
        short=texts["short"] or _first_sentence(texts["answer"]) or title,
        next=tuple(EntryId(line.text) for line in following),
        sources=_sources(reading, fields.get("sources"), today),
    )
    return Found(entry, path, phrasings, following)


_LIMITS = {"title": TITLE, "button": BUTTON, "short": SHORT, "answer": ANSWER}


def _check_id(reading: Reading, stem: str, *, bare: bool) -> None:
    if not bare and not _SLUG.fullmatch(stem):
        reading.error(
            1, f"« {stem} » ne peut pas être un identifiant", "nomme le fichier en minuscules et tirets"
        )
    if len(stem.encode()) > ID_BYTES:
        reading.error(1, f"identifiant de plus de {ID_BYTES} octets", "raccourcis le nom du fichier")


def _check_texts(reading: Reading, fields: Mapping[str, Node]) -> None:
    for key, limit in _LIMITS.items():
        if key not in fields:
            continue
        line = reading.text(fields[key])
        length = len(shown(line.text))
        if length > limit:
            reading.error(line.line, f"« {key} » a {length} caractères, au-delà de {limit}", "raccourcis-le")
        if key in ("answer", "short"):
            check_html(reading, line, EVERYWHERE)
        elif "<" in line.text or "{" in line.text:
            reading.error(line.line, f"« {key} » est montré tel quel", "retire les balises et les accolades")


def check_html(reading: Reading, line: Line, allowed: frozenset[str]) -> None:
    """What both answers and sentences must be: Telegram's HTML, with known placeholders."""
    for what, fix in (*placeholders(line.text, allowed), *markup(line.text)):
        reading.error(line.line, what, fix)
    if units(line.text) > TELEGRAM:
        reading.error(line.line, f"plus de {TELEGRAM} caractères, que Telegram refuse", "raccourcis ce texte")


def _check_phrasings(reading: Reading, phrasings: tuple[Line, ...]) -> None:
    for line in phrasings:
        if len(line.text) > PHRASING:
            reading.error(line.line, f"formulation de plus de {PHRASING} caractères", "coupe-la")


def _first_sentence(answer: str) -> Html:
    return Html(answer.split("\n", maxsplit=1)[0])


def _sources(reading: Reading, node: Node | None, today: date) -> tuple[Source, ...]:
    if node is None:
        return ()
    if not isinstance(node, Items):
        reading.error(node, "« sources » est une liste", "commence chaque source par un tiret")
        return ()
    found = (_source(reading, item, today) for item in node.items)
    return tuple(source for source in found if source is not None)


def _source(reading: Reading, node: Node, today: date) -> Source | None:
    fields = reading.fields(node, ["link", "verified"])
    if len(fields) < 2:  # both or nothing
        return None
    link, verified = reading.text(fields["link"]), reading.text(fields["verified"])
    day = reading.date(verified)
    if not _LINK.fullmatch(link.text):
        reading.error(
            link.line, f"« {link.text} » n’est pas une adresse web", "écris-la au complet, avec https://"
        )
        return None
    if day is not None and day > today:
        reading.error(verified.line, f"vérifié le {day}, dans l’avenir", "mets la date du jour où tu l’as lu")
    return None if day is None else Source(link.text, day)
