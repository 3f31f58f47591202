"""After the lead is sent: a talk with the freelancer, news of the request, a detail more, a withdrawal."""

from dataclasses import replace
from datetime import timedelta

from orgbot.chat.actions import About
from orgbot.chat.events import Add, Button, Consented, Context, Media, Relay, Reply, Said, Sent, Withdraw
from orgbot.chat.spoken import spoken
from orgbot.dialogue import answers
from orgbot.dialogue.receipt import situation
from orgbot.dialogue.state import State, Talk
from orgbot.dialogue.turn import Turn, button, plain, ways_out
from orgbot.dialogue.words import agrees
from orgbot.knowledge.sentences import Html, clip, embed, label, means, say
from orgbot.leads.lead import SUBJECT, clean_subject
from orgbot.leads.life import OPEN, Followed

# Hours that the freelancer's words wait for an answer: a weekend, and then some.
UNANSWERED = 24 * 7


def talking(state: State, event: Said | Sent, context: Context) -> bool:
    """Whether what she writes is for the freelancer: silence ends a talk by itself. Where the freelancer
    wrote last, it is the answer still, days later, unless the bot knows well what it is."""
    if state.talk is None:
        return False
    if goes_on(state.talk, context):
        return True
    quiet = context.now - state.talk.last
    known = isinstance(event, Said) and event.decision.action == "answer" and _is_doubt(event, context)
    return state.talk.owed and not known and quiet <= timedelta(hours=UNANSWERED)


def goes_on(talk: Talk, context: Context) -> bool:
    """Whether its last words are recent."""
    return context.now - talk.last <= timedelta(hours=context.kb.profile.quiet_hours)


def _is_doubt(event: Said, context: Context) -> bool:
    """« parfait, merci » and « oui » are no question for a bot."""
    return any(context.kb.entries[entry].kind != "politesse" for entry in event.decision.entries)


def passed_on(state: State, event: Said | Sent, context: Context) -> Turn | None:
    """Her words in a talk, or in reply to the freelancer's; None when they are for the bot."""
    about = event.about if event.about and _known(event.about, context) else ""
    if state.talk is not None and not about and _calls_back(event, context):
        return leave(state, context)
    if isinstance(event, Said) and event.corrected and _asked(state):
        # The bot's question was answered already; the summary can be changed.
        return Turn(state, ())
    if not about and (_asked(state) or not talking(state, event, context)):
        return None
    if isinstance(event, Sent) and event.media is None:
        return Turn(state, (Reply(say(context.kb, "relais.media")),))
    reference = about or (state.talk.reference if state.talk else "")
    told = state.talk is not None and state.talk.told and talking(state, event, context)
    text = spoken(event, context.kb)
    who = _with(reference, context)
    passed = Reply(say(context.kb, "relais.transmis", qui=who), ((button(context.kb, "robot", "robot"),),))
    note = () if told else (passed,)
    talk = Talk(reference, context.now, told=True)
    return Turn(replace(state, talk=talk), note, (Relay(reference, text, event.media),))


def _calls_back(event: Said | Sent, context: Context) -> bool:
    return isinstance(event, Said) and means(context.kb, "robot", event.text)


def _asked(state: State) -> bool:
    """The bot waits for an answer of hers: it is no word for the freelancer, and may be her address."""
    form_is_open = state.form is not None and not state.form.paused
    return form_is_open or state.awaiting in ("detail", "withdraw")


def _known(reference: str, context: Context) -> Followed | None:
    return next((one for one in context.leads if one.lead.reference == reference), None)


def _with(reference: str, context: Context) -> str:
    """Whom she is talking to: whoever wrote last."""
    followed = _known(reference, context)
    told = None if followed is None else followed.last("told")
    return told.who if told and told.who else context.kb.profile.name


def leave(state: State, context: Context) -> Turn:
    """Back to the bot."""
    back = Reply(say(context.kb, "relais.retour"), (ways_out(context.kb, other="sujets"),))
    return Turn(replace(answers.settle(state), talk=None), (back,))


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
    return next((one for one in context.leads if one.status in OPEN), None)


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


def add(state: State, reference: str, context: Context, text: str = "", media: Media | None = None) -> Turn:
    """A detail for an open request; without any, ask for it."""
    followed = _known(reference, context)
    if followed is None or followed.status not in OPEN:
        return Turn(state, (plain(context.kb, "suivi_client.aucune_ouverte"),))
    detail = clip(clean_subject(text), SUBJECT)
    if not detail and media is None:
        asked = Reply(say(context.kb, "suivi_client.quel_detail"), ((button(context.kb, "rester", "stay"),),))
        return Turn(replace(answers.settle(state), awaiting="detail", tracked=reference), (asked,))
    added = plain(context.kb, "suivi_client.ajoute")
    return Turn(answers.settle(state), (added,), (Add(reference, detail, media),))


def ask_withdrawal(state: State, reference: str, context: Context) -> Turn:
    kb, followed = context.kb, _known(reference, context)
    if followed is None or followed.status not in OPEN:
        return Turn(state, (plain(kb, "suivi_client.aucune_ouverte"),))
    row = (button(kb, "retirer_oui", "withdraw"), button(kb, "rester", "stay"))
    asked = Reply(say(kb, "suivi_client.retirer", reference=reference), (row,))
    return Turn(replace(answers.settle(state), awaiting="withdraw", tracked=reference), (asked,))


def withdraw(state: State, context: Context, notice: Html) -> Turn:
    reference = state.tracked
    followed = _known(reference, context)
    if followed is None or followed.status not in OPEN:
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
    return add(state, state.tracked, context, media=event.media)


def replied(state: State, event: Said, context: Context, notice: Html) -> Turn | None:
    """The detail that was asked for, or a yes or a no to a withdrawal; None for anything else."""
    kb, text = context.kb, event.text
    if state.awaiting not in ("detail", "withdraw"):
        return None
    if means(kb, "annuler", text) or agrees(kb, "non", text):
        return stay(state, context)
    if state.awaiting == "detail":
        return add(state, state.tracked, context, text, event.media)
    return withdraw(state, context, notice) if agrees(kb, "oui", text) else None
