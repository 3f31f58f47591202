import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.knowledge.markup import faults, length, literal, shown

ALLOWED = frozenset({"pigiste", "formulaire", "promesse"})


@pytest.mark.parametrize(
    "text",
    [
        "Tout simplement.",
        "<b>gras <i>et</i></b> <u>u</u> <tg-spoiler>caché</tg-spoiler> <blockquote>cité</blockquote>",
        '<a href="https://exemple.quebec/a?b=1">lien</a> et <a href="{formulaire}">formulaire</a>',
        "&lt;3 &amp; &quot;ça&quot; &gt; 2 > 1",
        "{pigiste} répond {promesse}",
        "{{accolades}}",
        "<B>majuscules</B>",
    ],
)
def test_what_telegram_takes_passes(text: str) -> None:
    assert faults(text, ALLOWED) == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<p>x</p>", "<p>"),
        ("<br>", "<br>"),
        ("<b>x", "<b> n’est pas fermée"),
        ("x</b>", "</b> ne ferme pas"),
        ("<b><i>x</b></i>", "</b> ne ferme pas"),
        ("<b/>", "< "),
        ("moins < que", "< "),
        ("l’AGA & le CA", "& "),
        ("&nbsp;", "& "),
        ("&#60;", "& "),
        ('<b class="x">x</b>', "attribut de <b>"),
        ('x <b>y</b class="x">', "attribut de </b>"),
        ('<a href="javascript:alert(1)">x</a>', "attribut de <a>"),
        ('<a href="{pigiste}">x</a>', "attribut de <a>"),
        ("<a>x</a>", "attribut de <a>"),
        ("{heures}", "{heures} "),
        ("{}", "{} "),
        ("{0}", "{0} "),
        ("{pigiste.__class__}", "{pigiste.__class__} "),
        ("{pigiste[0]}", "{pigiste[0]} "),
        ("{pigiste!r}", "suivi d’un format"),
        ("{pigiste:>999999999}", "suivi d’un format"),
        ("ouverte {", "accolade"),
        ("fermée }", "accolade"),
        ("{pigiste", "accolade"),
    ],
)
def test_what_telegram_or_filling_in_would_refuse_is_said(text: str, what: str) -> None:
    told = [fault.replace("\u00a0", " ") for fault, _ in faults(text, ALLOWED)]
    assert any(what in fault for fault in told), told


def test_every_fault_of_a_text_is_said_at_once() -> None:
    told = faults("<p>{rien}</b> & }", ALLOWED)
    assert [what for what, _ in told] == [
        "accolade mal fermée",
        "balise <p> refusée par Telegram",
        "</b> ne ferme pas la dernière balise ouverte",
        "«\u00a0&\u00a0» seul",
    ]


def test_a_placeholder_that_is_mistyped_gets_its_name_back() -> None:
    ((_, fix),) = faults("{pigist}", ALLOWED)
    assert "pigiste" in fix


def test_what_is_shown_has_neither_tags_nor_entities() -> None:
    assert shown("<b>A &amp; B</b>") == "A & B"
    assert length("<i>🙂</i>") == 2


@given(st.text(alphabet=st.sampled_from("ab<>&{}/\"'= \n!:[]é🙂")) | st.text())
def test_what_is_made_literal_is_always_taken_and_shown_as_typed(text: str) -> None:
    assert faults(literal(text), frozenset()) == ()
    assert shown(literal(text).format_map({})) == text


@given(st.text(alphabet=st.sampled_from("ab<>&{}/\"'= \n!:[]i;lt")))
def test_what_passes_can_be_filled_in(text: str) -> None:
    if not faults(text, ALLOWED):
        text.format_map(dict.fromkeys(ALLOWED, "x"))
