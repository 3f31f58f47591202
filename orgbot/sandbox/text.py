"""A message's text as Telegram keeps it: trimmed, with the entities it finds by itself."""

import re

from orgbot.sandbox.entities import FindUser, clean, parse_html, units
from orgbot.sandbox.errors import bad
from orgbot.sandbox.model import Json
from orgbot.sandbox.params import Params

LARGEST_SOURCE = 1 << 15
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024

# In the order in which they win over each other.
FOUND = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "url",
        re.compile(
            r"(?<![\w@/.-])(?:https?://[^\s<>\"«»]+"
            r"|(?:[\w-]+\.)+(?:com|org|ca|quebec|net|info|me|io|coop|app)(?![\w.-])(?:[/?#][^\s<>\"«»]*)?)"
        ),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{2,31})?(?![\w/])", re.ASCII)),
    ("mention", re.compile(r"(?<!\w)@[a-zA-Z]\w{3,31}(?!\w)", re.ASCII)),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)
# Telegram finds nothing inside these.
CLOSED = ("code", "pre", "text_link", "text_mention", "url", "email", "bot_command", "mention", "hashtag")


def typed(text: str) -> tuple[str, list[Json]]:
    """What a person typed."""
    return settle(clean(text), [])


def formatted(params: Params, field: str, find_user: FindUser) -> tuple[str, list[Json]]:
    """What a bot sent, by parse_mode or by entities. Raises ApiError."""
    text = params.text(field)
    if len(text.encode()) > LARGEST_SOURCE:
        raise bad("text is too long")
    mode = params.text("parse_mode").lower()
    if mode == "html":
        return settle(*parse_html(text, find_user))
    if mode not in ("", "none"):
        # Markdown has its own grammars, which this Telegram does not know.
        raise bad("unsupported parse_mode")
    return settle(clean(text), _given(params, "caption_entities" if field == "caption" else "entities"))


def _given(params: Params, field: str) -> list[Json]:
    given = params.json(field, "entities") or []
    if not isinstance(given, list):
        raise bad("can't parse entities JSON object")
    for entity in given:
        if not isinstance(entity, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        if not isinstance(entity.get("type"), str):
            raise bad("can't parse MessageEntity: Can't find field \"type\"")
        for number in ("offset", "length"):
            if not isinstance(entity.get(number), int):
                raise bad(f"can't parse MessageEntity: Can't find field \"{number}\"")
    return given


def settle(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trimmed, found entities added, in order."""
    bare = text.strip()
    lead = units(text[: len(text) - len(text.lstrip())])
    kept = [moved for entity in entities if (moved := _clip(entity, -lead, units(bare)))]
    kept = [entity for entity in kept if not _inside_code(entity, kept)]
    for kind, pattern in FOUND:
        kept += _find(kind, pattern, bare, kept)
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return bare, kept


def _clip(entity: Json, shift: int, end: int) -> Json | None:
    start = max(0, entity["offset"] + shift)
    stop = min(end, entity["offset"] + shift + entity["length"])
    return {**entity, "offset": start, "length": stop - start} if stop > start else None


def _inside_code(entity: Json, entities: list[Json]) -> bool:
    """Code cannot be styled: Telegram drops what overlaps it."""
    return entity["type"] not in ("code", "pre") and any(
        other["type"] in ("code", "pre") and _overlap(entity, other) for other in entities
    )


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]
    )


def _find(kind: str, pattern: re.Pattern[str], text: str, entities: list[Json]) -> list[Json]:
    found: list[Json] = []
    for match in pattern.finditer(text):
        words = match.group()
        if kind == "url":
            words = words.rstrip(".,;:!?’'\")]}")
        entity = {"type": kind, "offset": units(text[: match.start()]), "length": units(words)}
        if not any(other["type"] in CLOSED and _overlap(entity, other) for other in entities):
            found.append(entity)
    return found
