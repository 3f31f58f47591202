"""The Bot API's one reaction of a bot to a message."""

from orgbot.sandbox.access import message_to
from orgbot.sandbox.errors import bad
from orgbot.sandbox.params import Params
from orgbot.sandbox.world import Telegram

# Those that the Bot API lists: a bot can use no other.
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 "
    "⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 "
    "🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)


def set_message_reaction(world: Telegram, params: Params) -> object:
    """An empty list takes it away."""
    reaction = _emoji(params)
    message = message_to(world, params, "react")
    if message.reaction != reaction:
        world.change(message, reaction=reaction)
    return True


def _emoji(params: Params) -> str:
    given = params.json("reaction", "reaction types") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise bad("expected an Array of ReactionType")
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    emoji = str(given[0].get("emoji", "")).replace("\ufe0f", "") if given else ""
    if given and (given[0].get("type") != "emoji" or emoji not in EMOJI.split()):
        raise bad("REACTION_INVALID")
    return emoji
