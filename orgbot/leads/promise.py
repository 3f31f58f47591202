"""When the freelancer will have answered: office hours, weekends and Québec's holidays counted."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import holidays

from orgbot.knowledge.model import Profile
from orgbot.leads.model import Promise

# Nobody is closed for a year on end: past that, the content is wrong.
HORIZON = 3 * 366


class NoBusinessDayError(ValueError):
    """bot.yml leaves no day to answer on."""

    def __init__(self) -> None:
        super().__init__("bot.yml : aucun jour ouvrable pendant un an; revois « heures » et « feries »")


def promise(now: datetime, profile: Profile) -> Promise:
    """`now` is aware, in any zone. Both moments are in the profile's zone, and probable ≤ latest."""
    local = now.astimezone(ZoneInfo(profile.time_zone))
    latest = _latest(local, profile)
    return Promise(_probable(local, latest, profile), latest)


def opening(moment: datetime, profile: Profile) -> datetime:
    """When the office opens, on the day of `moment`."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    return datetime.combine(local.date(), profile.office_hours.opens, local.tzinfo)


def next_opening(now: datetime, profile: Profile) -> datetime:
    """The first time after `now` that the office opens."""
    local = now.astimezone(ZoneInfo(profile.time_zone))
    today = opening(local, profile)
    first = local.date() if local < today else local.date() + timedelta(days=1)
    return datetime.combine(next(_business_days(first, profile)), profile.office_hours.opens, local.tzinfo)


def is_open(day: date, profile: Profile) -> bool:
    """Whether the office opens on that day."""
    return _calendar(profile)(day)


def office_time_before(moment: datetime, left: timedelta, profile: Profile) -> datetime:
    """`left` of office time before `moment`: before the opening, at the end of the business day before."""
    local = moment.astimezone(ZoneInfo(profile.time_zone))
    hours, wall = profile.office_hours, local.replace(tzinfo=None)
    since = wall - datetime.combine(local.date(), hours.opens)
    if left <= since:
        return (wall - left).replace(tzinfo=local.tzinfo)
    left -= max(timedelta(), since)
    day = _business_day_before(local.date(), profile)
    closes = datetime.combine(day, hours.closes)
    return max(closes - left, datetime.combine(day, hours.opens)).replace(tzinfo=local.tzinfo)


def _business_day_before(day: date, profile: Profile) -> date:
    opens = _calendar(profile)
    for back in range(1, HORIZON):
        if opens(day - timedelta(days=back)):
            return day - timedelta(days=back)
    raise NoBusinessDayError


def construction_holiday(year: int) -> frozenset[date]:
    """Two weeks from the Sunday that falls on 18–24 July: the CCQ's dates from 2021 to 2026 all do."""
    first = date(year, 7, 18)
    first += timedelta(days=(6 - first.weekday()) % 7)
    return frozenset(first + timedelta(days=day) for day in range(14))


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
    opens = _calendar(profile)
    quiet = 0
    day = first
    while quiet < HORIZON:
        if opens(day):
            quiet = 0
            yield day
        quiet += 1
        day += timedelta(days=1)
    raise NoBusinessDayError


def _calendar(profile: Profile) -> Callable[[date], bool]:
    public = holidays.country_holidays("CA", subdiv="QC")

    def opens(day: date) -> bool:
        if day in profile.holidays.open:
            return True
        closed = day in public or day in profile.holidays.closed
        if profile.holidays.construction and day in construction_holiday(day.year):
            return False
        return day.weekday() in profile.office_hours.weekdays and not closed

    return opens
