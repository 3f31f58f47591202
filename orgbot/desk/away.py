"""The freelancer's days off: noted, listed, taken back, and counted in what is promised."""

from dataclasses import replace
from datetime import date, timedelta

from orgbot.chat.actions import Forget
from orgbot.chat.events import Button, Context, Reply
from orgbot.desk.dates import days, misnamed
from orgbot.desk.effects import Away, DeskTurn
from orgbot.desk.state import DaysOff
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, embed, label, say
from orgbot.leads.dates import say_day


def leave(argument: str, context: Context, away: tuple[DaysOff, ...]) -> DeskTurn:
    """« /conge du 24 décembre au 2 janvier »; without dates, those that are planned."""
    kb, today = context.kb, context.now.date()
    if not argument:
        return DeskTurn((planned(away, kb, today),))
    read = days(argument, today)
    if read is None:
        return DeskTurn((Reply(say(kb, "pigiste.conge_illisible", texte=argument)),))
    first, last = read
    other = misnamed(argument, first, last)
    if other is not None:
        told = say(kb, "pigiste.conge_contredit", texte=argument, jour=say_day(other, today))
        return DeskTurn((Reply(told),))
    said = say(kb, "pigiste.conge_note", jours=_spell(first, last, kb, today))
    return DeskTurn((Reply(said),), (Away(first, last),))


def _spell(first: date, last: date, kb: KnowledgeBase, today: date) -> str:
    """« du jeudi 24 décembre au samedi 2 janvier 2027 », « le jeudi 24 décembre »."""
    if first == last:
        return label(kb, "pigiste.conge_jour", debut=say_day(first, today))
    return label(kb, "pigiste.conge_jours", debut=say_day(first, today), fin=say_day(last, today))


def planned(away: tuple[DaysOff, ...], kb: KnowledgeBase, today: date) -> Reply:
    coming = [one for one in away if one.last >= today]
    if not coming:
        return Reply(say(kb, "pigiste.conge_aucun"))
    lines = [say(kb, "pigiste.conge", jours=_spell(one.first, one.last, kb, today)) for one in coming]
    rows = tuple(
        (
            Button(
                label(kb, "fiche.conge_annuler", debut=say_day(one.first, today)), Forget("days", one.number)
            ),
        )
        for one in coming
    )
    return Reply(embed(kb, "pigiste.conges", lignes=Html("\n".join(lines))), rows)


def closed(desk_days: tuple[DaysOff, ...], kb: KnowledgeBase) -> KnowledgeBase:
    """The knowledge base with the freelancer's days off among the days that the office is closed."""
    if not desk_days:
        return kb
    holidays = kb.profile.holidays
    off = {
        one.first + timedelta(days=day) for one in desk_days for day in range((one.last - one.first).days + 1)
    }
    known = replace(holidays, closed=holidays.closed | off, open=holidays.open - off)
    return replace(kb, profile=replace(kb.profile, holidays=known))
