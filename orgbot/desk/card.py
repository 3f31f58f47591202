"""A lead, as the freelancer reads it: every word that a person typed is escaped."""

from dataclasses import dataclass
from datetime import date
from html import escape

from orgbot.chat.events import Reply
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, say
from orgbot.leads.dates import say_moment
from orgbot.leads.model import Lead, Objection
from orgbot.leads.reach import show_reach

FIELD = 120
OBJECTIONS, QUESTIONS = 9, 5


@dataclass(frozen=True, slots=True)
class Limits:
    """UTF-16 units of what a person typed."""

    subject: int
    words: int
    question: int


# All that she wrote, when it fits in Telegram's 4,096; for the fullest lead, the beginning of each part.
WHOLE, SHORTER = Limits(1500, 300, 300), Limits(1200, 140, 160)
TELEGRAM = 4096


def card(lead: Lead, kb: KnowledgeBase, today: date) -> Reply:
    whole = _card(lead, kb, today, WHOLE)
    fits = len(whole.text.encode("utf-16-le")) <= 2 * TELEGRAM
    return whole if fits else _card(lead, kb, today, SHORTER)


def _card(lead: Lead, kb: KnowledgeBase, today: date, limits: Limits) -> Reply:
    subject = clip(lead.subject, limits.subject) or kb.sentences["formulaire.sans_sujet"]
    text = embed(
        kb,
        "pigiste.fiche",
        reference=_plain(lead.reference),
        prenom=_plain(clip(lead.first_name, FIELD)),
        telegram=_telegram(lead, kb),
        organisation=_plain(clip(lead.organisation, FIELD)),
        joindre=_plain(clip(show_reach(lead.reach, kb), FIELD)),
        sujet=_plain(subject),
        objections=_objections(lead, kb, limits),
        questions=_questions(lead, kb, limits),
        au_plus_tard=_plain(say_moment(lead.promise.latest, kb.profile, today)),
        probable=_plain(say_moment(lead.promise.probable, kb.profile, today)),
    )
    return Reply(text)


def listing(leads: tuple[Lead, ...], kb: KnowledgeBase, today: date) -> Reply:
    if not leads:
        return Reply(say(kb, "pigiste.aucune"))
    lines = [
        say(
            kb,
            "pigiste.demande",
            reference=lead.reference,
            prenom=clip(lead.first_name, FIELD),
            organisation=clip(lead.organisation, FIELD),
            au_plus_tard=say_moment(lead.promise.latest, kb.profile, today),
        )
        for lead in leads
    ]
    return Reply(embed(kb, "pigiste.demandes", lignes=Html("\n".join(lines))))


def _plain(text: str) -> Html:
    return Html(escape(text, quote=False))


def _telegram(lead: Lead, kb: KnowledgeBase) -> Html:
    """A link that opens the chat with the person: her public name, else her id."""
    person = lead.person
    name = escape(clip(person.first_name, FIELD), quote=False)
    link = f"@{person.username}" if person.username else f'<a href="tg://user?id={person.chat_id}">{name}</a>'
    return embed(kb, "pigiste.fiche_telegram", lien=Html(link))


def _objections(lead: Lead, kb: KnowledgeBase, limits: Limits) -> Html:
    if not lead.objections:
        return Html("")
    lines = [_objection(met, kb, limits) for met in lead.objections[-OBJECTIONS:]]
    return embed(kb, "pigiste.fiche_objections", lignes=Html("".join(lines)))


def _objection(met: Objection, kb: KnowledgeBase, limits: Limits) -> Html:
    title = kb.entries[met.entry].title if met.entry in kb.entries else str(met.entry)
    if not met.words:
        return say(kb, "pigiste.fiche_sujet", titre=title)
    return say(kb, "pigiste.fiche_objection", titre=title, mots=clip(met.words, limits.words))


def _questions(lead: Lead, kb: KnowledgeBase, limits: Limits) -> Html:
    if not lead.questions:
        return Html("")
    lines = [
        say(kb, "pigiste.fiche_question", question=clip(question, limits.question))
        for question in lead.questions[-QUESTIONS:]
    ]
    return embed(kb, "pigiste.fiche_questions", lignes=Html("".join(lines)))
