"""/bot{token}/{method}: the table of methods, and what a call goes through."""

import inspect
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orgbot.sandbox import files, profile, reactions, sending
from orgbot.sandbox import params as parameters
from orgbot.sandbox.errors import ApiError
from orgbot.sandbox.model import Fault
from orgbot.sandbox.params import Params
from orgbot.sandbox.updates import Poller
from orgbot.sandbox.webhook import Deliverer, Sleep
from orgbot.sandbox.world import Telegram

Method = Callable[[Telegram, Params], Any]

PLAIN: Mapping[str, Method] = {
    "getMe": profile.get_me,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    "sendMessage": sending.send_message,
    **{f"send{kind.title()}": files.sender(kind) for kind in files.KINDS},
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "setMessageReaction": reactions.set_message_reaction,
    "answerCallbackQuery": sending.answer_callback_query,
    "getChat": sending.get_chat,
    "leaveChat": sending.leave_chat,
}


class BotApi:
    def __init__(self, world: Telegram, poller: Poller, deliverer: Deliverer, sleep: Sleep) -> None:
        self.world = world
        self.sleep = sleep
        known = {
            **PLAIN,
            "getUpdates": poller.get_updates,
            "setWebhook": deliverer.set_webhook,
            "deleteWebhook": deliverer.delete_webhook,
            "getWebhookInfo": deliverer.get_webhook_info,
        }
        # Telegram does not care about the case of a method's name.
        self.methods: Mapping[str, Method] = {name.lower(): method for name, method in known.items()}

    async def __call__(self, request: Request) -> Response:
        if request.path_params["token"] != self.world.token:
            return refusal(ApiError(401, "Unauthorized"))
        try:
            return await self._call(request.path_params["method"], await parameters.read(request))
        except ApiError as error:
            return refusal(error)

    async def _call(self, name: str, params: Params) -> Response:
        method = self.methods.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found")
        fault = self.world.take_fault(name, params.number("chat_id"))
        if fault is not None:
            await self._before(fault)
        result = method(self.world, params)
        if inspect.isawaitable(result):
            result = await result
        if fault is not None and fault.drop_response:
            raise ApiError(502, "Bad Gateway")
        return JSONResponse({"ok": True, "result": result})

    async def _before(self, fault: Fault) -> None:
        """Raises the fault's error, unless the call must be carried out all the same."""
        if fault.delay:
            await self.sleep(fault.delay)
        if fault.error_code is not None and not fault.drop_response:
            description = fault.description or _usual(fault)
            raise ApiError(fault.error_code, description, fault.parameters)


def _usual(fault: Fault) -> str:
    if fault.error_code == 429:
        return f"Too Many Requests: retry after {fault.parameters.get('retry_after', 0)}"
    try:
        return HTTPStatus(fault.error_code or 500).phrase
    except ValueError:
        return "Internal Server Error"


def refusal(error: ApiError) -> Response:
    body: dict[str, object] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = dict(error.parameters)
    return JSONResponse(body, status_code=error.code)
