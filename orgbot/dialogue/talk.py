"""Two people talking through the bot: whose words are for whom, and for how long."""

from dataclasses import replace
from datetime import timedelta

from orgbot.chat.events import Add, Context, Relay, Reply, Said, Sent
from orgbot.chat.spoken import spoken
from orgbot.dialogue import answers
from orgbot.dialogue.follow import found
from orgbot.dialogue.state import Added, State, Talk
from orgbot.dialogue.turn import Turn, button, ways_out
from orgbot.dialogue.words import agrees, numbered
from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import means, say
from orgbot.leads.life import opened

# How long, after its last words, a talk about an open request is taken up again by itself.
TAKEN_UP = timedelta(days=30)


def talking(state: State, event: Said | Sent, context: Context) -> bool:
    """Whether what she writes is for the freelancer. After a silence, « on signe! » and « combien? » still
    are, as long as the request is open; a doubt that the bot has an answer to is not, unless it names her."""
    if state.talk is None:
        return False
    if goes_on(state.talk, context):
        return True
    if opened(context.leads, state.talk.reference) is None or context.now - state.talk.last > TAKEN_UP:
        return False
    return not (isinstance(event, Said) and is_doubt(event, context.kb) and not _calls_her(event, context))


def goes_on(talk: Talk, context: Context) -> bool:
    """Whether its last words are recent."""
    return context.now - talk.last <= timedelta(hours=context.kb.profile.quiet_hours)


def is_doubt(event: Said, kb: KnowledgeBase) -> bool:
    """What the bot is there for; « merci » and « combien ça coûte? » are for whoever one is talking to."""
    kinds = {kb.entries[entry].kind for entry in event.decision.entries}
    return event.decision.action == "answer" and kinds == {"objection"}


def _calls_her(event: Said, context: Context) -> bool:
    return f" {fold(context.kb.profile.name)} " in f" {fold(event.text)} "


def passed_on(state: State, event: Said | Sent, context: Context) -> Turn | None:
    """Her words in a talk, or in reply to the freelancer's; None when they are for the bot."""
    about = event.about if _is_there(event.about, context) else ""
    if state.added is not None and _same(state.added, event, context):
        return _goes_with(state, state.added, event, context)
    if state.talk is not None and not about and _calls_back(event, context):
        return leave(state, context)
    if isinstance(event, Said) and event.corrected and _asked(state):
        # The bot's question was answered already; the summary can be changed.
        return Turn(state, ())
    if not about and (_answers(state, event, context) or not talking(state, event, context)):
        return None
    if isinstance(event, Sent) and event.media is None:
        return Turn(state, (Reply(say(context.kb, "relais.media")),))
    reference = about or (state.talk.reference if state.talk else "")
    told = state.talk is not None and state.talk.told and goes_on(state.talk, context)
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


def _answers(state: State, event: Said | Sent, context: Context) -> bool:
    """Whether what she writes answers the bot rather than the freelancer."""
    if _asked(state) or not isinstance(event, Said):
        return _asked(state)
    kb, text = context.kb, event.text
    if state.awaiting == "more":
        return agrees(kb, "oui", text) or agrees(kb, "non", text)
    chosen = state.awaiting == "choice" and numbered(kb, state, text) is not None
    return chosen or agrees(kb, "retirer", text)


def _same(added: Added, event: Said | Sent, context: Context) -> bool:
    """Whether this is her last detail, corrected, or another picture of its album."""
    if isinstance(event, Said) and event.corrected:
        return added.message is not None and added.message == context.message
    return bool(event.group) and event.group == added.group


def _goes_with(state: State, added: Added, event: Said | Sent, context: Context) -> Turn:
    """Without a word: it was said of the first that it is passed on."""
    if opened(context.leads, added.reference) is None or (isinstance(event, Sent) and event.media is None):
        return Turn(state, ())
    return Turn(state, (), (Add(added.reference, spoken(event, context.kb), event.media),))


def _is_there(reference: str, context: Context) -> bool:
    """Whether the freelancer can still be written to about it, and answer."""
    followed = found(reference, context)
    return followed is not None and followed.status != "withdrawn"


def _with(reference: str, context: Context) -> str:
    """Whom she is talking to: whoever wrote last."""
    followed = found(reference, context)
    told = None if followed is None else followed.last("told")
    return told.who if told and told.who else context.kb.profile.name


def leave(state: State, context: Context) -> Turn:
    """Back to the bot."""
    back = Reply(say(context.kb, "relais.retour"), (ways_out(context.kb, other="sujets"),))
    return Turn(replace(answers.settle(state), talk=None), (back,))
