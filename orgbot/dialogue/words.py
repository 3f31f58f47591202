"""What can be typed in the place of a button."""

from orgbot.dialogue.state import State
from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import ways, words_of

ORDINALS = ("premier", "deuxieme", "troisieme")
# A word that says which subject: « le », « ça » and « on » are in all.
LONG = 4


def agrees(kb: KnowledgeBase, meaning: str, text: str) -> bool:
    """The same, where a person has been asked for it: « oui oui », « ok envoie », « envoyer svp merci »."""
    meant = ways(kb, meaning)
    known = (*meant, *ways(kb, "remplissage"))
    left, found = f"{fold(text)} ", False
    while left.strip():
        way = max((way for way in known if left.startswith(f"{way} ")), key=len, default="")
        if not way:
            return False
        found = found or way in meant
        left = left[len(way) + 1 :]
    return found


def asks(kb: KnowledgeBase, text: str) -> bool:
    """Whether `text` reads as a question rather than as the answer to one."""
    typed = fold(text) + " "
    return "?" in text or any(typed.startswith(f"{way} ") for way in ways(kb, "question"))


def after(kb: KnowledgeBase, meaning: str, text: str) -> str | None:
    """What follows one of the ways of typing `meaning`; None when `text` does not begin with one."""
    typed = fold(text)
    for way in sorted(ways(kb, meaning), key=len, reverse=True):
        if typed == way or typed.startswith(f"{way} "):
            return typed[len(way) :].strip()
    return None


def numbered(kb: KnowledgeBase, state: State, text: str) -> EntryId | None:
    """The one of the offered entries whose number `text` is."""
    typed = after(kb, "avant_numero", text) or fold(text)
    if typed.isdecimal() and len(typed) <= 2 and 0 < int(typed) <= len(state.choices):
        return state.choices[int(typed) - 1]
    return None


def named(kb: KnowledgeBase, entry: EntryId, text: str) -> str:
    """`text`, when it is the entry's title or its button: it is also her own words. Else ""."""
    known = kb.entries[entry]
    return text if fold(text) and fold(text) in (fold(known.title), fold(known.button)) else ""


def chosen(kb: KnowledgeBase, state: State, text: str) -> EntryId | None:
    """The one of the offered entries that `text` points at: by rank, number, title or button."""
    for ordinal, entry in zip(ORDINALS, state.choices, strict=False):
        if agrees(kb, ordinal, text):
            return entry
    for entry in state.choices:
        if named(kb, entry, text):
            return entry
    if state.choices and agrees(kb, "dernier", text):
        return state.choices[-1]
    return numbered(kb, state, text) or _mentioned(kb, state, text)


def _mentioned(kb: KnowledgeBase, state: State, text: str) -> EntryId | None:
    """« le budget là »: the only one of a question back whose title or button has all these words."""
    if state.awaiting != "choice" or not state.asked:
        return None
    words = {*fold(text).split()} - words_of(kb, ("avant_ligne", "avant_numero", "remplissage"))
    if not any(len(word) >= LONG for word in words):
        return None
    found = [entry for entry in state.choices if words <= _words_of(kb, entry)]
    return found[0] if len(found) == 1 else None


def _words_of(kb: KnowledgeBase, entry: EntryId) -> frozenset[str]:
    known = kb.entries[entry]
    return frozenset(fold(f"{known.title} {known.button}").split())
