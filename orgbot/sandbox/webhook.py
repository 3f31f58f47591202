"""Updates sent to the bot's webhook: each lane in order, again and again until a 2xx."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from orgbot.sandbox.errors import bad
from orgbot.sandbox.model import Update, Webhook
from orgbot.sandbox.params import Params
from orgbot.sandbox.updates import NEW_WEBHOOK, Poller, remember_wanted
from orgbot.sandbox.world import Telegram

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
READ_TIMEOUT = 60.0

Sleep = Callable[[float], Awaitable[None]]


def retry_delay(failures: int, retry_after: float) -> float:
    """Seconds before the next attempt: none the first time, then twice as long each time."""
    if retry_after > 0:
        return min(LONGEST_RETRY_AFTER, retry_after)
    return 0 if failures <= 1 else min(LONGEST_DELAY, 2 ** (failures - 1))


@dataclass(slots=True)
class Deliverer:
    """`transport` replaces the network; tasks are made on the loop that serves the calls."""

    world: Telegram
    poller: Poller
    transport: httpx.AsyncBaseTransport | None = None
    sleep: Sleep = asyncio.sleep
    _lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def set_webhook(self, world: Telegram, params: Params) -> object:
        url = params.text("url").strip()
        if not url:
            return self.delete_webhook(world, params)
        webhook = Webhook(
            _checked_url(url),
            _checked_secret(params.text("secret_token")),
            min(100, max(1, params.number("max_connections", 40))),
        )
        remember_wanted(world, params)
        self._forget(world, params)
        self.poller.abort(NEW_WEBHOOK)
        world.webhook = webhook
        self.wake()
        return True

    def delete_webhook(self, world: Telegram, params: Params) -> object:
        self._forget(world, params)
        world.webhook = None
        return True

    def _forget(self, world: Telegram, params: Params) -> None:
        for task in self._lanes.values():
            task.cancel()
        self._lanes.clear()
        world.webhook_error = None
        if params.flag("drop_pending_updates"):
            world.queue = []

    def close(self) -> None:
        for task in tuple(self._lanes.values()):
            task.cancel()

    def get_webhook_info(self, world: Telegram, _params: Params) -> object:
        webhook = world.webhook
        info: dict[str, object] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(world.pending(limit=len(world.queue))),
        }
        if webhook:
            info["max_connections"] = webhook.max_connections
        if world.webhook_error:
            info["last_error_date"], info["last_error_message"] = world.webhook_error
        if world.wanted:
            info["allowed_updates"] = world.wanted
        return info

    def wake(self) -> None:
        """Each lane that holds something is being emptied, within the allowed connections."""
        if self.world.webhook is None:
            return
        for update in tuple(self.world.queue):
            if len(self._lanes) >= self.world.webhook.max_connections:
                break
            if update.lane not in self._lanes:
                self._lanes[update.lane] = asyncio.create_task(self._empty(update.lane, self.world.webhook))

    async def _empty(self, lane: str, webhook: Webhook) -> None:
        try:
            async with self._client() as client:
                while update := next(iter(self.world.pending(1, lane)), None):
                    await self._deliver(client, webhook, update)
        finally:
            if self._lanes.get(lane) is asyncio.current_task():
                del self._lanes[lane]
        self.wake()

    def _client(self) -> httpx.AsyncClient:
        # Proxies of the environment have no business between two processes of this machine.
        return httpx.AsyncClient(transport=self.transport, timeout=READ_TIMEOUT, trust_env=False)

    async def _deliver(self, client: httpx.AsyncClient, webhook: Webhook, update: Update) -> None:
        failures = 0
        while True:
            error, retry_after = await self._attempt(client, webhook, update)
            if error is None:
                self.world.acknowledge(update)
                return
            failures += 1
            log.info("webhook: update %d not taken: %s", update.id, error)
            self.world.webhook_error = (int(self.world.now()), error)
            delay = retry_delay(failures, retry_after)
            if self.world.now() + delay > update.expires:
                self.world.acknowledge(update)
                return
            await self.sleep(delay)

    async def _attempt(
        self, client: httpx.AsyncClient, webhook: Webhook, update: Update
    ) -> tuple[str | None, float]:
        """What went wrong, and the Retry-After that came with it."""
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            answer = await client.post(webhook.url, json=update.json(), headers=headers)
        except httpx.TimeoutException:
            return "Read timeout expired", 0
        except httpx.ConnectError:
            return "Connection refused", 0
        except httpx.HTTPError as error:
            return f"Connection failed: {type(error).__name__}", 0
        if answer.is_success:
            return None, 0
        after = answer.headers.get("Retry-After", "")
        reason = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        return reason, float(after) if re.fullmatch(r"[0-9]{1,6}", after) else 0


def _checked_url(url: str) -> str:
    """http too, as a self-hosted Bot API server allows."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise bad("invalid webhook URL specified")
    return url


def _checked_secret(secret: str) -> str:
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    return secret
