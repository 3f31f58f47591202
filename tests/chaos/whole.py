"""The program as an operator starts it, with its encoder and its model, beside replicas that are forked."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from orgbot.knowledge.load import default_folder, load_or_raise
from tests.chaos.processes import ROOT, Replica

# Where the tests keep the model that they have trained: the first start takes a minute, the others seconds.
CACHES = ROOT / ".pytest_cache" / "d" / "user-cache"
# In one message of Telegram's.
LONGEST = 4096
BROKEN = "from tests.chaos.sabotage import apply; from orgbot.cli import main; apply({how!r}); main()"


@dataclass(slots=True)
class Whole(Replica):
    process: subprocess.Popen[bytes] | None = None

    def start(self, **changes: str) -> None:
        given = {**self.environ, "PORT": str(self.port), "XDG_CACHE_HOME": str(CACHES), **changes}
        # As many threads of arithmetic as it takes by itself.
        environ = {name: value for name, value in given.items() if not name.endswith("_NUM_THREADS")}
        how = environ.get("CHAOS_SABOTAGE", "")
        program = ["-c", BROKEN.format(how=how)] if how else ["-m", "orgbot"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *program, "serve"],
                cwd=self.log.parent,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pid, self.code = self.process.pid, None

    def poll(self) -> int | None:
        return self.process.poll() if self.process is not None else None


def like(replica: Replica) -> Whole:
    """With the same settings, at a port of its own."""
    return Whole(replica.nursery, replica.environ, replica.log.with_name("whole.log"))


def sentences(seed: int) -> Iterator[str]:
    """What people say, without end: nine messages of a sentence, one of a paragraph, one as long as any."""
    dice, said = random.Random(seed), [essai.text for essai in load_or_raise(default_folder()).essais]
    while True:
        for length in (*[1] * 9, 500, LONGEST):
            text = dice.choice(said)
            while len(text) < length:
                text = f"{text}. {dice.choice(said)}"
            yield text[:LONGEST]
