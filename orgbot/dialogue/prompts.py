"""What the form asks at each step."""

from orgbot.chat.actions import Field, Modify
from orgbot.chat.events import Button, Context, Reply
from orgbot.dialogue.state import Form, State
from orgbot.dialogue.turn import Row, button
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, escaped, label, say
from orgbot.knowledge.visible import visible
from orgbot.leads.lead import clean_name
from orgbot.leads.model import Draft, Reach
from orgbot.leads.reach import show_reach

FIELDS: tuple[Field, ...] = ("prenom", "organisation", "joindre", "sujet")
SHOWN, QUOTED = 1000, 160


def prompt(state: State, form: Form, context: Context) -> Reply:
    kb = context.kb
    cancel = button(kb, "annuler", "cancel")
    back: Row = (button(kb, "retour", "back"), cancel)
    match form.step:
        case "prenom":
            return _first_name(
                kb, clean_name(kb, context.person.first_name), back if form.editing else (cancel,)
            )
        case "organisation":
            return Reply(say(kb, "formulaire.organisation", prenom=form.draft.first_name), (back,))
        case "joindre":
            return Reply(say(kb, "formulaire.joindre"), ((button(kb, "ici", "here"),), back))
        case "sujet":
            return _subject(state, form, kb, back)
        case "consentement":
            choice = (button(kb, "accepter", "accept"), button(kb, "refuser", "refuse"))
            notice = say(kb, "formulaire.consentement_texte")
            return Reply(embed(kb, "formulaire.consentement", texte=notice), (choice, back))
        case "sommaire":
            return _summary(state, form, kb, cancel)


def _first_name(kb: KnowledgeBase, name: str, last: Row) -> Reply:
    if not name:
        return Reply(say(kb, "formulaire.prenom_autre"), (last,))
    one_tap = button(kb, "prenom", "name", prenom=name)
    return Reply(say(kb, "formulaire.prenom", prenom=name), ((one_tap,), last))


def _subject(state: State, form: Form, kb: KnowledgeBase, back: Row) -> Reply:
    skip, keep = button(kb, "passer", "skip"), button(kb, "garder", "keep")
    proposed = proposal(state, form, kb)
    if not proposed:
        return Reply(say(kb, "formulaire.sujet"), ((skip,), back))
    if form.draft.subject:
        return Reply(say(kb, "formulaire.sujet_actuel", propose=proposed), ((keep,), back))
    return Reply(say(kb, "formulaire.sujet_propose", propose=proposed), ((keep, skip), back))


def extra_questions(state: State, draft: Draft) -> tuple[str, ...]:
    """Those that travel with the lead and are not its message already."""
    return tuple(question for question in state.questions if visible(question) not in draft.subject)


def proposal(state: State, form: Form, kb: KnowledgeBase) -> str:
    """What to talk about: what she wrote, else the questions passed on, else her objections in her words."""
    if form.draft.subject:
        return form.draft.subject
    if state.questions:
        return clip(" ".join(state.questions), SHOWN)
    words = [clip(met.words, QUOTED) or kb.entries[met.entry].title for met in state.objections]
    return clip("; ".join(words), SHOWN)


def _summary(state: State, form: Form, kb: KnowledgeBase, cancel: Button) -> Reply:
    draft = form.draft
    extra = extra_questions(state, draft)
    lines = [say(kb, "formulaire.sommaire_question", question=question) for question in extra]
    titles = [kb.entries[met.entry].title for met in state.objections]
    with_it = "objections" if titles else "telegram"
    lines.append(say(kb, f"formulaire.sommaire_{with_it}", titres="; ".join(titles)))
    text = embed(
        kb,
        "formulaire.sommaire",
        prenom=escaped(draft.first_name),
        organisation=escaped(draft.organisation),
        joindre=escaped(show_reach(draft.reach or Reach("chat"), kb)),
        sujet=escaped(draft.subject or kb.sentences["formulaire.sans_sujet"]),
        questions=Html("".join(lines)),
    )
    changes = [Button(label(kb, f"boutons.modifier_{field}"), Modify(field)) for field in FIELDS]
    send = (button(kb, "envoyer", "send"),)
    return Reply(text, (send, *((change,) for change in changes), (cancel,)))
