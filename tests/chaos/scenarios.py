"""The twelve, by name, in the order of their numbers; and for each, the breakages that it must catch."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos import (
    acknowledged,
    midform,
    notices,
    once,
    order,
    outage,
    owner,
    pace,
    poison,
    stopping,
    twins,
    weight,
)
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size

Run = Callable[[Nursery, Size, int, str], Coroutine[Any, Any, Report]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`caught`: the first is tried by the tests, being found soon, and however fast the machine is."""

    run: Run
    caught: tuple[str, ...]


SCENARIOS: Mapping[str, Scenario] = {
    "acknowledged": Scenario(acknowledged.run, ("acknowledge-before-commit", "confirm-before-commit")),
    "once": Scenario(once.run, ("forget-what-was-received",)),
    "order": Scenario(order.run, ("send-stale-claims", "keep-locks-for-ever", "any-message-of-a-chat")),
    "poison": Scenario(poison.run, ("tell-nobody", "retry-for-ever", "raise-on-rotten-rows")),
    "notices": Scenario(notices.run, ("give-up-at-the-first-error", "send-twice")),
    "owner": Scenario(owner.run, ("no-urgent-letter", "bury-when-moved")),
    "outage": Scenario(outage.run, ("acknowledge-when-away", "wait-for-ever", "stop-delivering-when-away")),
    "stopping": Scenario(stopping.run, ("stop-at-once", "stop-slowly")),
    "midform": Scenario(midform.run, ("forget-drafts", "log-what-is-said", "lose-a-task")),
    "pace": Scenario(pace.run, ("no-pace", "no-priority")),
    "twins": Scenario(
        twins.run, ("lose-events-on-postgresql", "write-down-no-update", "bury-what-is-put-off")
    ),
    "weight": Scenario(weight.run, ("keep-bodies", "keep-encodings")),
}
