"""Moments as people in Québec write them."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from orgbot.knowledge.model import Profile

NO_BREAK = "\u00a0"


def say_clock(moment: datetime, profile: Profile, today: date) -> str:
    """« 14 h 05 » today, « mardi 24 novembre, 14 h 05 » on another day."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    if local.date() != today:
        return say_moment(moment, profile, today)
    return _hour(local)


def say_brief(moment: datetime, profile: Profile, today: date) -> str:
    """« 14 h 05 » today, « 24 nov., 14 h 05 » on another day: for a line of a list."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    if local.date() == today:
        return _hour(local)
    year = "" if local.year == today.year else " y"
    return f"{_first(format_date(local.date(), f'd MMM{year}', locale='fr_CA'))}, {_hour(local)}"


def say_moment(moment: datetime, profile: Profile, today: date) -> str:
    """« mercredi 25 novembre, 17 h »; with the year when it is not today's."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    day = say_day(local.date(), today)
    return f"{day}, {_hour(local)}"


def say_day(day: date, today: date) -> str:
    """« jeudi 24 décembre »; with the year when it is not today's."""
    year = "" if day.year == today.year else " y"
    said = format_date(day, f"EEEE d MMMM{year}", locale="fr_CA")
    return _first(said)


def _first(said: str) -> str:
    """« 1er décembre »."""
    return re.sub(r"(^| )1 ", r"\g<1>1er ", said, count=1)


def _hour(local: datetime) -> str:
    minutes = f"{NO_BREAK}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{NO_BREAK}h{minutes}"
