"""After the lead is sent: news of it, a detail more, a withdrawal."""

from dataclasses import replace

from orgbot.chat.actions import About
from orgbot.chat.events import Add, Button, Consented, Context, Reply, Said, Sent, Withdraw
from orgbot.dialogue import answers
from orgbot.dialogue.receipt import situation
from orgbot.dialogue.state import Added, State
from orgbot.dialogue.turn import Turn, button, plain, ways_out
from orgbot.dialogue.words import agrees
from orgbot.knowledge.sentences import Html, embed, label, means, say
from orgbot.knowledge.visible import visible
from orgbot.leads import life
from orgbot.leads.life import OPEN, Followed
from orgbot.leads.model import Media


def found(reference: str, context: Context) -> Followed | None:
    return next((one for one in context.leads if one.lead.reference == reference), None)


def news(state: State, context: Context) -> Turn:
    """/monsuivi."""
    kb = context.kb
    if not context.leads:
        return Turn(state, (plain(kb, "suivi_client.aucune"),))
    said = [situation(followed, kb, context.now) for followed in context.leads]
    still = [followed for followed in context.leads if followed.status in OPEN]
    rows = tuple(
        (
            Button(
                label(kb, "boutons.detail", reference=one.lead.reference), About("add", one.lead.reference)
            ),
            Button(
                label(kb, "boutons.retirer", reference=one.lead.reference), About("leave", one.lead.reference)
            ),
        )
        for one in still
    )
    help_ = (say(kb, "suivi_client.aide"),) if still else ()
    return Turn(answers.settle(state), (Reply(Html("\n\n".join((*said, *help_))), rows or (ways_out(kb),)),))


def newest(context: Context) -> str:
    """The request that /ajouter and /retirer are about."""
    followed = opened(context)
    return followed.lead.reference if followed else ""


def opened(context: Context) -> Followed | None:
    """Her open request: there is one at a time."""
    return life.opened(context.leads)


def already(state: State, followed: Followed, context: Context) -> Turn:
    """In the place of a second form: where the first stands, and a detail for it."""
    kb, reference = context.kb, followed.lead.reference
    text = embed(kb, "formulaire.deja_ouverte", situation=situation(followed, kb, context.now))
    row = (
        Button(label(kb, "boutons.detail", reference=reference), About("add", reference)),
        Button(label(kb, "boutons.retirer", reference=reference), About("leave", reference)),
    )
    asked = replace(answers.settle(state), awaiting="more", tracked=reference)
    return Turn(asked, (Reply(text, (row, (button(kb, "sujets", "topics"),))),))


def add(  # noqa: PLR0913, PLR0917  # what a detail is made of
    state: State,
    reference: str,
    context: Context,
    text: str = "",
    media: Media | None = None,
    group: str = "",
) -> Turn:
    """A detail for an open request, whole; without any, ask for it."""
    if life.opened(context.leads, reference) is None:
        return Turn(state, (plain(context.kb, "suivi_client.aucune_ouverte"),))
    detail = text.strip() if any(character.isalnum() for character in visible(text)) else ""
    if not detail and media is None:
        asked = Reply(say(context.kb, "suivi_client.quel_detail"), ((button(context.kb, "rester", "stay"),),))
        return Turn(replace(answers.settle(state), awaiting="detail", tracked=reference), (asked,))
    kept = replace(answers.settle(state), added=Added(reference, context.message, group))
    return Turn(kept, (plain(context.kb, "suivi_client.ajoute"),), (Add(reference, detail, media),))


def ask_withdrawal(state: State, reference: str, context: Context) -> Turn:
    kb = context.kb
    if life.opened(context.leads, reference) is None:
        return Turn(state, (plain(kb, "suivi_client.aucune_ouverte"),))
    row = (button(kb, "retirer_oui", "withdraw"), button(kb, "rester", "stay"))
    asked = Reply(say(kb, "suivi_client.retirer", reference=reference), (row,))
    return Turn(replace(answers.settle(state), awaiting="withdraw", tracked=reference), (asked,))


def withdraw(state: State, context: Context, notice: Html) -> Turn:
    reference = state.tracked
    if life.opened(context.leads, reference) is None:
        return Turn(answers.settle(state), (plain(context.kb, "suivi_client.aucune_ouverte"),))
    ended = replace(answers.settle(state), talk=None)
    effects = (Withdraw(reference), Consented("answer", notice, given=False))
    return Turn(ended, (plain(context.kb, "suivi_client.retiree"),), effects)


def stay(state: State, context: Context) -> Turn:
    return Turn(answers.settle(state), (plain(context.kb, "suivi_client.garde"),))


def shown(state: State, event: Sent, context: Context) -> Turn | None:
    """A file, where a detail was asked for; None for anything else."""
    if state.awaiting != "detail" or event.media is None:
        return None
    return add(state, state.tracked, context, media=event.media, group=event.group)


def replied(state: State, event: Said, context: Context, notice: Html) -> Turn | None:
    """The detail that was asked for, or a yes or a no to a withdrawal; None for anything else."""
    kb, text = context.kb, event.text
    if state.awaiting not in ("detail", "withdraw"):
        return None
    if means(kb, "annuler", text) or agrees(kb, "non", text):
        return stay(state, context)
    if state.awaiting == "detail":
        return add(state, state.tracked, context, text, event.media, event.group)
    return withdraw(state, context, notice) if agrees(kb, "oui", text) else None
