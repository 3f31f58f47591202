"""What the bot knows now, which may change while it runs."""

from dataclasses import dataclass

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher


@dataclass(frozen=True, slots=True)
class Known:
    """A knowledge base, and the matcher that was trained on it."""

    kb: KnowledgeBase
    matcher: Matcher


@dataclass(slots=True)
class Mind:
    """Both are replaced at once: an event is handled with what was known when it came."""

    known: Known

    @property
    def kb(self) -> KnowledgeBase:
        return self.known.kb
