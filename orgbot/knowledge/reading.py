"""Typed reading of nodes: each method gives a value to go on with, and reports what was wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from urllib.parse import urlsplit

from orgbot.knowledge.nodes import Fields, Items, Node, Text
from orgbot.knowledge.problems import Report, meant, quoted

YES, NO = frozenset({"oui", "true", "vrai"}), frozenset({"non", "false", "faux"})
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A text and where it stands."""

    text: str
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    path: Path
    report: Report

    def error(self, node: Node | int, what: str, fix: str) -> None:
        self.report.error(self.path, node if isinstance(node, int) else node.line, what, fix)

    def warning(self, line: int, what: str, fix: str) -> None:
        self.report.warning(self.path, line, what, fix)

    def fields(
        self, node: Node | None, required: Iterable[str], optional: Iterable[str] = ()
    ) -> Mapping[str, Node]:
        """The known keys that are there."""
        if node is None:
            return {}
        required, known = list(required), [*required, *optional]
        if not isinstance(node, Fields):
            self.error(node, "ici, il faut des clés", f"par exemple {quoted(f'{known[0]}: …')}")
            return {}
        for key in node.fields:
            if key not in known:
                fix = meant(key, known, "retire-la")
                self.error(node.lines[key], f"clé inconnue {quoted(key)}", fix)
        for key in required:
            if key not in node.fields:
                self.error(node, f"il manque la clé {quoted(key)}", f"ajoute {quoted(f'{key}: …')}")
        return {key: value for key, value in node.fields.items() if key in known}

    def text(self, node: Node | None) -> Line:
        if node is None:
            return Line("", self.path, 1)
        if not isinstance(node, Text):
            self.error(node, "ici, il faut un texte", "mets-le entre guillemets")
            return Line("", self.path, node.line)
        if not node.value.strip():
            self.error(node, "texte vide", "écris-le ou retire la ligne")
        return Line(node.value.strip(), self.path, node.line)

    def texts(self, node: Node | None, *, empty: bool = False) -> tuple[Line, ...]:
        """A list of texts; `empty`: it may hold none."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.error(node, "ici, il faut une liste", "commence chaque ligne par un tiret")
            return ()
        if not node.items and not empty:
            self.error(node, "liste vide", "ajoute au moins une ligne")
        return tuple(self.text(item) for item in node.items)

    def number(self, node: Node | None, otherwise: int) -> int:
        if node is None:
            return otherwise
        line = self.text(node)
        if line.text.isascii() and line.text.isdigit() and 0 < int(line.text[:4]) <= 999:
            return int(line.text[:4])
        if line.text:
            what = f"{quoted(line.text)} n’est pas un nombre utilisable"
            self.error(node, what, "écris un entier de 1 à 999")
        return otherwise

    def yes(self, node: Node | None, *, otherwise: bool) -> bool:
        if node is None:
            return otherwise
        line = self.text(node)
        if line.text.lower() in YES | NO:
            return line.text.lower() in YES
        if line.text:
            self.error(node, f"{quoted(line.text)} n’est ni oui ni non", "écris oui ou non")
        return otherwise

    def moment(self, node: Node | None, otherwise: time) -> time:
        if node is None:
            return otherwise
        line = self.text(node)
        hours, _, minutes = line.text.partition(":")
        try:
            return time(int(hours), int(minutes))
        except ValueError:
            if line.text:
                what = f"{quoted(line.text)} n’est pas une heure"
                self.error(node, what, 'écris-la entre guillemets, comme "9:00"')
            return otherwise

    def dates(self, node: Node | None) -> frozenset[date]:
        found = (self.date(line) for line in self.texts(node, empty=True))
        return frozenset(day for day in found if day is not None)

    def date(self, line: Line) -> date | None:
        try:
            return date.fromisoformat(line.text)
        except ValueError:
            if line.text:
                self.error(line.line, f"{quoted(line.text)} n’est pas une date", "écris-la AAAA-MM-JJ")
            return None

    def address(self, node: Node | None) -> Line:
        line = self.text(node)
        if line.text and not _is_address(line.text):
            what = f"{quoted(line.text)} n’est pas une adresse web"
            self.error(line.line, what, "écris-la au complet, avec https://")
        return line


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # Reading the port checks it.
        return bool(_ADDRESS.fullmatch(text)) and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
