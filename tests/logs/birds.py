"""Canaries (a token, an address, a number, a sentence, a password) that go down every path: no log holds one.

Beside the real output, the same records are written as the standard library writes them, to see that the
canaries did pass by.
"""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NoReturn

from orgbot import logs
from orgbot.app import SANDBOX_TOKEN
from tests.app.test_app_process import ROOT, environment
from tests.street import Street

SENTENCE = "la présidente a un canari pis pas une cenne"
ADDRESS, PHONE = "lucie@canari.org", "418 555-0199"
WORDS = f"{SENTENCE}, écris à {ADDRESS} ou au {PHONE}"
PASSWORD = "mot-de-passe-du-canari"
SECRET = SANDBOX_TOKEN.partition(":")[2]
BIRDS = ("canari", "555-0199", "4185550199", SECRET)


@dataclass(slots=True)
class Printed:
    """`production`: as where errors are kept; `terminal`: as on one; `bare`: as without any of this."""

    production: StringIO = field(default_factory=StringIO)
    terminal: StringIO = field(default_factory=StringIO)
    bare: StringIO = field(default_factory=StringIO)

    def handlers(self) -> tuple[logging.Handler, ...]:
        return (
            logs.handler_to(self.production, terminal=False),
            logs.handler_to(self.terminal, terminal=True),
            logging.StreamHandler(self.bare),
        )

    def lines(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.production.getvalue().splitlines()]

    def birds(self, where: StringIO) -> list[str]:
        return birds(where.getvalue())

    def assert_silent(self, *said: str) -> None:
        """`said`: what the log must tell all the same."""
        shown = self.production.getvalue()
        assert all(words in shown for words in said), shown
        assert self.birds(self.production) == self.birds(self.terminal) == []

    def assert_silenced(self, *said: str) -> None:
        """The same, of what the standard library would have told."""
        self.assert_silent(*said)
        assert self.birds(self.bare)

    async def until(self, *said: str) -> None:
        """All of it is logged, within some seconds."""
        for _ in range(1500):
            if all(words in self.production.getvalue() for words in said):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(self.production.getvalue())


def birds(text: str) -> list[str]:
    return [bird for bird in BIRDS if bird in text]


def stumble(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(f"{WORDS} https://api.telegram.org/bot{SANDBOX_TOKEN}/sendMessage")


def caught() -> BaseException:
    try:
        stumble()
    except RuntimeError as error:
        return error


async def ask(lane: Street) -> None:
    for line in ("/contact", "oui", "Maison du canari", ADDRESS, WORDS, "oui", "envoyer"):
        await lane.say(line)


def bot(*arguments: str, **variables: str) -> Mapping[str, str]:
    """What Python says with these arguments, of a command that fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(Path("/nowhere"), **variables),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode
    return {"out": done.stdout, "err": done.stderr}
