"""What she writes outside of the form: a doubt, a short reply to what was offered, a wish to undo it all."""

from dataclasses import replace
from datetime import timedelta

from orgbot.chat.actions import PassOn
from orgbot.chat.events import Context, Reply, Said
from orgbot.dialogue import answers, filling, follow, form
from orgbot.dialogue.fields import reachable
from orgbot.dialogue.state import State
from orgbot.dialogue.turn import Row, Turn, button, plain
from orgbot.dialogue.words import agrees, chosen, named
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import means, render, say

# After this long, a question is no longer taken for the answer to the form's last one.
COLD = timedelta(hours=6)


def said(state: State, event: Said, context: Context) -> Turn:
    turn = follow.replied(state, event, context, form.notice(context))
    if turn is not None:
        return turn
    if agrees(context.kb, "retirer", event.text):
        return _taken_back(state, context)
    if state.awaiting == "withdraw":
        return _asked_again(state, event, context)
    if state.form is not None and not state.form.paused:
        if _came_back(state, event, context):
            return offer_again(_decided(state, event, context), context)
        return _only_words(filling.said(state, state.form, event, context), event, context)
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
    return Turn(answers.settle(state), (policy(context),))


def _asked_again(state: State, event: Said, context: Context) -> Turn:
    """Something else, where a withdrawal waits for a yes: it waits still."""
    turn = _decided(state, event, context)
    again = follow.ask_withdrawal(turn.state, state.tracked, context)
    return Turn(again.state, (*turn.replies, *again.replies), turn.effects)


def _taken_up(state: State, event: Said, context: Context) -> Turn:
    """Words that mean nothing else answer the question of the draft that has just been offered."""
    if state.form is not None and state.awaiting == "resume" and event.decision.action == "fallback":
        open_again = replace(state.form, paused=False)
        return filling.said(replace(state, form=open_again), open_again, event, context)
    return _decided(state, event, context)


def _came_back(state: State, event: Said, context: Context) -> bool:
    """What to talk about may well be an objection: that question is never too old to be answered."""
    quiet = state.seen is not None and context.now - state.seen > COLD
    asked = state.form is not None and state.form.step == "sujet"
    return quiet and not asked and event.decision.action == "answer"


def offer_again(turn: Turn, context: Context) -> Turn:
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
        return answer(state, entry, context, state.asked or named(kb, entry, text))
    if len(state.choices) >= 2 and state.awaiting == "choice" and agrees(kb, "les_deux", text):
        return answers.answer_two(state, state.choices[:2], context, state.asked)
    if state.sent and means(kb, "envoyer", text):
        return sent_already(state, context)
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
            return answer(state, state.choices[0], context, state.asked)
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


def passed_on(state: State, action: PassOn, context: Context) -> Turn:
    for words in state.unanswered:
        if answers.mark(words) == action.mark:
            return _pass_on(state, words, context)
    return form.interrupted(Turn(state, (plain(context.kb, "repli.question_perdue"),)), context)


def answer(state: State, entry: EntryId, context: Context, words: str = "") -> Turn:
    """The entry's answer. Whoever asks for a person is asked at once for what that takes; whoever has sent a
    request and asks when, is told when."""
    if entry == answers.CONTACT:
        return _towards_a_person(state, context, words)
    if entry == answers.DELAY and follow.opened(context) is not None:
        return follow.news(state, context)
    return answers.answer(state, entry, context, words)


def _towards_a_person(state: State, context: Context, words: str) -> Turn:
    """The form; the first time, below what the entry says of it."""
    turn = form.start(state, context, words)
    if state.form is not None or follow.opened(context) is not None:
        return turn
    entry = context.kb.entries[answers.CONTACT]
    first = form.below(render(context.kb, entry.answer), turn.replies[0])
    return replace(turn, replies=(first,), effects=answers.happened_of(entry))


def _decided(state: State, event: Said, context: Context) -> Turn:
    decision = event.decision
    if decision.action != "answer" and reachable(event.text, context.kb) is not None:
        return _reachable_there(state, event.text, context)
    if decision.why.rule == "empty":
        return Turn(state, (plain(context.kb, "repli.rien_a_lire"),))
    match decision.action:
        case "answer" if len(decision.entries) == 2:
            return answers.answer_two(state, decision.entries, context, event.text)
        case "answer":
            return answer(state, decision.entries[0], context, event.text)
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


def sent_already(state: State, context: Context) -> Turn:
    return Turn(state, (plain(context.kb, "formulaire.deja_envoye", reference=state.sent),))


def policy(context: Context) -> Reply:
    officer = context.kb.profile.privacy_officer
    return plain(context.kb, "confidentialite.politique", titre=officer.title, coordonnees=officer.contact)
