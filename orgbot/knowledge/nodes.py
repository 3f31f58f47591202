"""A YAML file as texts, lists and mappings that know their lines. Every scalar stays the text that was
typed: `no`, `oui`, `on` and 2026-01-01 are strings, and the readers convert what they want as something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from orgbot.knowledge.problems import Report

LARGEST = 8 << 20
DEEPEST = 8

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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


def read(path: Path, report: Report, *, largest: int = LARGEST) -> Node | None:
    """None when the file cannot be used at all; the report says why."""
    text = _text(path, report, largest)
    if text is None:
        return None
    try:
        if not _plain(text, path, report):
            return None
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        line = _line(getattr(error, "problem_mark", None))
        reason = getattr(error, "problem", None) or "YAML invalide"
        report.error(
            path,
            line,
            f"YAML illisible ({reason})",
            "vérifie l’alignement, les guillemets et les deux-points",
        )
        return None
    if root is None:
        report.error(path, 1, "fichier vide", "remplis-le ou supprime-le")
        return None
    return _node(root, path, report)


def _text(path: Path, report: Report, largest: int) -> str | None:
    try:
        size = path.stat().st_size
        if size > largest:
            report.error(
                path, 1, f"fichier de {size} octets, au-delà de {largest}", "répartis-le en plusieurs"
            )
            return None
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        report.error(path, 1, "le fichier n’est pas en UTF-8", "enregistre-le de nouveau en UTF-8")
    except OSError as error:
        report.error(path, 1, f"fichier illisible ({error.strerror})", "vérifie le chemin et les permissions")
    return None


def _plain(text: str, path: Path, report: Report) -> bool:
    """Whether the file is free of what this content never needs, and that costs or hides something."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            report.error(
                path, line, "ancre ou alias YAML (& ou *)", "écris le texte en entier à chaque endroit"
            )
            return False
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            report.error(path, line, f"étiquette YAML {tag}", "retire ce qui commence par !")
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
        if not isinstance(key, yaml.ScalarNode):
            report.error(path, at, "une clé doit être un mot", "mets la clé entre guillemets")
        elif key.value in fields:
            report.error(
                path,
                at,
                f"clé « {key.value} » en double",
                f"garde celle-ci ou celle de la ligne {lines[key.value]}",
            )
        else:
            fields[key.value] = _node(value, path, report)
            lines[key.value] = at
    return Fields(fields, lines, line)


def _line(mark: object) -> int:
    """Counted from 1; the bindings to libyaml leave a mark out at times."""
    line: int | None = getattr(mark, "line", None)
    return 1 if line is None else line + 1
