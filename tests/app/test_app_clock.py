"""The sandbox's clock, pushed forward on the page: the running bot follows at once."""

import time
from pathlib import Path

from tests.app.test_app_process import DIRECTOR, OWNER, free_port, page, replies, running, say, until_ready
from tests.app.test_app_process import home as home  # noqa: PLC0414  # the fixture

# Less than the bot sleeps between two looks at its reminders.
SOON = 15.0


def shown(port: int, chat: int, words: str) -> bool:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if any(words in message["text"] for message in replies(port, chat)):
            return True
        time.sleep(0.1)
    return False


def test_a_promise_that_the_jump_has_passed_is_broken_at_once(home: Path) -> None:
    port = free_port()
    with running(home, port):
        until_ready(port)
        for line in ("/contact", "oui", "La Débrouille", "lucie@debrouille.qc.ca", "passer", "oui"):
            say(port, line)
        assert "C’est envoyé" in say(port, "envoyer")
        assert page(port, "/sandbox/clock", forward=20 * 86_400)["ahead"] == 20 * 86_400
        assert shown(port, OWNER, "est dépassé depuis")
        assert shown(port, DIRECTOR, "Je m’en excuse")
