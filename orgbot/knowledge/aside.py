"""What was taught, sorted: what can go into faq/, and what cannot, with the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgbot.knowledge.entries import PHRASING
from orgbot.knowledge.fold import fold
from orgbot.knowledge.lists import read_out_of_scope, read_trials
from orgbot.knowledge.load import RESERVED, TRIALS
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.nodes import LARGEST_BARE
from orgbot.knowledge.problems import Report, quoted
from orgbot.knowledge.reading import Line
from orgbot.knowledge.taught import NewEntry, Taught, check_new

OUT_OF_SCOPE, QUESTIONS = "hors-sujet.yml", "questions"


@dataclass(frozen=True, slots=True)
class Aside:
    """`why`: one line, for who can do something about it."""

    lesson: Taught | NewEntry
    why: str

    def __str__(self) -> str:
        words = self.lesson.text if isinstance(self.lesson, Taught) else self.lesson.title
        return f"{quoted(' '.join(words.split()))}\u00a0: {self.why}"


@dataclass(frozen=True, slots=True)
class Step:
    """Written whole, or not at all: one phrasing, or a new entry with all of its own."""

    path: Path
    texts: tuple[str, ...]
    lesson: Taught | NewEntry


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that loads. `files`: where each entry is; `places`: where each text stands, folded."""

    folder: Path
    files: Mapping[EntryId, Path]
    places: Mapping[str, Line]

    def target(self, entry: EntryId | None) -> Path:
        if entry is None:
            return self.folder / OUT_OF_SCOPE
        return self.files.get(entry) or self.folder / QUESTIONS / f"{entry}.yml"

    def shown(self, path: Path) -> str:
        return str(path.relative_to(self.folder.parent))


def open_shelf(folder: Path) -> Shelf:
    """Texts are read as the loader reads them, with their lines."""
    paths = [*folder.rglob("*.yml")]
    inside = [path for path in paths if path.relative_to(folder).parts[0] not in RESERVED | {TRIALS}]
    stored = (line for path in (*inside, folder / OUT_OF_SCOPE) for line in _phrasings(path))
    tried = (path for path in paths if path.relative_to(folder).parts[0] == TRIALS)
    trials = (trial.utterance for path in tried for trial in read_trials(path, Report(), frozenset()))
    files = {EntryId(path.stem): path for path in inside}
    return Shelf(folder, files, {_same(line.text): line for line in (*trials, *stored)})


def _phrasings(path: Path) -> tuple[Line, ...]:
    """Of an entry, whose other keys are of no use here, or of what is out of scope."""
    return read_out_of_scope(path, Report(), LARGEST_BARE) if path.exists() else ()


def _same(text: str) -> str:
    """As the loader compares: what is only signs stays itself."""
    return fold(text) or text.strip()


def sort_out(
    shelf: Shelf, taught: Sequence[Taught], entries: Sequence[NewEntry]
) -> tuple[list[Step], list[Aside]]:
    """The later of two lessons about the same words wins. Nothing is said of what stands in its place
    already, nor of a new entry that nothing leads to: the bot does not know it either."""
    lessons = {_same(one.text): one for one in taught}
    unknown = {one.id: one for one in entries if one.id not in shelf.files}
    free: dict[EntryId | None, list[Taught]] = {}
    asides: list[Aside] = []
    for same, one in lessons.items():
        why = _obstacle(shelf, one, unknown)
        if why:
            asides.append(Aside(one, why))
        elif same not in shelf.places:
            free.setdefault(one.entry, []).append(one)
    for new in unknown.values():
        why = _fault(shelf, new, led=new.id in free)
        if why and any(one.entry == new.id for one in lessons.values()):
            asides.append(Aside(new, why))
            free.pop(new.id, None)
    return [*_steps(shelf, free, unknown)], asides


def _steps(
    shelf: Shelf, free: Mapping[EntryId | None, Sequence[Taught]], unknown: Mapping[EntryId, NewEntry]
) -> Iterator[Step]:
    for entry, lessons in free.items():
        texts = tuple(one.text.strip() for one in lessons)
        if entry is not None and entry in unknown:
            yield Step(shelf.target(entry), texts, unknown[entry])
        else:
            yield from (
                Step(shelf.target(entry), (text,), one) for text, one in zip(texts, lessons, strict=True)
            )


def _obstacle(shelf: Shelf, one: Taught, unknown: Mapping[EntryId, NewEntry]) -> str:
    """What keeps a phrasing out of faq/; "" when nothing does."""
    place = shelf.places.get(_same(one.text))
    if one.entry is not None and one.entry not in (*shelf.files, *unknown):
        # The bot left it aside too; where its words stand already, somebody has settled that.
        gone = f"l’entrée {quoted(one.entry)} n’a plus de fichier; range-la ailleurs à la main"
        return "" if place else gone
    if place is not None:
        return "" if place.path == shelf.target(one.entry) else _elsewhere(shelf, place)
    if not one.text.strip():
        return "il n’y a rien à lire"
    if len(one.text.strip()) > PHRASING:
        return f"plus de {PHRASING} caractères; ajoute à la main ce qui compte"
    return ""


def _elsewhere(shelf: Shelf, place: Line) -> str:
    where = f"{shelf.shown(place.path)}:{place.line}"
    if place.path.relative_to(shelf.folder).parts[0] == TRIALS:
        return f"déjà un essai, {where}; retire-la de là pour qu’elle devienne une formulation"
    return f"déjà dans {where}; déplace-la à la main"


def _fault(shelf: Shelf, new: NewEntry, *, led: bool) -> str:
    """What keeps an entry out of faq/. `led`: some phrasing leads to it."""
    found = check_new(new.title, new.answer)
    if found:
        by_hand = f"écris-la à la main dans {shelf.shown(shelf.target(new.id))}"
        return "; ".join((*found, by_hand))
    return "" if led else "aucune formulation ne peut y mener; règle d’abord les siennes"
