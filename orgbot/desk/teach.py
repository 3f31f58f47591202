"""The freelancer teaches: utterances without an answer, group by group, and what becomes of each.

What takes time is worked out elsewhere: the groups ("list") and what a change would cost ("preview").
Nothing is kept before she has seen that and said yes.
"""

from dataclasses import replace

from orgbot.chat.actions import Teach
from orgbot.chat.events import Button, Context, Reply
from orgbot.desk.effects import DeskTurn, Ignored, Learned, Study
from orgbot.desk.state import DeskState, Gap, Lesson
from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, label, say
from orgbot.knowledge.taught import check_new

SHOWN, SAMPLE, SAMPLES = 8, 120, 5
LONGEST_TITLE = 60


def begin(state: DeskState, context: Context) -> DeskTurn:
    """/lacunes."""
    asked = replace(state, lesson=Lesson())
    return DeskTurn((Reply(say(context.kb, "lacunes.cherche")),), (Study(),), state=asked)


def tapped(state: DeskState, action: Teach, context: Context) -> DeskTurn:
    lesson, kb = state.lesson, context.kb
    if action.verb == "gaps" or lesson is None:
        return begin(state, context)
    match action.verb:
        case "gap":
            return _open(state, lesson, action.value, context)
        case "others":
            return DeskTurn((Reply(say(kb, "lacunes.ou"), _entries(kb)),))
        case "attach" if EntryId(action.value) in kb.entries:
            return _preview(state, replace(lesson, entry=EntryId(action.value), outside=False, title=""), kb)
        case "outside":
            return _preview(state, replace(lesson, entry=None, outside=True, title=""), kb)
        case "write":
            asked = replace(lesson, step="title", entry=None, outside=False, title="", answer="")
            return DeskTurn((Reply(say(kb, "lacunes.titre")),), state=replace(state, lesson=asked))
        case "ignore" if lesson.gap < len(lesson.gaps):
            done = (Ignored(lesson.gaps[lesson.gap].rows), Study())
            return DeskTurn((Reply(say(kb, "lacunes.ignoree")),), done, state=replace(state, lesson=Lesson()))
        case "save" if lesson.step == "confirm":
            return save(state, lesson, kb)
        case "drop":
            return drop(state, kb)
        case _:
            return begin(state, context)


def _open(state: DeskState, lesson: Lesson, value: str, context: Context) -> DeskTurn:
    number = int(value) if value.isdecimal() else len(lesson.gaps)
    if number >= len(lesson.gaps):
        return begin(state, context)
    chosen = replace(lesson, step="choose", gap=number)
    return DeskTurn((gap_card(lesson.gaps[number], context.kb),), state=replace(state, lesson=chosen))


def said(state: DeskState, lesson: Lesson, text: str, kb: KnowledgeBase) -> DeskTurn | None:
    """Her words, when the lesson waits for some; None when they are for something else."""
    match lesson.step:
        case "title":
            return _titled(state, lesson, text, kb)
        case "answer":
            return _answered(state, lesson, text, kb)
        case "confirm" if _means(kb, "oui", text):
            return save(state, lesson, kb)
        case "confirm" if _means(kb, "non", text):
            return drop(state, kb)
        case _:
            return None


def _titled(state: DeskState, lesson: Lesson, text: str, kb: KnowledgeBase) -> DeskTurn:
    title = " ".join(text.split())
    if len(title) > LONGEST_TITLE:
        return DeskTurn((Reply(say(kb, "lacunes.titre_long", nombre=str(len(title)))),))
    asked = replace(lesson, step="answer", title=title)
    return DeskTurn((Reply(say(kb, "lacunes.reponse", titre=title)),), state=replace(state, lesson=asked))


def _answered(state: DeskState, lesson: Lesson, text: str, kb: KnowledgeBase) -> DeskTurn:
    problems = check_new(lesson.title, text)
    if problems:
        told = say(kb, "lacunes.refusee", probleme="\n".join(problems))
        return DeskTurn((Reply(told),))
    return _preview(state, replace(lesson, answer=text), kb)


def _preview(state: DeskState, lesson: Lesson, kb: KnowledgeBase) -> DeskTurn:
    if lesson.gap >= len(lesson.gaps):
        return drop(state, kb)
    asked = replace(state, lesson=replace(lesson, step="preview"))
    return DeskTurn((Reply(say(kb, "lacunes.essaie")),), (Study(),), state=asked)


def save(state: DeskState, lesson: Lesson, kb: KnowledgeBase) -> DeskTurn:
    done = (Learned(lesson), Study())
    return DeskTurn((Reply(say(kb, "lacunes.apprend")),), done, state=replace(state, lesson=Lesson()))


def drop(state: DeskState, kb: KnowledgeBase) -> DeskTurn:
    return DeskTurn((Reply(say(kb, "lacunes.laisse"), (_back(kb),)),), state=replace(state, lesson=None))


def listing(gaps: tuple[Gap, ...], total: int, kb: KnowledgeBase) -> Reply:
    """`gaps`: the most frequent; `total`: how many utterances wait, in all."""
    if not gaps:
        return Reply(say(kb, "lacunes.aucune"))
    lines = [
        say(
            kb,
            "lacunes.ligne",
            numero=str(number),
            nombre=str(len(gap.rows)),
            mots=clip(gap.samples[0], SAMPLE),
        )
        for number, gap in enumerate(gaps, 1)
    ]
    numbers = [
        Button(label(kb, "lacunes.numero", numero=str(number)), Teach("gap", str(number - 1)))
        for number in range(1, len(gaps) + 1)
    ]
    text = embed(kb, "lacunes.liste", lignes=Html("\n".join(lines)), nombre=Html(str(total)))
    return Reply(text, tuple(tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)))


def gap_card(gap: Gap, kb: KnowledgeBase) -> Reply:
    """What was said, and where it may go."""
    lines = [say(kb, "lacunes.exemple", mots=clip(sample, SAMPLE)) for sample in gap.samples[:SAMPLES]]
    text = embed(kb, "lacunes.groupe", lignes=Html("\n".join(lines)), nombre=Html(str(len(gap.rows))))
    likely = [entry for entry in gap.likely if entry in kb.entries]
    rows = tuple(
        (Button(label(kb, "lacunes.vers", titre=clip(kb.entries[entry].title, 50)), Teach("attach", entry)),)
        for entry in likely
    )
    more = (_button(kb, "autre", Teach("others")), _button(kb, "nouvelle", Teach("write")))
    less = (_button(kb, "hors_sujet", Teach("outside")), _button(kb, "ignorer", Teach("ignore")))
    return Reply(text, (*rows, more, less, _back(kb)))


def _entries(kb: KnowledgeBase) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button(clip(entry.title, 40), Teach("attach", entry.id)) for entry in kb.entries.values()]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def confirm(kb: KnowledgeBase, text: Html) -> Reply:
    return Reply(text, ((_button(kb, "garder", Teach("save")), _button(kb, "laisser", Teach("drop"))),))


def _button(kb: KnowledgeBase, key: str, action: Teach) -> Button:
    return Button(label(kb, f"lacunes.bouton_{key}"), action)


def _back(kb: KnowledgeBase) -> tuple[Button, ...]:
    return (_button(kb, "liste", Teach("gaps")),)


def _means(kb: KnowledgeBase, meaning: str, text: str) -> bool:
    return fold(text) in {fold(word) for word in kb.words[meaning]}
