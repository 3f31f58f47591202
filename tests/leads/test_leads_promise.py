from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.model import Holidays, OfficeHours, PrivacyOfficer, Profile
from orgbot.leads.promise import NoBusinessDayError, promise

PROFILE = Profile("Camille", "https://example.org", PrivacyOfficer("Responsable", "vie-privee@example.org"))
MONTREAL = ZoneInfo("America/Montreal")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MONTREAL)


@pytest.mark.parametrize(
    ("now", "probable", "latest"),
    [
        pytest.param("2026-11-23T10:00", "2026-11-24T10:00", "2026-11-25T17:00", id="Monday"),
        pytest.param("2026-11-23T06:00", "2026-11-23T17:00", "2026-11-25T17:00", id="before opening"),
        pytest.param("2026-11-23T20:00", "2026-11-24T17:00", "2026-11-25T17:00", id="after closing"),
        pytest.param("2026-11-23T17:00", "2026-11-24T17:00", "2026-11-25T17:00", id="at closing"),
        pytest.param("2026-11-20T16:00", "2026-11-23T16:00", "2026-11-24T17:00", id="Friday"),
        pytest.param("2026-11-21T12:00", "2026-11-23T17:00", "2026-11-24T17:00", id="Saturday"),
        pytest.param("2026-11-22T23:59", "2026-11-23T17:00", "2026-11-24T17:00", id="Sunday"),
        pytest.param("2026-12-24T10:00", "2026-12-28T10:00", "2026-12-29T17:00", id="Christmas, a Friday"),
        pytest.param("2027-12-24T10:00", "2027-12-28T10:00", "2027-12-29T17:00", id="Christmas, observed"),
        pytest.param("2026-12-31T16:00", "2027-01-04T16:00", "2027-01-05T17:00", id="New Year"),
        pytest.param("2027-03-25T10:00", "2027-03-29T10:00", "2027-03-30T17:00", id="Good Friday"),
        pytest.param("2026-05-15T10:00", "2026-05-19T10:00", "2026-05-20T17:00", id="Patriotes"),
        pytest.param("2026-06-23T10:00", "2026-06-25T10:00", "2026-06-26T17:00", id="before St-Jean"),
        pytest.param("2026-06-24T10:00", "2026-06-25T17:00", "2026-06-26T17:00", id="St-Jean"),
        pytest.param("2029-06-22T10:00", "2029-06-26T10:00", "2029-06-27T17:00", id="St-Jean on a Sunday"),
        pytest.param("2026-06-30T10:00", "2026-07-02T10:00", "2026-07-03T17:00", id="Canada Day"),
        pytest.param("2026-09-04T10:00", "2026-09-08T10:00", "2026-09-09T17:00", id="Labour Day"),
        pytest.param("2026-10-09T10:00", "2026-10-13T10:00", "2026-10-14T17:00", id="Thanksgiving"),
        pytest.param("2026-10-30T16:00", "2026-11-02T16:00", "2026-11-03T17:00", id="clocks go back"),
        pytest.param("2027-03-12T16:00", "2027-03-15T16:00", "2027-03-16T17:00", id="clocks go forward"),
    ],
)
def test_what_is_promised(now: str, probable: str, latest: str) -> None:
    promised = promise(at(now), PROFILE)
    assert (promised.probable, promised.latest) == (at(probable), at(latest))


def test_the_day_is_that_of_the_office_wherever_the_clock_is() -> None:
    # 02:00 UTC on Tuesday is still Monday evening in Montréal.
    promised = promise(datetime(2026, 11, 24, 2, tzinfo=UTC), PROFILE)
    assert promised.latest == at("2026-11-25T17:00")
    assert promised.latest.utcoffset() == timedelta(hours=-5)


def test_the_offset_is_that_of_the_promised_day() -> None:
    assert promise(at("2026-10-30T16:00"), PROFILE).latest.isoformat() == "2026-11-03T17:00:00-05:00"


def test_holidays_are_corrected_by_the_profile() -> None:
    closed = replace(PROFILE, holidays=Holidays(closed=frozenset({date(2026, 11, 24)})))
    assert promise(at("2026-11-23T10:00"), closed).latest == at("2026-11-26T17:00")
    opened = replace(PROFILE, holidays=Holidays(open=frozenset({date(2026, 6, 24)})))
    assert promise(at("2026-06-23T10:00"), opened).latest == at("2026-06-25T17:00")


def test_probably_is_never_after_at_the_latest() -> None:
    slow = replace(PROFILE, probable_office_hours=999)
    promised = promise(at("2026-11-23T10:00"), slow)
    assert promised.probable == promised.latest == at("2026-11-25T17:00")


def test_an_office_that_never_opens_is_refused_in_words() -> None:
    never = replace(PROFILE, office_hours=OfficeHours(weekdays=frozenset()))
    with pytest.raises(NoBusinessDayError, match=r"bot\.yml : aucun jour ouvrable"):
        promise(at("2026-11-23T10:00"), never)


PROFILES = st.builds(
    lambda hours, days, opens, length, weekdays: replace(
        PROFILE,
        probable_office_hours=hours,
        latest_business_days=days,
        office_hours=OfficeHours(time(opens), time(opens + length), weekdays),
    ),
    st.integers(1, 999),
    st.integers(1, 30),
    # No office opens while the clock changes, at two in the morning.
    st.integers(4, 12),
    st.integers(1, 10),
    st.frozensets(st.integers(0, 6), min_size=1),
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone


@given(MOMENTS, PROFILES)
def test_promises_are_in_order_and_end_when_the_office_closes(now: datetime, profile: Profile) -> None:
    promised = promise(now, profile)
    assert now <= promised.probable <= promised.latest
    for moment in (promised.probable, promised.latest):
        assert moment.weekday() in profile.office_hours.weekdays
        assert profile.office_hours.opens <= moment.time() <= profile.office_hours.closes
    assert promised.latest.time() == profile.office_hours.closes
    assert promised.latest.date() > now.astimezone(MONTREAL).date()
    assert promise(promised.latest, profile).latest > promised.latest


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=10)), PROFILES)
def test_writing_later_never_promises_sooner(now: datetime, wait: timedelta, profile: Profile) -> None:
    sooner, later = promise(now, profile), promise(now + wait, profile)
    assert sooner.probable <= later.probable
    assert sooner.latest <= later.latest
