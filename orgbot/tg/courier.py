"""Outgoing → a Bot API call → what became of it. Every error of Telegram's has one meaning here."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode, ReactionEmoji
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from orgbot.chat.actions import Print
from orgbot.chat.events import Menu, Reply
from orgbot.knowledge.sentences import Html
from orgbot.leads.model import Media
from orgbot.runtime.ports import TOLD_TO_WAIT, Outcome, Printed, Queued
from orgbot.tg.codec import seal

log = logging.getLogger(__name__)

# A message that cannot be edited any more, and one that says the same already.
LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")
SEEN = ReactionEmoji.THUMBS_UP
SAME = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# With any other failure of the network, Telegram may have taken the message.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
GONE = ("chat not found", "user is deactivated", "bot was kicked", "not a member", "peer_id_invalid")
# What a reason may repeat of an error's words: the rest may quote the message that was refused.
KNOWN = (
    *GONE,
    *LOST,
    "bot was blocked by the user",
    "can't initiate conversation",
    "can't parse entities",
    "message is too long",
    "caption is too long",
    "message text is empty",
    "button_data_invalid",
    "wrong file identifier",
    "not enough rights",
    "conflict",
)


@dataclass(frozen=True, slots=True)
class Courier:
    """`press` makes the papers; it may take a second, and runs in a thread of its own. `menu` shows a chat
    its commands; `sorry`: what is said in the place of a paper that cannot be made."""

    bot: Bot
    press: Callable[[Print], Printed]
    menu: Callable[[int, Menu], Awaitable[None]]
    sorry: Callable[[], Html]

    async def send(self, row: Queued) -> Outcome:
        chat, reply = row.outgoing.chat_id, row.outgoing.reply
        try:
            if reply is None:
                await self.bot.leave_chat(chat)
                return Outcome("sent")
            if reply.reacts is not None:
                return await self._react(chat, reply.reacts)
            if reply.menu is not None:
                await self.menu(chat, reply.menu)
                return Outcome("sent")
            if row.replaces is not None:
                return await self._edit(chat, reply, row.replaces)
            return Outcome("sent", message_id=await self._message(chat, reply, row.below))
        except TelegramError as error:
            became = outcome(error)
            # To say the same again in the same place harms nobody.
            again = reply is None or reply.reacts is not None or reply.menu is not None
            repeats = again or row.replaces is not None
            return replace(became, kind="later") if became.kind == "unsure" and repeats else became

    async def _react(self, chat: int, message_id: int) -> Outcome:
        """On a message that is no more there is nothing to say."""
        try:
            await self.bot.set_message_reaction(chat, message_id, SEEN)
        except BadRequest as error:
            return Outcome("sent", reason=said(error), message_id=message_id)
        return Outcome("sent", message_id=message_id)

    async def _edit(self, chat: int, reply: Reply, message_id: int) -> Outcome:
        """In its place; as a new message where that one is no more."""
        try:
            await self.bot.edit_message_text(
                reply.text,
                chat,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(reply, chat, self.bot.token),
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if any(sign in error.message.lower() for sign in LOST):
                return Outcome("sent", message_id=await self._message(chat, reply, None))
            if SAME not in error.message.lower():
                raise
        return Outcome("sent", message_id=message_id)

    async def _message(self, chat: int, reply: Reply, below: int | None) -> int:
        """Telegram's id of it. A message that it was to reply to may be gone: it is sent all the same."""
        under = None if below is None else ReplyParameters(below, allow_sending_without_reply=True)
        if reply.paper is not None:
            return await self._paper(chat, reply, reply.paper)
        if reply.media is not None:
            return (await self._media(chat, reply, reply.media, under)).message_id
        sent = await self.bot.send_message(
            chat,
            reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply, chat, self.bot.token),
            reply_parameters=under,
            link_preview_options=NO_PREVIEW,
        )
        return sent.message_id

    async def _paper(self, chat: int, reply: Reply, paper: Print) -> int:
        try:
            printed = await asyncio.to_thread(self.press, paper)
        except Exception:  # our bug in a paper must not hold up the leads behind it
            log.exception("the paper %s could not be made", paper.paper)
            printed = Printed(self.sorry())
        if not printed.content:
            return await self._message(chat, Reply(printed.text, reply.buttons), None)
        file = InputFile(printed.content, printed.name)
        words: dict[str, Any] = {"caption": reply.text or printed.text, "parse_mode": ParseMode.HTML}
        if printed.name.endswith(".png"):
            return (await self.bot.send_photo(chat, file, **words)).message_id
        return (await self.bot.send_document(chat, file, **words)).message_id

    async def _media(self, chat: int, reply: Reply, media: Media, under: ReplyParameters | None) -> Message:
        # Five methods that begin alike.
        send: Any = getattr(self.bot, f"send_{media.kind}")
        sent: Message = await send(
            chat,
            media.file,
            caption=reply.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(reply, chat, self.bot.token),
            reply_parameters=under,
        )
        return sent


def keyboard(reply: Reply, chat: int, token: str) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=seal(button.action, chat, token))
                for button in row
            ]
            for row in reply.buttons
        ]
    )


def wait(error: RetryAfter) -> float:
    """Seconds that Telegram asks to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def said(error: TelegramError) -> str:
    """For a log: what kind of error, and Telegram's words for it where they are the same for everyone."""
    cause = error.__cause__
    words = next((known for known in KNOWN if known in error.message.lower()), "")
    return ": ".join(part for part in (type(error).__name__, cause and type(cause).__name__, words) if part)


def outcome(error: TelegramError) -> Outcome:
    """BadRequest comes first: in python-telegram-bot it is a NetworkError, and would be retried for ever."""
    reason = said(error)
    match error:
        case RetryAfter():
            return Outcome("later", wait(error), TOLD_TO_WAIT)
        case Forbidden():
            return Outcome("blocked", reason=reason)
        case BadRequest() if any(sign in error.message.lower() for sign in GONE):
            return Outcome("blocked", reason=reason)
        case ChatMigrated(new_chat_id=chat):
            return Outcome("moved", reason=reason, chat_id=chat)
        case BadRequest():
            return Outcome("refused", reason=reason)
        case NetworkError() if _answer_lost(error.__cause__):
            return Outcome("unsure", reason=reason)
        case _:
            # A wrong token too: the operator will mend it, and until then nothing is lost.
            return Outcome("later", reason=reason)


def _answer_lost(cause: BaseException | None) -> bool:
    """An error that Telegram itself has answered has no cause, or one of python-telegram-bot's."""
    return cause is not None and not isinstance(cause, (*NEVER_SENT, TelegramError))
