import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orgbot.knowledge.model import KnowledgeBase
from orgbot.leads.model import Reach
from orgbot.leads.reach import LONGEST, ReachProblem, read_reach, show_reach

LUCIE = Reach("email", "lucie@maison.org")
PHONE = Reach("phone", "+15145551234")
DESK = Reach("phone", "+15145551234;ext=22")


@pytest.mark.parametrize(
    "text",
    [
        "lucie@maison.org",
        "mon courriel c’est lucie@maison.org, merci",
        "« lucie@Maison.org ».",
        "mailto:lucie@maison.org",
        "courriel:lucie@maison.org/514 555-1234",
        "lucie@maison.org\u200f",
        "@maison ou lucie@maison.org",
        "514 555-1234 ou lucie@maison.org",
    ],
)
def test_an_address_is_found_in_its_sentence(text: str) -> None:
    assert read_reach(text) == LUCIE


@pytest.mark.parametrize(
    "text",
    [
        "514 555-1234",
        "(514) 555 1234",
        "5145551234",
        "514.555.1234",
        "514 555 12 34",
        "1-514-555-1234",
        "+1 514 555 1234",
        "514\u00a0555\u20111234",
        "appelez-moi entre 9h et 17h au 514 555-1234, merci!",
        "suivez @maison sur insta, sinon 514 555-1234",
        "H2X 1Y4 514 555-1234",
        "555-1234, non : 514 555-1234",
        "lucie@maison ou 514 555-1234",
        "lucie@gmial.com ou 514 555-1234",
    ],
)
def test_a_number_is_found_in_its_sentence(text: str) -> None:
    assert read_reach(text) == PHONE


@pytest.mark.parametrize(
    "extension",
    [" poste 22", ", poste 22", " poste: 22", " poste no 22", " p. 22", " ext 22", " x22", "\nposte 22"],
)
def test_the_extension_is_kept(extension: str) -> None:
    assert read_reach(f"514 555-1234{extension}") == DESK


def test_toll_free_and_foreign_numbers_are_numbers() -> None:
    assert read_reach("1-800-555-1234") == Reach("phone", "+18005551234")
    assert read_reach("+33 6 12 34 56 78") == Reach("phone", "+33612345678")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("555-1234", "phone_area_code"),
        ("555-1234 poste 22", "phone_area_code"),
        ("111 111-1111", "phone_area_code"),
        ("000-000-0000", "phone_area_code"),
        ("514 555-123", "phone_too_short"),
        ("12345", "phone_too_short"),
        ("12 employés et 34567890 membres", "phone_too_short"),
        ("514 555-12345", "phone_too_long"),
        ("9" * 30, "phone_too_long"),
        ("lucie.maison.org", "email_no_at"),
        ("lucie à gmail.com", "email_no_at"),
        ("lucie@", "email_domain"),
        ("lucie@maison", "email_domain"),
        ("www.maison.org", "nothing_found"),
        ("aucune idée", "nothing_found"),
        ("", "nothing_found"),
    ],
)
def test_what_is_wrong_is_named(text: str, cause: str) -> None:
    problem = read_reach(text)
    assert isinstance(problem, ReachProblem)
    assert (problem.cause, problem.suggestion) == (cause, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("lucie@gmial.com", "lucie@gmail.com"),
        ("lucie@gmail.co", "lucie@gmail.com"),
        ("lucie@gmail", "lucie@gmail.com"),
        ("lucie@gmail.ca", "lucie@gmail.com"),
        ("lucie@hotmial.com", "lucie@hotmail.com"),
        ("lucie@videtron.ca", "lucie@videotron.ca"),
        ("lucie@vidéotron.ca", "lucie@videotron.ca"),
        ("lucie @ maison.org", "lucie@maison.org"),
        ("lucie@maison,org", "lucie@maison.org"),
        ("lucie arobase maison point org", "lucie@maison.org"),
        ("lucie(at)maison.org", "lucie@maison.org"),
        ("josee point tremblay arobase maison point org", "josee.tremblay@maison.org"),
        ("oui, lucie arobase maison point org", "lucie@maison.org"),
    ],
)
def test_a_slip_is_suggested_and_the_suggestion_is_usable(text: str, meant: str) -> None:
    assert read_reach(text) == ReachProblem("email_domain", meant)
    assert read_reach(meant) == Reach("email", meant)


@pytest.mark.parametrize(
    "domain", ["mail.com", "ymail.com", "me.com", "we.com", "live.ca", "yahoo.fr", "bell.ca"]
)
def test_a_real_domain_that_resembles_another_is_not_doubted(domain: str) -> None:
    assert read_reach(f"lucie@{domain}") == Reach("email", f"lucie@{domain}")


def test_she_may_insist_on_an_unusual_domain_but_not_on_a_broken_address() -> None:
    assert read_reach("lucie@gmal.com", sure=True) == Reach("email", "lucie@gmal.com")
    assert read_reach("lucie@gmail", sure=True) == ReachProblem("email_domain", "lucie@gmail.com")


def test_an_address_that_a_long_text_cuts_in_two_is_not_kept() -> None:
    text = "a" * (LONGEST - 15) + " lucie@maison.organisme.ca"
    assert read_reach(text) == ReachProblem("nothing_found")


def test_it_is_shown_as_people_write_it(kb: KnowledgeBase) -> None:
    assert show_reach(LUCIE, kb) == "lucie@maison.org"
    assert show_reach(PHONE, kb).replace("\u00a0", " ") == "514 555-1234"
    assert show_reach(DESK, kb).replace("\u00a0", " ") == "514 555-1234, poste 22"
    assert show_reach(Reach("phone", "+33612345678"), kb) == "+33 6 12 34 56 78"
    assert show_reach(Reach("chat"), kb) == kb.sentences["joindre.ici"]


PIECES = st.sampled_from(
    [
        "@",
        ".",
        "514",
        "555-1234",
        "poste 22",
        "+",
        "(",
        " ",
        ",",
        "lucie",
        "gmail.com",
        "ext",
        "x",
        "1",
        "arobase",
    ]
)
ANYTHING = st.one_of(
    st.text(st.characters(), max_size=80),  # lone surrogates too
    st.lists(PIECES, max_size=12).map("".join),
    st.emails(),
    st.emails().map("c’est {}, merci".format),
)


@given(ANYTHING)
@example("\ud800@maison.org")
@example("a@" + "xn--" * 20 + ".org")
@example("lucie@١.org")
def test_anything_is_read_without_raising_and_what_is_kept_reads_the_same(text: str) -> None:
    reach = read_reach(text)
    if isinstance(reach, ReachProblem):
        assert not reach.suggestion or read_reach(reach.suggestion) == Reach("email", reach.suggestion)
    else:
        assert read_reach(reach.value, sure=True) == reach


@given(ANYTHING)
def test_whatever_is_kept_can_be_shown(kb: KnowledgeBase, text: str) -> None:
    reach = read_reach(text)
    if isinstance(reach, Reach):
        assert show_reach(reach, kb)


@pytest.mark.parametrize(
    "piece", ["1 ", "(", "@", "a@", "+1", "1-(2)", "x1", ".a", "514 555-1234 x", "a,", "\u202e"]
)
def test_long_texts_cost_little(piece: str) -> None:
    started = time.process_time()
    read_reach(piece * 100_000)
    assert time.process_time() - started < 0.5
