"""What the director typed, read as the answer to the form's question."""

from dataclasses import dataclass, replace

from orgbot.chat.events import Context
from orgbot.dialogue.prompts import proposal
from orgbot.dialogue.state import Form, State
from orgbot.dialogue.words import after, agrees, asks
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, means, say
from orgbot.leads.lead import clean_name, clean_organisation, clean_subject
from orgbot.leads.model import Draft, Reach
from orgbot.leads.reach import ReachProblem, read_reach, with_note
from orgbot.matching.decision import Decision


@dataclass(frozen=True, slots=True)
class Unread:
    """The text is no answer to the question; `hint` says what would be. `suggestion`: to confirm."""

    hint: Html
    suggestion: str = ""


def read(state: State, form: Form, text: str, context: Context) -> Draft | Unread:
    """The draft with the step's answer in it; the last two steps are read by their own words."""
    kb, draft = context.kb, form.draft
    yes = agrees(kb, "oui", text)
    match form.step:
        case "prenom":
            name = clean_name(kb, context.person.first_name if yes else text)
            bad = not name or means(kb, "non", text) or len(name.split()) > LONGEST_NAME
            return Unread(say(kb, "formulaire.mauvais_prenom")) if bad else replace(draft, first_name=name)
        case "organisation":
            none = yes or means(kb, "non", text) or means(kb, "rien", text)
            organisation = "" if none else clean_organisation(kb, text)
            if not organisation:
                return Unread(say(kb, "formulaire.mauvaise_organisation"))
            return replace(draft, organisation=organisation)
        case "joindre":
            return _reach(form, text, context, yes=yes)
        case _:
            kept = yes or agrees(kb, "garder", text)
            refused = means(kb, "non", text) or means(kb, "envoyer", text)
            subject = proposal(state, form, kb) if kept else "" if refused else clean_subject(text)
            return replace(draft, subject=subject) if subject else Unread(say(kb, "formulaire.mauvais_sujet"))


def _reach(form: Form, text: str, context: Context, *, yes: bool) -> Draft | Unread:
    kb = context.kb
    if means(kb, "ici", text):
        return replace(form.draft, reach=Reach("chat"))
    if means(kb, "joindre", after(kb, "avant_ligne", text) or text):
        return Unread(say(kb, "joindre.lequel"))
    if yes and form.suggestion:
        found = read_reach(form.suggestion, sure=True)
    else:
        found = read_reach(text)
        # Typed again as it was, a doubted address is the right one.
        if isinstance(found, ReachProblem) and found.suggestion == form.suggestion:
            found = read_reach(text, sure=True)
    if not isinstance(found, ReachProblem):
        return replace(form.draft, reach=with_note(found, text, kb))
    if found.suggestion:
        hint = say(kb, "joindre.email_suggestion", suggestion=found.suggestion)
        return Unread(hint, found.suggestion)
    return Unread(say(kb, f"joindre.{found.cause}"))


def reachable(text: str, kb: KnowledgeBase) -> Reach | None:
    """The address or the number in `text`, if there is a sound one, with what is said of it."""
    found = read_reach(text)
    return None if isinstance(found, ReachProblem) else with_note(found, text, kb)


# « Marie-Ève de la Durantaye »; a sentence is not a first name.
LONGEST_NAME = 4
# A name or an organisation is short, or no phrasing resembles it this much.
NAME_WORDS, SURE = 3, 0.9


def interrupts(form: Form, text: str, decision: Decision, context: Context) -> bool:
    """Whether the text is a question, or a doubt, put in the middle of the form rather than an answer to it.

    A subject may well be a question: only one that the bot can answer about itself interrupts there.
    """
    kb = context.kb
    if form.step in ("prenom", "organisation", "joindre") and _doubts(text, decision, context):
        return form.step != "joindre" or reachable(text, kb) is None
    # « Qui-Vive » and « ou par courriel » begin like a question: without its mark, it must be a known one.
    if not asks(kb, text) or ("?" not in text and decision.action != "answer"):
        return False
    match form.step:
        case "prenom" | "organisation" | "consentement" | "sommaire":
            return True
        case "joindre":
            return reachable(text, kb) is None
        case "sujet":
            kinds = {kb.entries[entry].kind for entry in decision.entries}
            return decision.action == "answer" and kinds == {"question"}


def _doubts(text: str, decision: Decision, context: Context) -> bool:
    """« on manque de temps pour ça » is no first name."""
    if decision.action != "answer" or len(text.split()) <= NAME_WORDS:
        return False
    small_talk = any(context.kb.entries[entry].kind == "politesse" for entry in decision.entries)
    best = max((probability for _, probability in decision.ranking), default=0.0)
    return not small_talk and best >= SURE
