"""A dress rehearsal: every labelled utterance through the running bot, over HTTP, and the table it makes.

    make rehearsal

starts `python bot.py` in its sandbox, lets a new person say each line, reads what she is answered, and writes
docs/repetition.md. Times are of the whole way: Telegram's long poll, the decision, the database, the reply.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from platformdirs import user_cache_path

from orgbot.app import SANDBOX_TOKEN
from orgbot.chat.actions import Judge, PassOn, Show
from orgbot.check.score import Labelled, Verdict, judge, read_labelled, total
from orgbot.knowledge.load import default_folder, load_or_raise
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import render
from orgbot.matching.decision import Action
from orgbot.terminal import text as plain
from orgbot.tg.codec import unseal

ROOT = Path(__file__).parents[2]
DEV = ROOT / "tests" / "eval" / "dev.jsonl"
REPORT = ROOT / "docs" / "repetition.md"
PORT = 8097
LOCAL = f"http://127.0.0.1:{PORT}"
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    labelled: Labelled
    action: Action
    entries: tuple[EntryId, ...]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        return judge(self.labelled, self.action, self.entries)


@contextmanager
def bot() -> Iterator[None]:
    """The bot, with a database of its own and the user's cache of embeddings."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "TELEGRAM_BOT_TOKEN"},
            "PORT": str(PORT),
            "DATABASE_URL": f"sqlite:///{folder}/rehearsal.sqlite3",
            "XDG_CACHE_HOME": str(user_cache_path("orgbot").parent),
        }
        process = subprocess.Popen([sys.executable, str(ROOT / "bot.py")], env=environment, cwd=folder)
        try:
            wait_for(lambda: httpx.get(f"{LOCAL}/ready").status_code == 200)
            yield
        finally:
            process.terminate()
            process.wait(30)


def wait_for(ready: Any, pause: float = 0.2) -> None:
    deadline = time.monotonic() + PATIENCE * 3
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except httpx.TransportError:
            pass
        time.sleep(pause)
    raise TimeoutError("the bot did not answer")


def hear(client: httpx.Client, kb: KnowledgeBase, labelled: Labelled) -> Heard:
    """A new person says the line; what she reads back tells what was decided."""
    person = client.post("/sandbox/people", json={"first_name": "Lucie"}).json()["chat"]["id"]
    began = time.perf_counter()
    client.post("/sandbox/say", json={"chat": person, "text": labelled.text}).raise_for_status()
    replies: list[Mapping[str, Any]] = []

    def answered() -> bool:
        messages = client.get(f"/sandbox/chats/{person}").json()["messages"]
        replies[:] = [message for message in messages if message["from"]["is_bot"]]
        return bool(replies)

    wait_for(answered, pause=0.004)
    seconds = time.perf_counter() - began
    return Heard(labelled, *understood(kb, person, replies[0]), seconds)


def understood(
    kb: KnowledgeBase, person: int, reply: Mapping[str, Any]
) -> tuple[Action, tuple[EntryId, ...]]:
    """The decision, from the words and the buttons alone."""
    shown = reply["text"].strip()
    for entry in kb.entries.values():
        # What asks for a person goes on with the first question of the form.
        if shown.startswith(plain(render(kb, entry.answer)).strip()):
            return "answer", (entry.id,)
    rows = (reply.get("reply_markup") or {}).get("inline_keyboard", [])
    offered = [unseal(button["callback_data"], person, SANDBOX_TOKEN) for row in rows for button in row]
    entries = tuple(entry for entry in kb.entries if Show(entry) in offered)
    if any(isinstance(one, Judge) and one.verdict == "none" for one in offered):
        return "clarify", entries
    if any(isinstance(one, PassOn) for one in offered):
        return "fallback", ()
    return ("answer", entries[:2]) if entries else ("fallback", ())


def report(heard: list[Heard]) -> str:
    lines = [
        "# Dress rehearsal",
        "",
        f"The {len(heard)} utterances of `tests/eval/dev.jsonl`, each said by a new person to the bot",
        "through the sandbox's Bot API (`make rehearsal`). None of them is in `faq/`.",
        "",
        "| kind | lines | answered | asked back | admitted | right | right or one tap | wrong |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(row(kind, [one for one in heard if one.labelled.kind == kind]) for kind in kinds(heard)),
        row("**all**", heard),
        "",
    ]
    score = total((one.labelled, one.verdict) for one in heard)
    times = sorted(one.seconds * 1000 for one in heard)
    at = statistics.quantiles(times, n=100)
    lines += [
        f"Out of scope and answered all the same: {score.outside_answered:.1%}.",
        "",
        f"From the message sent to the reply read: {at[49]:.0f} ms (p50), {at[94]:.0f} ms (p95),",
        f"{at[98]:.0f} ms (p99), on the machine that made this table ({os.cpu_count()} cores).",
        "",
    ]
    return "\n".join(lines)


def kinds(heard: list[Heard]) -> list[str]:
    return sorted({one.labelled.kind for one in heard})


def row(name: str, heard: list[Heard]) -> str:
    actions = Counter(one.action for one in heard)
    score = total((one.labelled, one.verdict) for one in heard)
    shares = f"{score.right:.1%} | {score.one_tap:.1%} | {score.wrong:.1%}"
    counts = f"{actions['answer']} | {actions['clarify']} | {actions['fallback']}"
    return f"| {name} | {len(heard)} | {counts} | {shares} |"


def main() -> None:
    kb = load_or_raise(default_folder())
    with bot(), httpx.Client(base_url=LOCAL, timeout=PATIENCE) as client:
        heard = [hear(client, kb, labelled) for labelled in read_labelled(DEV)]
    REPORT.write_text(report(heard), "utf-8")
    print(REPORT.read_text("utf-8"))


if __name__ == "__main__":
    main()
