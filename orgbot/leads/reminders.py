"""When the freelancer is reminded of a lead that waits: before each promised moment, and after the last."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from orgbot.knowledge.model import Profile
from orgbot.leads.model import Promise
from orgbot.leads.promise import office_time_before, opening

Stage = Literal["probable", "morning", "latest", "missed"]

# Office hours before the probable moment, and before the latest: time to write an answer, and to move a
# meeting for it.
BEFORE_PROBABLE, BEFORE_LATEST = timedelta(hours=1), timedelta(hours=2)
# A reminder sent this long after its time says that it is late.
LATE = timedelta(minutes=20)


def stages(at: datetime, promise: Promise, profile: Profile) -> tuple[tuple[Stage, datetime], ...]:
    """Each once, in order; none at the moment that the lead comes in, for its card has just been read."""
    morning = opening(promise.latest, profile)
    planned: list[tuple[Stage, datetime]] = [
        ("probable", office_time_before(promise.probable, BEFORE_PROBABLE, profile)),
        ("morning", morning),
        ("latest", office_time_before(promise.latest, BEFORE_LATEST, profile)),
        ("missed", promise.latest),
    ]
    kept: list[tuple[Stage, datetime]] = []
    last = at.astimezone(ZoneInfo(profile.time_zone)) + BEFORE_PROBABLE
    for stage, moment in sorted(planned, key=lambda one: (one[1], one[0] == "missed")):
        # Two in the same hour are one: the later says more.
        if kept and moment - kept[-1][1] < BEFORE_PROBABLE and stage != "missed":
            kept.pop()
        if moment > last or stage == "missed":
            kept.append((stage, moment))
    return tuple(kept)
