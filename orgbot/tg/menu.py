"""Commands, menu, descriptions: what Telegram shows around the chat. A failure is only logged."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import label

log = logging.getLogger(__name__)

COMMANDS = ("sujets", "aide", "contact", "annuler", "confidentialite")


async def publish(bot: Bot, kb: KnowledgeBase) -> None:
    commands = [BotCommand(name, label(kb, f"telegram.commande_{name}")) for name in COMMANDS]
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: bot.set_my_commands(commands),
        lambda: bot.set_chat_menu_button(menu_button=MenuButtonCommands()),
        lambda: bot.set_my_description(label(kb, "telegram.description")),
        lambda: bot.set_my_short_description(label(kb, "telegram.description_courte")),
    )
    for call in calls:
        try:
            await call()
        except TelegramError as error:
            log.warning("optional set-up refused by Telegram: %s", error)
