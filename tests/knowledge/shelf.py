"""Small knowledge bases, written where a test wants them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from orgbot.knowledge.load import default_folder, load
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.problems import Problem

TODAY = date(2026, 11, 23)

BOT = """\
nom: Camille
formulaire: https://exemple.quebec/contact
promesse: {heures_ouvrables: 8, jours_ouvrables: 2}
heures: {ouverture: "9:00", fermeture: "17:00", jours: [lundi, mardi]}
fuseau: America/Montreal
vie_privee: {titre: Responsable, contact: vie@exemple.quebec}
entrees: [prix, delai]
"""
PRIX = """\
title: Le prix
answer: |
  Ça dépend.
phrasings:
  - combien ça coûte
next:
  - delai
"""
DELAI = """\
title: Le délai
answer: Vite.
phrasings: [quand me répond-on]
"""


def interface() -> str:
    return (default_folder() / "interface.yml").read_text("utf-8")


def whole(**changed: str) -> dict[str, str]:
    """The files of a valid knowledge base; `changed`: bot, prix, delai, interface, hors_sujet, essais."""
    files = {"bot": BOT, "prix": PRIX, "delai": DELAI, "interface": interface(), **changed}
    paths = {
        "bot": "bot.yml",
        "interface": "interface.yml",
        "prix": "questions/prix.yml",
        "delai": "questions/delai.yml",
        "hors_sujet": "hors-sujet.yml",
        "vocabulaire": "vocabulaire.yml",
        "essais": "essais/a.yml",
    }
    return {paths[name]: text for name, text in files.items()}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def entry(*phrasings: str, **more: object) -> str:
    return yaml.safe_dump({"phrasings": list(phrasings), **more}, allow_unicode=True, sort_keys=False)


def read(folder: Path, files: Mapping[str, str | bytes]) -> tuple[KnowledgeBase | None, tuple[Problem, ...]]:
    return load(write(folder, files), today=TODAY)


def said(folder: Path, files: Mapping[str, str | bytes], *, severity: str = "error") -> list[str]:
    """What is reported about `files`, paths relative to `folder`, no-break spaces as plain ones."""
    _, problems = read(folder, files)
    told = [str(problem) for problem in problems if problem.severity == severity]
    return [line.replace(f"{folder}/", "").replace("\u00a0", " ") for line in told]


def good(folder: Path, files: Mapping[str, str | bytes]) -> KnowledgeBase:
    kb, problems = read(folder, files)
    assert kb is not None, "\n".join(map(str, problems))
    return kb
