"""Lists that are too long for one message: Telegram takes a hundred buttons and 4,096 characters."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from orgbot.chat.actions import Action
from orgbot.chat.events import Button
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import label

T = TypeVar("T")


def part(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """(what is on that page, its number, how many pages), from 0; the last page for one that is no more."""
    pages = max(1, -(-len(items) // size))
    page = min(page, pages - 1)
    return items[page * size : (page + 1) * size], page, pages


def turning(
    kb: KnowledgeBase, page: int, pages: int, to: Callable[[int], Action]
) -> tuple[tuple[Button, ...], ...]:
    """The row that turns the pages of a list, if it has several; `page`: from 0."""
    other = ((page - 1, "page_avant", page > 0), (page + 1, "page_apres", page + 1 < pages))
    row = tuple(Button(label(kb, f"boutons.{key}"), to(at)) for at, key, there in other if there)
    return (row,) if row else ()
