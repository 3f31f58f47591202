"""What a lesson would do, said before it is kept."""

from collections.abc import Mapping, Sequence

from orgbot.desk.state import Lesson
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, label, say
from orgbot.matching.consequence import Changed, Consequences, Outcome, Stolen

LIKELY = 3
SHOWN, WORDS = 5, 100


def preview(lesson: Lesson, words: Sequence[str], found: Consequences, kb: KnowledgeBase) -> Html:
    """Where the words go, what would be answered otherwise, and what would be taken from another entry."""
    examples = Html(
        "\n".join(
            say(kb, "lacunes.exemple", mots=clip(one, WORDS)) for one in [*dict.fromkeys(words)][:SHOWN]
        )
    )
    if lesson.title:
        head = say(kb, "lacunes.vers_nouvelle", titre=lesson.title, reponse=lesson.answer)
    elif lesson.outside:
        head = say(kb, "lacunes.vers_rien")
    else:
        head = say(kb, "lacunes.vers_entree", titre=_title(lesson.entry, kb))
    parts = [head, examples, *_changes(found, kb), say(kb, "lacunes.confirme")]
    return Html("\n\n".join(parts))


def _changes(found: Consequences, kb: KnowledgeBase) -> list[Html]:
    if not (found.changed or found.stolen):
        return [say(kb, "lacunes.rien_ne_change")]
    sorts: Mapping[str, list[Changed]] = {
        "pertes": [one for one in found.changed if one.lost],
        "autrement": [one for one in found.changed if not one.lost and not one.won],
        "gains": [one for one in found.changed if one.won],
    }
    parts = []
    for key, changed in sorts.items():
        if changed:
            lines = Html("\n".join(_changed(one, kb) for one in changed[:SHOWN]))
            parts.append(embed(kb, f"lacunes.{key}", nombre=Html(str(len(changed))), lignes=lines))
    if found.stolen:
        lines = Html("\n".join(_stolen(one, kb) for one in found.stolen[:SHOWN]))
        parts.append(embed(kb, "lacunes.vols", nombre=Html(str(len(found.stolen))), lignes=lines))
    return parts


def _changed(one: Changed, kb: KnowledgeBase) -> Html:
    was, now = _told(one.before, kb), _told(one.after, kb)
    return say(kb, "lacunes.change", mots=clip(one.text, WORDS), titre=was, autre=now)


def _told(outcome: Outcome, kb: KnowledgeBase) -> str:
    action, entries = outcome
    if action == "fallback":
        return kb.sentences["lacunes.sans_reponse"]
    titles = ", ".join(_title(entry, kb) for entry in entries)
    return titles if action == "answer" else label(kb, "lacunes.demande", titres=titles)


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
