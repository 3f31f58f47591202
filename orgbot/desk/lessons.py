"""What a lesson would do, said before it is kept."""

from collections.abc import Sequence

from orgbot.desk.state import Lesson
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, say
from orgbot.matching.consequence import Changed, Consequences, Stolen

LIKELY = 3
SHOWN, WORDS = 5, 100


def preview(lesson: Lesson, words: Sequence[str], found: Consequences, kb: KnowledgeBase) -> Html:
    """Where the words go, what would be answered otherwise, and what would be taken from another entry."""
    examples = Html("\n".join(say(kb, "lacunes.exemple", mots=clip(one, WORDS)) for one in words[:SHOWN]))
    if lesson.title:
        head = say(kb, "lacunes.vers_nouvelle", titre=lesson.title, reponse=lesson.answer)
    elif lesson.outside:
        head = say(kb, "lacunes.vers_rien")
    else:
        head = say(kb, "lacunes.vers_entree", titre=_title(lesson.entry, kb))
    parts = [head, examples, *_changes(found, kb), say(kb, "lacunes.confirme")]
    return Html("\n\n".join(parts))


def _changes(found: Consequences, kb: KnowledgeBase) -> list[Html]:
    lost = [one for one in found.changed if one.lost]
    won = [one for one in found.changed if one.won]
    if not (lost or won or found.stolen):
        return [say(kb, "lacunes.rien_ne_change")]
    parts = []
    if won:
        parts.append(say(kb, "lacunes.gains", nombre=str(len(won))))
    if lost:
        lines = Html("\n".join(_lost(one, kb) for one in lost[:SHOWN]))
        parts.append(embed(kb, "lacunes.pertes", nombre=Html(str(len(lost))), lignes=lines))
    if found.stolen:
        lines = Html("\n".join(_stolen(one, kb) for one in found.stolen[:SHOWN]))
        parts.append(embed(kb, "lacunes.vols", nombre=Html(str(len(found.stolen))), lignes=lines))
    return parts


def _lost(one: Changed, kb: KnowledgeBase) -> Html:
    action, entries = one.after
    now = ", ".join(_title(entry, kb) for entry in entries) if action != "fallback" else ""
    told = now or kb.sentences["lacunes.sans_reponse"]
    return say(kb, "lacunes.perte", mots=clip(one.text, WORDS), titre=_title(one.expected, kb), autre=told)


def _stolen(one: Stolen, kb: KnowledgeBase) -> Html:
    return say(
        kb,
        "lacunes.vol",
        mots=clip(one.phrasing, WORDS),
        titre=_title(one.entry, kb),
        autre=_title(one.by, kb),
    )


def _title(entry: EntryId | None, kb: KnowledgeBase) -> str:
    if entry is None:
        return kb.sentences["lacunes.sans_reponse"]
    return kb.entries[entry].title if entry in kb.entries else str(entry)
