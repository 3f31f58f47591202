"""Outside the form: an entry's answer, two at once, a question back, an honest « je ne sais pas »."""

import hashlib
from dataclasses import replace

from orgbot.chat.actions import Judge, PassOn, Show, Topics, Verdict
from orgbot.chat.events import Button, Context, Effect, Happened, Reply, Unanswered, UnansweredKind
from orgbot.chat.pages import part, turning
from orgbot.dialogue.state import Awaiting, State
from orgbot.dialogue.turn import SUBJECTS, Turn, button, entry_rows, objections, plain, ways_out
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, label, render, say
from orgbot.leads.life import opened
from orgbot.leads.model import Objection

# A year of daily messages fits; an endless conversation does not grow its row for ever.
REMEMBERED = 400
WORDS_KEPT = 300
QUESTIONS_KEPT = 5
JUDGED_KEPT = 8
CONTACT, DELAY = EntryId("contact"), EntryId("delai")


def settle(state: State) -> State:
    """Forget what was last offered: the conversation has moved on."""
    return replace(state, choices=(), asked="", misses=0, awaiting="nothing", tracked="")


def mark(words: str) -> str:
    """What a button carries of an utterance that is too long for it."""
    return hashlib.blake2s(words.encode("utf-8", "replace"), digest_size=6).hexdigest()


def met(state: State, kb: KnowledgeBase, entry: EntryId, words: str) -> State:
    """Remember an objection, in the words it was first put in."""
    known = {objection.entry: objection for objection in state.objections}
    if kb.entries[entry].kind != "objection" or (entry in known and (known[entry].words or not words)):
        return state
    known[entry] = Objection(entry, clip(words, WORDS_KEPT))
    return replace(state, objections=tuple(known.values()))


def answer(state: State, entry: EntryId, context: Context, words: str = "") -> Turn:
    """The entry's answer; said before, a sentence of it; said again, a person instead."""
    kb = context.kb
    text = _answer_text(kb, kb.entries[entry], state.given.count(entry))
    following = _following(kb, entry)
    awaiting: Awaiting = "nothing"
    if entry == CONTACT:
        awaiting = "contact"
    elif text.rstrip().endswith("?") and following:
        awaiting = "following"
    state = replace(
        met(settle(state), kb, entry, words),
        given=(*state.given, entry)[-REMEMBERED:],
        awaiting=awaiting,
        answered=clip(words, WORDS_KEPT),
    )
    judged = bool(words) and kb.entries[entry].kind != "politesse"
    if judged:
        state = _remember(state, state.answered)
    wrong = (_judge(kb, "pas_utile", "unhelpful", state.answered),) if judged else ()
    reply = Reply(text, (*entry_rows(kb, following), (*ways_out(kb), *wrong)))
    return Turn(state, (reply,), happened_of(kb.entries[entry]))


def _remember(state: State, words: str) -> State:
    """These words have just been answered, or asked about: a verdict on them is a new one."""
    recent = tuple(dict.fromkeys((*state.recent, words)))[-JUDGED_KEPT:]
    return replace(state, recent=recent, judged=tuple(one for one in state.judged if one != mark(words)))


def _judge(kb: KnowledgeBase, key: str, verdict: Verdict, words: str) -> Button:
    return Button(label(kb, f"boutons.{key}"), Judge(verdict, mark(words)))


def happened_of(entry: Entry) -> tuple[Happened, ...]:
    match entry.kind:
        case "objection":
            return (Happened("met", entry.id),)
        case "question":
            return (Happened("answered", entry.id),)
        case "politesse":
            return ()


def _answer_text(kb: KnowledgeBase, entry: Entry, times: int) -> Html:
    """Never the same words twice in a row. Small talk is no argument that one comes back to."""
    if times == 0:
        return render(kb, entry.answer)
    if entry.kind == "politesse":
        return render(kb, entry.short)
    if times % 2:
        return embed(kb, "reponse.deja", court=render(kb, entry.short))
    # Who asks for a third time has not found it: the whole answer; who doubts, a person.
    return render(kb, entry.answer) if entry.kind == "question" else say(kb, "reponse.assez")


def _following(kb: KnowledgeBase, entry: EntryId) -> tuple[EntryId, ...]:
    """What a director naturally asks next; the last row of a reply leads to a person already."""
    return tuple(one for one in kb.entries[entry].next if one != CONTACT)


def answer_two(state: State, entries: tuple[EntryId, ...], context: Context, words: str) -> Turn:
    """One ordered reply to two objections, each a sentence, with the whole answer a tap away."""
    kb = context.kb
    first, second = (kb.entries[entry] for entry in entries)
    if {first.id, second.id} <= {*state.summarised}:
        text = say(kb, "reponse.deux_deja", premier=first.title, second=second.title)
    else:
        parts = [_part(kb, entry) for entry in entries]
        text = Html("\n\n".join((say(kb, "reponse.deux"), *parts)))
    for entry in entries:
        state = met(state, kb, entry, words)
    state = replace(
        settle(state),
        choices=entries,
        awaiting="choice",
        answered="",
        summarised=tuple(dict.fromkeys((*state.summarised, *entries))),
    )
    rows = tuple(
        (Button(label(kb, "boutons.plus", libelle=kb.entries[entry].button), Show(entry)),)
        for entry in entries
    )
    happened = tuple(one for entry in entries for one in happened_of(kb.entries[entry]))
    return Turn(state, (Reply(text, (*rows, ways_out(kb))),), happened)


def _part(kb: KnowledgeBase, entry: EntryId) -> Html:
    known = kb.entries[entry]
    title = say(kb, "reponse.titre", titre=known.title)
    return embed(kb, "reponse.deux_partie", titre=title, court=render(kb, known.short))


def clarify(state: State, entries: tuple[EntryId, ...], context: Context, words: str) -> Turn:
    kb = context.kb
    rows = [(Button(kb.entries[entry].title, Show(entry)),) for entry in entries]
    asked = clip(words, WORDS_KEPT)
    reply = Reply(say(kb, "clarifier.question"), (*rows, (_judge(kb, "rien", "none", asked),)))
    state = _remember(settle(state), asked)
    state = replace(state, choices=entries, asked=asked, awaiting="choice", answered="")
    return Turn(state, (reply,), (Happened("asked-back"),))


def none_of_these(state: State, context: Context, words: str) -> Turn:
    """Of the entries that were offered for `words`."""
    misses = state.misses + 1
    judged = replace(settle(state), asked=words, misses=misses)
    return _unanswered(judged, context, "clarifier.rien", "none")


def unhelpful(state: State, context: Context, words: str) -> Turn:
    """The answer to `words` was none to her: they may go to the freelancer. "" when nothing was answered."""
    if not words:
        return Turn(settle(state), (plain(context.kb, "repli.a_cote"),))
    judged = replace(settle(state), asked=words, answered="")
    return _unanswered(judged, context, "repli.pas_utile", "thumbs-down")


def judged(state: State, action: Judge, context: Context) -> Turn | None:
    """A verdict on what was said a while ago, by its button; None when it is too long ago."""
    words = next((one for one in state.recent if mark(one) == action.mark), "")
    if not words:
        return None
    return (none_of_these if action.verdict == "none" else unhelpful)(state, context, words)


def fallback(state: State, context: Context, words: str) -> Turn:
    """Say so, offer the topics, and offer to pass the question on."""
    key = ("repli.toujours", "repli.encore")[state.misses % 2] if state.misses else "repli.premier"
    if opened(context.leads) is not None:
        key = "repli.ouverte"
    asked, misses = clip(words, WORDS_KEPT), state.misses + 1
    state = replace(settle(state), asked=asked, misses=misses, answered="")
    return _unanswered(state, context, key)


def _unanswered(state: State, context: Context, key: str, kind: UnansweredKind = "fallback") -> Turn:
    """Offer to pass `state.asked` on, by a word now or by its button later."""
    kb = context.kb
    # A second verdict on the same words says nothing new; words that are said again do.
    known = kind != "fallback" and mark(state.asked) in state.judged
    if kind != "fallback":
        state = replace(state, judged=(*state.judged, mark(state.asked))[-JUDGED_KEPT:])
    kept = tuple(dict.fromkeys((*state.unanswered, state.asked)))[-QUESTIONS_KEPT:]
    pass_on = Button(label(kb, "boutons.transmettre"), PassOn(mark(state.asked)))
    reply = Reply(say(kb, key), ((pass_on,), ways_out(kb, other="sujets")))
    effects = () if known else unanswered(state.asked, kind)
    return Turn(replace(state, unanswered=kept, awaiting="pass-on"), (reply,), effects)


def unanswered(words: str, kind: UnansweredKind) -> tuple[Effect, ...]:
    return (Unanswered(words, kind), Happened("fallback"))


def topics(state: State, context: Context, page: int = 0) -> Turn:
    """The subjects, as buttons and as numbers to type, which are those of the page."""
    kb = context.kb
    shown, page, pages = part(objections(kb), page, SUBJECTS)
    entries = tuple(shown)
    lines = [
        say(kb, "sujets.ligne", numero=str(number), titre=kb.entries[entry].title)
        for number, entry in enumerate(entries, 1)
    ]
    text = Html("\n".join((say(kb, "sujets.intro"), "", *lines)))
    turned = turning(kb, page, pages, Topics)
    rows = (*entry_rows(kb, entries, per_row=2), *turned, (button(kb, "parler", "contact"),))
    return Turn(replace(settle(state), choices=entries, awaiting="choice"), (Reply(text, rows),))


def carry_on(state: State, context: Context) -> Turn:
    """A bare « oui »: yes to what the last answer asked, else what usually comes next."""
    kb = context.kb
    entries = _following(kb, state.given[-1]) if state.given else ()
    if state.awaiting == "following" and entries:
        return answer(state, entries[0], context)
    rows = (*entry_rows(kb, entries), ways_out(kb))
    state = replace(settle(state), choices=entries, awaiting="choice")
    return Turn(state, (Reply(say(kb, "repli.oui"), rows),))


def which(state: State, context: Context) -> Turn:
    """« oui » to a choice of several."""
    kb = context.kb
    rows = [(Button(kb.entries[entry].title, Show(entry)),) for entry in state.choices]
    none = (_judge(kb, "rien", "none", state.asked),) if state.asked else ways_out(kb)
    return Turn(state, (Reply(say(kb, "clarifier.laquelle"), (*rows, none)),))
