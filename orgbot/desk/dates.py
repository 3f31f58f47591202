"""Days off, as the freelancer writes them."""

import re
from datetime import date, datetime, time

import dateparser

from orgbot.knowledge.fold import fold

_BETWEEN = re.compile(r"\s+(?:jusqu\s)?(?:au|a)\s+")
_LEAD_IN = re.compile(r"^(?:(?:du|de|le|les|des|a\spartir|jusqu|au)\s+)+")
# « la semaine prochaine » is several days: which ones is for her to say.
_SPANS = re.compile(r"\b(?:semaines?|mois|ans?|annees?)\b")
_ISO = re.compile(r"\d{4}-")
LONGEST = 366


def days(text: str, today: date) -> tuple[date, date] | None:
    """« du 24 décembre au 2 janvier », « le 15 mars », « 2027-01-04 au 2027-01-08 » → (first, last), both
    included; None when it cannot be read, is over already, or lasts more than a year."""
    plain = _plain(text)
    if _SPANS.search(plain):
        return None
    begins, _, ends = plain.partition(" .. ")
    last = _day(ends or begins, today)
    # « du 3 au 7 août »: the month is written once.
    first = _day(f"{begins} {ends.partition(' ')[2]}" if begins.isdecimal() else begins, today)
    if first is None or last is None:
        return None
    # « du 24 décembre au 2 janvier » ends in the year that follows; « 15 mars » is next year's.
    if not _ISO.match(ends or begins) and (last < first or last < today):
        last = _next_year(last)
    if not _ISO.match(begins) and (first.year < last.year and _next_year(first) <= last):
        first = _next_year(first)
    fits = first <= last and last >= today and (last - first).days < LONGEST
    return (first, last) if fits else None


def _plain(text: str) -> str:
    """Without accents or lead-ins, the two dates on either side of « .. »; a date's own dashes stay."""
    dashed = re.sub(r"(?<=\d)[-/](?=\d)", "zz", text)
    plain = _LEAD_IN.sub("", re.sub(r"\b1er\b", "1", fold(dashed)).replace("zz", "-"))
    return " .. ".join(_LEAD_IN.sub("", part) for part in _BETWEEN.split(plain, maxsplit=1))


def _day(text: str, today: date) -> date | None:
    found = dateparser.parse(
        text,
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
