from datetime import UTC, datetime

from orgbot.desk.card import card, listing
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.model import Lead, Objection, Person, Promise, Reach
from orgbot.sandbox.entities import parse_html
from tests.conftest import MONDAY

NB = "\u00a0"


def lead(**changes: object) -> Lead:
    known = {
        "reference": "7KQ-2M4",
        "person": Person(1001, "Lucie", "lucie"),
        "first_name": "Lucie",
        "organisation": "La Débrouille",
        "reach": Reach("phone", "+15145551234;ext=22"),
        "subject": "Notre page",
        "objections": (Objection(EntryId("temps"), "on est 2 <pour> tout"), Objection(EntryId("prix"), "")),
        "questions": ("combien dure une story?",),
        "consent_text": "…",
        "at": MONDAY,
        "promise": Promise(datetime(2026, 11, 24, 19, tzinfo=UTC), datetime(2026, 11, 25, 22, tzinfo=UTC)),
    }
    return Lead(**{**known, **changes})  # type: ignore[arg-type]  # the test's own keys


def shown(html: str) -> str:
    return parse_html(html)[0]


def test_the_card_holds_all_that_the_freelancer_needs(kb: KnowledgeBase) -> None:
    text = shown(card(lead(), kb, MONDAY.date()).text)
    for part in (
        "7KQ-2M4",
        "Lucie",
        "@lucie",
        "La Débrouille",
        "514 555-1234, poste 22",
        "Notre page",
        "on est 2 <pour> tout",
        "combien dure une story?",
        f"mercredi 25 novembre, 17{NB}h",
    ):
        assert part in text


def test_someone_without_a_public_name_can_still_be_opened(kb: KnowledgeBase) -> None:
    html = card(lead(person=Person(7_000_000_001, "Lu<cie"), reach=Reach("chat")), kb, MONDAY.date()).text
    _, entities = parse_html(html, lambda user: {"id": user})
    assert "tg://user?id=7000000001" in html
    assert entities
    assert kb.sentences["joindre.ici"] in shown(html)


def test_an_ordinary_lead_is_whole(kb: KnowledgeBase) -> None:
    words, question, subject = "mot " * 74 + "fin", "quoi " * 58 + "fin?", "phrase " * 210 + "fin"
    text = shown(
        card(
            lead(subject=subject, questions=(question,), objections=(Objection(EntryId("temps"), words),)),
            kb,
            MONDAY.date(),
        ).text
    )
    assert all(part in text for part in (words, question, subject))


def test_the_fullest_lead_fits_in_one_message(kb: KnowledgeBase) -> None:
    full = lead(
        first_name="🙂" * 60,
        organisation="🙂" * 120,
        subject="🙂" * 1500,
        objections=tuple(Objection(entry, "🙂" * 300) for entry in kb.entries),
        questions=("🙂" * 300,) * 5,
    )
    assert len(shown(card(full, kb, MONDAY.date()).text).encode("utf-16-le")) <= 2 * 4096
    assert len(shown(listing((full,) * 10, kb, MONDAY.date()).text).encode("utf-16-le")) <= 2 * 4096


def test_an_entry_that_is_gone_does_not_hide_the_words(kb: KnowledgeBase) -> None:
    text = shown(card(lead(objections=(Objection(EntryId("disparue"), "mes mots"),)), kb, MONDAY.date()).text)
    assert "mes mots" in text
