"""The bots that are compared, each a process of its own: python -m tests.bench.bots orgbot|ptb|aiogram.

They listen on PORT, tell TELEGRAM_API_URL, and take their updates at /telegram. The two others answer every
message with its own text, in memory alone: an update that they have acknowledged is lost with the process.
"""

import importlib
import os
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

TOKEN = "1:" + "a" * 35
SECRET = "s" * 32
# Telegram's limits would be all that is measured.
UNPACED = timedelta(microseconds=1)


def orgbot() -> None:
    from orgbot import app, engines, running, settings
    from orgbot.knowledge.load import default_folder, load_or_raise
    from orgbot.runtime.gate import Gate
    from orgbot.runtime.pace import Rate

    paces: Any = importlib.import_module("orgbot.storage.outbox")
    if os.environ.get("PACED") != "yes":
        paces.IN_ALL = Rate(UNPACED, 10_000)
    Gate.passes = lambda *_: "open"  # type: ignore[method-assign]  # one person's flood is not what is measured
    known = settings.read({**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN})
    known = replace(known, webhook_url=os.environ["BALANCER"], webhook_secret=SECRET, host="127.0.0.1")
    kb = load_or_raise(default_folder())
    ground = app.open_ground(known)
    running.start(running.run(known, ground, kb, engines.matcher(kb, known), print))


def ptb() -> None:
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        del context
        if update.message is not None and update.message.text:
            await update.message.reply_text(update.message.text)

    builder = Application.builder().token(TOKEN).base_url(f"{os.environ['TELEGRAM_API_URL']}/bot")
    bot = builder.concurrent_updates(True).connection_pool_size(32).build()
    bot.add_handler(MessageHandler(filters.TEXT, echo))
    port = int(os.environ["PORT"])
    bot.run_webhook(
        "127.0.0.1", port, "telegram", secret_token=SECRET, webhook_url=f"http://127.0.0.1:{port}/telegram"
    )


def aiogram() -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
    from aiohttp import web

    dispatcher: Any = Dispatcher()

    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    dispatcher.message.register(echo)

    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(TOKEN, session=AiohttpSession(api=server))
    site = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(site, path="/telegram")
    setup_application(site, dispatcher, bot=bot)
    web.run_app(site, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)


if __name__ == "__main__":
    {"orgbot": orgbot, "ptb": ptb, "aiogram": aiogram}[sys.argv[1]]()
