"""The commands, and what people type for them."""

from orgbot.knowledge.fold import fold

# Those that Telegram's menu shows, in its order; the freelancer's.
COMMANDS = ("sujets", "aide", "contact", "monsuivi", "annuler", "confidentialite")
OF_OWNERS = ("demandes", "stats", "export", "liens", "lacunes", "conge", "associer", "aide", "sujets")
# All of them.
DIRECTORS = frozenset((*COMMANDS, "start", "ajouter", "retirer"))
OWNERS = frozenset((*OF_OWNERS, "demande"))
# What Telegram's own clients, and other bots, have taught people to type.
ELSEWHERE = {"help": "aide", "cancel": "annuler", "stop": "annuler"}


def meant(typed: str) -> str:
    """« Congés » is conge, « sujet » is sujets; what is no command stays as it is."""
    name = fold(typed).replace(" ", "")
    ways = (name, f"{name}s", name.removesuffix("s"), ELSEWHERE.get(name, ""))
    return next((way for way in ways if way in DIRECTORS | OWNERS), typed.lower())
