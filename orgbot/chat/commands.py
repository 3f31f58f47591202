"""The commands, and what people type for them."""

from orgbot.knowledge.fold import fold

DIRECTORS = frozenset(
    {
        *("start", "aide", "sujets", "contact", "annuler", "confidentialite"),
        *("monsuivi", "ajouter", "retirer"),
    }
)
OWNERS = frozenset({"demandes", "demande", "stats", "export", "liens", "lacunes", "conge", "associer"})
# What Telegram's own clients, and other bots, have taught people to type.
ELSEWHERE = {"help": "aide", "cancel": "annuler", "stop": "annuler"}


def meant(typed: str) -> str:
    """« Congés » is conge, « sujet » is sujets; what is no command stays as it is."""
    name = fold(typed).replace(" ", "")
    ways = (name, f"{name}s", name.removesuffix("s"), ELSEWHERE.get(name, ""))
    return next((way for way in ways if way in DIRECTORS | OWNERS), typed.lower())
