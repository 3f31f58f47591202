"""The freelancer's lists: her leads, page by page, and what the day asks for."""

from datetime import datetime

from orgbot.chat.actions import About, Page
from orgbot.chat.events import Button, Reply
from orgbot.chat.pages import turning
from orgbot.desk.card import FIELD, status
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, say
from orgbot.leads.dates import say_clock
from orgbot.leads.life import OPEN, WAITING, Followed

PAGE = 8


def listing(  # noqa: PLR0913, PLR0917  # a page is all of these
    found: tuple[Followed, ...], total: int, page: int, query: str, kb: KnowledgeBase, now: datetime
) -> Reply:
    """`page`: from 0. Each lead is a line to read and a button to open its card."""
    if not total:
        return Reply(say(kb, "pigiste.introuvable", nom=query) if query else say(kb, "pigiste.aucune"))
    lines = Html("\n".join(_line(followed, kb, now) for followed in found))
    pages = -(-total // PAGE)
    text = embed(kb, "pigiste.demandes", lignes=lines, page=Html(str(page + 1)), pages=Html(str(pages)))
    cards = [Button(_short(followed), About("show", followed.lead.reference)) for followed in found]
    rows = [tuple(cards[at : at + 2]) for at in range(0, len(cards), 2)]
    return Reply(text, (*rows, *turning(kb, page, pages, lambda to: Page(to, query))))


def _line(followed: Followed, kb: KnowledgeBase, now: datetime) -> Html:
    lead = followed.lead
    key = "pigiste.demande" if followed.status in WAITING else "pigiste.demande_suivie"
    if followed.status in WAITING and lead.promise.latest < now:
        key = "pigiste.demande_retard"
    return say(
        kb,
        key,
        reference=lead.reference,
        prenom=clip(lead.first_name, FIELD),
        organisation=clip(lead.organisation, FIELD),
        statut=status(followed, kb),
        au_plus_tard=say_clock(lead.promise.latest, kb.profile, now.date()),
    )


def _short(followed: Followed) -> str:
    return clip(f"{followed.lead.first_name}, {followed.lead.organisation}", 40)


def agenda(found: tuple[Followed, ...], kb: KnowledgeBase, now: datetime) -> Reply | None:
    """What waits for an answer, the most pressing first; None when nothing does."""
    waiting = [followed for followed in found if followed.status in WAITING]
    if not waiting:
        return None
    waiting.sort(key=lambda followed: followed.lead.promise.latest)
    lines = Html("\n".join(_line(followed, kb, now) for followed in waiting[:PAGE]))
    rows = tuple(
        (Button(_short(followed), About("show", followed.lead.reference)),) for followed in waiting[:PAGE]
    )
    talking = sum(followed.status in OPEN for followed in found) - len(waiting)
    beside = say(kb, "pigiste.agenda_suite", nombre=str(talking)) if talking else Html("")
    return Reply(embed(kb, "pigiste.agenda", lignes=lines, suite=beside), rows)
