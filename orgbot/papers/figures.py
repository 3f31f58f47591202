"""What became of the messages and of the leads, week by week."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from orgbot.chat.events import Happening
from orgbot.knowledge.model import EntryId, Profile

Outcome = Literal["probable", "latest", "late", "none"]

OVER = frozenset({"won", "lost", "dropped", "withdrawn"})
# Closed so, a lead without an answer waited for none.
_OWED_NOTHING = frozenset({"won", "dropped", "withdrawn"})
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and what it met: two of them, when one message met two objections. `at` is aware; `times`:
    as often in that week."""

    at: datetime
    what: Happening
    entry: EntryId | None
    times: int = 1


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead, flat. Moments are aware; `status` as in a lead's life; `reach` normalised, as in Reach;
    `objections`: ids of entries, or titles."""

    reference: str
    at: datetime
    status: str
    first_answer: datetime | None
    probable: datetime
    latest: datetime
    first_name: str
    organisation: str
    reach_kind: str
    reach: str
    subject: str
    objections: tuple[str, ...]
    won_or_lost_why: str


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; there is nothing to say when `whole` is 0."""

    part: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """`wait`: median time to the first answer, None without any. `objections`: most frequent first.
    The whole of both promises: leads answered, or whose latest moment has passed."""

    leads: int = 0
    answered: int = 0
    met: int = 0
    asked_back: int = 0
    fallbacks: int = 0
    objections: tuple[tuple[EntryId, int], ...] = ()
    wait: timedelta | None = None
    by_probable: Share = Share()
    by_latest: Share = Share()
    won_of_over: Share = Share()
    won_of_all: Share = Share()


@dataclass(frozen=True, slots=True)
class Week:
    """From `monday`, in the profile's zone."""

    monday: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """Weeks follow each other without a gap, oldest first; a lead counts in the week it came in."""

    weeks: tuple[Week, ...]
    total: Tally


_Dated = TypeVar("_Dated", Exchange, LeadRow)


def figures(
    exchanges: Iterable[Exchange], rows: Iterable[LeadRow], profile: Profile, now: datetime
) -> Figures:
    """Both in any order. `now`, aware, tells which promises are due."""
    exchanges, rows = tuple(exchanges), tuple(rows)
    zone = ZoneInfo(profile.time_zone)
    heard, asked = _by_week(exchanges, zone), _by_week(rows, zone)
    mondays = _without_gap(heard.keys() | asked.keys())
    told = (Week(monday, _tally(heard.get(monday, ()), asked.get(monday, ()), now)) for monday in mondays)
    return Figures(tuple(told), _tally(exchanges, rows, now))


def weeks(first: datetime, last: datetime, profile: Profile) -> Iterator[tuple[datetime, datetime]]:
    """From the one that `first` is in to that of `last`: where each begins, and the next. Aware, in the
    profile's zone, where one of them lacks an hour and another has one more."""
    zone = ZoneInfo(profile.time_zone)
    mondays = _without_gap({_monday(first, zone), _monday(last, zone)})
    return ((_midnight(monday, zone), _midnight(monday + _WEEK, zone)) for monday in mondays)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _monday(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _by_week(dated: Iterable[_Dated], zone: ZoneInfo) -> Mapping[date, Sequence[_Dated]]:
    found: dict[date, list[_Dated]] = defaultdict(list)
    for one in dated:
        found[_monday(one.at, zone)].append(one)
    return found


def _without_gap(mondays: Iterable[date]) -> Iterator[date]:
    known = sorted(mondays)
    return (known[0] + _WEEK * n for n in range((known[-1] - known[0]) // _WEEK + 1)) if known else iter(())


def _tally(exchanges: Sequence[Exchange], rows: Sequence[LeadRow], now: datetime) -> Tally:
    done, met = Counter[Happening](), Counter[EntryId]()
    for one in exchanges:
        done[one.what] += one.times
        if one.what == "met" and one.entry is not None:
            met[one.entry] += one.times
    outcomes = Counter(_outcome(row, now) for row in rows)
    judged = len(rows) - outcomes["none"]
    won = sum(row.status == "won" for row in rows)
    return Tally(
        leads=len(rows),
        answered=done["answered"],
        met=done["met"],
        asked_back=done["asked-back"],
        fallbacks=done["fallback"],
        objections=tuple(sorted(met.items(), key=lambda pair: (-pair[1], pair[0]))),
        wait=_median_wait(rows),
        by_probable=Share(outcomes["probable"], judged),
        by_latest=Share(outcomes["probable"] + outcomes["latest"], judged),
        won_of_over=Share(won, sum(row.status in OVER for row in rows)),
        won_of_all=Share(won, len(rows)),
    )


def _outcome(row: LeadRow, now: datetime) -> Outcome:
    # In UTC: two moments of one zone compare by their wall clocks, and an hour comes twice in November.
    if row.first_answer is None:
        due = row.status not in _OWED_NOTHING and row.latest < now.astimezone(UTC)
        return "late" if due else "none"
    heard = row.first_answer.astimezone(UTC)
    if heard <= row.probable:
        return "probable"
    return "latest" if heard <= row.latest else "late"


def _median_wait(rows: Iterable[LeadRow]) -> timedelta | None:
    spans = ((row.at, row.first_answer) for row in rows if row.first_answer is not None)
    waits = [(heard.astimezone(UTC) - at).total_seconds() for at, heard in spans]
    return timedelta(seconds=median(waits)) if waits else None
