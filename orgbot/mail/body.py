"""What the letter says, in Telegram's HTML. Every word that a person typed is escaped, and on one line."""

from dataclasses import replace
from datetime import date
from html import escape
from urllib.parse import quote

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, embed, escaped, say
from orgbot.knowledge.visible import visible
from orgbot.leads.dates import say_moment
from orgbot.leads.model import Lead, Objection, Reach
from orgbot.leads.reach import show_reach


def write(lead: Lead, kb: KnowledgeBase, today: date, *, urgent: bool, answerable: bool) -> Html:
    """Paragraphs, an empty line between them. `answerable`: answering the letter reaches the director."""
    parts = [_card(lead, kb, today)]
    if urgent:
        parts.insert(0, say(kb, "courriel.urgent"))
    if answerable:
        parts.append(say(kb, "courriel.repondre", prenom=visible(lead.first_name)))
    return Html("\n\n".join(parts))


def _card(lead: Lead, kb: KnowledgeBase, today: date) -> Html:
    return embed(
        kb,
        "courriel.fiche",
        reference=escaped(lead.reference),
        prenom=_typed(lead.first_name),
        organisation=_typed(lead.organisation),
        joindre=_reach(lead, kb),
        telegram=_telegram(lead, kb),
        sujet=_typed(lead.subject) or say(kb, "formulaire.sans_sujet"),
        objections=_list(kb, "courriel.objections", [_objection(met, kb) for met in lead.objections]),
        questions=_list(
            kb,
            "courriel.questions",
            [say(kb, "courriel.question", question=visible(asked)) for asked in lead.questions],
        ),
        au_plus_tard=escaped(say_moment(lead.promise.latest, kb.profile, today)),
        probable=escaped(say_moment(lead.promise.probable, kb.profile, today)),
    )


def _list(kb: KnowledgeBase, key: str, lines: list[Html]) -> Html:
    return embed(kb, key, lignes=Html("".join(lines))) if lines else Html("")


def _objection(met: Objection, kb: KnowledgeBase) -> Html:
    title = kb.entries[met.entry].title if met.entry in kb.entries else str(met.entry)
    words = visible(met.words)
    if not words:
        return say(kb, "courriel.objection_sans_mots", titre=title)
    return say(kb, "courriel.objection", titre=title, mots=words)


def _reach(lead: Lead, kb: KnowledgeBase) -> Html:
    """What a thumb can touch, then what she said with it."""
    touched = _touched(replace(lead.reach, note=""), kb)
    note = visible(lead.reach.note)
    return embed(kb, "joindre.precision", joindre=touched, mots=escaped(note)) if note else touched


def _touched(reach: Reach, kb: KnowledgeBase) -> Html:
    value = visible(reach.value)
    match reach.kind:
        case "email":
            return _link(f"mailto:{quote(value, safe='@')}", value)
        case "phone":
            return _link(f"tel:{value}", show_reach(reach, kb))
        case "chat":
            return say(kb, "courriel.joindre_telegram")


def _telegram(lead: Lead, kb: KnowledgeBase) -> Html:
    username = visible(lead.person.username)
    if username:
        return _link(f"https://t.me/{quote(username, safe='')}", f"@{username}")
    return say(kb, "courriel.telegram_sans_nom", prenom=visible(lead.person.first_name))


def _link(address: str, shown: str) -> Html:
    return Html(f'<a href="{escape(address)}">{escaped(shown)}</a>')


def _typed(words: str) -> Html:
    return escaped(visible(words))
