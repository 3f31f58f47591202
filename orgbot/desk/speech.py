"""Two people's words on their way through the bot: who speaks, then what was said."""

from datetime import datetime

from orgbot.chat.actions import Do
from orgbot.chat.events import Button, Reply
from orgbot.desk.card import unshown
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import embed, escaped, fitting, label, say, units
from orgbot.knowledge.visible import between_signs
from orgbot.leads.life import Followed
from orgbot.leads.model import Lead, Media

# UTF-16 units of what was typed in one message, and under a picture; the rest of 4,096 and 1,024 is for
# who speaks. A voice message is heard before anything is read.
TEXT, CAPTION = 3800, 800


def to_director(
    name: str, text: str, media: Media | None, kb: KnowledgeBase, *, first: bool
) -> tuple[Reply, ...]:
    """`first`: the first time that she hears from the freelancer here, told how to answer."""
    replies = _spoken("relais.de_pigiste", name, text, media, kb)
    if not first:
        return replies
    back = ((Button(label(kb, "boutons.robot"), Do("robot")),),)
    return (*replies, Reply(say(kb, "relais.comment", qui=name), back))


def to_owner(
    lead: Lead, text: str, media: Media | None, kb: KnowledgeBase, *, adds: bool = False
) -> tuple[Reply, ...]:
    """`adds`: a detail for her request, rather than a word in a talk."""
    key = "relais.ajoute" if adds else "relais.de_direction"
    return _spoken(key, f"{lead.first_name}, {lead.organisation}", text, media, kb)


def to_colleague(
    name: str, lead: Lead, text: str, media: Media | None, kb: KnowledgeBase
) -> tuple[Reply, ...]:
    """What one owner wrote to the director, for another."""
    return _spoken("relais.de_collegue", f"{name} → {lead.first_name}", text, media, kb)


def again(followed: Followed, kb: KnowledgeBase, now: datetime) -> tuple[Reply, ...]:
    """What the director said while nobody was there to hear it, and the card does not hold whole."""
    replies: list[Reply] = []
    for trace in unshown(followed, kb, now):
        words = "" if trace.why == in_words("", trace.media, kb) else trace.why
        replies += to_owner(followed.lead, words, trace.media, kb, adds=trace.what == "add")
    return tuple(replies)


def in_words(text: str, media: Media | None, kb: KnowledgeBase) -> str:
    """For the history: the words, or what kind of file came without any."""
    return text or (label(kb, f"relais.{media.kind}") if media else "")


def _spoken(key: str, name: str, text: str, media: Media | None, kb: KnowledgeBase) -> tuple[Reply, ...]:
    parts = split(text, CAPTION if media else TEXT)
    said = [embed(kb, key, qui=escaped(name), mots=escaped(part)) for part in parts]
    said = said or [say(kb, "relais.sans_mots", qui=name)]
    return (Reply(said[0], media=media), *(Reply(part) for part in said[1:]))


def split(text: str, most: int) -> tuple[str, ...]:
    """Parts of at most `most` UTF-16 units, cut at a space where there is one, else between two signs;
    nothing is lost but that space."""
    parts = []
    left = text.strip()
    while units(left) > most:
        cut = fitting(left, most)
        space = max(left.rfind("\n", 0, cut), left.rfind(" ", 0, cut))
        cut = space if space > cut // 2 else between_signs(left, cut)
        parts.append(left[:cut].rstrip())
        left = left[cut:].lstrip()
    return (*parts, left) if left else tuple(parts)
