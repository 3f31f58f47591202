import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render, say
from orgbot.matching.decision import Matcher
from orgbot.matching.engine import Engine, build
from orgbot.terminal import HELP, NAME, Terminal, open_terminal, text

PNEUS = ("où acheter des pneus d'hiver", "où acheter les pneus d'hiver")


def train(kb: KnowledgeBase) -> Engine:
    return build(kb, words_only=True)


@dataclass
class Screen:
    terminal: Terminal
    shown: list[str] = field(default_factory=list)

    def type(self, *lines: str) -> str:
        """What the last of the lines brings, no-break spaces as plain ones."""
        for line in lines:
            self.shown.clear()
            self.terminal.enter(line)
        return "\n".join(self.shown).replace("\u00a0", " ")


@pytest.fixture
def small(kb: KnowledgeBase) -> KnowledgeBase:
    """What is learned by words alone in a second."""
    entries = {name: replace(entry, phrasings=entry.phrasings[:15]) for name, entry in kb.entries.items()}
    return replace(kb, entries=entries, out_of_scope=kb.out_of_scope[::5], essais=kb.essais[:10])


@pytest.fixture
def screen(tmp_path: Path, small: KnowledgeBase) -> Iterator[Screen]:
    shown: list[str] = []
    terminal = open_terminal(small, train(small), train, tmp_path, shown.append)
    yield Screen(terminal, shown)
    terminal.store.engine.dispose()


def test_the_terminal_holds_the_same_conversation(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    shown: list[str] = []
    terminal = open_terminal(kb, matcher, train, tmp_path, shown.append)
    budget = kb.entries[EntryId("budget")]
    terminal.enter(budget.phrasings[0])
    assert text(render(kb, budget.answer)).strip() in shown[0]
    terminal.enter(":?")
    assert any(line.startswith("answer budget") for line in shown)
    terminal.enter(":99")
    assert shown[-1] == "Ce bouton n’existe pas."
    for line in ("/contact", ":1", "La Débrouille", "ici", "oui", "oui"):
        terminal.enter(line)
    known = len(shown)
    terminal.enter("envoyer")
    said = "\n".join(shown[known:])
    assert "C’est envoyé" in said
    assert "[chez la pigiste]" in said
    assert "La Débrouille" in said
    known = len(shown)
    terminal.enter("> :1")
    terminal.enter("> On s’appelle demain?")
    assert any("💬 Camille" in line and "On s’appelle demain?" in line for line in shown[known:])
    terminal.enter("parfait")
    assert any("[chez la pigiste]" in line and "parfait" in line for line in shown[known:])
    terminal.enter("> :4")
    terminal.enter("> :1")
    known = len(shown)
    terminal.enter("+4")
    assert any("Tu voulais un rappel" in line for line in shown[known:])
    terminal.store.engine.dispose()


def test_the_freelancer_teaches_in_the_terminal(screen: Screen, small: KnowledgeBase) -> None:
    listed = screen.type(*PNEUS, "> /lacunes")
    assert "Je regroupe" in listed
    assert "1. (2×) « où acheter" in listed
    group = screen.type("> :1")
    write = next(line for line in group.splitlines() if "Nouvelle réponse" in line)
    preview = screen.type(f"> :{write.strip()[1]}", "> Des pneus, où ça?", "> Au garage du coin.")
    assert "On garde?" in preview
    assert "Au garage du coin." in preview
    kept = screen.type("> oui")
    assert text(say(small, "lacunes.aucune")) in kept
    assert screen.type(PNEUS[1]).strip().startswith("Au garage du coin.")


def test_the_freelancer_s_papers_are_read_in_the_terminal(
    screen: Screen, tmp_path: Path, small: KnowledgeBase
) -> None:
    assert "effacés à la sortie" in HELP
    screen.type("/contact", "oui", "La Débrouille", "ici", "passer", "oui", "envoyer")
    figures = screen.type("> /stats")
    assert "Demandes reçues : 1" in figures
    assert written(figures, tmp_path, ".png").startswith(b"\x89PNG")
    exported = screen.type("> /export")
    table = written(exported, tmp_path, ".csv").decode("utf-8-sig").splitlines()
    (lead,) = csv.DictReader(table, delimiter=";")
    assert lead["Organisme"] == "La Débrouille"
    assert written(exported, tmp_path, ".xlsx").startswith(b"PK")
    links = screen.type("> /liens")
    assert f"https://t.me/{NAME}?start=temps" in links
    code = screen.type("> :1")
    assert small.entries[EntryId("temps")].title in code
    assert written(code, tmp_path, "temps.png").startswith(b"\x89PNG")


def written(shown: str, folder: Path, end: str) -> bytes:
    """The file that a line names."""
    (line,) = (line.strip() for line in shown.splitlines() if line.endswith(end))
    assert Path(line).parent == folder
    return Path(line).read_bytes()
