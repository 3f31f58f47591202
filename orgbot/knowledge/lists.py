"""The other files: interface.yml, vocabulaire.yml, hors-sujet.yml, essais/."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orgbot.knowledge.entries import check_html
from orgbot.knowledge.interface import SENTENCES, WORDS
from orgbot.knowledge.nodes import LARGEST, Fields, Node, read
from orgbot.knowledge.problems import Report, meant, quoted
from orgbot.knowledge.reading import Line, Reading

NONE = "none"
# What a button, Telegram's own menus, a picture or a table show as it is.
_SHOWN_AS_IS = ("boutons.", "telegram.", "image.", "tableau.")


@dataclass(frozen=True, slots=True)
class Interface:
    sentences: dict[str, str]
    words: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trial:
    """An essai with where it stands; `entry` "none" when no entry must answer."""

    entry: Line
    utterance: Line


def read_interface(path: Path, report: Report) -> Interface | None:
    root = read(path, report)
    if root is None:
        return None
    reading = Reading(path, report)
    sections = sorted({key.partition(".")[0] for key in SENTENCES})
    fields = reading.fields(root, [*sections, "mots"])
    sentences = dict(_sentences(reading, fields))
    for key, line in sentences.items():
        check_html(reading, line, SENTENCES[key])
        if key.startswith(_SHOWN_AS_IS) and "<" in line.text:
            reading.error(line.line, f"{quoted(key)} est montré tel quel", "retire les balises")
    named = reading.fields(fields.get("mots"), sorted(WORDS))
    words = {key: tuple(line.text for line in reading.texts(node)) for key, node in named.items()}
    return Interface({key: line.text for key, line in sentences.items()}, words)


def _sentences(reading: Reading, fields: Mapping[str, Node]) -> Iterator[tuple[str, Line]]:
    for section, node in fields.items():
        if section == "mots":
            continue
        known = [key.partition(".")[2] for key in SENTENCES if key.startswith(f"{section}.")]
        for key, text in reading.fields(node, known).items():
            # A sentence may begin or end with a line of its own: what surrounds it counts.
            line = reading.text(text)
            raw = getattr(text, "value", line.text)
            yield f"{section}.{key}", Line(raw, line.path, line.line)


def read_vocabulary(path: Path, report: Report, largest: int = LARGEST) -> dict[str, str]:
    root = read(path, report, largest)
    reading = Reading(path, report)
    node = reading.fields(root, ["forms"]).get("forms")
    if node is None:
        return {}
    if not isinstance(node, Fields):
        reading.error(node, "« forms » associe des formes", "écris « chu: je suis »")
        return {}
    return {key: reading.text(value).text for key, value in node.fields.items()}


def read_out_of_scope(path: Path, report: Report, largest: int = LARGEST) -> tuple[Line, ...]:
    reading = Reading(path, report)
    root = read(path, report, largest)
    return reading.texts(reading.fields(root, ["phrasings"]).get("phrasings"))


def read_trials(
    path: Path, report: Report, known: frozenset[str], largest: int = LARGEST
) -> tuple[Trial, ...]:
    reading = Reading(path, report)
    fields = reading.fields(read(path, report, largest), ["entry", "utterances"])
    entry = reading.text(fields.get("entry"))
    if entry.text and entry.text not in known | {NONE}:
        fix = meant(entry.text, known, "mets l’id d’une réponse, ou none")
        reading.error(entry.line, f"identifiant inconnu {quoted(entry.text)}", fix)
    return tuple(Trial(entry, line) for line in reading.texts(fields.get("utterances")))
