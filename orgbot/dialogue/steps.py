"""The form's steps. Every change of step is a line of TRANSITIONS; a pair that is not in it changes nothing.

The rules:
- each line of the summary has a step of its own; consent is asked alone, after the message is known;
- while one line is being changed, whatever it leads to, the next step is the summary;
- nothing is sent but from the summary, and only with consent given.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from orgbot.dialogue.state import Form, Step

Move = Literal["filled", "skipped", "back"]

TRANSITIONS: Mapping[tuple[Step, Move], Step] = {
    ("prenom", "filled"): "organisation",
    ("organisation", "filled"): "joindre",
    ("organisation", "back"): "prenom",
    ("joindre", "filled"): "sujet",
    ("joindre", "back"): "organisation",
    ("sujet", "filled"): "consentement",
    ("sujet", "skipped"): "consentement",
    ("sujet", "back"): "joindre",
    ("consentement", "filled"): "sommaire",
    ("consentement", "back"): "sujet",
    ("sommaire", "back"): "consentement",
}


def move(form: Form, how: Move) -> Form | None:
    """The form after `how`; None where that is not possible."""
    step = "sommaire" if form.editing else TRANSITIONS.get((form.step, how))
    if step is None:
        return None
    return replace(form, step=step, editing=False, paused=False, suggestion="")
