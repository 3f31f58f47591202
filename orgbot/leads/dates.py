"""Moments as people in Québec write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from orgbot.knowledge.model import Profile

NO_BREAK = "\u00a0"


def say_moment(moment: datetime, profile: Profile, today: date) -> str:
    """« mercredi 25 novembre, 17 h »; with the year when it is not today's."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    year = "" if local.year == today.year else " y"
    day = format_date(local, f"EEEE d MMMM{year}", locale="fr_CA")
    if local.day == 1:
        day = day.replace(" 1 ", " 1er ", 1)
    minutes = f"{NO_BREAK}{local.minute:02}" if local.minute else ""
    return f"{day}, {local.hour}{NO_BREAK}h{minutes}"
