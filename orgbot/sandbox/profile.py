"""The Bot API's methods about the bot itself: its name, its texts, its commands and its menu."""

import json
import re
from typing import Any

from orgbot.sandbox.errors import bad
from orgbot.sandbox.model import Json
from orgbot.sandbox.params import Params
from orgbot.sandbox.world import Telegram

DEFAULT_SCOPE = '{"type": "default"}'
GENERAL_SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
MOST_COMMANDS = 100


def get_me(world: Telegram, _params: Params) -> object:
    return {
        **world.bot(),
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_name(world: Telegram, params: Params) -> object:
    return _set(world, world.profile.names, params, "name", 64)


def set_my_description(world: Telegram, params: Params) -> object:
    return _set(world, world.profile.descriptions, params, "description", 512)


def set_my_short_description(world: Telegram, params: Params) -> object:
    return _set(world, world.profile.short_descriptions, params, "short_description", 120)


def _set(world: Telegram, texts: dict[str, str], params: Params, field: str, longest: int) -> bool:
    value, language = params.text(field).strip(), _language(params)
    if len(value) > longest:
        raise bad(f"{'title' if field == 'name' else 'description'} is too long")
    if value:
        texts[language] = value
    else:
        texts.pop(language, None)
    world.emit("profile", {})
    return True


def get_my_name(world: Telegram, params: Params) -> object:
    names = world.profile.names
    return {"name": names.get(_language(params)) or names.get("", world.bot_name)}


def get_my_description(world: Telegram, params: Params) -> object:
    return {"description": _get(world.profile.descriptions, params)}


def get_my_short_description(world: Telegram, params: Params) -> object:
    return {"short_description": _get(world.profile.short_descriptions, params)}


def _get(texts: dict[str, str], params: Params) -> str:
    return texts.get(_language(params)) or texts.get("", "")


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("LANG_CODE_INVALID")
    return code


def set_my_commands(world: Telegram, params: Params) -> object:
    given = params.json("commands", "commands") or []
    if not isinstance(given, list):
        raise bad("expected an Array of BotCommand")
    if len(given) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[_key(params)] = [_command(command) for command in given]
    world.emit("commands", {})
    return True


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad("can't parse BotCommand: expected an Object")
    for field in ("command", "description"):
        if not isinstance(given.get(field), str):
            raise bad(f"can't parse BotCommand: Can't find field \"{field}\"")
    name, description = given["command"].removeprefix("/"), given["description"].strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(world: Telegram, params: Params) -> object:
    return world.profile.commands.get(_key(params), [])


def delete_my_commands(world: Telegram, params: Params) -> object:
    world.profile.commands.pop(_key(params), None)
    world.emit("commands", {})
    return True


def _key(params: Params) -> tuple[str, str]:
    """Scope and language."""
    scope = params.json("scope", "BotCommandScope")
    if scope is None:
        return DEFAULT_SCOPE, _language(params)
    if not isinstance(scope, dict):
        raise bad("can't parse BotCommandScope: BotCommandScope must be an Object")
    kind = scope.get("type")
    if kind not in (*GENERAL_SCOPES, *CHAT_SCOPES):
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if kind in CHAT_SCOPES and not scope.get("chat_id"):
        raise bad("can't parse BotCommandScope: Empty chat_id specified")
    return json.dumps(scope, sort_keys=True), _language(params)


def commands_in(world: Telegram, chat_id: int, language: str) -> list[Json]:
    """Those that a person sees in her chat: the narrowest scope wins, then her language."""
    own = json.dumps({"chat_id": chat_id, "type": "chat"}, sort_keys=True)
    kind = "all_private_chats" if chat_id > 0 else "all_group_chats"
    for scope in (own, json.dumps({"type": kind}), DEFAULT_SCOPE):
        for code in (language, ""):
            if found := world.profile.commands.get((scope, code)):
                return found
    return []


def set_chat_menu_button(world: Telegram, params: Params) -> object:
    given = params.json("menu_button", "menu button") or {"type": "default"}
    if not isinstance(given, dict):
        raise bad("can't parse menu button: MenuButton must be an Object")
    if given.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse menu button: MenuButton has unsupported type")
    world.profile.menu_buttons[_menu_chat(world, params)] = given
    world.emit("profile", {})
    return True


def get_chat_menu_button(world: Telegram, params: Params) -> object:
    menus = world.profile.menu_buttons
    default = menus.get(None, {"type": "commands"})
    return menus.get(_menu_chat(world, params), default)


def _menu_chat(world: Telegram, params: Params) -> int | None:
    if not params.text("chat_id"):
        return None
    chat = world.chats.get(params.number("chat_id"))
    if chat is None or chat.type != "private":
        raise bad("chat not found")
    return chat.id
