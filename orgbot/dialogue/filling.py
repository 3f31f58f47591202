"""What she writes while the form is open: an answer to its question, an aside, or a change."""

from dataclasses import replace

from orgbot.chat.actions import Field, Modify
from orgbot.chat.events import Context, Said
from orgbot.dialogue import answers
from orgbot.dialogue.fields import interrupts, reachable
from orgbot.dialogue.form import (
    ask,
    back,
    cancel,
    consent,
    fill,
    instead,
    interrupted,
    modify,
    note,
    refuse,
    resume,
    send,
    skip,
)
from orgbot.dialogue.prompts import FIELDS
from orgbot.dialogue.state import Form, State
from orgbot.dialogue.turn import Turn
from orgbot.dialogue.words import after, agrees, numbered
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import clip, means

# What is no more than « attends, je cherche ».
WAITING_WORDS = 5


def said(state: State, form: Form, event: Said, context: Context) -> Turn:
    """A text while the form is open."""
    kb, text = context.kb, event.text
    if means(kb, "annuler", text):
        return cancel(state, context)
    if means(kb, "retour", text):
        return back(state, form, context)
    if means(kb, "passer", text):
        return skip(state, form, context)
    entry = numbered(kb, state, text)
    if entry is not None:
        return interrupted(answers.answer(state, entry, context, state.asked), context)
    if (
        form.step != "sujet"
        and after(kb, "attendre", text) is not None
        and len(text.split()) <= WAITING_WORDS
    ):
        return Turn(state, (instead(state, form, context, "formulaire.attend"),))
    if interrupts(form, text, event.decision, context):
        return _aside(state, form, event, context)
    match form.step:
        case "consentement":
            return _consent_said(state, form, event, context)
        case "sommaire":
            return _summary_said(state, form, event, context)
        case _:
            return fill(state, form, text, context)


def _aside(state: State, form: Form, event: Said, context: Context) -> Turn:
    """A question in the middle: answered, or noted for the freelancer, and the form goes on."""
    decision = event.decision
    if decision.entries == (answers.CONTACT,):
        return resume(state, form, context)
    if decision.action == "fallback":
        words = clip(event.text, answers.WORDS_KEPT)
        turn = note(state, words, context, "formulaire.question_notee")
        turn = replace(turn, effects=answers.unanswered(words, "fallback"))
    elif decision.action == "clarify":
        turn = answers.clarify(state, decision.entries, context, event.text)
    elif len(decision.entries) == 2:
        turn = answers.answer_two(state, decision.entries, context, event.text)
    else:
        turn = answers.answer(state, decision.entries[0], context, event.text)
    return interrupted(turn, context)


def _consent_said(state: State, form: Form, event: Said, context: Context) -> Turn:
    kb = context.kb
    if agrees(kb, "oui", event.text):
        return consent(state, form, context)
    if agrees(kb, "non", event.text):
        return refuse(state, context)
    return Turn(state, (instead(state, form, context, "formulaire.oui_ou_non"),))


def _summary_said(state: State, form: Form, event: Said, context: Context) -> Turn:
    kb, text = context.kb, event.text
    if agrees(kb, "envoyer", text) or agrees(kb, "oui", text):
        return send(state, form, context)
    changing = after(kb, "modifier", text)
    line, _, value = text.partition(" pour ")
    field = _line(kb, line if changing is None else after(kb, "modifier", line) or "")
    if field is not None:
        turn = modify(state, form, Modify(field), context)
        opened = turn.state.form
        # « change mon nom pour Line »
        return fill(turn.state, opened, value, context) if value and opened else turn
    reach = reachable(text, kb)
    if reach is not None:
        return ask(state, replace(form, draft=replace(form.draft, reach=reach)), context)
    if agrees(kb, "non", text):
        changing = text
    key = "formulaire.envoyer_ou_modifier" if changing is None else "formulaire.modifier_quoi"
    return Turn(state, (instead(state, form, context, key),))


def _line(kb: KnowledgeBase, named: str) -> Field | None:
    """The line of the summary that « courriel » or « le courriel » names."""
    bare = after(kb, "avant_ligne", named)
    return next((field for field in FIELDS if means(kb, field, bare or named)), None)
