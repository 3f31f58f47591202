from datetime import UTC, datetime

from orgbot.desk.board import listing
from orgbot.desk.card import card
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.life import Followed, Status, Trace
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


def followed(of: Lead, status: Status = "new", traces: tuple[Trace, ...] = ()) -> Followed:
    return Followed(of, status, traces)


def shown(html: str) -> str:
    return parse_html(html)[0]


def test_the_card_holds_all_that_the_freelancer_needs(kb: KnowledgeBase) -> None:
    text = shown(card(followed(lead()), kb, MONDAY).text)
    for part in (
        "7KQ-2M4",
        "Lucie",
        "@lucie",
        "La Débrouille",
        "+1 514-555-1234, poste 22",
        "Notre page",
        "on est 2 <pour> tout",
        "combien dure une story?",
        f"mercredi 25 novembre, 17{NB}h",
    ):
        assert part in text


def test_the_promise_is_shown_while_it_is_to_be_kept_and_nothing_twice(kb: KnowledgeBase) -> None:
    assert "Réponse promise" in shown(card(followed(lead(), "seen"), kb, MONDAY).text)
    assert "Réponse promise" not in shown(card(followed(lead(), "talking"), kb, MONDAY).text)
    same = lead(questions=("on est 2",), objections=(Objection(EntryId("temps"), "on est 2"),))
    assert shown(card(followed(same), kb, MONDAY).text).count("on est 2") == 1


def test_someone_without_a_public_name_can_still_be_opened(kb: KnowledgeBase) -> None:
    html = card(followed(lead(person=Person(7_000_000_001, "Lu<cie"), reach=Reach("chat"))), kb, MONDAY).text
    _, entities = parse_html(html, lambda user: {"id": user})
    assert "tg://user?id=7000000001" in html
    assert entities
    assert kb.sentences["joindre.ici"] in shown(html)


def test_an_ordinary_lead_is_whole(kb: KnowledgeBase) -> None:
    words, question, subject = "mot " * 74 + "fin", "quoi " * 58 + "fin?", "phrase " * 210 + "fin"
    text = shown(
        card(
            followed(
                lead(subject=subject, questions=(question,), objections=(Objection(EntryId("temps"), words),))
            ),
            kb,
            MONDAY,
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
    busy = tuple(Trace("told", MONDAY, "🙂" * 60, "🙂" * 4000) for _ in range(30))
    text = card(followed(full, "talking", busy), kb, MONDAY).text
    assert len(text.encode("utf-16-le")) <= 2 * 4096
    assert "Depuis" in text
    page = listing((followed(full),) * 8, 30, 1, "🙂" * 60, kb, MONDAY).text
    assert len(page.encode("utf-16-le")) <= 2 * 4096


def test_an_entry_that_is_gone_does_not_hide_the_words(kb: KnowledgeBase) -> None:
    text = shown(
        card(followed(lead(objections=(Objection(EntryId("disparue"), "mes mots"),))), kb, MONDAY).text
    )
    assert "mes mots" in text
