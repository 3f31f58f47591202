"""The freelancer teaches, from her phone."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orgbot.app import open_store
from orgbot.knowledge.load import default_folder, load, load_or_raise
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.knowledge.taught import Taught
from orgbot.matching.engine import Engine, build
from orgbot.upkeep import watch
from tests.app.test_app_leads import ask
from tests.conftest import MONDAY
from tests.mail.server import Office, post_office, smtp
from tests.street import DIRECTOR, OWNER, Street, labels, local_settings, plain, street

pytestmark = pytest.mark.anyio

PRIX, TEMPS = EntryId("prix"), EntryId("temps")
PNEUS = ("où acheter des pneus d'hiver", "où acheter les pneus d'hiver")


def train(kb: KnowledgeBase) -> Engine:
    return build(kb, words_only=True)


@pytest.fixture(scope="module")
def small(kb: KnowledgeBase) -> KnowledgeBase:
    """A third of the content, by words alone: learned in two seconds."""
    entries = {name: replace(entry, phrasings=entry.phrasings[:25]) for name, entry in kb.entries.items()}
    return replace(kb, entries=entries, out_of_scope=kb.out_of_scope[::3], essais=kb.essais[:20])


@pytest.fixture(scope="module")
def before(small: KnowledgeBase) -> Engine:
    return train(small)


@pytest.fixture
async def lane(tmp_path: Path, small: KnowledgeBase, before: Engine) -> AsyncIterator[Street]:
    async with street(tmp_path, small, before, train=train) as lane:
        for text in (*PNEUS, "xyz abc", PNEUS[0]):
            await lane.say(text)
        yield lane


async def test_what_had_no_answer_is_grouped_and_attached_to_an_entry(
    lane: Street, small: KnowledgeBase
) -> None:
    told = await lane.say("/lacunes", OWNER)
    listing = told[-1]
    assert f"1. (3×) «\u00a0{PNEUS[0]}\u00a0»" in listing["text"]
    (group,) = await lane.tap("1", OWNER)
    assert PNEUS[1] in group["text"]
    await lane.tap("Autre sujet", OWNER)
    (*_, preview) = await lane.tap(small.entries[PRIX].title[:20], OWNER)
    assert small.entries[PRIX].title in preview["text"]
    assert "On garde?" in preview["text"]
    # Nothing is learned before she says so.
    (answer,) = await lane.say(PNEUS[1])
    assert answer["text"] != plain(small.entries[PRIX].answer)
    kept, following = await lane.say("oui", OWNER)
    assert kept["text"] == plain(say(small, "lacunes.apprend"))
    assert PNEUS[0] not in following["text"]
    (answer,) = await lane.say(PNEUS[1])
    assert answer["text"].startswith("C’est bien normal")


async def test_a_new_entry_is_written_in_two_messages(lane: Street, small: KnowledgeBase) -> None:
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    (asked,) = await lane.tap("Nouvelle réponse", OWNER)
    assert asked["text"] == plain(say(small, "lacunes.titre"))
    (long,) = await lane.say("t" * 61, OWNER)
    assert "61 caractères" in long["text"]
    await lane.say("Des pneus, où ça?", OWNER)
    (refused,) = await lane.say("…", OWNER)
    assert "il n’y a rien à lire" in refused["text"]
    (*_, preview) = await lane.say("Au <b> garage du coin.", OWNER)
    assert "Au <b> garage du coin." in preview["text"]
    await lane.tap("Garder", OWNER)
    (answer,) = await lane.say(PNEUS[1])
    assert answer["text"] == "Au <b> garage du coin."
    lessons, entries = [*lane.parts.school.learned]
    assert [entry.id for entry in entries] == ["des-pneus-ou-ca"]
    assert len(lessons) == 2


async def test_out_of_scope_and_ignored_do_not_come_back(lane: Street, small: KnowledgeBase) -> None:
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    (*_, preview) = await lane.tap("Hors sujet", OWNER)
    assert "sans réponse" in preview["text"]
    (*_, following) = await lane.tap("Garder", OWNER)
    assert "xyz abc" in following["text"]
    await lane.tap("1", OWNER)
    (*_, none) = await lane.tap("Ignorer", OWNER)
    assert none["text"] == plain(say(small, "lacunes.aucune"))


async def test_she_may_change_her_mind(lane: Street, small: KnowledgeBase) -> None:
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Nouvelle réponse", OWNER)
    (dropped,) = await lane.say("/annuler", OWNER)
    assert dropped["text"] == plain(say(small, "lacunes.laisse"))
    assert "↩️ La liste" in labels(dropped)
    # Her words are for the bot again, as a director's would be.
    (answer,) = await lane.say(small.entries[TEMPS].phrasings[0], OWNER)
    assert answer["text"].startswith(plain(small.entries[TEMPS].answer)[:30])
    (*_, stranger) = await lane.say("/lacunes")
    assert stranger["text"] == plain(say(small, "aide.commandes"))


async def test_what_was_taught_outlives_the_process(
    tmp_path: Path, small: KnowledgeBase, before: Engine
) -> None:
    async with street(tmp_path, small, before, train=train) as lane:
        await lane.say(PNEUS[0])
        await lane.say("/lacunes", OWNER)
        await lane.tap("1", OWNER)
        await lane.tap("Autre sujet", OWNER)
        await lane.tap(small.entries[PRIX].title[:20], OWNER)
        await lane.tap("Garder", OWNER)
    async with street(tmp_path, small, before, train=train) as lane:
        await lane.settle()
        (answer,) = await lane.say(PNEUS[0])
        assert answer["text"].startswith("C’est bien normal")


async def test_content_edited_by_hand_is_learned_and_a_slip_is_told(
    lane: Street, small: KnowledgeBase, tmp_path: Path
) -> None:
    known = replace(small.entries[TEMPS], phrasings=(*small.entries[TEMPS].phrasings, "zone grise totale"))
    lane.parts.school.edited(replace(small, entries={**small.entries, TEMPS: known}), ())
    await lane.settle()
    (answer,) = await lane.say("zone grise totale")
    assert answer["text"] == plain(small.entries[TEMPS].answer)
    broken = tmp_path / "faq"
    (broken / "objections").mkdir(parents=True)
    (broken / "objections" / "temps.yml").write_text("phrasings: [a]\ntitre: x\n", "utf-8")
    found, problems = load(broken)
    assert found is None
    lane.parts.school.edited(found, problems)
    await lane.settle()
    told = await lane.last(OWNER, "ne se lit plus")
    assert "temps.yml:2: clé inconnue" in told["text"]
    (again, *_) = await lane.say("zone grise totale")
    assert again["text"].startswith("En deux mots")


async def test_a_file_that_is_saved_is_read_again(lane: Street, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(default_folder(), tmp_path / "faq"))
    watching = asyncio.create_task(watch(lane.parts, folder))
    try:
        path = folder / "objections" / "temps.yml"
        # The watcher may not be there yet: save again until it sees it.
        for second in range(200):
            if second % 30 == 0:
                path.write_text(path.read_text("utf-8").replace("title:", "titre:", 1), "utf-8")
            await asyncio.sleep(0.1)
            await lane.drain()
            if any("ne se lit plus" in message["text"] for message in await lane.messages(OWNER)):
                break
        told = await lane.last(OWNER, "ne se lit plus")
        assert "temps.yml:1: clé inconnue" in told["text"]
    finally:
        watching.cancel()


async def test_a_folder_that_takes_the_place_of_faq_is_read_and_watched_in_its_turn(
    lane: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgbot.upkeep.SAVING", 0.05)
    folder, new = tmp_path / "faq", tmp_path / "new"
    for copy in (folder, new):
        shutil.copytree(default_folder(), copy)
    watching = asyncio.create_task(watch(lane.parts, folder))

    async def told(words: str) -> bool:
        for _ in range(200):
            await asyncio.sleep(0.1)
            await lane.drain()
            if any(words in message["text"] for message in await lane.messages(OWNER)):
                return True
        return False

    def spoil(path: Path) -> None:
        path.write_text(path.read_text("utf-8").replace("title:", "titre:", 1), "utf-8")

    try:
        await asyncio.sleep(0.5)
        spoil(new / "objections" / "temps.yml")
        folder.rename(tmp_path / "old")
        new.rename(folder)
        assert await told("temps.yml:1: clé inconnue")
        assert len([one for one in await lane.messages(OWNER) if "ne se lit plus" in one["text"]]) == 1
        spoil(folder / "questions" / "prix.yml")
        assert await told("prix.yml:1: clé inconnue")
    finally:
        watching.cancel()


def test_what_was_taught_is_written_back(tmp_path: Path) -> None:
    faq = Path(shutil.copytree(default_folder(), tmp_path / "faq"))
    url = f"sqlite:///{tmp_path / 'orgbot.sqlite3'}"
    known = load_or_raise(faq).entries[TEMPS].phrasings[0]
    lessons = [Taught("on court après notre queue à journée longue", TEMPS), Taught(known, PRIX)]
    with open_store(local_settings(tmp_path, database_url=url)).transaction() as tx:
        tx.teach(lessons, "Camille", MONDAY)
    command = [sys.executable, "-m", "orgbot", "faq", "export", "--faq", str(faq)]

    def export() -> tuple[int, list[str], str]:
        home = {"DATABASE_URL": url, "HOME": str(tmp_path)}
        done = subprocess.run(command, env=home, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.replace("\u00a0", " ").splitlines(), done.stderr

    code, (changed, aside, told, todo), _ = export()
    assert (code, changed) == (0, "faq/objections/temps.yml")
    assert aside.startswith(f"Laissé de côté, « {known} » : déjà dans faq/objections/temps.yml:")
    assert told == "Fichiers changés : 1. Relis-les avant de publier."
    assert todo == "Laissé de côté : 1. Fais ce qui est écrit plus haut, puis recommence."
    assert load_or_raise(faq).entries[TEMPS].phrasings[-1].endswith("à journée longue")
    code, shown, error = export()
    assert (code, shown) == (1, [aside])
    assert "Rien n’est écrit." in error
    # She does what the line says.
    temps, prix = faq / "objections" / "temps.yml", faq / "questions" / "prix.yml"
    temps.write_text(temps.read_text("utf-8").replace(f"  - {known}\n", "", 1), "utf-8")
    prix.write_text(f"{prix.read_text('utf-8')}  - {known}\n", "utf-8")
    code, shown, _ = export()
    assert (code, shown) == (0, [f"Rien à écrire : {faq} contient déjà tout ce qui a été enseigné."])


async def test_the_last_thing_that_was_asked_gets_her_words(lane: Street) -> None:
    await ask(lane)
    await lane.tap("Répondre", OWNER)
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Nouvelle réponse", OWNER)
    known = len(await lane.messages(DIRECTOR))
    (asked,) = await lane.say("Des pneus, où ça?", OWNER)
    assert "Écris maintenant la réponse" in asked["text"]
    assert len(await lane.messages(DIRECTOR)) == known
    await lane.tap("Répondre", OWNER)
    await lane.say("Bonjour Lucie!", OWNER)
    assert "Camille" in (await lane.last(DIRECTOR, "Bonjour Lucie!"))["text"]


async def test_her_words_are_not_for_a_lesson_of_another_day_or_before_another_command(
    lane: Street, small: KnowledgeBase
) -> None:
    objection = small.entries[TEMPS].phrasings[0]
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Nouvelle réponse", OWNER)
    lane.clock.pass_(days=5)
    (answer,) = await lane.say(objection, OWNER)
    assert answer["text"].startswith(plain(small.entries[TEMPS].answer)[:30])
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Hors sujet", OWNER)
    await lane.say("/contact", OWNER)
    await lane.say("oui", OWNER)
    assert lane.parts.school.learned == ((), ())
    # What she has seen can still be kept by its button.
    await lane.tap("Garder", OWNER)
    assert len(lane.parts.school.learned[0]) == len(PNEUS)


async def test_a_button_acts_on_the_group_of_its_own_message(lane: Street) -> None:
    await lane.say("/lacunes", OWNER)
    (first,) = await lane.tap("1", OWNER)
    await lane.say("/lacunes", OWNER)
    (second,) = await lane.tap("2", OWNER)
    assert "xyz abc" in second["text"]
    (*_, left) = await lane.press("Ignorer", first)
    assert "xyz abc" in left["text"]
    assert PNEUS[0] not in left["text"]
    (*_, again) = await lane.press("Ignorer", first)
    assert "xyz abc" in again["text"]


async def test_what_is_kept_is_what_its_message_previewed(lane: Street, small: KnowledgeBase) -> None:
    await lane.say("/lacunes", OWNER)
    (group,) = await lane.tap("1", OWNER)
    (*_, outside) = await lane.press("Hors sujet", group)
    (*_, other) = await lane.press("Autre sujet", group)
    await lane.press(small.entries[PRIX].title[:20], other)
    await lane.press("Garder", outside)
    assert lane.parts.school.learned == ((), ())


async def test_an_answer_that_is_written_again_is_the_one_that_is_given(lane: Street) -> None:
    for number in ("1", "2", "3"):
        (*_, listing) = await lane.say("/lacunes", OWNER)
        (line,) = (line for line in listing["text"].splitlines() if PNEUS[0] in line)
        await lane.tap(line[0], OWNER)
        await lane.tap("Nouvelle réponse", OWNER)
        await lane.say("Des pneus, où ça?", OWNER)
        await lane.say(f"Réponse numéro {number}.", OWNER)
        await lane.say("oui", OWNER)
        answers = await lane.say(PNEUS[0])
        assert answers[-1]["text"].endswith(f"Réponse numéro {number}.")
        await lane.say("pas utile")


async def test_what_is_decided_by_hand_afterwards_wins(lane: Street, small: KnowledgeBase) -> None:
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Autre sujet", OWNER)
    await lane.tap(small.entries[PRIX].title[:20], OWNER)
    await lane.say("oui", OWNER)
    known = replace(small.entries[TEMPS], phrasings=(*small.entries[TEMPS].phrasings, *PNEUS))
    lane.parts.school.edited(replace(small, entries={**small.entries, TEMPS: known}), ())
    await lane.settle()
    (answer,) = await lane.say(PNEUS[0])
    assert answer["text"] == plain(small.entries[TEMPS].answer)
    # And what is taken out of the content by hand stays out.
    lane.parts.school.edited(small, ())
    await lane.settle()
    assert lane.parts.school.learned == ((), ())


async def test_a_second_edit_while_the_first_is_learned_is_learned_too(
    lane: Street, small: KnowledgeBase
) -> None:
    grown = []
    for words in ("zone grise totale", "grise zone partielle"):
        phrasings = (*small.entries[TEMPS].phrasings, words)
        entries = {**small.entries, TEMPS: replace(small.entries[TEMPS], phrasings=phrasings)}
        grown.append(replace(small, entries=entries))
    usual = lane.parts.school.train

    def slow(kb: KnowledgeBase) -> Engine:
        lane.parts.school.train = usual
        lane.parts.school.edited(grown[1], ())
        return usual(kb)

    lane.parts.school.train = slow
    lane.parts.school.edited(grown[0], ())
    await lane.settle()
    (answer,) = await lane.say("grise zone partielle")
    assert answer["text"] == plain(small.entries[TEMPS].answer)


async def test_a_preview_that_fails_is_told_and_can_be_asked_for_again(
    lane: Street, small: KnowledgeBase
) -> None:
    def broken(_: KnowledgeBase) -> Engine:
        raise MemoryError

    usual, lane.parts.school.train = lane.parts.school.train, broken
    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    (*_, told) = await lane.tap("Hors sujet", OWNER)
    assert told["text"] == plain(say(small, "lacunes.echec"))
    lane.parts.school.train = usual
    assert PNEUS[0] in (await lane.say("/lacunes", OWNER))[-1]["text"]
    await lane.tap("1", OWNER)
    assert "On garde?" in (await lane.tap("Hors sujet", OWNER))[-1]["text"]


async def test_what_cannot_be_learned_is_told_once_and_learned_later(
    lane: Street, small: KnowledgeBase
) -> None:
    def broken(_: KnowledgeBase) -> Engine:
        raise MemoryError

    await lane.say("/lacunes", OWNER)
    await lane.tap("1", OWNER)
    await lane.tap("Autre sujet", OWNER)
    await lane.tap(small.entries[PRIX].title[:20], OWNER)
    usual, lane.parts.school.train = lane.parts.school.train, broken
    await lane.say("oui", OWNER)
    lane.parts.school.work()
    await lane.settle()
    told = [message["text"] for message in await lane.messages(OWNER)]
    assert told.count(plain(say(small, "lacunes.pas_apprise"))) == 1
    lane.parts.school.train = usual
    lane.parts.school.work()
    (answer,) = await lane.say(PNEUS[1])
    assert answer["text"].startswith("C’est bien normal")


async def test_content_that_is_read_again_changes_nothing_to_where_leads_go(
    tmp_path: Path, small: KnowledgeBase, before: Engine
) -> None:
    office = Office()
    async with (
        post_office(office) as port,
        street(tmp_path, small, before, train=train, smtp=smtp(port)) as lane,
    ):
        lane.parts.school.edited(small, ())
        await lane.settle()
        await ask(lane)
        assert len(office.letters) == 1


async def test_her_own_tries_are_to_be_taught_but_are_no_figures(lane: Street) -> None:
    with lane.parts.store.transaction() as tx:
        known = tx.exchanged()
    await lane.wait(minutes=1)
    await lane.say("xyzzy plugh", OWNER)
    with lane.parts.store.transaction() as tx:
        assert tx.exchanged() == known
    (*_, listing) = await lane.say("/lacunes", OWNER)
    assert "xyzzy plugh" in listing["text"]
