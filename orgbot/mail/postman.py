"""Takes what the outbox holds for the mailbox, writes the letter and posts it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from orgbot.mail.letter import letter
from orgbot.mail.post import Smtp, send
from orgbot.runtime.mind import Mind
from orgbot.runtime.ports import Outcome, Queued, Store


@dataclass(frozen=True, slots=True)
class Postman:
    """`smtp` None: a letter that an earlier run queued waits until there are settings again."""

    store: Store
    mind: Mind
    smtp: Smtp | None
    clock: Callable[[], datetime]

    async def send(self, row: Queued) -> Outcome:
        if self.smtp is None:
            return Outcome("later", 600.0, "SMTP_URL : no mail server is set")
        _, reference, kind = row.outgoing.name.split(":")
        message = await asyncio.to_thread(self._letter, self.smtp, reference, urgent=kind == "urgent")
        if message is None:
            return Outcome("refused", reason=f"the lead {reference} is no more, or was withdrawn")
        return await send(self.smtp, message)

    def _letter(self, smtp: Smtp, reference: str, *, urgent: bool) -> EmailMessage | None:
        with self.store.transaction() as tx:
            followed = tx.follow(reference)
        if followed is None or followed.status == "withdrawn":
            return None
        today = self.clock().astimezone(ZoneInfo(self.mind.kb.profile.time_zone)).date()
        return letter(followed.lead, self.mind.kb, today, sender=smtp.sender, to=smtp.to, urgent=urgent)
