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
from orgbot.dialogue import answers, follow, form, talk
from orgbot.dialogue.fields import reachable
from orgbot.dialogue.state import State
from orgbot.dialogue.turn import SUBJECTS, Row, Turn, button, entry_rows, objections, plain, ways_out
from orgbot.dialogue.words import agrees, chosen, named
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import Html, means, say
from orgbot.leads.lead import clean_name

# After this long, a question is no longer taken for the answer to the form's last one.
COLD = timedelta(hours=6)
# After this long, « on en a parlé un peu plus haut » is not true any more.
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
            return _said(state, event, context)
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


def _said(state: State, event: Said, context: Context) -> Turn:
    turn = follow.replied(state, event, context, form.notice(context))
    if turn is not None:
        return turn
    if agrees(context.kb, "retirer", event.text):
        return _taken_back(state, context)
    if state.awaiting == "withdraw":
        return _asked_again(state, event, context)
    if state.form is not None and not state.form.paused:
        if _came_back(state, event, context):
            return _offer_again(_decided(state, event, context), context)
        return _only_words(form.said(state, state.form, event, context), event, context)
    return _replied(state, event, context) or _taken_up(state, event, context)


def _only_words(turn: Turn, event: Said, context: Context) -> Turn:
    """A picture does not travel with the form: it is not lost without a word."""
    told = () if event.media is None else (Reply(say(context.kb, "formulaire.image_apres")),)
    return replace(turn, replies=(*told, *turn.replies))


def _taken_back(state: State, context: Context) -> Turn:
    """« efface tout »: the draft, else the request, else what there is to know of it."""
    if state.form is not None:
        return form.cancel(state, context)
    if follow.opened(context) is not None:
        return follow.ask_withdrawal(state, follow.newest(context), context)
    return Turn(answers.settle(state), (_policy(context),))


def _asked_again(state: State, event: Said, context: Context) -> Turn:
    """Something else, where a withdrawal waits for a yes: it waits still."""
    turn = _decided(state, event, context)
    again = follow.ask_withdrawal(turn.state, state.tracked, context)
    return Turn(again.state, (*turn.replies, *again.replies), turn.effects)


def _taken_up(state: State, event: Said, context: Context) -> Turn:
    """Words that mean nothing else answer the question of the draft that has just been offered."""
    if state.form is not None and state.awaiting == "resume" and event.decision.action == "fallback":
        open_again = replace(state.form, paused=False)
        return form.said(replace(state, form=open_again), open_again, event, context)
    return _decided(state, event, context)


def _came_back(state: State, event: Said, context: Context) -> bool:
    """What to talk about may well be an objection: that question is never too old to be answered."""
    quiet = state.seen is not None and context.now - state.seen > COLD
    asked = state.form is not None and state.form.step == "sujet"
    return quiet and not asked and event.decision.action == "answer"


def _offer_again(turn: Turn, context: Context) -> Turn:
    """The draft that was left open, below whatever brought her back."""
    if turn.state.form is None:
        return turn
    paused = replace(turn.state, form=replace(turn.state.form, paused=True), awaiting="resume")
    return replace(turn, state=paused, replies=(*turn.replies, _resume_offer(context)))


def _resume_offer(context: Context) -> Reply:
    kb = context.kb
    row: Row = (button(kb, "reprendre", "resume"), button(kb, "effacer", "discard"))
    return Reply(say(kb, "accueil.reprise"), (row,))


def _replied(state: State, event: Said, context: Context) -> Turn | None:
    """A short reply to what the bot last offered; None when the text stands on its own."""
    kb, text = context.kb, event.text
    if means(kb, "annuler", text):
        return form.cancel(state, context)
    entry = chosen(kb, state, text)
    if entry is not None:
        return _answer(state, entry, context, state.asked or named(kb, entry, text))
    if len(state.choices) >= 2 and state.awaiting == "choice" and agrees(kb, "les_deux", text):
        return answers.answer_two(state, state.choices[:2], context, state.asked)
    if state.sent and means(kb, "envoyer", text):
        return _sent_already(state, context)
    # Where nothing is asked, « oui merci » is a whole message, and not a yes with a filler.
    says = means if state.awaiting == "nothing" else agrees
    if says(kb, "oui", text):
        return _yes(state, context)
    return _declined(state, context, text, no=says(kb, "non", text))


def _declined(state: State, context: Context, text: str, *, no: bool) -> Turn | None:
    """`no`: she says so; « rien de ça » and « à côté » are a no to what was offered."""
    kb = context.kb
    beside = means(kb, "pas_utile", text)
    if state.awaiting == "choice" and (no or beside or agrees(kb, "rien", text)):
        if state.asked:
            return answers.none_of_these(state, context, state.asked)
        return Turn(answers.settle(state), (plain(kb, "repli.non"),))
    if beside:
        return answers.unhelpful(state, context, state.answered)
    if no and state.awaiting == "resume":
        return form.cancel(state, context)
    return Turn(answers.settle(state), (plain(kb, "repli.non"),)) if no else None


def _yes(state: State, context: Context) -> Turn:
    match state.awaiting:
        case "pass-on":
            return _pass_on(state, state.asked, context)
        case "contact" | "resume":
            return form.start(state, context)
        case "more":
            return follow.add(state, state.tracked, context)
        case "choice" if len(state.choices) == 1:
            return answers.answer(state, state.choices[0], context, state.asked)
        case "choice" if state.choices:
            return answers.which(state, context)
        case _:
            return answers.carry_on(state, context)


def _pass_on(state: State, words: str, context: Context) -> Turn:
    """The question travels with the lead: into the open request, else the open form, else a new one."""
    followed = follow.opened(context)
    if followed is not None and state.form is None:
        return follow.add(state, followed.lead.reference, context, words)
    noted = form.note(state, words, context, "formulaire.question_ajoutee")
    started = form.start(noted.state, context)
    return replace(started, replies=(*noted.replies, *started.replies))


def _passed_on(state: State, action: PassOn, context: Context) -> Turn:
    for words in state.unanswered:
        if answers.mark(words) == action.mark:
            return _pass_on(state, words, context)
    return form.interrupted(Turn(state, (plain(context.kb, "repli.question_perdue"),)), context)


def _answer(state: State, entry: EntryId, context: Context, words: str = "") -> Turn:
    """The entry's answer. Whoever asks for a person is asked at once for what that takes; whoever has sent a
    request and asks when, is told when."""
    if entry == answers.CONTACT:
        return _towards_a_person(state, context, words)
    if entry == answers.DELAY and follow.opened(context) is not None:
        return follow.news(state, context)
    return answers.answer(state, entry, context, words)


def _towards_a_person(state: State, context: Context, words: str) -> Turn:
    turn = form.start(state, context, words)
    if state.form is not None or follow.opened(context) is not None:
        return turn
    said = answers.answer(state, answers.CONTACT, context, words)
    (asked,) = turn.replies
    first = replace(asked, text=Html(f"{said.replies[0].text}\n\n{asked.text}"))
    kept = replace(turn.state, given=said.state.given)
    return Turn(kept, (first,), said.effects)


def _decided(state: State, event: Said, context: Context) -> Turn:
    decision = event.decision
    if decision.action != "answer" and reachable(event.text) is not None:
        return _reachable_there(state, event.text, context)
    if decision.why.rule == "empty":
        return Turn(state, (plain(context.kb, "repli.rien_a_lire"),))
    match decision.action:
        case "answer" if len(decision.entries) == 2:
            return answers.answer_two(state, decision.entries, context, event.text)
        case "answer":
            return _answer(state, decision.entries[0], context, event.text)
        case "clarify":
            return answers.clarify(state, decision.entries, context, event.text)
        case "fallback":
            return answers.fallback(state, context, event.text)


def _reachable_there(state: State, text: str, context: Context) -> Turn:
    """An address or a number by itself: a request to be reached, or a correction of one."""
    followed = follow.opened(context)
    if followed is not None:
        return follow.add(state, followed.lead.reference, context, text)
    return form.start(state, context, text)


def _tapped(state: State, event: Tapped, context: Context) -> Turn:
    match event.action:
        case Show(entry) if entry in context.kb.entries:
            words = state.asked if entry in state.choices else ""
            return form.interrupted(_answer(state, entry, context, words), context)
        case Topics(page):
            return form.interrupted(answers.topics(state, context, page), context)
        case PassOn() as action:
            return _passed_on(state, action, context)
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
            return _sent_already(state, context)
        case Do("robot"):
            return talk.leave(state, context)
        case Do("withdraw") if state.awaiting == "withdraw":
            return follow.withdraw(state, context, form.notice(context))
        case Do("stay") if state.tracked:
            return follow.stay(state, context)
        case _:
            return form.interrupted(Turn(state, (plain(context.kb, "repli.bouton"),)), context)


def _sent_already(state: State, context: Context) -> Turn:
    return Turn(state, (plain(context.kb, "formulaire.deja_envoye", reference=state.sent),))


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
        return form.interrupted(_answer(state, entry, context), context)
    if state.form is not None:
        return _offer_again(Turn(answers.settle(state), ()), context)
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
            return Turn(state, (_policy(context),))
        case _:
            helped = plain(kb, "aide.commandes")
            return Turn(state, (Reply(say(kb, "repli.commande")), helped))


def _policy(context: Context) -> Reply:
    officer = context.kb.profile.privacy_officer
    return plain(context.kb, "confidentialite.politique", titre=officer.title, coordonnees=officer.contact)
