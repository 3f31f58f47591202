"""Outgoing → a Bot API call → what became of it. Every error of Telegram's has one meaning here."""

from dataclasses import dataclass
from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from orgbot.chat.events import Reply
from orgbot.runtime.ports import Outcome, Outgoing
from orgbot.tg.codec import encode

GONE = ("chat not found", "user is deactivated", "bot was kicked", "not a member", "peer_id_invalid")


@dataclass(frozen=True, slots=True)
class Courier:
    bot: Bot

    async def send(self, outgoing: Outgoing) -> Outcome:
        try:
            if outgoing.reply is None:
                await self.bot.leave_chat(outgoing.chat_id)
            else:
                await self._message(outgoing.chat_id, outgoing.reply)
        except TelegramError as error:
            return outcome(error)
        return Outcome("sent")

    async def _message(self, chat_id: int, reply: Reply) -> None:
        await self.bot.send_message(
            chat_id,
            reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=encode(button.action)) for button in row]
            for row in reply.buttons
        ]
    )


def wait(error: RetryAfter) -> float:
    """Seconds that Telegram asks to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def outcome(error: TelegramError) -> Outcome:
    """BadRequest comes first: in python-telegram-bot it is a NetworkError, and would be retried for ever."""
    reason = str(error)
    match error:
        case RetryAfter():
            return Outcome("later", wait(error), reason)
        case Forbidden():
            return Outcome("blocked", reason=reason)
        case BadRequest() if any(sign in reason.lower() for sign in GONE):
            return Outcome("blocked", reason=reason)
        case BadRequest() | ChatMigrated():
            return Outcome("refused", reason=reason)
        case InvalidToken():
            # The operator will mend the token; until then nothing is lost.
            return Outcome("later", reason=reason)
        case _:
            return Outcome("later", reason=reason)
