import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.leads.model import Objection, Person, Reach
from orgbot.mail.letter import letter
from tests.conftest import MONDAY
from tests.mail.letters import BOT, FREELANCER, lead, part, received, write

NB = "\u00a0"
HEADERS = [
    *("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
]


class Page(HTMLParser):
    """Which tags and which links a mail reader finds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_both_alternatives_hold_all_that_the_freelancer_needs(kb: KnowledgeBase) -> None:
    message = received(kb)
    assert message.get_content_type() == "multipart/alternative"
    for body in (part(message, "plain"), shown(part(message, "html"))):
        for words in (
            *("7KQ-2M4", "Lucie", "@lucie_d", "La Débrouille", "lucie@debrouille.org", "Notre page"),
            *("on est 2 <pour> tout", "combien dure une story?", f"mercredi 25 novembre, 17{NB}h"),
            *(kb.entries[EntryId(entry)].title for entry in ("temps", "prix")),
        ):
            assert words in body
    assert "https://t.me/lucie_d" in part(message, "plain")


def test_the_subject_says_which_request_and_the_headers_who(kb: KnowledgeBase) -> None:
    message = received(kb)
    assert message["Subject"] == "Nouvelle demande 7KQ-2M4 – La Débrouille"
    (sender,) = message["From"].addresses
    assert sender.addr_spec == BOT
    assert kb.profile.name in sender.display_name
    assert message["To"] == FREELANCER
    assert message["Date"].datetime == MONDAY
    assert message.keys() == HEADERS


def test_an_answer_goes_to_the_director_who_left_an_address(kb: KnowledgeBase) -> None:
    message = received(kb)
    (answered,) = message["Reply-To"].addresses
    assert (answered.display_name, answered.addr_spec) == ("Lucie", "lucie@debrouille.org")
    assert "ta réponse ira à Lucie" in part(message, "plain")


@pytest.mark.parametrize(
    "reach", [Reach("chat"), Reach("phone", "+15145551234"), Reach("email", "josé@debrouille.org")]
)
def test_otherwise_an_answer_is_not_said_to_reach_her(kb: KnowledgeBase, reach: Reach) -> None:
    message = received(kb, reach=reach)
    assert "Reply-To" not in message
    assert "ta réponse ira" not in part(message, "plain")
    assert message.as_bytes().isascii()


@pytest.mark.parametrize(
    ("reach", "link"),
    [
        (Reach("email", "lucie+bot@debrouille.org"), "mailto:lucie%2Bbot@debrouille.org"),
        (Reach("phone", "+15145551234"), "tel:+15145551234"),
        (Reach("phone", "+15145551234;ext=22"), "tel:+15145551234;ext=22"),
    ],
)
def test_a_thumb_can_touch_her_address_her_number_and_her_telegram(
    kb: KnowledgeBase, reach: Reach, link: str
) -> None:
    assert Page(part(received(kb, reach=reach), "html")).links == [link, "https://t.me/lucie_d"]


def test_what_she_said_with_it_stands_beside_it(kb: KnowledgeBase) -> None:
    for reach in (Reach("phone", "+15145551234", "le soir"), Reach("email", "lucie@d.org", "le soir")):
        message = received(kb, reach=reach)
        assert "le soir" in part(message, "plain")
        assert shown(part(message, "html")).count("le soir") == 1


def test_a_number_is_written_as_people_write_it(kb: KnowledgeBase) -> None:
    message = received(kb, reach=Reach("phone", "+15145551234;ext=22"))
    assert "514\u00a0555-1234, poste 22" in part(message, "plain")


def test_someone_without_a_public_name_is_found_from_her_card(kb: KnowledgeBase) -> None:
    message = received(kb, person=Person(1001, "Lu<cie"), reach=Reach("chat"))
    assert Page(part(message, "html")).links == []
    assert "Lu<cie (sans nom public" in part(message, "plain")
    assert f"Pour joindre{NB}: dans Telegram" in part(message, "plain")


def test_nothing_typed_becomes_a_tag_and_nothing_comes_from_elsewhere(kb: KnowledgeBase) -> None:
    typed = '<img src="https://x.org/a.png"><script>x</script></p>&amp;'
    message = received(
        kb,
        first_name=typed,
        organisation=typed,
        subject=typed,
        questions=(typed,),
        objections=(Objection(EntryId("temps"), typed), Objection(EntryId("disparue"), "mes mots")),
        person=Person(1, typed, '"><img>'),
    )
    html = part(message, "html")
    assert Page(html).tags == {"html", "head", "meta", "body", "div", "p", "b", "br", "a"}
    assert part(message, "plain").count(typed) == shown(html).count(typed) == 6
    assert "disparue" in shown(html)
    assert "mes mots" in shown(html)


def test_an_urgent_letter_begins_by_saying_that_it_is_the_only_notice(kb: KnowledgeBase) -> None:
    message = received(kb, urgent=True)
    first = part(message, "plain").splitlines()[0]
    assert first.startswith("Telegram refuse les messages du bot")
    assert "le seul avis" in first
    assert shown(part(message, "html")).strip().startswith(first)
    assert "Telegram refuse" not in part(received(kb), "plain")


def test_a_lead_without_words_has_no_empty_lists(kb: KnowledgeBase) -> None:
    body = part(received(kb, subject="", objections=(), questions=()), "plain")
    assert kb.sentences["formulaire.sans_sujet"] in body
    assert "Objections" not in body
    assert "Questions" not in body


def test_the_same_letter_twice_is_recognised(kb: KnowledgeBase) -> None:
    first = received(kb)["Message-ID"]
    assert first == received(kb)["Message-ID"]
    assert re.fullmatch(r"<[^<>@\s]*7KQ-2M4@example\.org>", first)
    others = {received(kb, reference="AAA-222")["Message-ID"], received(kb, urgent=True)["Message-ID"]}
    assert len({first} | others) == 3


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x00"])
def test_a_name_cannot_add_a_header(kb: KnowledgeBase, end: str) -> None:
    typed = f"Lucie{end}Bcc: tous@example.net{end}{end}<b>"
    message = received(kb, first_name=typed, organisation=typed)
    assert message.keys() == HEADERS
    assert "Bcc: tous@example.net" in message["Subject"]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == ["lucie@debrouille.org"]


@pytest.mark.parametrize("typed", ['"' * 25 + " , tous@example.net ,", "\\" * 40 + ",<tous@example.net>"])
def test_a_name_cannot_add_someone_to_answer_to(kb: KnowledgeBase, typed: str) -> None:
    message = received(kb, first_name=typed, reach=Reach("email", "lucie@la-debrouille-des-bois-francs.org"))
    (answered,) = message["Reply-To"].addresses
    assert answered.addr_spec == "lucie@la-debrouille-des-bois-francs.org"


TYPED = st.text(max_size=130) | st.text("\r\n\t ,;:<>()[]\"'\\@.=?_éÉ🙂\ud800\u0301a", max_size=130)


@given(
    name=TYPED, words=TYPED, local=st.from_regex(r"[a-z0-9_+]([a-z0-9_+-]{0,60}[a-z0-9_])?", fullmatch=True)
)
def test_whatever_is_typed_arrives_and_an_answer_goes_to_one_person(
    kb: KnowledgeBase, name: str, words: str, local: str
) -> None:
    address = f"{local}@{'debrouille-' * 5}.organismes-communautaires.quebec".replace("-.", ".")
    message = received(
        kb,
        first_name=name,
        organisation=words,
        subject=words,
        person=Person(1, name),
        reach=Reach("email", address),
        objections=(Objection(EntryId("temps"), words),),
        questions=(words,),
    )
    assert message.keys() == HEADERS
    assert [each.addr_spec for each in message["Reply-To"].addresses] == [address]
    assert [each.addr_spec for each in message["To"].addresses] == [FREELANCER]
    assert message["Subject"].startswith("Nouvelle demande 7KQ-2M4 –")
    assert "Notre page" not in part(message, "plain")
    assert not message.defects


def test_a_long_address_of_the_bot_stays_whole(kb: KnowledgeBase) -> None:
    sender = f"{'demandes-' * 6}bot@{'sous-domaine.' * 6}example.org"
    message = letter(lead(), kb, MONDAY.date(), sender=sender, to=sender)
    raw = message.as_bytes()
    assert sender.encode() in raw
    assert message["Message-ID"].encode() in raw


def test_everything_she_wrote_is_there_on_lines_that_every_server_takes(kb: KnowledgeBase) -> None:
    subject = "phrase 🙂 " * 150 + "fin du message"
    message = write(kb, subject=subject, questions=("quoi? " * 50 + "fin",) * 9)
    assert max(len(line) for line in message.as_bytes().splitlines()) < 998
    assert subject in part(message, "plain")
    assert part(message, "plain").count("quoi? fin") == 9
