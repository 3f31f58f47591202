"""Telegram's Update → Incoming. Anything that is not for the bot gives None."""

import re
from dataclasses import replace

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User

from orgbot.chat.commands import meant
from orgbot.chat.events import Commanded, Grouped, Sent, Tapped
from orgbot.knowledge.visible import visible
from orgbot.leads.model import Media, Person
from orgbot.runtime.ports import Incoming, Typed, Unblocked
from orgbot.tg.codec import unseal

# Characters: Telegram's own messages hold no more, and a webhook's body has room for a million, that every
# reader would go through.
LONGEST = 4096
HERE = ("member", "administrator", "restricted")


def incoming(update: Update, token: str) -> Incoming | None:
    """`token`: the bot's, which its buttons are sealed with."""
    if update.callback_query is not None:
        return _tapped(update.update_id, update.callback_query, token)
    if update.message is not None:
        return _message(update.update_id, update.message)
    if update.edited_message is not None:
        return _corrected(update.update_id, update.edited_message)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    return None


def _tapped(update_id: int, query: CallbackQuery, token: str) -> Incoming | None:
    # A button that hangs on a message too old to be shown has no chat: the person's own is the same one.
    chat = None if query.message is None else query.message.chat
    if chat is not None and chat.type != Chat.PRIVATE:
        return Incoming(update_id, _group(chat), Grouped(invited=False))
    person = _person(query.from_user)
    return Incoming(update_id, person, Tapped(unseal(query.data or "", person.chat_id, token)))


def _message(update_id: int, message: Message) -> Incoming | None:
    chat = message.chat
    if chat.type in (Chat.GROUP, Chat.SUPERGROUP):
        # Service messages (the bot's own arrival and departure) come with a my_chat_member update.
        return Incoming(update_id, _group(chat), Grouped(invited=False)) if message.text else None
    if chat.type != Chat.PRIVATE or message.from_user is None or message.from_user.is_bot:
        return None
    person = _person(message.from_user)
    text = readable((message.text or message.caption or "")[:LONGEST])
    media = _media(message)
    answered = None if message.reply_to_message is None else message.reply_to_message.message_id
    if not text.strip():
        sent = Sent(media, group=message.media_group_id or "")
        return Incoming(update_id, person, sent, answered, message.message_id)
    if text.startswith("/") and media is None:
        return Incoming(update_id, person, _command(text))
    typed = Typed(text, media, group=message.media_group_id or "")
    return Incoming(update_id, person, typed, answered, message.message_id)


def _corrected(update_id: int, message: Message) -> Incoming | None:
    """Words alone: a command was obeyed already, and a file is not said again."""
    if message.chat.type != Chat.PRIVATE or not message.text:
        return None
    known = _message(update_id, message)
    if known is None or not isinstance(known.event, Typed):
        return None
    return replace(known, event=replace(known.event, corrected=True), reply_to=message.message_id)


def _media(message: Message) -> Media | None:
    """What can be sent again by its file_id: of a photo, its largest size."""
    if message.photo:
        return Media("photo", message.photo[-1].file_id)
    if message.voice:
        return Media("voice", message.voice.file_id)
    if message.video:
        return Media("video", message.video.file_id)
    if message.audio:
        return Media("audio", message.audio.file_id)
    # An animation comes with a document of the same file.
    return Media("document", message.document.file_id) if message.document else None


def _command(text: str) -> Commanded:
    head, *rest = re.split(r"\s", text[1:], maxsplit=1)
    return Commanded(meant(head.partition("@")[0]), "".join(rest).strip())


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming | None:
    is_member = change.new_chat_member.status in HERE
    if change.chat.type == Chat.PRIVATE:
        return Incoming(update_id, _person(change.from_user), Unblocked()) if is_member else None
    if change.chat.type == Chat.CHANNEL or not is_member or change.old_chat_member.status in HERE:
        return None
    return Incoming(update_id, _group(change.chat), Grouped(invited=True))


def _person(user: User) -> Person:
    """Her name as people see it: a mark that turns the line around would turn the card around with it."""
    return Person(_stored(user.id), visible(readable(user.first_name)), readable(user.username or ""))


def _group(chat: Chat) -> Person:
    return Person(_stored(chat.id), readable(chat.title or ""))


def _stored(number: int) -> int:
    """An id that a table takes: Telegram's have 52 bits at most. Raises ValueError."""
    if not -1 << 63 <= number < 1 << 63:
        raise ValueError("an id of more than 64 bits")
    return number


def readable(text: str) -> str:
    """Without what no database takes: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
