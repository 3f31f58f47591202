"""What most tests share: the real content, and the real matcher, trained once and kept between runs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from orgbot.knowledge.load import default_folder, load_or_raise
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.matching.engine import build

# The machine that runs this may be slow or shared: what is generated is bounded, not how long it takes.
settings.register_profile("orgbot", deadline=None, derandomize=True, database=None)
settings.load_profile("orgbot")

# A Monday afternoon in Montréal.
MONDAY = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    return load_or_raise(default_folder())


@pytest.fixture(scope="session")
def caches(request: pytest.FixtureRequest) -> Path:
    """Where user caches are kept for the tests: the model is trained once, then found by every process."""
    kept: Path = request.config.cache.mkdir("user-cache")
    return kept


@pytest.fixture(scope="session")
def matcher(kb: KnowledgeBase, caches: Path) -> Matcher:
    return build(kb, caches / "orgbot")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
