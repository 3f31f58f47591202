"""Days off, as the freelancer writes them."""

import re
from datetime import date, datetime, time, timedelta

import dateparser

from orgbot.knowledge.fold import fold

_BETWEEN = re.compile(r"\s+(?:jusqu\s)?(?:au|a)\s+")
_LEAD_IN = re.compile(r"^(?:(?:du|de|le|les|jusqu|au)\s+)+")
# As date.weekday counts them.
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAY = rf"(?:(?:{'|'.join(_WEEKDAYS)})\s+)?"
# All that a side may be: a day of a month, as numbers, or a word. Anything more is not guessed at.
_SIDE = re.compile(
    rf"{_WEEKDAY}\d{{1,2}}\s[a-z]{{3,}}(?:\s\d{{4}})?|\d{{4}}-\d\d?-\d\d?|\d\d?-\d\d?(?:-\d{{4}})?"
    r"|aujourd\shui|demain|apres\sdemain"
)
_BARE = re.compile(rf"{_WEEKDAY}(\d{{1,2}})")
# « 24-28 décembre ».
_DASHED = re.compile(r"^(\d{1,2})\s*-\s*(\d{1,2})(?=\s[a-z]{3})")
# As dateparser knows them.
_FOLDED = {fold(word): word for word in ("aujourd'hui", "après-demain")}
_YEAR = re.compile(r"\d{4}")
_ISO = re.compile(r"\d{4}-")
LONGEST = 184
# « du 28 au 3 janvier » begins the month before; « du 10 au 5 décembre » is more likely a slip.
ACROSS = timedelta(days=21)


def days(text: str, today: date) -> tuple[date, date] | None:
    """« du 24 décembre au 2 janvier », « le 15 mars », « 2027-01-04 au 2027-01-08 » → (first, last), both
    included; None when it cannot be read, is over already, or lasts more than half a year."""
    begins, _, ends = _plain(text).partition(" .. ")
    last = _day(ends or begins, today)
    bare = _BARE.fullmatch(begins) if ends else None
    first = _before(int(bare[1]), last) if bare and last else _day(begins, today)
    if first is None or last is None:
        return None
    # « du 24 décembre au 2 janvier » ends in the year that follows; « 15 mars » is next year's.
    if not _YEAR.search(ends or begins) and (last < first or last < today):
        last = _next_year(last)
        first = _before(int(bare[1]), last) if bare else first
    if first is None:
        return None
    if not _YEAR.search(begins) and first.year < last.year and _next_year(first) <= last:
        first = _next_year(first)
    fits = first <= last and last >= today and (last - first).days < LONGEST
    return (first, last) if fits else None


def misnamed(text: str, first: date, last: date) -> date | None:
    """The day of the two read in `text` called by another’s name: « lundi 24 décembre », a Thursday."""
    begins, _, ends = _plain(text).partition(" .. ")
    for side, day in ((begins, first), (ends, last)):
        called = side.partition(" ")[0]
        if called in _WEEKDAYS and called != _WEEKDAYS[day.weekday()]:
            return day
    return None


def _before(number: int, last: date) -> date | None:
    """« du 3 au 7 août », « du 28 au 3 janvier »: the month is written once, and may be the one before."""
    month = last if number <= last.day else last.replace(day=1) - timedelta(days=1)
    try:
        first = month.replace(day=number)
    except ValueError:
        return None
    return first if month is last or last - first <= ACROSS else None


def _plain(text: str) -> str:
    """Without accents or lead-ins, the two dates on either side of « .. »; a date's own dashes stay."""
    dashed = re.sub(r"(?<=\d)\s*[-–/]\s*(?=\d)", "zz", text)
    plain = _LEAD_IN.sub("", re.sub(r"\b1er\b", "1", fold(dashed)).replace("zz", "-"))
    plain = _DASHED.sub(r"\1 .. \2", plain)
    sides = plain.split(" .. ") if " .. " in plain else _BETWEEN.split(plain, maxsplit=1)
    return " .. ".join(_LEAD_IN.sub("", part) for part in sides)


def _day(text: str, today: date) -> date | None:
    if not _SIDE.fullmatch(text):
        return None
    found = dateparser.parse(
        _FOLDED.get(text, text),
        languages=["fr"],
        settings={
            "PREFER_DATES_FROM": "current_period",
            "RELATIVE_BASE": datetime.combine(today, time()),
            "DATE_ORDER": "YMD" if _ISO.match(text) else "DMY",
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    return None if found is None else found.date()


def _next_year(day: date) -> date:
    """The same day a year later; the 29th of February gives the 28th."""
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)
