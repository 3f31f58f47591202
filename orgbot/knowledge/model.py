"""What faq/ holds once it is read and found valid: frozen values, no file names, no YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, NewType

EntryId = NewType("EntryId", str)

Kind = Literal["objection", "question", "politesse"]


@dataclass(frozen=True, slots=True)
class Source:
    link: str
    verified: date


@dataclass(frozen=True, slots=True)
class Entry:
    id: EntryId
    kind: Kind
    title: str
    answer: str
    phrasings: tuple[str, ...]
    button: str
    short: str
    next: tuple[EntryId, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Essai:
    """An utterance that must reach `entry`, or no entry at all when it is None."""

    entry: EntryId | None
    text: str


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Weekdays as in `date.weekday()`: Monday is 0."""

    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})


@dataclass(frozen=True, slots=True)
class Holidays:
    """Corrections to Québec's public holidays, as the `holidays` library knows them. `construction`: the
    office also closes for the two weeks of July when the whole industry does."""

    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()
    construction: bool = False


@dataclass(frozen=True, slots=True)
class PrivacyOfficer:
    """Whom the law asks to name: the title and the contact details of the person responsible."""

    title: str
    contact: str


@dataclass(frozen=True, slots=True)
class Costs:
    """What each false step of the matcher costs; only their ratios matter."""

    wrong: int = 4
    asking: int = 1
    missing: int = 2


@dataclass(frozen=True, slots=True)
class Profile:
    """bot.yml: who the freelancer is, what she promises, and how careful the bot is. `quiet_hours`: how long
    the bot stays out of a conversation between two people that has gone silent. `by_mail`: leads also go by
    email, which the machine's settings say and the notice of consent must tell."""

    name: str
    form_url: str
    privacy_officer: PrivacyOfficer
    probable_office_hours: int = 8
    latest_business_days: int = 2
    office_hours: OfficeHours = OfficeHours()
    time_zone: str = "America/Montreal"
    holidays: Holidays = Holidays()
    costs: Costs = Costs()
    quiet_hours: int = 12
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """All the bot knows and says.

    `vocabulary` maps a spoken or texted form to standard French; `sentences` maps a dotted key of
    interface.yml to its text; `words` maps a meaning (`oui`, `retour`…) to the ways of typing it.
    """

    entries: Mapping[EntryId, Entry]
    out_of_scope: tuple[str, ...]
    vocabulary: Mapping[str, str]
    profile: Profile
    sentences: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    essais: tuple[Essai, ...] = ()
