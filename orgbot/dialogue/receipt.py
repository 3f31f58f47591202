"""What the director keeps of her request: one message, edited in place as it is seen and answered."""

from datetime import datetime

from orgbot.chat.events import Reply
from orgbot.dialogue.turn import ways_out
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, embed, escaped, say
from orgbot.leads.dates import say_clock, say_moment
from orgbot.leads.life import WAITING, Followed, What

# The last of these that happened is what she is told.
SIGNS: tuple[What, ...] = ("withdraw", "answer", "see")


def receipt(followed: Followed, kb: KnowledgeBase, now: datetime) -> Reply:
    lead, today = followed.lead, now.date()
    text = embed(
        kb,
        "formulaire.envoye",
        prenom=escaped(lead.first_name),
        reference=escaped(lead.reference),
        au_plus_tard=escaped(say_moment(lead.promise.latest, kb.profile, today)),
        probable=escaped(say_moment(lead.promise.probable, kb.profile, today)),
        signe=sign(followed, kb, now),
    )
    return Reply(text, (ways_out(kb, other="sujets"),), name=f"lead:{lead.reference}:receipt")


def sign(followed: Followed, kb: KnowledgeBase, now: datetime) -> Html:
    """« Vue à 14 h 05 », on a line of its own; nothing before anything happened."""
    for what in SIGNS:
        trace = followed.last(what)
        if trace is not None and (what != "answer" or followed.heard):
            who = trace.who or kb.profile.name
            moment = say_clock(trace.at, kb.profile, now.date())
            return say(kb, f"suivi_client.{what}", quand=moment, qui=who)
    return Html("")


def situation(followed: Followed, kb: KnowledgeBase, now: datetime) -> Html:
    """One request, for /monsuivi: what she asked, when, and where it stands."""
    lead, today = followed.lead, now.date()
    key = "suivi_client.attend" if followed.status in WAITING else "suivi_client.ouverte"
    if followed.status not in (*WAITING, "talking"):
        key = "suivi_client.fermee"
    late = followed.status in WAITING and now > lead.promise.latest
    return embed(
        kb,
        "suivi_client.en_retard" if late else key,
        reference=escaped(lead.reference),
        quand=escaped(say_moment(lead.at, kb.profile, today)),
        au_plus_tard=escaped(say_moment(lead.promise.latest, kb.profile, today)),
        signe=sign(followed, kb, now),
    )
