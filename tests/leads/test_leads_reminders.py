"""When the freelancer is reminded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given

from orgbot.knowledge.model import Holidays, Profile
from orgbot.leads.promise import construction_holiday, next_opening, office_time_before, promise
from orgbot.leads.reminders import stages
from tests.leads.test_leads_promise import MOMENTS, PROFILE, PROFILES, at


def planned(now: str, profile: Profile = PROFILE) -> list[tuple[str, str]]:
    moments = stages(at(now), promise(at(now), profile), profile)
    return [(stage, moment.strftime("%m-%d %H:%M")) for stage, moment in moments]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(
            "2026-11-23T10:00",
            [
                ("probable", "11-24 09:00"),
                ("morning", "11-25 09:00"),
                ("latest", "11-25 15:00"),
                ("missed", "11-25 17:00"),
            ],
            id="Monday",
        ),
        pytest.param(
            "2026-11-20T16:59",
            [
                # Probably by Monday at 17 h: an hour before.
                ("probable", "11-23 16:00"),
                ("morning", "11-24 09:00"),
                ("latest", "11-24 15:00"),
                ("missed", "11-24 17:00"),
            ],
            id="Friday, a minute before closing",
        ),
        pytest.param(
            "2026-12-31T16:30",
            [
                ("probable", "01-04 15:30"),
                ("morning", "01-05 09:00"),
                ("latest", "01-05 15:00"),
                ("missed", "01-05 17:00"),
            ],
            id="New Year",
        ),
        pytest.param(
            "2026-10-30T16:00",
            [
                ("probable", "11-02 15:00"),
                ("morning", "11-03 09:00"),
                ("latest", "11-03 15:00"),
                ("missed", "11-03 17:00"),
            ],
            id="the clocks go back in between",
        ),
    ],
)
def test_reminders_leave_time_to_answer(now: str, expected: list[tuple[str, str]]) -> None:
    assert planned(now) == expected


def test_nothing_is_said_in_the_hour_that_the_card_comes_in() -> None:
    quick = replace(PROFILE, probable_office_hours=1, latest_business_days=1)
    stages_ = planned("2026-11-23T10:00", quick)
    assert [stage for stage, _ in stages_] == ["morning", "latest", "missed"]


@given(MOMENTS, PROFILES)
def test_reminders_come_in_order_after_the_lead_and_end_with_the_promise(
    now: datetime, profile: Profile
) -> None:
    promised = promise(now, profile)
    moments = [moment for _, moment in stages(now, promised, profile)]
    assert moments == sorted(moments)
    assert all(now < moment <= promised.latest for moment in moments)
    assert moments[-1] == promised.latest
    assert len(moments) <= 4


@pytest.mark.parametrize(
    ("moment", "hours", "before"),
    [
        ("2026-11-24T14:00", 1, "2026-11-24T13:00"),
        ("2026-11-24T09:00", 1, "2026-11-23T16:00"),
        ("2026-11-23T09:30", 1, "2026-11-20T16:30"),
        ("2026-11-24T12:00", 4, "2026-11-23T16:00"),
    ],
)
def test_office_time_is_counted_backwards_too(moment: str, hours: int, before: str) -> None:
    assert office_time_before(at(moment), timedelta(hours=hours), PROFILE) == at(before)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T08:00", "2026-11-23T09:00"),
        ("2026-11-23T09:00", "2026-11-24T09:00"),
        ("2026-11-20T18:00", "2026-11-23T09:00"),
        ("2026-12-24T12:00", "2026-12-28T09:00"),
    ],
)
def test_the_office_opens_on_the_next_business_day(now: str, opens: str) -> None:
    assert next_opening(at(now), PROFILE) == at(opens)


# As the Commission de la construction du Québec published them.
@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2022, date(2022, 7, 24), date(2022, 8, 6)),
        (2023, date(2023, 7, 23), date(2023, 8, 5)),
        (2024, date(2024, 7, 21), date(2024, 8, 3)),
        (2025, date(2025, 7, 20), date(2025, 8, 2)),
        (2026, date(2026, 7, 19), date(2026, 8, 1)),
    ],
)
def test_the_construction_holiday_is_two_weeks_of_july(year: int, first: date, last: date) -> None:
    days = construction_holiday(year)
    assert (min(days), max(days), len(days)) == (first, last, 14)


def test_nothing_is_promised_during_the_construction_holiday() -> None:
    closed = replace(PROFILE, holidays=Holidays(construction=True))
    assert promise(at("2026-07-17T10:00"), closed).latest == at("2026-08-04T17:00")
    kept = replace(closed, holidays=Holidays(construction=True, open=frozenset({date(2026, 7, 20)})))
    assert promise(at("2026-07-17T10:00"), kept).latest == at("2026-08-03T17:00")


def test_the_zone_of_the_clock_does_not_matter() -> None:
    local = stages(at("2026-11-23T10:00"), promise(at("2026-11-23T10:00"), PROFILE), PROFILE)
    utc = datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert stages(utc, promise(utc, PROFILE), PROFILE) == local
