"""A lead, as the freelancer reads it: one message, edited in place. What people typed is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from orgbot.chat.actions import About, DeskVerb
from orgbot.chat.events import Button, Reply
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, escaped, label, say, units
from orgbot.leads.dates import say_brief, say_moment
from orgbot.leads.life import OPEN, WAITING, Followed, Status, Trace
from orgbot.leads.model import Lead, Objection
from orgbot.leads.reach import show_reach

FIELD = 120
OBJECTIONS, QUESTIONS = 9, 5


@dataclass(frozen=True, slots=True)
class Limits:
    """UTF-16 units of what a person typed; `history`: lines of what has happened since."""

    subject: int
    words: int
    question: int
    history: int


# All that she wrote, when it fits in Telegram's 4,096; for the fullest lead, the beginning of each part.
SIZES = (Limits(1500, 300, 300, 12), Limits(1200, 140, 160, 4), Limits(800, 100, 100, 3))
TELEGRAM = 4096

# Rows of buttons, by status; a menu takes their place while a choice is open.
OFFERED: Mapping[Status, tuple[tuple[DeskVerb, ...], ...]] = {
    "new": (("write", "take"), ("win", "lose"), ("later", "see")),
    "seen": (("write", "take"), ("win", "lose"), ("later",)),
    "talking": (("write",), ("win", "lose"), ("later",)),
    "won": (("write", "reopen"),),
    "lost": (("write", "reopen"),),
    "dropped": (("write", "reopen"),),
    "withdrawn": (),
}
MENUS: Mapping[DeskVerb, tuple[tuple[DeskVerb, ...], ...]] = {
    "lose": (("lose_budget", "lose_time"), ("lose_other", "lose_silence"), ("lose_words", "drop"), ("card",)),
    "later": (("later_today", "later_tomorrow"), ("later_week", "card")),
}
# What the history leaves out: it is in the card already, or is only for the figures.
SILENT = ("submitted", "announced", "reminded")


def card(followed: Followed, kb: KnowledgeBase, now: datetime, menu: DeskVerb | None = None) -> Reply:
    """`menu`: the choice that is open, "lose" or "later"."""
    text, _ = _fitted(followed, kb, now)
    offered = OFFERED[followed.status]
    rows = MENUS.get(menu, offered) if menu and followed.status in OPEN else offered
    return Reply(text, tuple(tuple(_button(kb, verb, followed.lead) for verb in row) for row in rows))


def unshown(followed: Followed, kb: KnowledgeBase, now: datetime) -> tuple[Trace, ...]:
    """What the director has said since and the card does not hold whole: cut, left out, or a file."""
    _, limits = _fitted(followed, kb, now)
    told = _told(followed)
    first = len(told) - limits.history
    return tuple(
        trace
        for at, trace in enumerate(told)
        if trace.what in ("add", "said")
        and (at < first or trace.media is not None or units(trace.why) > limits.words)
    )


def _fitted(followed: Followed, kb: KnowledgeBase, now: datetime) -> tuple[Html, Limits]:
    """All that one message takes, and what it leaves out."""
    for limits in SIZES[:-1]:
        text = _card(followed, kb, now, limits)
        if units(text) <= TELEGRAM:
            return text, limits
    return _card(followed, kb, now, SIZES[-1]), SIZES[-1]


def _button(kb: KnowledgeBase, verb: DeskVerb, lead: Lead) -> Button:
    return Button(label(kb, f"fiche.{verb}"), About(verb, lead.reference))


def status(followed: Followed, kb: KnowledgeBase) -> str:
    return kb.sentences[f"statut.{followed.status}"]


def _card(followed: Followed, kb: KnowledgeBase, now: datetime, limits: Limits) -> Html:
    lead, today = followed.lead, now.date()
    subject = clip(lead.subject, limits.subject) or kb.sentences["formulaire.sans_sujet"]
    return embed(
        kb,
        "pigiste.fiche",
        reference=escaped(lead.reference),
        statut=escaped(status(followed, kb)),
        prenom=escaped(clip(lead.first_name, FIELD)),
        telegram=_telegram(lead, kb),
        organisation=escaped(clip(lead.organisation, FIELD)),
        joindre=escaped(clip(show_reach(lead.reach, kb, dialled=True), FIELD)),
        sujet=escaped(subject),
        objections=_objections(lead, kb, limits),
        questions=_questions(lead, kb, limits),
        promesse=_promise(followed, kb, today),
        suivi=_history(followed, kb, now, limits),
    )


def _promise(followed: Followed, kb: KnowledgeBase, today: date) -> Html:
    """While it is to be kept."""
    if followed.status not in WAITING:
        return Html("")
    promise = followed.lead.promise
    return say(
        kb,
        "pigiste.fiche_promesse",
        au_plus_tard=say_moment(promise.latest, kb.profile, today),
        probable=say_moment(promise.probable, kb.profile, today),
    )


def _history(followed: Followed, kb: KnowledgeBase, now: datetime, limits: Limits) -> Html:
    told = _told(followed)
    if not told:
        return Html("")
    lines = "".join(f"\n{_trace(trace, followed, kb, now, limits)}" for trace in told[-limits.history :])
    return embed(kb, "pigiste.fiche_suivi", lignes=Html(lines))


def _told(followed: Followed) -> list[Trace]:
    return [trace for trace in followed.traces if trace.what not in SILENT]


def _trace(trace: Trace, followed: Followed, kb: KnowledgeBase, now: datetime, limits: Limits) -> Html:
    moment = say_brief(trace.at, kb.profile, now.date())
    return say(
        kb,
        f"suivi.{trace.what}",
        quand=moment,
        qui=clip(trace.who, FIELD),
        prenom=clip(followed.lead.first_name, FIELD),
        mots=clip(trace.why, limits.words),
        joindre=other_means(followed.lead, kb),
    )


def other_means(lead: Lead, kb: KnowledgeBase) -> str:
    """How to reach her where Telegram fails."""
    if lead.reach.kind == "chat":
        return kb.sentences["joindre.aucune"]
    return clip(show_reach(lead.reach, kb, dialled=True), FIELD)


def _telegram(lead: Lead, kb: KnowledgeBase) -> Html:
    """A link that opens the chat with the person: her public name, else her id."""
    person = lead.person
    name = escaped(clip(person.first_name, FIELD)) or str(person.chat_id)
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
    told = {met.words for met in lead.objections}
    asked = [question for question in lead.questions if question not in told]
    if not asked:
        return Html("")
    lines = [
        say(kb, "pigiste.fiche_question", question=clip(question, limits.question))
        for question in asked[-QUESTIONS:]
    ]
    return embed(kb, "pigiste.fiche_questions", lignes=Html("".join(lines)))
