"""The contact form: under a minute, by buttons or by words, interrupted and resumed at will."""

from collections.abc import Mapping
from dataclasses import replace

from orgbot.chat.actions import Do, Modify, Verb
from orgbot.chat.events import Add, Commanded, Consented, Context, Reply, Submit
from orgbot.dialogue import answers, follow
from orgbot.dialogue.fields import Unread, reachable, read
from orgbot.dialogue.prompts import extra_questions, prompt
from orgbot.dialogue.receipt import receipt
from orgbot.dialogue.state import Form, State, Step
from orgbot.dialogue.steps import move
from orgbot.dialogue.turn import Turn, plain
from orgbot.knowledge.sentences import Html, clip, label, say
from orgbot.leads.lead import SUBJECT, complete, to_lead
from orgbot.leads.life import Followed
from orgbot.leads.model import Draft, Reach
from orgbot.leads.reach import show_reach

# « mon cell 418 555-1212 » is no name.
ADDRESS_WORDS = 4


def start(state: State, context: Context, words: str = "") -> Turn:
    """Begin the form, or take the open draft up where it was; while a request is open, that one. `words`:
    what asked for it, which may say how she is to be reached."""
    state = answers.settle(state)
    if state.form is not None:
        return resume(state, state.form, context)
    followed = follow.opened(context)
    if followed is not None:
        return follow.already(state, followed, context)
    reach = reachable(words, context.kb)
    turn = ask(state, Form(), context) if reach is None else noted(state, Form(), reach, context)
    return replace(turn, replies=(below(say(context.kb, "formulaire.intro"), turn.replies[0]),))


def ask(state: State, form: Form, context: Context) -> Turn:
    """The question that the form has come to."""
    return Turn(replace(state, form=form), (prompt(state, form, context),))


def noted(state: State, form: Form, reach: Reach, context: Context) -> Turn:
    """An address given before it was asked for, and the question that still is."""
    known = say(context.kb, "formulaire.joindre_note", joindre=show_reach(reach, context.kb))
    turn = ask(state, replace(form, draft=replace(form.draft, reach=reach)), context)
    return replace(turn, replies=(below(known, turn.replies[0]),))


def resume(state: State, form: Form, context: Context) -> Turn:
    form = replace(form, paused=False)
    question = below(say(context.kb, "formulaire.reprend"), prompt(state, form, context))
    return Turn(replace(answers.settle(state), form=form), (question,))


def interrupted(turn: Turn, context: Context) -> Turn:
    """Add the form's question below an answer given in the middle of it."""
    form = turn.state.form
    if form is None or form.paused:
        return turn
    resumed = resume(turn.state, form, context)
    # What was offered stays open to a tap or to its number; any other word belongs to the form again.
    state = replace(turn.state, form=resumed.state.form, awaiting="nothing")
    return replace(turn, state=state, replies=(*turn.replies, *resumed.replies))


def cancel(state: State, context: Context) -> Turn:
    if state.form is None:
        return Turn(state, (plain(context.kb, "repli.rien_en_cours"),))
    # Consent that was given for this request ends with it.
    agreed = state.form.draft.consent
    effects = (Consented("answer", notice(context), given=False),) if agreed else ()
    return Turn(_closed(state), (plain(context.kb, "formulaire.annule"),), effects)


def _closed(state: State) -> State:
    """Without what was written for the form; the objections met stay, for a later one."""
    return replace(answers.settle(state), form=None, questions=(), unanswered=())


def fill(state: State, form: Form, text: str, context: Context) -> Turn:
    if form.step in ("prenom", "organisation") and len(text.split()) <= ADDRESS_WORDS:
        reach = reachable(text, context.kb)
        if reach is not None:
            return noted(state, form, reach, context)
    draft = read(state, form, text, context)
    if isinstance(draft, Unread):
        asked = prompt(state, form, context)
        form = replace(form, suggestion=draft.suggestion)
        return Turn(replace(state, form=form), (replace(asked, text=draft.hint),))
    return _next(state, replace(form, draft=draft), context)


def _next(state: State, form: Form, context: Context) -> Turn:
    following = move(form, "filled") or form
    if following.step == "joindre" and following.draft.reach is not None:
        # She wrote it when she asked for this.
        following = move(following, "filled") or following
    return ask(state, following, context)


def note(state: State, question: str, context: Context, key: str) -> Turn:
    """Let a question travel with the lead."""
    kept = tuple(dict.fromkeys((*state.questions, question)))[-answers.QUESTIONS_KEPT :]
    return Turn(replace(answers.settle(state), questions=kept), (Reply(say(context.kb, key)),))


def back(state: State, form: Form, context: Context) -> Turn:
    previous = move(form, "back")
    if previous is None:
        first = prompt(state, form, context)
        return Turn(state, (replace(first, text=say(context.kb, "formulaire.debut")),))
    return ask(state, previous, context)


def skip(state: State, form: Form, context: Context) -> Turn:
    following = move(form, "skipped")
    if following is None:
        asked = prompt(state, form, context)
        return Turn(state, (below(say(context.kb, "formulaire.rien_a_passer"), asked),))
    # While a line is being changed, to skip is to leave it as it was.
    if form.step == "sujet" and not form.editing:
        following = replace(following, draft=replace(form.draft, subject=""))
    return ask(state, following, context)


def consent(state: State, form: Form, context: Context) -> Turn:
    turn = _next(state, replace(form, draft=replace(form.draft, consent=True)), context)
    return replace(turn, effects=(Consented("answer", notice(context), given=True),))


def refuse(state: State, context: Context) -> Turn:
    effect = Consented("answer", notice(context), given=False)
    forgotten = replace(_closed(state), objections=())
    return Turn(forgotten, (plain(context.kb, "formulaire.refuse"),), (effect,))


def notice(context: Context) -> Html:
    """What she agrees to, as she reads it."""
    return say(context.kb, "formulaire.consentement_texte")


def modify(state: State, form: Form, action: Modify, context: Context) -> Turn:
    return ask(state, replace(form, step=action.field, editing=True, paused=False), context)


def send(state: State, form: Form, context: Context) -> Turn:
    """Only from the summary, complete and with consent: anything else asks for what is missing."""
    if form.step != "sommaire" or not form.draft.consent or complete(form.draft):
        return resume(state, form, context)
    kb, followed = context.kb, follow.opened(context)
    if followed is not None:
        return _joined(state, form.draft, followed.lead.reference, context)
    lead = to_lead(
        form.draft,
        reference=context.reference,
        person=context.person,
        objections=state.objections,
        questions=extra_questions(state, form.draft),
        consent_text=notice(context),
        at=context.now,
        profile=kb.profile,
    )
    reply = receipt(Followed(lead, "new"), kb, context.now)
    sent = replace(_closed(state), objections=(), sent=lead.reference)
    return Turn(sent, (reply,), (Submit(lead),))


def _joined(state: State, draft: Draft, reference: str, context: Context) -> Turn:
    """A request is open already (reopened since this form began): all that is in the form goes with it."""
    kb = context.kb
    parts = (draft.subject, *extra_questions(state, draft), *(met.words for met in state.objections))
    told = label(
        kb,
        "formulaire.en_detail",
        prenom=draft.first_name,
        organisation=draft.organisation,
        joindre=show_reach(draft.reach or Reach("chat"), kb, dialled=True),
        sujet="; ".join(part for part in parts if part) or kb.sentences["formulaire.sans_sujet"],
    )
    reply = plain(kb, "formulaire.jointe", reference=reference)
    closed = replace(_closed(state), objections=(), sent=reference)
    return Turn(closed, (reply,), (Add(reference, clip(told, SUBJECT)),))


# The step that each answering button belongs to. One tapped twice or late says nothing of another step.
ANSWERS: Mapping[Verb, Step] = {
    "name": "prenom",
    "here": "joindre",
    "keep": "sujet",
    "accept": "consentement",
    "refuse": "consentement",
}


def tapped(state: State, form: Form, action: Do | Modify, context: Context) -> Turn | None:
    """A tap on one of the form's buttons; None when it is none of the form's."""
    if isinstance(action, Modify):
        # A line of the summary may change once there is one; before, the questions come in order.
        return modify(state, form, action, context) if form.draft.consent else resume(state, form, context)
    if action.verb in ANSWERS:
        mine = ANSWERS[action.verb] == form.step
        return _answered(state, form, action.verb, context) if mine else resume(state, form, context)
    match action.verb:
        case "cancel" | "discard":
            return cancel(state, context)
        case "back":
            return back(state, form, context)
        case "skip":
            return skip(state, form, context)
        case "send":
            return send(state, form, context)
        case "contact" | "resume":
            return resume(state, form, context)
        case _:
            return None


def _answered(state: State, form: Form, verb: Verb, context: Context) -> Turn:
    words = context.kb.words
    match verb:
        case "accept":
            return consent(state, form, context)
        case "refuse":
            return refuse(state, context)
        case "here":
            return fill(state, form, words["ici"][0], context)
        case "keep":
            return fill(state, form, words["garder"][0], context)
        case _:
            return fill(state, form, words["oui"][0], context)


def commanded(state: State, event: Commanded, context: Context) -> Turn | None:
    """The commands that belong to the form."""
    match event.name:
        case "contact":
            return start(state, context)
        case "annuler":
            return cancel(state, context)
        case _:
            return None


def below(text: Html, asked: Reply) -> Reply:
    return replace(asked, text=Html(f"{text}\n\n{asked.text}"))


def instead(state: State, form: Form, context: Context, key: str) -> Reply:
    return replace(prompt(state, form, context), text=say(context.kb, key))
