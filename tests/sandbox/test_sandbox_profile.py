"""What the bot says of itself: name, texts, commands, menu; and chats it asks about or leaves."""

import pytest
from telegram import BotCommand, BotCommandScopeChat, MenuButtonCommands, MenuButtonDefault
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.sandbox.town import DIRECTOR, FREELANCER, LOCAL, TOKEN, Town

pytestmark = pytest.mark.anyio


async def test_the_bot_knows_itself(town: Town) -> None:
    me = await town.bot.get_me()
    assert (me.id, me.is_bot, me.username) == (1000, True, "orgbot_bot")


@pytest.mark.parametrize("path", ["/bot1000:autre/getMe", "/bot1/getMe"])
async def test_a_wrong_token_is_unauthorized(town: Town, path: str) -> None:
    answer = await town.web.get(path)
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(town: Town) -> None:
    answer = await town.web.post(f"{LOCAL}/bot{TOKEN}/sendRocket")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
    with pytest.raises(InvalidToken):
        await town.bot.send_poll(DIRECTOR, "a?", ["b", "c"])


async def test_texts_about_the_bot_are_kept_by_language(town: Town) -> None:
    bot = town.bot
    assert await bot.set_my_name("Camille")
    assert await bot.set_my_description("Je réponds.")
    assert await bot.set_my_description("I answer.", language_code="en")
    assert await bot.set_my_short_description("Bref")
    assert (await bot.get_my_name()).name == "Camille"
    assert (await bot.get_my_description("en")).description == "I answer."
    assert (await bot.get_my_description("fr")).description == "Je réponds."
    assert (await bot.get_my_short_description()).short_description == "Bref"
    await bot.set_my_name("")
    assert (await bot.get_my_name()).name == "orgbot"


async def test_texts_about_the_bot_have_limits(town: Town) -> None:
    for call in (
        town.bot.set_my_name("x" * 65),
        town.bot.set_my_description("x" * 513),
        town.bot.set_my_short_description("x" * 121),
    ):
        with pytest.raises(BadRequest, match="too long"):
            await call
    assert await town.refusal("setMyName", name="a", language_code="fra") == "Bad Request: LANG_CODE_INVALID"


async def test_commands_are_kept_by_scope(town: Town) -> None:
    everyone = [BotCommand("aide", "Comment ça marche")]
    hers = [BotCommand("demandes", "Voir les demandes")]
    scope = BotCommandScopeChat(FREELANCER)
    await town.bot.set_my_commands(everyone)
    await town.bot.set_my_commands(hers, scope=scope)
    assert await town.bot.get_my_commands() == tuple(everyone)
    assert await town.bot.get_my_commands(scope=scope) == tuple(hers)
    chats = {one["id"]: one for one in (await town.web.get("/sandbox/state")).json()["chats"]}
    assert [one["command"] for one in chats[FREELANCER]["commands"]] == ["demandes"]
    assert [one["command"] for one in chats[DIRECTOR]["commands"]] == ["aide"]
    await town.bot.delete_my_commands(scope=scope)
    assert await town.bot.get_my_commands(scope=scope) == ()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Aide", "description": "a"}, "BOT_COMMAND_INVALID"),
        ({"command": "a" * 33, "description": "a"}, "BOT_COMMAND_INVALID"),
        ({"command": "", "description": "a"}, "BOT_COMMAND_INVALID"),
        ({"command": "aide", "description": " "}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "aide", "description": "x" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "aide"}, "can't parse BotCommand: Can't find field \"description\""),
        (3, "can't parse BotCommand: expected an Object"),
    ],
)
async def test_a_command_must_be_one(town: Town, command: object, reason: str) -> None:
    assert await town.refusal("setMyCommands", commands=[command]) == f"Bad Request: {reason}"


async def test_commands_are_a_hundred_at_most(town: Town) -> None:
    many = [{"command": f"c{number}", "description": "a"} for number in range(101)]
    assert await town.refusal("setMyCommands", commands=many) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    for scope in (3, {"type": "autre"}, {"type": "chat"}):
        assert "can't parse BotCommandScope" in await town.refusal("setMyCommands", commands=[], scope=scope)


async def test_the_menu_button_is_kept(town: Town) -> None:
    await town.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await town.bot.set_chat_menu_button(DIRECTOR, MenuButtonDefault())
    assert await town.bot.get_chat_menu_button() == MenuButtonCommands()
    assert await town.bot.get_chat_menu_button(DIRECTOR) == MenuButtonDefault()
    assert await town.bot.get_chat_menu_button(FREELANCER) == MenuButtonCommands()
    assert "unsupported type" in await town.refusal("setChatMenuButton", menu_button={"type": "autre"})


async def test_a_chat_can_be_asked_about(town: Town) -> None:
    chat = await town.bot.get_chat(DIRECTOR)
    assert (chat.type, chat.first_name, chat.username) == ("private", "Lucie", "lucie_direction")


async def test_the_bot_can_leave_a_group_only(town: Town) -> None:
    group = (await town.post("group", title="Équipe"))["chat"]
    assert await town.bot.leave_chat(group["id"])
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await town.bot.send_message(group["id"], "a")
    with pytest.raises(BadRequest):
        await town.bot.leave_chat(DIRECTOR)
