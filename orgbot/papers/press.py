"""Makes what the freelancer asks for, from what is known when it is sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from orgbot.chat.actions import ANY, Print
from orgbot.desk.orders import linkable, linked
from orgbot.knowledge.model import EntryId
from orgbot.knowledge.sentences import Html, embed, say
from orgbot.leads.life import Followed
from orgbot.papers.figures import Exchange, Figures, LeadRow, figures, weeks
from orgbot.papers.links import links, qr
from orgbot.papers.picture import picture
from orgbot.papers.saying import say_figures
from orgbot.papers.tables import csv_of, xlsx_of
from orgbot.runtime.mind import Mind
from orgbot.runtime.ports import Printed, Store

# A freelancer's leads, of all her years.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Press:
    """`bot`: its public name, for links to it."""

    store: Store
    mind: Mind
    clock: Callable[[], datetime]
    bot: Callable[[], str]

    def __call__(self, paper: Print) -> Printed:
        now = self.clock().astimezone(ZoneInfo(self.mind.kb.profile.time_zone))
        day = now.date().isoformat()
        match paper.paper:
            case "figures":
                return Printed(say_figures(self._figures(now), self.mind.kb, now.date()))
            case "picture":
                drawn = picture(self._figures(now), self.mind.kb, now.date())
                return Printed(content=drawn, name=f"orgbot-{day}.png")
            case "csv":
                return Printed(content=csv_of(self._rows(), self.mind.kb), name=f"demandes-{day}.csv")
            case "xlsx":
                return Printed(content=xlsx_of(self._rows(), self.mind.kb), name=f"demandes-{day}.xlsx")
            case "links":
                return Printed(self._links(paper.entry))
            case "qr":
                return self._code(paper)
            case _:
                assert_never(paper.paper)

    def _rows(self) -> tuple[LeadRow, ...]:
        with self.store.transaction() as tx:
            found, _ = tx.leads("", 0, MOST)
        return tuple(sorted((_row(followed) for followed in found), key=lambda row: row.at))

    def _figures(self, now: datetime) -> Figures:
        return figures(self._exchanges(), self._rows(), self.mind.kb.profile, now)

    def _exchanges(self) -> Iterator[Exchange]:
        """Counted by the database, a week at a time: after years there may be a million."""
        with self.store.transaction() as tx:
            ends = tx.exchanged()
        for since, until in weeks(*ends, self.mind.kb.profile) if ends else ():
            with self.store.transaction() as tx:
                found = tx.exchanges(since, until)
            for one, times in found:
                yield Exchange(since, one.what, one.entry, times)

    def _links(self, head: EntryId) -> Html:
        lines = (
            say(self.mind.kb, "pigiste.lien", titre=link.title, adresse=link.url)
            for link in links(linked(self.mind.kb, head), self.bot())
        )
        return embed(self.mind.kb, "pigiste.liens", lignes=Html("\n".join(lines)))

    def _code(self, paper: Print) -> Printed:
        """The code of an entry that has left the content is a list of those that are there."""
        every = links(linkable(self.mind.kb), self.bot())
        found = next((link for link in every if link.entry == paper.entry), None)
        if found is None:
            return Printed(self._links(ANY))
        caption = say(self.mind.kb, "pigiste.code", titre=found.title)
        return Printed(caption, qr(found), f"{found.entry}.png")


def _row(followed: Followed) -> LeadRow:
    lead = followed.lead
    lost = followed.last("lose")
    return LeadRow(
        reference=lead.reference,
        at=lead.at,
        status=followed.status,
        first_answer=followed.answered,
        probable=lead.promise.probable,
        latest=lead.promise.latest,
        first_name=lead.first_name,
        organisation=lead.organisation,
        reach_kind=lead.reach.kind,
        reach=lead.reach.value,
        subject=lead.subject,
        objections=tuple(met.entry for met in lead.objections),
        won_or_lost_why=lost.why if lost and followed.status == "lost" else "",
    )
