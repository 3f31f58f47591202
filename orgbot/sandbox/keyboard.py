"""Inline keyboards: read, checked against Telegram's limits, and looked into."""

from collections.abc import Iterator
from typing import Any

from orgbot.sandbox.entities import checked_link
from orgbot.sandbox.errors import ApiError, bad
from orgbot.sandbox.model import Json
from orgbot.sandbox.params import Params

LONGEST_DATA = 64
MOST_BUTTONS = 100
OTHER_KINDS = ("switch_inline_query", "switch_inline_query_current_chat", "copy_text", "web_app", "login_url")


def inline_keyboard(params: Params) -> Json | None:
    """The message's keyboard, or None. Raises ApiError."""
    given = params.json("reply_markup", "reply keyboard markup")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in given:
        _check_other(given)
        return None
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in checked) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _check_other(given: Json) -> None:
    """Taking a keyboard away changes nothing that is shown here; a reply keyboard would, and is unknown."""
    if given.get("keyboard"):
        raise bad("reply keyboards are not known to this local Telegram; use an inline keyboard")


def _button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise _wrong("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _wrong('Can\'t find field "text"')
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if url := _string(button, "url"):
        if checked_link(url) is None:
            raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    elif data := _string(button, "callback_data"):
        if len(data.encode("utf-8", "surrogatepass")) > LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    elif not any(kind in button for kind in OTHER_KINDS):
        raise _wrong("Text buttons are unallowed in the inline keyboard")
    return button


def _string(button: Json, name: str) -> str:
    value = button.get(name, "")
    if not isinstance(value, str):
        raise _wrong(f'Field "{name}" must be of type String')
    return value


def _wrong(reason: str) -> ApiError:
    return bad(f"can't parse inline keyboard button: {reason}")


def buttons(markup: Json | None) -> Iterator[Json]:
    for row in (markup or {}).get("inline_keyboard", []):
        yield from row
