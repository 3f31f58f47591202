from pathlib import Path

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render
from orgbot.matching.decision import Matcher
from orgbot.terminal import open_terminal, text


def test_the_terminal_holds_the_same_conversation(
    tmp_path: Path, kb: KnowledgeBase, matcher: Matcher
) -> None:
    shown: list[str] = []
    terminal = open_terminal(kb, matcher, tmp_path, shown.append)
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
