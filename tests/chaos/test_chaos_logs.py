"""What makes a scenario fail in the logs of its replicas."""

import io
import json
import logging

from orgbot.logs import handler_to
from tests.chaos import logs
from tests.chaos.writers import message, words_of


def line(event: str, **more: str) -> str:
    return json.dumps({"event": event, "level": "error", **more}, ensure_ascii=False)


def test_words_of_a_person_are_found_whatever_is_around_them() -> None:
    said = words_of(message(5000, "on a « déjà » une\npage")) | words_of(message(5001, "514 555-5001"))
    assert logs.leaks(line("Typed(text='on a « déjà » une\npage')"), said)
    assert logs.leaks("on a « déjà » une\npage".replace("\n", "\\n"), {"on a « déjà »"})
    assert logs.leaks(line("x", exception="said 514 555-5001"), said)
    assert logs.leaks("dialling +15145555001", said)
    assert not logs.leaks(line("update 700000001 failed (attempt 1)"), said)


def test_commands_and_short_words_are_no_secret() -> None:
    assert not words_of(message(5000, "/contact"))
    assert not logs.leaks(line("oui"), words_of(message(5000, "oui")))


def test_bugs_are_found_in_what_production_writes() -> None:
    stream, error = io.StringIO(), (LookupError, LookupError("secret"), None)
    handler = handler_to(stream, terminal=False)
    never = "Task exception was never retrieved\nfuture:"
    handler.handle(logging.LogRecord("asyncio", logging.ERROR, "", 1, never, (), None))
    handler.handle(logging.LogRecord("orgbot", logging.CRITICAL, "", 1, "stopped by a bug", (), error))
    written = stream.getvalue()
    assert len(logs.bugs(written)) == 2
    assert len(logs.crashes(written)) == 1


def test_a_database_that_is_away_is_no_bug_nor_is_what_is_expected() -> None:
    away = line("reminders could not be read", exception="orgbot.runtime.ports.StoreAwayError\n  x.py:1 x")
    failed = line("update 7 failed (attempt 1)", exception="builtins.RuntimeError\n  x.py:1 x")
    assert logs.bugs(f"{away}\n{failed}") == [failed]
    assert not logs.bugs(f"{away}\n{failed}", ["failed (attempt "])
    assert logs.bugs("Traceback (most recent call last):\n  File x")
