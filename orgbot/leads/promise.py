"""When the freelancer will have answered: office hours, weekends and Québec's holidays counted."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import holidays

from orgbot.knowledge.model import Profile
from orgbot.leads.model import Promise

# Nobody is closed for a year on end: past that, the content is wrong.
HORIZON = 366


class NoBusinessDayError(ValueError):
    """bot.yml leaves no day to answer on."""

    def __init__(self) -> None:
        super().__init__("bot.yml : aucun jour ouvrable pendant un an; revois « heures » et « feries »")


def promise(now: datetime, profile: Profile) -> Promise:
    """`now` is aware, in any zone. Both moments are in the profile's zone, and probable ≤ latest."""
    local = now.astimezone(ZoneInfo(profile.time_zone))
    latest = _latest(local, profile)
    return Promise(_probable(local, latest, profile), latest)


def _latest(now: datetime, profile: Profile) -> datetime:
    """Closing time of the n-th business day after today."""
    days = _business_days(now.date() + timedelta(days=1), profile)
    for _ in range(profile.latest_business_days - 1):
        next(days)
    return datetime.combine(next(days), profile.office_hours.closes, now.tzinfo)


def _probable(now: datetime, latest: datetime, profile: Profile) -> datetime:
    """`probable_office_hours` from now, counted while the office is open; `latest` if that comes first."""
    left = timedelta(hours=profile.probable_office_hours)
    hours = profile.office_hours
    for day in takewhile(latest.date().__ge__, _business_days(now.date(), profile)):
        # Wall time: on the day that the clock changes, the office still opens at nine.
        opens = datetime.combine(day, hours.opens)
        closes = datetime.combine(day, hours.closes)
        start = max(opens, now.replace(tzinfo=None))
        if start + left <= closes:
            return min(_half_hour(start + left), closes).replace(tzinfo=now.tzinfo)
        left -= max(timedelta(), closes - start)
    return latest


def _half_hour(moment: datetime) -> datetime:
    """The next one: « probablement d’ici 16 h 59 » would promise the minute."""
    over = timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return moment - over + timedelta(minutes=30) if over else moment


def _business_days(first: date, profile: Profile) -> Iterator[date]:
    """From `first` on; raises NoBusinessDayError when a year goes by without one."""
    is_open = _calendar(profile)
    quiet = 0
    day = first
    while quiet < HORIZON:
        if is_open(day):
            quiet = 0
            yield day
        quiet += 1
        day += timedelta(days=1)
    raise NoBusinessDayError


def _calendar(profile: Profile) -> Callable[[date], bool]:
    public = holidays.country_holidays("CA", subdiv="QC")

    def is_open(day: date) -> bool:
        if day in profile.holidays.open:
            return True
        closed = day in public or day in profile.holidays.closed
        return day.weekday() in profile.office_hours.weekdays and not closed

    return is_open
