"""What the form asks at each step."""

from html import escape

from orgbot.chat.actions import Field, Modify
from orgbot.chat.events import Button, Context, Reply
from orgbot.dialogue.state import Form, State
from orgbot.dialogue.turn import Row, button, label
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, say
from orgbot.leads.lead import clean_name
from orgbot.leads.model import Reach
from orgbot.leads.reach import show_reach

FIELDS: tuple[Field, ...] = ("prenom", "organisation", "joindre", "sujet")
SHOWN = 1000


def prompt(state: State, form: Form, context: Context) -> Reply:
    kb = context.kb
    cancel = button(kb, "annuler", "cancel")
    back: Row = (button(kb, "retour", "back"), cancel)
    match form.step:
        case "prenom":
            return _first_name(kb, clean_name(kb, context.person.first_name), cancel)
        case "organisation":
            return Reply(say(kb, "formulaire.organisation", prenom=form.draft.first_name), (back,))
        case "joindre":
            return Reply(say(kb, "formulaire.joindre"), ((button(kb, "ici", "here"),), back))
        case "sujet":
            return _subject(kb, proposal(state, kb), back)
        case "consentement":
            choice = (button(kb, "accepter", "yes"), button(kb, "refuser", "no"))
            notice = say(kb, "formulaire.consentement_texte")
            return Reply(embed(kb, "formulaire.consentement", texte=notice), (choice, back))
        case "sommaire":
            return _summary(state, form, kb, cancel)


def _first_name(kb: KnowledgeBase, name: str, cancel: Button) -> Reply:
    if not name:
        return Reply(say(kb, "formulaire.prenom_autre"), ((cancel,),))
    one_tap = button(kb, "prenom", "yes", prenom=name)
    return Reply(say(kb, "formulaire.prenom", prenom=name), ((one_tap,), (cancel,)))


def _subject(kb: KnowledgeBase, proposed: str, back: Row) -> Reply:
    skip = button(kb, "passer", "skip")
    if not proposed:
        return Reply(say(kb, "formulaire.sujet"), ((skip,), back))
    keep = button(kb, "garder", "yes")
    return Reply(say(kb, "formulaire.sujet_propose", propose=proposed), ((keep, skip), back))


def proposal(state: State, kb: KnowledgeBase) -> str:
    """What to talk about, from what was said: the questions passed on, else the objections met."""
    if state.questions:
        return clip(" ".join(state.questions), SHOWN)
    titles = [kb.entries[met.entry].title for met in state.objections if met.entry in kb.entries]
    return clip("; ".join(titles), SHOWN)


def _summary(state: State, form: Form, kb: KnowledgeBase, cancel: Button) -> Reply:
    draft = form.draft
    extra = [question for question in state.questions if question not in draft.subject]
    lines = [say(kb, "formulaire.sommaire_question", question=question) for question in extra]
    text = embed(
        kb,
        "formulaire.sommaire",
        prenom=Html(escape(draft.first_name, quote=False)),
        organisation=Html(escape(draft.organisation, quote=False)),
        joindre=Html(escape(show_reach(draft.reach or Reach("chat"), kb), quote=False)),
        sujet=Html(escape(clip(draft.subject, SHOWN) or kb.sentences["formulaire.sans_sujet"], quote=False)),
        questions=Html("".join(lines)),
    )
    changes = [Button(label(kb, f"boutons.modifier_{field}"), Modify(field)) for field in FIELDS]
    send = (button(kb, "envoyer", "send"),)
    return Reply(text, (send, *((change,) for change in changes), (cancel,)))
