"""A YAML file as texts, lists and mappings that know their lines. Every scalar stays the text that was
typed: `no`, `oui`, `on` and 2026-01-01 are strings, and the readers convert what they want as something else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from orgbot.knowledge.problems import Report, quoted

# Bytes in a file: what a person writes, and what a set of utterances from elsewhere may hold.
LARGEST, LARGEST_BARE = 1 << 20, 8 << 20
DEEPEST = 8

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML refuses anywhere; found here because its own message has no line.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# What the parsers say → what to look for. The first that is part of the message holds.
_REASONS = (
    ("mapping values are not allowed", "deux-points en trop", "mets le texte entre guillemets"),
    ("could not find expected ':'", "il manque un deux-points", "écris « clé: texte »"),
    ("while scanning a quoted scalar", "guillemet mal fermé", 'termine le texte par "'),
    ("escape", "barre oblique inverse dans un texte", "double-la, ou retire-la"),
    ("tab", "tabulation", "mets des espaces au début de la ligne"),
    ("cannot start any token", "signe que YAML se réserve", "mets le texte entre guillemets"),
    ("another document", "deux documents dans un fichier", "retire la ligne ---"),
    ("undefined alias", "alias YAML (*)", "mets le texte entre guillemets"),
)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """`lines`: where each key stands."""

    fields: Mapping[str, "Node"]
    lines: Mapping[str, int]
    line: int


Node = Text | Items | Fields


def read(path: Path, report: Report, largest: int = LARGEST) -> Node | None:
    """None when the file cannot be used at all; the report says why. `largest`: in bytes."""
    text = _text(path, report, largest)
    if text is None:
        return None
    try:
        if not _plain(text, path, report):
            return None
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        _unreadable(error, text, path, report)
        return None
    if root is None:
        report.error(path, 1, "fichier vide", "remplis-le ou supprime-le")
        return None
    return _node(root, path, report)


def _text(path: Path, report: Report, largest: int) -> str | None:
    try:
        # A pipe would never end, and a folder has nothing to read.
        if not path.is_file():
            report.error(path, 1, "ce n’est pas un fichier", "remets-le en place, ou retire ce nom")
            return None
        size = path.stat().st_size
        if size > largest:
            report.error(
                path, 1, f"fichier de {size} octets, au-delà de {largest}", "répartis-le en plusieurs"
            )
            return None
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        report.error(path, line, "le fichier n’est pas en UTF-8", "enregistre-le de nouveau en UTF-8")
        return None
    except OSError:
        report.error(path, 1, "fichier illisible", "vérifie ses permissions")
        return None
    control = _CONTROL.search(text)
    if control is None:
        return text
    line = text.count("\n", 0, control.start()) + 1
    code = f"U+{ord(control[0]):04X}"
    report.error(path, line, f"caractère invisible ({code})", "efface-le, ou retape la ligne")
    return None


def _unreadable(error: yaml.YAMLError, text: str, path: Path, report: Report) -> None:
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    # A scan ends far from the text that misled it; a block is told apart where it breaks.
    if context.startswith("while scanning"):
        mark = getattr(error, "context_mark", None) or mark
    typed = text.rstrip().split("\n")
    # libyaml may point past the end.
    line = min(_line(mark), len(typed))
    said = f"{context} {getattr(error, 'problem', None) or error}"
    if typed[line - 1].lstrip(" ").startswith("\t"):
        said = "tab"
    what, fix = next(
        ((what, fix) for part, what, fix in _REASONS if part in said),
        ("mise en forme", "vérifie l’alignement, les tirets et les guillemets, ici et juste au-dessus"),
    )
    report.error(path, line, f"YAML illisible ({what})", fix)


def _plain(text: str, path: Path, report: Report) -> bool:
    """Whether the file is free of what this content never needs, and that costs or hides something."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            report.error(path, line, "ancre ou alias YAML (& ou *)", "mets le texte entre guillemets")
            return False
        tag = getattr(event, "tag", None)
        if tag is not None:
            report.error(path, line, f"étiquette YAML {quoted(tag)}", "mets le texte entre guillemets")
            return False
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            report.error(path, line, f"plus de {DEEPEST} niveaux de retrait", "aplatis cette partie")
            return False
    return True


def _node(node: yaml.Node, path: Path, report: Report) -> Node:
    line = _line(node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(item, path, report) for item in node.value), line)
    if not isinstance(node, yaml.MappingNode):
        return Text(node.value, line)
    fields: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        at = _line(key.start_mark)
        fault = _fault(key, lines)
        if fault:
            report.error(path, at, *fault)
        else:
            fields[key.value] = _node(value, path, report)
            lines[key.value] = at
    return Fields(fields, lines, line)


def _fault(key: yaml.Node, lines: Mapping[str, int]) -> tuple[str, str] | None:
    if not isinstance(key, yaml.ScalarNode):
        return "une clé doit être un mot", "mets la clé entre guillemets"
    if not key.value.strip():
        return "clé vide", "écris-la, ou retire la ligne"
    if key.value == "<<" and not key.style:
        return "clé de fusion YAML (<<)", "écris les clés en entier"
    if key.value in lines:
        other = lines[key.value]
        return f"clé {quoted(key.value)} en double", f"garde celle-ci ou celle de la ligne {other}"
    return None


def _line(mark: object) -> int:
    """Counted from 1; the bindings to libyaml leave a mark out at times."""
    line: int | None = getattr(mark, "line", None)
    return 1 if line is None else line + 1
