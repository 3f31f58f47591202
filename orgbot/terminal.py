"""`orgbot chat`: the bot in the terminal, through the same handler, store and outbox as on Telegram."""

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

from orgbot.chat.actions import Action, Print
from orgbot.chat.events import Commanded, Reply, Tapped
from orgbot.engines import Train, learn
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html
from orgbot.leads.model import Person
from orgbot.matching.decision import Matcher
from orgbot.papers.press import Press
from orgbot.runtime.clockwork import Clockwork
from orgbot.runtime.handle import Handler
from orgbot.runtime.mind import Known, Mind
from orgbot.runtime.ports import Incoming, Typed
from orgbot.runtime.school import School
from orgbot.settings import read
from orgbot.storage.engine import migrate, open_engine
from orgbot.storage.store import SqlStore

DIRECTOR, OWNER, BOT = 1, 2, 3
# How far Telegram's pace may put off what is due.
PACED = timedelta(seconds=30)
# Hours in one jump: a year.
LONGEST = 24 * 365
# In the links of /liens, in the place of the bot's public name.
NAME = "ton_bot"

HELP = (
    "Écris comme la direction d’un organisme. « :3 » touche le bouton 3, « :? » dit pourquoi.\n"
    "« > » parle comme la pigiste : « > /demandes », « > :2 » touche le bouton 2 chez elle.\n"
    "Ses images et ses tableaux s’ouvrent au chemin affiché; ils sont effacés à la sortie.\n"
    "« +5 » avance l’horloge de cinq heures. Ctrl+D pour sortir. Rien n’est gardé.\n"
)


@dataclass(slots=True)
class Terminal:
    """`ahead`: how far the clock was pushed; `buttons`: those last shown, chat by chat; `folder`: for papers
    that are files."""

    handler: Handler
    clockwork: Clockwork
    school: School
    press: Press
    store: SqlStore
    folder: Path
    show: Callable[[str], None]
    ahead: list[timedelta]
    updates: Iterable[int] = field(default_factory=lambda: itertools.count(1))
    buttons: dict[int, list[Action]] = field(default_factory=dict)
    last: str = ""

    def enter(self, line: str) -> None:
        """One line typed: a text, a command, a button's number, hours to wait, or the question why."""
        if line == ":?":
            self._explain()
        elif line.startswith("+") and line[1:].strip().isdecimal():
            self._wait(min(int(line[1:]), LONGEST))
        elif line.startswith(">"):
            self._speak(OWNER, "Camille", line[1:].strip())
        else:
            self._speak(DIRECTOR, "Lucie", line)

    def _speak(self, chat: int, name: str, line: str) -> None:
        event = self._event(chat, line)
        if event is None:
            self.show("Ce bouton n’existe pas.")
            return
        self.handler.handle(Incoming(next(iter(self.updates)), Person(chat, name), event))
        self._deliver()
        while self.school.wanted:
            self.school.work()
            self._deliver()

    def _wait(self, hours: int) -> None:
        self.ahead.append(timedelta(hours=hours))
        self.clockwork.tick()
        self._deliver()

    def _event(self, chat: int, line: str) -> Typed | Tapped | Commanded | None:
        if line.startswith("/"):
            name, _, argument = line[1:].partition(" ")
            return Commanded(name.lower(), argument.strip())
        if line.startswith(":"):
            number, known = int(line[1:]) if line[1:].isdecimal() else 0, self.buttons.get(chat, [])
            return Tapped(known[number - 1]) if 0 < number <= len(known) else None
        if chat == DIRECTOR:
            self.last = line
        return Typed(line)

    def _deliver(self) -> None:
        """All of it now: nobody waits for Telegram's pace here."""
        now = self.handler.clock()
        while (due := self.store.next_due()) and due <= now + PACED:
            now = max(now, due)
            for row in self.store.claim(now):
                reply = row.outgoing.reply
                if reply is not None and reply.reacts is None and reply.menu is None:
                    self._print(row.outgoing.chat_id, reply)
                self.store.delivered(row, now, row.id)

    def _print(self, chat: int, reply: Reply) -> None:
        words = text(reply.text) if reply.paper is None else self._printed(reply.text, reply.paper)
        self.buttons[chat] = [button.action for row in reply.buttons for button in row]
        labels = [button.label for row in reply.buttons for button in row]
        buttons = "".join(f"\n  ({number}) {label}" for number, label in enumerate(labels, 1))
        if chat == OWNER:
            self.show(f"\n    [chez la pigiste]\n{_indent(words + buttons)}\n")
        else:
            self.show(f"\n{words}{buttons}")

    def _printed(self, caption: Html, paper: Print) -> str:
        printed = self.press(paper)
        if not printed.content:
            return text(printed.text)
        path = self.folder / printed.name
        path.write_bytes(printed.content)
        return f"{text(caption or printed.text)}\n{path}".strip()

    def _explain(self) -> None:
        decision = self.handler.mind.known.matcher.decide(self.last)
        self.show(f"{decision.action} {', '.join(decision.entries)} ({decision.why.rule})")
        for entry, probability in decision.ranking[:5]:
            self.show(f"  {probability:4.0%}  {entry}")
        for near in decision.why.near:
            self.show(f"  {near.similarity:.2f}  {near.entry or 'hors sujet'} : {near.phrasing}")


def open_terminal(
    kb: KnowledgeBase, matcher: Matcher, train: Train, folder: Path, show: Callable[[str], None]
) -> Terminal:
    """`folder` holds the conversation's database, and its papers, for as long as it lasts."""
    engine = open_engine(f"sqlite:///{folder / 'chat.sqlite3'}")
    migrate(engine)
    store = SqlStore(engine, BOT)
    ahead: list[timedelta] = []
    mind = Mind(Known(kb, matcher))

    def clock() -> datetime:
        return datetime.now(UTC) + sum(ahead, timedelta())

    school = School(store, mind, kb, train, clock)
    handler = Handler(store, mind, BOT, clock, study=school.want)
    handler.adopt(OWNER)
    clockwork = Clockwork(store, mind, clock)
    clockwork.begin()
    press = Press(store, mind, clock, lambda: NAME)
    return Terminal(handler, clockwork, school, press, store, folder, show, ahead)


def run(kb: KnowledgeBase, matcher: Matcher) -> None:
    """Until the end of standard input."""
    train = partial(learn, read(os.environ).cache)
    with tempfile.TemporaryDirectory(prefix="orgbot-") as folder:
        terminal = open_terminal(kb, matcher, train, Path(folder), print)
        print(HELP)
        terminal.enter("/start")
        for line in iter(_ask, None):
            if line.strip():
                terminal.enter(line.strip())
        terminal.store.engine.dispose()


def _ask() -> str | None:
    try:
        return input("\n> " if sys.stdin.isatty() else "")
    except EOFError:
        return None


def text(html: str) -> str:
    """A reply's HTML as plain text."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _indent(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())
