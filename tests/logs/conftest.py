import logging
from collections.abc import Iterator

import pytest

from orgbot.logs import LEVELS
from tests.logs.birds import Printed


@pytest.fixture
def printed() -> Iterator[Printed]:
    """Of the loggers that production lets speak."""
    root, kept = logging.getLogger(), Printed()
    before = {name: logging.getLogger(name).level for name in LEVELS}
    handlers = kept.handlers()
    for handler in handlers:
        root.addHandler(handler)
    for name, level in LEVELS.items():
        logging.getLogger(name).setLevel(level)
    yield kept
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)
