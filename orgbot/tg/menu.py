"""Commands, menu, descriptions: what Telegram shows around the chat. A failure is only logged."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from telegram import Bot, BotCommand, BotCommandScopeChat, MenuButtonCommands
from telegram.error import TelegramError

from orgbot.chat.commands import COMMANDS, OF_OWNERS
from orgbot.chat.events import Menu
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import label
from orgbot.tg.courier import said

log = logging.getLogger(__name__)


async def publish(bot: Bot, kb: KnowledgeBase, owners: Iterable[int] = ()) -> None:
    """`owners`: the chats that are shown the freelancer's commands."""
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: bot.set_my_commands(_commands(kb, COMMANDS)),
        lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()),
        lambda: bot.set_my_description(label(kb, "telegram.description")),
        lambda: bot.set_my_short_description(label(kb, "telegram.description_courte")),
        *(partial(show, bot, kb, owner, "owner") for owner in owners),
    )
    for call in calls:
        try:
            await call()
        except TelegramError as error:
            log.warning("optional set-up refused by Telegram: %s", said(error))


async def show(bot: Bot, kb: KnowledgeBase, chat: int, menu: Menu) -> None:
    """The commands of one chat. Raises TelegramError."""
    if menu == "owner":
        await bot.set_my_commands(_commands(kb, OF_OWNERS), BotCommandScopeChat(chat))
    else:
        await bot.delete_my_commands(BotCommandScopeChat(chat))


def _commands(kb: KnowledgeBase, names: Iterable[str]) -> list[BotCommand]:
    return [BotCommand(name, label(kb, f"telegram.commande_{name}")) for name in names]
