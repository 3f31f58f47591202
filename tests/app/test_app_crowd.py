"""A knowledge base of 120 entries, with the longest titles: Telegram takes a hundred buttons a message."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orgbot.knowledge.entries import ID_BYTES, TITLE
from orgbot.knowledge.model import Entry, EntryId, KnowledgeBase
from orgbot.matching.engine import Engine, build
from tests.street import OWNER, Street, labels, street

pytestmark = pytest.mark.anyio

OBJECTIONS, QUESTIONS = 100, 20
ASKED = ("que penser de", "parlez-moi de", "et pour", "à propos de")


def train(kb: KnowledgeBase) -> Engine:
    return build(kb, words_only=True)


def entry(number: int, model: Entry) -> Entry:
    word = f"n{number:03}"
    return replace(
        model,
        id=EntryId(f"{word}-{'x' * (ID_BYTES - 5)}"),
        kind="objection" if number < OBJECTIONS else "question",
        title=f"{word} ".ljust(TITLE, "w"),
        button=word,
        answer=f"Réponse {word}.",
        short=f"Bref {word}.",
        next=(),
        phrasings=tuple(f"{asked} {word}" for asked in ASKED),
    )


@pytest.fixture(scope="module")
def crowd(kb: KnowledgeBase) -> KnowledgeBase:
    model = next(iter(kb.entries.values()))
    entries = [entry(number, model) for number in range(OBJECTIONS + QUESTIONS)]
    return replace(
        kb, entries={one.id: one for one in entries}, out_of_scope=kb.out_of_scope[:100], essais=()
    )


@pytest.fixture(scope="module")
def engine(crowd: KnowledgeBase) -> Engine:
    return train(crowd)


@pytest.fixture
async def lane(tmp_path: Path, crowd: KnowledgeBase, engine: Engine) -> AsyncIterator[Street]:
    async with street(tmp_path, crowd, engine, train=train) as opened:
        yield opened


async def test_a_director_is_greeted_with_a_dozen_subjects_and_a_way_to_the_others(lane: Street) -> None:
    (hello,) = await lane.say("/start")
    assert labels(hello) == [f"n{number:03}" for number in range(12)] + [
        "💬 Parler à Camille",
        "🗂 Voir les sujets",
    ]
    (subjects,) = await lane.tap("Voir les sujets")
    assert labels(subjects)[:2] == ["n000", "n001"]


async def test_all_subjects_are_found_page_by_page(lane: Street) -> None:
    (page,) = await lane.say("/sujets")
    found = labels(page)
    while "Suivantes ▶️" in labels(page):
        (page,) = await lane.tap("Suivantes")
        found += labels(page)
    assert [one for one in found if one.startswith("n")] == [f"n{number:03}" for number in range(OBJECTIONS)]
    (before,) = await lane.tap("Précédentes")
    assert "2. n085" in before["text"]
    # What is typed is a number of the page that was shown last.
    (answer,) = await lane.say("2")
    assert answer["text"] == "Réponse n085."


async def test_turning_a_page_leaves_the_form_where_it_was(lane: Street) -> None:
    await lane.say("/sujets")
    await lane.say("/contact")
    _, asked = await lane.tap("Suivantes")
    assert "prénom" in asked["text"]


async def test_every_link_arrives_with_its_code_below(lane: Street, crowd: KnowledgeBase) -> None:
    messages = await lane.say("/liens", OWNER)
    linked = 0
    for message in messages:
        told = message["text"].split("\n")
        addresses = [line for line in told if line.startswith("https://")]
        assert labels(message) == [f"QR · {line.partition('start=')[2][:4]}" for line in addresses]
        linked += len(addresses)
    assert linked == len(crowd.entries)
    (code,) = await lane.tap("QR · n119", OWNER)
    assert "n119" in code["caption"]


async def test_any_entry_can_be_taught_to(lane: Street) -> None:
    await lane.say("où acheter des pneus d'hiver")
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    (page,) = await lane.tap("Autre sujet", OWNER)
    while "Suivantes ▶️" in labels(page):
        (page,) = await lane.tap("Suivantes", OWNER)
    (*_, preview) = await lane.tap("n119", OWNER)
    assert "n119" in preview["text"]
    assert "On garde?" in preview["text"]
