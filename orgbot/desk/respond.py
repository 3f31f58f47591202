"""The freelancer's side: pairing, her commands, the buttons of a card, and her words to a director.

Everything else that she writes goes to the dialogue, so that she can try the bot as a director would.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import get_args

from orgbot.chat.actions import About, Action, DeskVerb, Forget, Page, Print, Teach
from orgbot.chat.commands import DIRECTORS
from orgbot.chat.events import Button, Commanded, Context, Event, Reply, Said, Sent, Tapped
from orgbot.chat.spoken import spoken
from orgbot.desk import teach
from orgbot.desk.away import leave
from orgbot.desk.effects import Answered, DeskTurn, Forgotten, Later, Listed, Moved, Offered, Open, Paired
from orgbot.desk.orders import ordered
from orgbot.desk.state import CUT, DaysOff, Desk, Owner
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import Html, clip, embed, label, say
from orgbot.leads.life import Followed, Move, moved
from orgbot.leads.promise import next_opening
from orgbot.leads.reference import typed

PAIRING = "jumeler-"
# UTF-16 units of why a lead is lost, on its card.
REASON = 200
LATER_TODAY, LATER_WEEK = timedelta(hours=3), timedelta(days=7)


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def concerned(desk: Desk, event: Event, context: Context) -> str:
    """The reference of the lead that this event is about, to be looked up before `respond`; "" for none."""
    owner = desk.owner(context.person.chat_id)
    match event:
        case _ if owner is None:
            return ""
        case Tapped(About(_, reference)):
            return reference
        case Said() | Sent():
            return _about(owner, event, context)
        case Commanded("demande", argument):
            return typed(argument)
        case _:
            return ""


def _about(owner: Owner, event: Said | Sent, context: Context) -> str:
    """The lead that her words go to; what she corrects went to it already, or to none."""
    if event.about or (isinstance(event, Said) and event.corrected):
        return event.about
    return owner.state.goes_on(event.group, context.now) or owner.state.writes_to(context.now)


def respond(
    desk: Desk, event: Event, context: Context, lead: Followed | None, away: tuple[DaysOff, ...] = ()
) -> DeskTurn | None:
    """None when the event is not for the desk. `lead`: what `concerned` named."""
    if isinstance(event, Commanded) and event.name == "start" and event.argument.startswith(PAIRING):
        return _pair(desk, event.argument.removeprefix(PAIRING), context)
    owner = desk.owner(context.person.chat_id)
    if owner is None:
        return None
    match event:
        case Said() | Sent() if _about(owner, event, context):
            return _write(owner, event, lead, context)
        case Said(corrected=False) if owner.state.lesson and owner.state.lesson.listens(context.now):
            return teach.said(owner.state, owner.state.lesson, event.text, context)
        case Tapped(action):
            return _tapped(owner, action, lead, context)
        case Commanded("annuler"):
            return _cancelled(owner, context)
        case Commanded():
            return _unasked(owner, _commanded(desk, owner, event, lead, context, away))
        case _:
            return None


def _unasked(owner: Owner, turn: DeskTurn | None) -> DeskTurn | None:
    """After another command, her words are not for the lesson any more."""
    state = owner.state.unasked()
    if state == owner.state or (turn is not None and turn.state is not None):
        return turn
    return DeskTurn(state=state, through=True) if turn is None else replace(turn, state=state)


def _tapped(owner: Owner, action: Action | None, lead: Followed | None, context: Context) -> DeskTurn | None:
    match action:
        case Teach():
            return teach.tapped(owner.state, action, context)
        case About(verb, _) if verb in get_args(DeskVerb):
            return _asked(owner, verb, lead, context)
        case Page(number, query):
            return DeskTurn(effects=(Listed(number, query),))
        case Print():
            return DeskTurn((Reply(Html(""), paper=action),))
        case Forget():
            return DeskTurn(effects=(Forgotten(action),))
        case _:
            return None


def _cancelled(owner: Owner, context: Context) -> DeskTurn | None:
    if owner.state.writes_to(context.now):
        return DeskTurn((Reply(say(context.kb, "pigiste.pas_ecrit")),), state=owner.state.silent())
    return None if owner.state.lesson is None else teach.drop(owner.state, context.kb)


def _pair(desk: Desk, secret: str, context: Context) -> DeskTurn:
    kb, owner = context.kb, desk.owner(context.person.chat_id)
    if secret_hash(secret) in desk.pairing:
        return DeskTurn((Reply(say(kb, "pigiste.jumelee")),), (Paired(),))
    return DeskTurn((Reply(say(kb, "pigiste.lien_use" if owner is None else "pigiste.deja_jumelee")),))


def _write(owner: Owner, event: Said | Sent, lead: Followed | None, context: Context) -> DeskTurn:
    """Her words go to the director of the card that she replies to, or whose button she has tapped."""
    kb = context.kb
    if lead is None:
        return DeskTurn((Reply(say(kb, "pigiste.inconnue")),), state=owner.state.silent())
    if lead.status == "withdrawn":
        return DeskTurn((Reply(say(kb, "pigiste.retiree")),), state=owner.state.silent())
    if owner.state.reason and not event.about:
        return _lost(owner, event, lead, context)
    text = spoken(event, kb)
    if not text and event.media is None:
        return DeskTurn((Reply(say(kb, "pigiste.media")),))
    done: tuple[Reply, ...] = ()
    if owner.state.prompt and not owner.state.reason and lead.lead.reference == owner.state.writing:
        sent = say(kb, "pigiste.ecrit", prenom=lead.lead.first_name)
        done = (Reply(sent, name=owner.state.prompt),)
    mine = lead.lead.reference == owner.state.writing
    state = owner.state.silent() if mine else owner.state
    cut = context.now if len(text) >= CUT else None
    state = replace(state, sent=lead.lead.reference, group=event.group, sent_at=cut)
    return DeskTurn(done, (Answered(text, event.media),), lead.lead.reference, state)


MOVES: dict[str, Move] = {
    "see": "see",
    "take": "answer",
    "win": "win",
    "drop": "drop",
    "reopen": "reopen",
    "lose_budget": "lose",
    "lose_time": "lose",
    "lose_other": "lose",
    "lose_silence": "lose",
}


def _asked(owner: Owner, verb: str, lead: Followed | None, context: Context) -> DeskTurn:
    kb = context.kb
    if lead is None:
        return DeskTurn((Reply(say(kb, "pigiste.inconnue")),))
    reference = lead.lead.reference
    move = MOVES.get(verb)
    if move is not None:
        # A second tap, or one on an old card, changes nothing and shows the card as it is now.
        allowed = moved(lead.status, move) is not None
        why = kb.sentences[f"fiche.{verb}"] if move == "lose" else ""
        return DeskTurn(effects=(Moved(move, why) if allowed else Open(),), about=reference)
    match verb:
        case "write":
            return _prompt(owner, lead, context)
        case "lose_words":
            return _ask_why(owner, lead, context)
        case "lose" | "later":
            return DeskTurn(effects=(Open(menu=verb),), about=reference)
        case "card":
            return DeskTurn(effects=(Open(),), about=reference)
        case "show":
            return DeskTurn(effects=(Open(anew=True),), about=reference)
        case _:
            return DeskTurn(effects=(Later(_later(verb, context)),), about=reference)


def _prompt(owner: Owner, lead: Followed, context: Context) -> DeskTurn:
    reference = lead.lead.reference
    name = f"lead:{reference}:prompt:{context.reference}"
    ask = Reply(say(context.kb, "pigiste.ecrire", prenom=lead.lead.first_name), name=name)
    writing = replace(owner.state.unasked(), writing=reference, reason=False, prompt=name, since=context.now)
    return DeskTurn((ask,), about=reference, state=writing)


def _ask_why(owner: Owner, lead: Followed, context: Context) -> DeskTurn:
    if moved(lead.status, "lose") is None:
        return DeskTurn(effects=(Open(),), about=lead.lead.reference)
    # Not named after the lead: a reply to a lead's message goes to its director.
    name = f"why:{context.reference}"
    ask = Reply(say(context.kb, "pigiste.pourquoi", prenom=lead.lead.first_name), name=name)
    reason = replace(
        owner.state.unasked(), writing=lead.lead.reference, reason=True, prompt=name, since=context.now
    )
    return DeskTurn((ask,), about=lead.lead.reference, state=reason)


def _lost(owner: Owner, event: Said | Sent, lead: Followed, context: Context) -> DeskTurn:
    """Why, in her words; a file says nothing."""
    if not isinstance(event, Said):
        return DeskTurn((Reply(say(context.kb, "pigiste.pourquoi", prenom=lead.lead.first_name)),))
    noted = Reply(say(context.kb, "pigiste.note"), name=owner.state.prompt)
    why = clip(" ".join(event.text.split()), REASON)
    return DeskTurn((noted,), (Moved("lose", why),), lead.lead.reference, owner.state.silent())


def _later(verb: str, context: Context) -> datetime:
    if verb == "later_today":
        return context.now + LATER_TODAY
    after = context.now + LATER_WEEK - timedelta(days=1) if verb == "later_week" else context.now
    return next_opening(after, context.kb.profile)


def _commanded(  # noqa: PLR0913, PLR0917  # what a command may need
    desk: Desk,
    owner: Owner,
    event: Commanded,
    lead: Followed | None,
    context: Context,
    away: tuple[DaysOff, ...],
) -> DeskTurn | None:
    kb = context.kb
    match event.name:
        case "demande" if lead is not None:
            return DeskTurn(effects=(Open(anew=True),), about=lead.lead.reference)
        case "demande" if event.argument:
            return DeskTurn((Reply(say(kb, "pigiste.introuvable", nom=event.argument)),))
        case "demandes" | "demande":
            return DeskTurn(effects=(Listed(query=event.argument),))
        case "conge":
            return leave(event.argument, context, away)
        case "lacunes":
            return teach.begin(owner.state, context)
        case "stats" | "export" | "liens":
            return DeskTurn(ordered(event.name, kb))
        case "associer":
            return DeskTurn((_owners(desk, owner, kb),), (Offered(),))
        case "aide" | "start":
            return DeskTurn((Reply(say(kb, "pigiste.aide")),))
        case name if name not in DIRECTORS:
            return DeskTurn((Reply(embed(kb, "pigiste.commande", aide=say(kb, "pigiste.aide"))),))
        case _:
            return None


def _owners(desk: Desk, owner: Owner, kb: KnowledgeBase) -> Reply:
    others = [one for one in desk.owners if one.chat_id != owner.chat_id]
    if not others:
        return Reply(say(kb, "pigiste.associee_seule"))
    rows = tuple(
        (
            Button(
                label(kb, "fiche.dissocier", nom=one.name or str(one.chat_id)), Forget("owner", one.chat_id)
            ),
        )
        for one in others
    )
    return Reply(say(kb, "pigiste.associees", nombre=str(len(desk.owners))), rows)
