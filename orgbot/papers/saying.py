"""The figures as one Telegram message."""

from datetime import date, timedelta

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, say
from orgbot.papers.figures import Figures, Tally, Week
from orgbot.papers.numbers import say_day, say_percent, say_wait, say_whole

# What a phone shows without much scrolling; the picture and the table have the rest.
WEEKS, OBJECTIONS, TITLE = 6, 9, 80


def say_figures(figures: Figures, kb: KnowledgeBase, today: date) -> Html:
    """At most 4,096 characters, whatever there is to count; `today`, in the profile's zone."""
    if not figures.weeks:
        return say(kb, "chiffres.rien")
    total = figures.total
    parts = (_period(figures, kb, today), _leads(total, kb), _bot(total, kb))
    more = (_objections(total, kb), _weeks(figures, kb, today))
    return Html("\n\n".join(part for part in (*parts, *more) if part))


def title_of(kb: KnowledgeBase, entry: EntryId | str) -> str:
    """An entry that has left the content keeps its id."""
    known = kb.entries.get(EntryId(entry))
    return known.title if known else str(entry)


def _period(figures: Figures, kb: KnowledgeBase, today: date) -> Html:
    first, last = figures.weeks[0].monday, figures.weeks[-1].monday + timedelta(days=6)
    return say(kb, "chiffres.titre", debut=say_day(first, today), fin=say_day(min(last, today), today))


def _leads(total: Tally, kb: KnowledgeBase) -> Html:
    lines = [say(kb, "chiffres.demandes", nombre=say_whole(total.leads))]
    if total.wait is not None:
        lines.append(say(kb, "chiffres.attente", duree=say_wait(total.wait)))
    if total.by_latest.whole:
        lines.append(_promise(total, kb))
    if total.won_of_over.whole:
        lines.append(_won(total, kb))
    return Html("\n".join(lines))


def _promise(total: Tally, kb: KnowledgeBase) -> Html:
    return say(
        kb,
        "chiffres.promesse",
        part=say_percent(total.by_latest),
        tenues=say_whole(total.by_latest.part),
        sur=say_whole(total.by_latest.whole),
        probable=say_percent(total.by_probable),
    )


def _won(total: Tally, kb: KnowledgeBase) -> Html:
    return say(
        kb,
        "chiffres.conversion",
        terminees=say_percent(total.won_of_over),
        gagnees=say_whole(total.won_of_over.part),
        sur=say_whole(total.won_of_over.whole),
        toutes=say_percent(total.won_of_all),
    )


def _bot(total: Tally, kb: KnowledgeBase) -> Html:
    return say(
        kb,
        "chiffres.bot",
        reponses=say_whole(total.answered),
        objections=say_whole(total.met),
        precisions=say_whole(total.asked_back),
        replis=say_whole(total.fallbacks),
    )


def _objections(total: Tally, kb: KnowledgeBase) -> Html:
    if not total.objections:
        return Html("")
    lines = "\n".join(
        say(kb, "chiffres.objection", titre=clip(title_of(kb, entry), TITLE), nombre=say_whole(count))
        for entry, count in total.objections[:OBJECTIONS]
    )
    return embed(kb, "chiffres.objections", lignes=Html(lines))


def _weeks(figures: Figures, kb: KnowledgeBase, today: date) -> Html:
    if len(figures.weeks) < 2:
        return Html("")
    lines = "\n".join(_week(week, kb, today) for week in reversed(figures.weeks[-WEEKS:]))
    return embed(kb, "chiffres.semaines", lignes=Html(lines))


def _week(week: Week, kb: KnowledgeBase, today: date) -> Html:
    tally = week.tally
    return say(
        kb,
        "chiffres.semaine",
        jour=say_day(week.monday, today),
        demandes=say_whole(tally.leads),
        reponses=say_whole(tally.answered + tally.met),
        replis=say_whole(tally.fallbacks),
    )
