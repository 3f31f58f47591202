"""Numbers as people in Québec write them: no space in them breaks a line."""

from datetime import date, timedelta

from babel.dates import format_date

from orgbot.leads.dates import NO_BREAK
from orgbot.papers.figures import Share

_MINUTE = timedelta(minutes=1)
# Past two days, hours no longer tell how long it is.
_IN_HOURS = 48


def say_whole(number: int) -> str:
    """« 1 234 »."""
    return f"{number:,}".replace(",", NO_BREAK)


def say_percent(share: Share) -> str:
    """« 87 % »; « – » of nothing. 0 and 100 are kept for none and all."""
    if not share.whole:
        return "–"
    rounded = (200 * share.part + share.whole) // (2 * share.whole)
    if 0 < share.part < share.whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}{NO_BREAK}%"


def say_wait(wait: timedelta | None) -> str:
    """« 45 min », « 3 h 20 », « 2 j 4 h »; « – » when there is none."""
    if wait is None:
        return "–"
    hours, minutes = divmod(round(wait / _MINUTE), 60)
    if not hours:
        return f"{minutes}{NO_BREAK}min"
    if hours < _IN_HOURS:
        return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{minutes:02}" if minutes else "")
    days, hours = divmod(hours, 24)
    return f"{days}{NO_BREAK}j" + (f"{NO_BREAK}{hours}{NO_BREAK}h" if hours else "")


def say_day(day: date, today: date) -> str:
    """« 1er décembre »; with the year when it is not today's."""
    return say_date(day, "d MMMM" if day.year == today.year else "d MMMM y")


def say_date(day: date, form: str) -> str:
    """In a form of Unicode's."""
    said = format_date(day, form, locale="fr_CA")
    return said.replace("1 ", "1er ", 1) if said.startswith("1 ") else said
