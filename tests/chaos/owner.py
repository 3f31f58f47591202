"""6. The freelancer's chat takes no messages, or has another id: leads reach her all the same."""

import tempfile
import time
from pathlib import Path

from tests.chaos.history import History
from tests.chaos.processes import Nursery
from tests.chaos.report import Report, Size
from tests.chaos.town import OWNER, Town, town
from tests.chaos.writers import message, request
from tests.mail.letters import FREELANCER
from tests.mail.server import Office, certificate, post_office

ELSEWHERE = 4999
URGENT = "SELECT count(*) FROM outbox WHERE key LIKE 'lead:%:urgent' AND state = 'sent'"
OWNERS = "SELECT chat_id FROM owner_chats"


async def run(nursery: Nursery, size: Size, seed: int, sabotage: str = "") -> Report:
    began = time.monotonic()
    each, office = size.of(2, 20), Office()
    with tempfile.TemporaryDirectory(prefix="chaos-mail") as folder:
        authority, context = certificate(Path(folder))
        async with (
            post_office(office, tls=context) as port,
            town(
                nursery,
                size,
                seed,
                people=2 * each,
                sabotage=sabotage,
                SMTP_URL=f"smtps://localhost:{port}",
                MAIL_TO=FREELANCER,
                SSL_CERT_FILE=str(authority),
            ) as here,
        ):
            history = await _leads(here, each)
            letters = [str(letter.content) for letter in office.letters]
            _check(history, letters, each)
            return Report(
                number=6,
                name="The owner's chat blocked, then migrated",
                updates=len(here.writers.acknowledged),
                faults=each + 1,
                shown=len(history.shown),
                ambiguous=0,
                duplicates=sum(history.duplicates().values()),
                lost=history.lost(here.writers.acknowledged),
                seconds=time.monotonic() - began,
                seen=f"{len(letters)} letters for {2 * each} leads; the new id has its cards",
            )


async def _leads(here: Town, each: int) -> History:
    await here.people("people", id=ELSEWHERE, first_name="Équipe")
    await here.people("say", chat=ELSEWHERE, text="bonjour")
    await here.start()
    await _blocked(here, each)
    await _moved(here, each)
    return await here.settled(within=120)


async def _blocked(here: Town, each: int) -> None:
    """Letters leave at once, and the cards once she is back."""
    await here.people("block", chat=OWNER, blocked=True)
    await here.writers.all([request(5000 + number, f"b{number}") for number in range(each)])
    # The first of her lane is told of; the others wait behind it, and have their own letter.
    await here.until(lambda: here.count(URGENT), lambda sent: sent >= 1, within=60)
    assert here.said("LEADS ARE WAITING"), "nothing is said in the log"
    await here.people("block", chat=OWNER, blocked=False)
    await here.writers.write([message(OWNER, "/demandes")])
    await here.settled(within=60)


async def _moved(here: Town, each: int) -> None:
    await here.fault(
        method="*",
        chat=OWNER,
        error_code=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=ELSEWHERE,
        times=None,
    )
    people = range(each, 2 * each)
    await here.writers.all([request(5000 + number, f"m{number}") for number in people])
    await here.until(lambda: here.count(OWNERS), lambda chat: chat == ELSEWHERE, within=60)


def _check(history: History, letters: list[str], each: int) -> None:
    assert len(history.leads) == 2 * each
    assert not history.lost_messages(), f"never delivered: {history.lost_messages()}"
    shown = {(one.chat, one.key.split(":")[1]) for one in history.shown if ":card:" in one.key}
    for reference, chat in history.leads.items():
        where = OWNER if chat < 5000 + each else ELSEWHERE
        assert (where, reference) in shown, f"no card of {reference} in {where}"
        assert any(reference in letter for letter in letters), f"no letter about {reference}"
