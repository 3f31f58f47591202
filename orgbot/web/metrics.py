"""What happens, counted, as Prometheus reads it. No label holds anything that a person wrote."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from orgbot.runtime.ports import Counted, Health


class Meters:
    """Counters of this process; gauges are of the database, and the same for every replica."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters: dict[Counted, Counter] = {
            "updates": self._counter("updates", "Updates handled, by kind"),
            "decisions": self._counter("decisions", "What was made of texts, by action"),
            "deliveries": self._counter("deliveries", "Attempts to deliver, by outcome"),
            "database_errors": self._counter("database_errors", "Times that the database was away"),
        }
        self._waiting = self._gauge("outbox_waiting", "Messages that wait for delivery")
        self._lag = self._gauge("delivery_lag_seconds", "How long the oldest that could have left has waited")
        self._dead = self._gauge("dead_letters", "Messages that Telegram refused for good")
        self._unsure = self._gauge("unsure_deliveries", "Messages whose delivery Telegram never confirmed")
        self._failed = self._gauge("failed_updates", "Updates set aside after several attempts")

    def _counter(self, name: str, what: str) -> Counter:
        return Counter(f"orgbot_{name}", what, ["kind"], registry=self.registry)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"orgbot_{name}", what, registry=self.registry)

    def count(self, what: Counted, kind: str) -> None:
        self._counters[what].labels(kind).inc()

    def page(self, health: Health | None) -> bytes:
        """`health` None: the database is away, and its gauges keep what they last said."""
        if health is not None:
            self._waiting.set(health.waiting)
            self._lag.set(health.lag)
            self._dead.set(health.refused)
            self._unsure.set(health.unsure)
            self._failed.set(health.failed)
        return generate_latest(self.registry)
