"""What a message says, for the person at the other end."""

from orgbot.chat.events import Said, Sent
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import label


def spoken(event: Said | Sent, kb: KnowledgeBase) -> str:
    """The words, marked when they correct what was passed on before; "" for a file alone."""
    if isinstance(event, Sent):
        return ""
    return label(kb, "relais.corrige", mots=event.text) if event.corrected else event.text
