import logging
from collections.abc import Iterator

import pytest

from tests.logs.birds import Printed


@pytest.fixture
def printed() -> Iterator[Printed]:
    """Of the loggers that production lets speak."""
    root, own, kept = logging.getLogger(), logging.getLogger("orgbot"), Printed()
    before, handlers = (root.level, own.level), kept.handlers()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.INFO)
    yield kept
    root.setLevel(before[0])
    own.setLevel(before[1])
    for handler in handlers:
        root.removeHandler(handler)
