"""The freelancer teaches: utterances without an answer, group by group, and what becomes of each.

What takes time is worked out elsewhere: the groups ("list") and what a change would cost ("preview").
Nothing is kept before she has seen that and said yes.
"""

from collections.abc import Sequence
from dataclasses import replace

from orgbot.chat.actions import Teach, TeachVerb
from orgbot.chat.events import Button, Context, Reply
from orgbot.chat.pages import part, turning
from orgbot.desk.effects import DeskTurn, Ignored, Learned, Study
from orgbot.desk.state import DeskState, Gap, Lesson, LessonStep
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, label, means, say
from orgbot.knowledge.taught import check_answer, check_title

SHOWN, SAMPLE, SAMPLES = 8, 120, 5
# Entries to choose from in one message, two a row.
OFFERED = 20


def begin(state: DeskState, context: Context, page: int = 0) -> DeskTurn:
    """/lacunes."""
    asked = replace(state.silent(), lesson=Lesson(page=page))
    return DeskTurn((Reply(say(context.kb, "lacunes.cherche")),), (Study(),), state=asked)


def tapped(state: DeskState, action: Teach, context: Context) -> DeskTurn:
    """A button acts on the group that its own message shows; on one that is no more, the list is shown."""
    lesson, kb, state = state.lesson, context.kb, state.silent()
    if action.verb == "drop":
        return drop(state, kb)
    if (
        action.verb == "save"
        and lesson is not None
        and (lesson.step, lesson.mark) == ("confirm", action.value)
    ):
        return save(state, lesson, kb)
    mark, _, value = action.value.partition(":")
    at = next((at for at, gap in enumerate(lesson.gaps) if gap.mark == mark), None) if lesson else None
    if action.verb in ("gaps", "save") or lesson is None or at is None:
        return begin(state, context, _page(action.value) if action.verb == "gaps" else 0)
    return _decided(state, replace(lesson, step="choose", gap=at), action.verb, value, context)


def _page(value: str) -> int:
    return int(value) if value.isdecimal() else 0


def _decided(state: DeskState, lesson: Lesson, verb: TeachVerb, value: str, context: Context) -> DeskTurn:
    """What becomes of the group in hand. `value`: an entry, or a page of those to choose from."""
    kb, gap, entry = context.kb, lesson.gaps[lesson.gap], EntryId(value)
    match verb:
        case "gap":
            return DeskTurn((gap_card(gap, kb),), state=replace(state, lesson=lesson))
        case "others":
            reply = Reply(say(kb, "lacunes.ou"), _entries(kb, gap, _page(value)))
            return DeskTurn((reply,), state=replace(state, lesson=lesson))
        case "attach" if entry in kb.entries:
            return _preview(state, replace(lesson, entry=entry, outside=False, title=""), kb)
        case "outside":
            return _preview(state, replace(lesson, entry=None, outside=True, title=""), kb)
        case "write":
            asked = replace(lesson, entry=None, outside=False, title="", answer="")
            return _ask(state, asked, "title", say(kb, "lacunes.titre"), context)
        case "ignore":
            done = (Ignored(gap.rows), Study())
            return DeskTurn((Reply(say(kb, "lacunes.ignoree")),), done, state=replace(state, lesson=Lesson()))
        case _:
            return begin(state, context)


def _ask(state: DeskState, lesson: Lesson, step: LessonStep, text: Html, context: Context) -> DeskTurn:
    waiting = replace(lesson, step=step, since=context.now)
    return DeskTurn((Reply(text),), state=replace(state, lesson=waiting))


def said(state: DeskState, lesson: Lesson, text: str, context: Context) -> DeskTurn | None:
    """Her words, when the lesson waits for some; None when they are for something else."""
    kb = context.kb
    match lesson.step:
        case "title":
            return _titled(state, lesson, text, context)
        case "answer":
            return _answered(state, lesson, text, context)
        case "confirm" if means(kb, "oui", text):
            return save(state, lesson, kb)
        case "confirm" if means(kb, "non", text):
            return drop(state, kb)
        case _:
            return None


def _titled(state: DeskState, lesson: Lesson, text: str, context: Context) -> DeskTurn:
    title, kb = " ".join(text.split()), context.kb
    problems = check_title(title)
    if problems:
        return _ask(state, lesson, "title", _refused(kb, problems), context)
    asked = replace(lesson, title=title)
    return _ask(state, asked, "answer", say(kb, "lacunes.reponse", titre=title), context)


def _answered(state: DeskState, lesson: Lesson, text: str, context: Context) -> DeskTurn:
    problems, kb = check_answer(text), context.kb
    if problems:
        return _ask(state, lesson, "answer", _refused(kb, problems), context)
    return _preview(state, replace(lesson, answer=text), kb)


def _refused(kb: KnowledgeBase, problems: Sequence[str]) -> Html:
    return say(kb, "lacunes.refusee", probleme="\n".join(problems))


def _preview(state: DeskState, lesson: Lesson, kb: KnowledgeBase) -> DeskTurn:
    asked = replace(state, lesson=replace(lesson, step="preview", since=None))
    return DeskTurn((Reply(say(kb, "lacunes.essaie")),), (Study(),), state=asked)


def save(state: DeskState, lesson: Lesson, kb: KnowledgeBase) -> DeskTurn:
    done = (Learned(lesson), Study())
    return DeskTurn((Reply(say(kb, "lacunes.apprend")),), done, state=replace(state, lesson=Lesson()))


def drop(state: DeskState, kb: KnowledgeBase) -> DeskTurn:
    return DeskTurn((Reply(say(kb, "lacunes.laisse"), (_back(kb),)),), state=replace(state, lesson=None))


def listing(gaps: tuple[Gap, ...], waiting: int, kb: KnowledgeBase, page: int = 0, pages: int = 1) -> Reply:
    """`gaps`: those of the page, the most frequent first; `waiting`: how many utterances, in all."""
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
        for number, gap in enumerate(gaps, page * SHOWN + 1)
    ]
    numbers = [
        Button(label(kb, "lacunes.numero", numero=str(number)), Teach("gap", gap.mark))
        for number, gap in enumerate(gaps, page * SHOWN + 1)
    ]
    text = embed(kb, "lacunes.liste", lignes=Html("\n".join(lines)), nombre=Html(str(waiting)))
    rows = [tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)]
    return Reply(text, (*rows, *turning(kb, page, pages, lambda to: Teach("gaps", str(to)))))


def gap_card(gap: Gap, kb: KnowledgeBase) -> Reply:
    """What was said, and where it may go."""
    lines = [say(kb, "lacunes.exemple", mots=clip(sample, SAMPLE)) for sample in gap.samples[:SAMPLES]]
    text = embed(kb, "lacunes.groupe", lignes=Html("\n".join(lines)), nombre=Html(str(len(gap.rows))))
    likely = [entry for entry in gap.likely if entry in kb.entries]
    rows = tuple(
        (Button(label(kb, "lacunes.vers", titre=clip(kb.entries[entry].title, 50)), _attach(gap, entry)),)
        for entry in likely
    )
    mark = gap.mark
    more = (_button(kb, "autre", Teach("others", mark)), _button(kb, "nouvelle", Teach("write", mark)))
    less = (_button(kb, "hors_sujet", Teach("outside", mark)), _button(kb, "ignorer", Teach("ignore", mark)))
    return Reply(text, (*rows, more, less, _back(kb)))


def _entries(kb: KnowledgeBase, gap: Gap, page: int) -> tuple[tuple[Button, ...], ...]:
    shown, page, pages = part(tuple(kb.entries.values()), page, OFFERED)
    buttons = [Button(clip(entry.title, 40), _attach(gap, entry.id)) for entry in shown]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    return (*rows, *turning(kb, page, pages, lambda to: Teach("others", f"{gap.mark}:{to}")))


def _attach(gap: Gap, entry: EntryId) -> Teach:
    return Teach("attach", f"{gap.mark}:{entry}")


def confirm(kb: KnowledgeBase, text: Html, mark: str) -> Reply:
    """`mark`: that of the lesson which `text` previews."""
    return Reply(text, ((_button(kb, "garder", Teach("save", mark)), _button(kb, "laisser", Teach("drop"))),))


def _button(kb: KnowledgeBase, key: str, action: Teach) -> Button:
    return Button(label(kb, f"lacunes.bouton_{key}"), action)


def _back(kb: KnowledgeBase) -> tuple[Button, ...]:
    return (_button(kb, "liste", Teach("gaps")),)
