"""A town for each test."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from orgbot.sandbox.app import create
from tests.sandbox.town import LOCAL, TOKEN, Clock, Town, make_bot


@pytest.fixture(autouse=True)
def _time_spans_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns, as it makes a RetryAfter, that its numbers are about to become timedeltas."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Options of `create` come from `@pytest.mark.parametrize("town", [{…}], indirect=True)`."""
    options: Mapping[str, Any] = getattr(request, "param", {})
    clock, slept = Clock(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.now += seconds

    app = create(TOKEN, now=clock, sleep=sleep, **options)
    transport = httpx.ASGITransport(app)
    async with make_bot(transport) as bot, httpx.AsyncClient(transport=transport, base_url=LOCAL) as web:
        yield Town(app, bot, web, clock, slept)
