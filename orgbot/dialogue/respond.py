"""respond(state, event, context) → Turn: everything that happens in a director's chat comes through here."""

from dataclasses import replace
from datetime import timedelta

from orgbot.chat.actions import About, Do, Judge, Modify, PassOn, Show, Topics
from orgbot.chat.events import (
    Commanded,
    Context,
    Event,
    Grouped,
    Leave,
    Reply,
    Said,
    Sent,
    Tapped,
)
from orgbot.dialogue import answers, follow, form, heard, talk
from orgbot.dialogue.state import State
from orgbot.dialogue.turn import SUBJECTS, Turn, button, entry_rows, objections, plain, ways_out
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import say
from orgbot.leads.lead import clean_name

# After this long, what was said is said whole again.
FORGOTTEN = timedelta(days=3)


def respond(state: State, event: Event, context: Context) -> Turn:
    turn = _react(_still_known(state, context), event, context)
    return replace(turn, state=replace(turn.state, seen=context.now))


def _still_known(state: State, context: Context) -> State:
    """Entries come and go between two releases of the content; conversations stay."""
    known = context.kb.entries
    if state.seen is not None and context.now - state.seen > FORGOTTEN:
        state = replace(state, given=(), summarised=())
    return replace(
        state,
        choices=tuple(entry for entry in state.choices if entry in known),
        given=tuple(entry for entry in state.given if entry in known),
        summarised=tuple(entry for entry in state.summarised if entry in known),
        objections=tuple(met for met in state.objections if met.entry in known),
    )


def _react(state: State, event: Event, context: Context) -> Turn:
    if isinstance(event, Said | Sent):
        turn = talk.passed_on(state, event, context)
        if turn is not None:
            return turn
    match event:
        case Said():
            return heard.said(state, event, context)
        case Tapped():
            return _tapped(state, event, context)
        case Commanded():
            return _commanded(state, event, context)
        case Sent():
            detail = follow.shown(state, event, context)
            if detail is not None:
                return detail
            return form.interrupted(Turn(state, (plain(context.kb, "repli.media"),)), context)
        case Grouped():
            return _grouped(state, event, context)


def _grouped(state: State, event: Grouped, context: Context) -> Turn:
    """One polite sentence, then out."""
    speak = event.invited or state.seen is None
    farewell = (Reply(say(context.kb, "groupe.depart")),) if speak else ()
    return Turn(state, farewell, (Leave(),))


def _tapped(state: State, event: Tapped, context: Context) -> Turn:
    match event.action:
        case Show(entry) if entry in context.kb.entries:
            words = state.asked if entry in state.choices else ""
            return form.interrupted(heard.answer(state, entry, context, words), context)
        case Topics(page):
            return form.interrupted(answers.topics(state, context, page), context)
        case PassOn() as action:
            return heard.passed_on(state, action, context)
        case Judge() as action:
            turn = answers.judged(state, action, context)
            return form.interrupted(turn or Turn(state, (plain(context.kb, "repli.bouton"),)), context)
        case About("add", reference):
            return follow.add(state, reference, context)
        case About("leave", reference):
            return follow.ask_withdrawal(state, reference, context)
        case Do() | Modify() as action:
            return _done(state, action, context)
        case _:
            return form.interrupted(Turn(state, (plain(context.kb, "repli.bouton"),)), context)


def _done(state: State, action: Do | Modify, context: Context) -> Turn:
    if state.form is not None:
        turn = form.tapped(state, state.form, action, context)
        if turn is not None:
            return turn
    match action:
        case Do("topics"):
            return form.interrupted(answers.topics(state, context), context)
        case Do("contact"):
            return form.start(state, context)
        case Do("send") if state.sent:
            return heard.sent_already(state, context)
        case Do("robot"):
            return talk.leave(state, context)
        case Do("withdraw") if state.awaiting == "withdraw":
            return follow.withdraw(state, context, form.notice(context))
        case Do("stay") if state.tracked:
            return follow.stay(state, context)
        case _:
            return form.interrupted(Turn(state, (plain(context.kb, "repli.bouton"),)), context)


def _commanded(state: State, event: Commanded, context: Context) -> Turn:
    turn = form.commanded(state, event, context)
    if turn is not None:
        return turn
    match event.name:
        case "start":
            return _started(state, event, context)
        case "monsuivi":
            return follow.news(state, context)
        case "ajouter":
            return follow.add(state, follow.newest(context), context, event.argument)
        case "retirer" if state.form is not None and follow.opened(context) is None:
            return form.cancel(state, context)
        case "retirer":
            return follow.ask_withdrawal(state, follow.newest(context), context)
    return form.interrupted(_information(state, event, context), context)


def _started(state: State, event: Commanded, context: Context) -> Turn:
    kb = context.kb
    entry = EntryId(event.argument)
    if entry in kb.entries:
        return form.interrupted(heard.answer(state, entry, context), context)
    if state.form is not None:
        return heard.offer_again(Turn(answers.settle(state), ()), context)
    key = "accueil.bonjour" if state.seen is None else "accueil.retour"
    name = clean_name(context.kb, context.person.first_name)
    greeting = say(kb, key, prenom=f" {name}" if name else "")
    every = objections(kb)
    entries = every[:SUBJECTS]
    out = (button(kb, "parler", "contact"),) if entries == every else ways_out(kb, other="sujets")
    rows = (*entry_rows(kb, entries, per_row=2), out)
    return Turn(replace(answers.settle(state), choices=entries, awaiting="choice"), (Reply(greeting, rows),))


def _information(state: State, event: Commanded, context: Context) -> Turn:
    kb = context.kb
    match event.name:
        case "sujets":
            return answers.topics(state, context)
        case "aide":
            return Turn(answers.settle(state), (plain(kb, "aide.commandes"),))
        case "confidentialite":
            return Turn(state, (heard.policy(context),))
        case _:
            helped = plain(kb, "aide.commandes")
            return Turn(state, (Reply(say(kb, "repli.commande")), helped))
