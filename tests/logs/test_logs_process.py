"""What a process says of itself on standard error."""

import json

import pytest

from orgbot.app import SANDBOX_TOKEN
from tests.logs.birds import SECRET, WORDS, birds, bot

CRASH = """
import sys, threading
from orgbot import logs
logs.configure()
logs.configure()
def bug(): raise ValueError(sys.argv[1])
thread = threading.Thread(target=bug)
thread.start()
thread.join()
bug()
"""


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "PORT", "OWNER_CHAT_ID"])
def test_a_token_in_the_place_of_another_setting(name: str) -> None:
    said = bot("bot.py", **{name: f"x:/bot{SANDBOX_TOKEN}"})
    assert said["err"].startswith(name)
    assert SECRET not in said["err"] + said["out"]


def test_a_bug_that_ends_the_process_is_json_without_its_message() -> None:
    first, second = map(json.loads, bot("-c", CRASH, WORDS)["err"].splitlines())
    assert first["event"] == second["event"] == "stopped by a bug"
    assert first["exception"].startswith("builtins.ValueError\n")
    assert "canari" not in str((first, second))


LEFT = """
import atexit, logging, sys, warnings
from orgbot import logs
logs.configure()
logging.getLogger("sqlalchemy.dialects.postgresql").info("%s", sys.argv[1])
class Left:
    def __del__(self): raise ValueError(words)
def late(): raise ValueError(words)
words = sys.argv[1]
warnings.warn(words)
Left()
kept = Left()
atexit.register(late)
sys.exit(1)
"""


def test_what_python_says_by_itself_is_json_without_its_message() -> None:
    """A warning, and what is raised where nobody can catch it: even while the process ends."""
    *said, last = bot("-c", LEFT, WORDS)["err"].splitlines()
    warned, *uncaught = map(json.loads, said)
    assert warned["event"] == "Python warns: UserWarning (<string>:10)"
    assert len(uncaught) == 2
    for line in uncaught:
        assert line["event"] == "an exception that nothing can catch"
        assert line["exception"].startswith("builtins.ValueError\n")
    # By then, Python may have put away what would write the line.
    assert "canari" not in last
    assert birds(str((warned, uncaught, last))) == []


FAULT = """
import os, signal, sys
from orgbot import logs
logs.configure()
def bug(words): os.kill(os.getpid(), signal.SIGSEGV)
bug(sys.argv[1])
"""


def test_a_fault_below_python_shows_no_values() -> None:
    said = bot("-X", "faulthandler", "-c", FAULT, WORDS)["err"]
    assert "Fatal Python error" in said
    assert birds(said) == []
