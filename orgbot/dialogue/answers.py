"""Outside the form: an entry's answer, two at once, a question back, an honest « je ne sais pas »."""

from dataclasses import replace

from orgbot.chat.actions import Show
from orgbot.chat.events import Button, Context, Reply, Unanswered
from orgbot.dialogue.state import State
from orgbot.dialogue.turn import Turn, button, entry_rows, label, ways_out
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, render, say
from orgbot.leads.model import Objection

# A year of daily messages fits; an endless conversation does not grow its row for ever.
REMEMBERED = 400
WORDS_KEPT = 300
QUESTIONS_KEPT = 5
CONTACT = EntryId("contact")


def settle(state: State) -> State:
    """Forget what was last offered: the conversation has moved on."""
    return replace(state, choices=(), asked="", misses=0, awaiting="nothing")


def met(state: State, kb: KnowledgeBase, entry: EntryId, words: str) -> State:
    """Remember an objection, in the words it was first put in."""
    known = {objection.entry: objection for objection in state.objections}
    if kb.entries[entry].kind != "objection" or (entry in known and (known[entry].words or not words)):
        return state
    known[entry] = Objection(entry, clip(words, WORDS_KEPT))
    return replace(state, objections=tuple(known.values()))


def answer(state: State, entry: EntryId, context: Context, words: str = "") -> Turn:
    """The entry's answer; said before, a sentence of it; said twice, a person instead."""
    kb = context.kb
    known = kb.entries[entry]
    match state.given.count(entry):
        case 0:
            text = render(kb, known.answer)
        case 1:
            text = embed(kb, "reponse.deja", court=render(kb, known.short))
        case _:
            text = say(kb, "reponse.assez", titre=known.title)
    state = met(settle(state), kb, entry, words)
    state = replace(
        state,
        given=(*state.given, entry)[-REMEMBERED:],
        awaiting="contact" if entry == CONTACT else "nothing",
    )
    # The last row leads to a person already.
    following = tuple(one for one in known.next if one != CONTACT)
    return Turn(state, (Reply(text, (*entry_rows(kb, following), ways_out(kb))),))


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
        summarised=tuple(dict.fromkeys((*state.summarised, *entries))),
    )
    rows = tuple(
        (Button(label(kb, "boutons.plus", libelle=kb.entries[entry].button), Show(entry)),)
        for entry in entries
    )
    return Turn(state, (Reply(text, (*rows, ways_out(kb))),))


def _part(kb: KnowledgeBase, entry: EntryId) -> Html:
    known = kb.entries[entry]
    title = say(kb, "reponse.titre", titre=known.title)
    return embed(kb, "reponse.deux_partie", titre=title, court=render(kb, known.short))


def clarify(state: State, entries: tuple[EntryId, ...], context: Context, words: str) -> Turn:
    kb = context.kb
    rows = [(Button(kb.entries[entry].title, Show(entry)),) for entry in entries]
    reply = Reply(say(kb, "clarifier.question"), (*rows, (button(kb, "rien", "none"),)))
    state = replace(settle(state), choices=entries, asked=clip(words, WORDS_KEPT), awaiting="choice")
    return Turn(state, (reply,))


def none_of_these(state: State, context: Context) -> Turn:
    kb = context.kb
    state = replace(state, choices=(), awaiting="pass-on", misses=state.misses + 1)
    return Turn(state, (_pass_on(kb, say(kb, "clarifier.rien")),), _to_learn(state))


def fallback(state: State, context: Context, words: str) -> Turn:
    """Say so, offer the topics, and offer to pass the question on."""
    kb = context.kb
    key = "repli.encore" if state.misses else "repli.premier"
    misses = state.misses + 1
    state = replace(settle(state), asked=clip(words, WORDS_KEPT), awaiting="pass-on", misses=misses)
    return Turn(state, (_pass_on(kb, say(kb, key)),), _to_learn(state))


def _pass_on(kb: KnowledgeBase, text: Html) -> Reply:
    return Reply(text, ((button(kb, "transmettre", "pass-on"),), ways_out(kb, other="sujets")))


def _to_learn(state: State) -> tuple[Unanswered, ...]:
    return (Unanswered(state.asked),) if state.asked else ()


def topics(state: State, context: Context) -> Turn:
    """The subjects, as buttons and as numbers to type."""
    kb = context.kb
    entries = tuple(entry.id for entry in kb.entries.values() if entry.kind == "objection")
    lines = [
        say(kb, "sujets.ligne", numero=str(number), titre=kb.entries[entry].title)
        for number, entry in enumerate(entries, 1)
    ]
    text = Html("\n".join((say(kb, "sujets.intro"), "", *lines)))
    rows = (*entry_rows(kb, entries, per_row=2), (button(kb, "parler", "contact"),))
    return Turn(replace(settle(state), choices=entries, awaiting="choice"), (Reply(text, rows),))


def carry_on(state: State, context: Context) -> Turn:
    """A bare « oui » that answers nothing: what usually comes next."""
    kb = context.kb
    entries = kb.entries[state.given[-1]].next if state.given and state.given[-1] in kb.entries else ()
    rows = (*entry_rows(kb, entries), ways_out(kb))
    return Turn(replace(state, choices=entries, awaiting="choice"), (Reply(say(kb, "repli.oui"), rows),))
