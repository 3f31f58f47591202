"""What may happen to a bot, as rules; each is done to both databases, and both are compared."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, delete, select

from orgbot.chat.actions import About, DeskVerb, Do, TrackVerb, Verb
from orgbot.chat.events import Commanded, Sent, Tapped
from orgbot.leads.model import Person
from orgbot.runtime.clockwork import Clockwork
from orgbot.runtime.handle import Handler
from orgbot.runtime.mind import Mind
from orgbot.runtime.ports import Incoming, Queued, Typed
from orgbot.storage.store import SqlStore
from orgbot.storage.tables import metadata
from tests.chaos.ledger import Ledger
from tests.conftest import MONDAY

BOT, OWNER = 7, 2002
CHATS = (1001, 1002, OWNER)
TEXTS = (
    "bonjour", "on a pas le temps", "xyz abc", "oui", "non", "ici", "passer", "envoyer", "annuler", "retour",
    "La Débrouille", "lucie@example.org", "a\0b", "on a pas une cenne pis pas le temps", "1",
)  # fmt: skip
COMMANDS = ("start", "contact", "demandes", "stats", "lacunes", "suivi", "retirer", "aide", "inconnue")
VERBS: tuple[Verb, ...] = ("contact", "name", "here", "accept", "send", "skip", "back", "cancel", "resume")
ABOUT: tuple[DeskVerb | TrackVerb, ...] = (
    "card",
    "take",
    "win",
    "drop",
    "later_today",
    "write",
    "add",
    "leave",
)
OUTCOMES = ("sent", "sent", "sent", "later", "unsure", "refused", "moved", "blocked")
REQUEST = ("oui", "La Débrouille", "ici", "passer", "oui", "envoyer")


class BrokenError(Exception):
    """Raised in the middle of a transaction."""


@dataclass(slots=True)
class Tally:
    runs: int = 0
    steps: int = 0
    updates: int = 0
    faults: int = 0
    shown: int = 0
    ambiguous: int = 0
    lost: int = 0


@dataclass(slots=True)
class Pair:
    """The same bot over two databases."""

    one: Engine
    other: Engine
    mind: Mind
    now: datetime = MONDAY
    stores: tuple[SqlStore, ...] = ()
    handlers: tuple[Handler, ...] = ()
    clocks: tuple[Clockwork, ...] = ()
    ledgers: tuple[Ledger, ...] = ()

    def begin(self) -> None:
        self.now = MONDAY
        for engine in (self.one, self.other):
            with engine.begin() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(delete(table))
        self.stores = tuple(SqlStore(engine, BOT) for engine in (self.one, self.other))
        self.handlers = tuple(Handler(store, self.mind, BOT, lambda: self.now) for store in self.stores)
        self.clocks = tuple(Clockwork(store, self.mind, lambda: self.now) for store in self.stores)
        self.ledgers = tuple(map(Ledger, self.stores))
        for handler in self.handlers:
            handler.adopt(OWNER)

    def states(self) -> tuple[dict[str, list[Any]], ...]:
        return tuple(map(state, (self.one, self.other)))

    def handle(self, incoming: Incoming) -> None:
        for handler, ledger in zip(self.handlers, self.ledgers, strict=True):
            handler.handle(incoming)
            ledger.acknowledged.add(incoming.update_id)

    def set_aside(self, known: Incoming) -> None:
        for handler, ledger in zip(self.handlers, self.ledgers, strict=True):
            handler.set_aside(known.update_id, "{}", "RuntimeError()", known)
            ledger.acknowledged.add(known.update_id)


def state(engine: Engine) -> dict[str, list[Any]]:
    """Every table, without the numbers that a database gives by itself, but in their order."""
    found: dict[str, list[Any]] = {}
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            numbered = "id" in table.c and table.c.id.type.python_type is int
            columns = [column for column in table.c if not (numbered and column.name == "id")]
            asked = select(*columns).order_by(table.c.id) if numbered else select(*columns)
            rows = [tuple(row) for row in connection.execute(asked)]
            found[table.name] = rows if numbered else sorted(rows, key=repr)
    return found


class Machine(RuleBasedStateMachine):
    twins: ClassVar[Pair]
    counts: ClassVar[Tally]

    def __init__(self) -> None:
        super().__init__()
        self.updates = 0
        self.claimed: tuple[tuple[Queued, ...], ...] = ((), ())
        self.last: Incoming | None = None
        self.counts.runs += 1

    @initialize()
    def begin(self) -> None:
        self.twins.begin()

    def _handle(self, chat: int, event: Any) -> None:
        self.updates += 1
        self.counts.updates += 1
        self.last = Incoming(self.updates, Person(chat, f"Personne {chat}"), event, message=self.updates)
        self.twins.handle(self.last)

    @rule(chat=st.sampled_from(CHATS), text=st.sampled_from(TEXTS))
    def say(self, chat: int, text: str) -> None:
        self._handle(chat, Typed(text.replace("\0", "")))

    @rule(chat=st.sampled_from(CHATS), name=st.sampled_from(COMMANDS))
    def command(self, chat: int, name: str) -> None:
        self._handle(chat, Commanded(name, ""))

    @rule(chat=st.sampled_from(CHATS), verb=st.sampled_from(VERBS))
    def tap(self, chat: int, verb: Verb) -> None:
        self._handle(chat, Tapped(Do(verb)))

    @rule(chat=st.sampled_from(CHATS))
    def send_picture(self, chat: int) -> None:
        self._handle(chat, Sent(None))

    @rule(chat=st.sampled_from(CHATS[:2]))
    def ask(self, chat: int) -> None:
        """A whole request, for short histories to have leads."""
        self._handle(chat, Commanded("contact", ""))
        for line in REQUEST:
            self._handle(chat, Typed(line))

    @rule(chat=st.sampled_from(CHATS), verb=st.sampled_from(ABOUT), which=st.integers(0, 3))
    def tap_card(self, chat: int, verb: DeskVerb | TrackVerb, which: int) -> None:
        with self.twins.stores[0].transaction() as tx:
            found, _ = tx.leads("", 0, 4)
        if found:
            self._handle(chat, Tapped(About(verb, found[which % len(found)].lead.reference)))

    @rule()
    def again(self) -> None:
        """An update that was handled comes once more."""
        if self.last is not None:
            self.counts.faults += 1
            self.twins.handle(self.last)

    @rule(chat=st.sampled_from(CHATS))
    def break_off(self, chat: int) -> None:
        """A failure after everything is written, and before the commit: nothing of it stays."""
        self.counts.faults += 1
        before = self.twins.states()
        for store in self.twins.stores:
            try:
                with store.transaction() as tx:
                    tx.receive(10**9, chat, self.twins.now)
                    tx.remind("ABC-DEF", "later", self.twins.now)
                    raise BrokenError  # noqa: TRY301  # where it is raised is the point
            except BrokenError:
                continue
        assert self.twins.states() == before

    @rule(chat=st.sampled_from(CHATS))
    def set_aside(self, chat: int) -> None:
        self.updates += 1
        self.counts.faults += 1
        self.twins.set_aside(Incoming(self.updates, Person(chat, "Personne"), Typed("?")))

    @rule(seconds=st.sampled_from((1, 5, 40, 3600, 30 * 3600)))
    def wait(self, seconds: int) -> None:
        self.twins.now += timedelta(seconds=seconds)
        for clock in self.twins.clocks:
            clock.begin()
            clock.tick()

    @rule(outcome=st.sampled_from(OUTCOMES))
    def deliver(self, outcome: str) -> None:
        self.claim()
        self.settle(outcome)

    @rule()
    def claim(self) -> None:
        """And whoever has claimed them is not heard of for a while."""
        claimed = tuple(store.claim(self.twins.now) for store in self.twins.stores)
        one, other = (
            [(row.outgoing, row.attempts, row.replaces, row.below) for row in rows] for rows in claimed
        )
        assert one == other, f"claimed {one} and {other}"
        self.claimed = claimed

    @rule(outcome=st.sampled_from(OUTCOMES))
    def settle(self, outcome: str) -> None:
        """What was claimed last; a second time, it is nobody's any more."""
        for number, rows in enumerate(zip(*self.claimed, strict=True)):
            outcomes = [self._settle(outcome, at, row, number) for at, row in enumerate(rows)]
            assert outcomes[0] == outcomes[1]

    def _settle(self, what: str, at: int, row: Queued, number: int) -> bool:
        """Whether the message was still its claimer's."""
        store, ledger, now = self.twins.stores[at], self.twins.ledgers[at], self.twins.now
        match what:
            case "sent":
                ledger.shown.add(row.outgoing.key)
                return store.delivered(row, now, row.attempts * 10_000 + self.updates * 100 + number)
            case "later":
                return store.postpone(row, now + timedelta(seconds=5), "429")
            case "unsure":
                self.counts.ambiguous += 1 - at
                return store.postpone(row, now, "timeout", unsure=True)
            case "refused":
                ledger.refused.add(row.outgoing.key)
                return store.bury(row, "400", now)
            case "moved":
                store.moved(row, -row.outgoing.chat_id, now)
            case _:
                store.owner_blocked(row.outgoing.chat_id, now)
        return True

    @invariant()
    def same(self) -> None:
        if not self.twins.stores:
            return
        self.counts.steps += 1
        one, other = self.twins.states()
        for table, rows in one.items():
            assert rows == other[table], f"{table}: {_first(rows, other[table])}"
        assert self.twins.stores[0].next_due() == self.twins.stores[1].next_due()
        health = [store.health(self.twins.now) for store in self.twins.stores]
        assert health[0] == health[1]

    def teardown(self) -> None:
        """What waits still is delivered: of each bot, all that it took and said has an end."""
        for ledger in self.twins.ledgers:
            lost = ledger.lost(self.twins.now, OWNER)
            self.counts.lost += len(lost)
            self.counts.shown += len(ledger.shown)
            assert not lost, f"{ledger.store.engine.dialect.name} has lost {lost}"


def _first(one: list[Any], other: list[Any]) -> object:
    """What differs."""
    different = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return different[0] if different else f"{len(one)} rows and {len(other)}"
