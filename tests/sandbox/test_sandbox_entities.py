"""Telegram's HTML, its entities in UTF-16 units, and its errors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgbot.sandbox.entities import parse_html, units
from orgbot.sandbox.errors import ApiError
from orgbot.sandbox.text import settle, typed


def kinds(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each entity with the words it covers, counted as Telegram counts."""
    packed = text.encode("utf-16-le")
    return [
        (one["type"], packed[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in entities
    ]


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("<b>Allô</b> toi", "Allô toi", [("bold", "Allô")]),
        ("👩‍👧 <i>là</i>", "👩‍👧 là", [("italic", "là")]),
        ("<B>a</B >", "a", None),
        ("<b>un <i>deux</i></b>", "un deux", [("bold", "un deux"), ("italic", "deux")]),
        (
            "<strong>a</strong><em>b</em><ins>c</ins><del>d</del>",
            "abcd",
            [
                ("bold", "a"),
                ("italic", "b"),
                ("underline", "c"),
                ("strikethrough", "d"),
            ],
        ),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", "x")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", "x")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ("<b></b>x", "x", []),
        ("a &lt; b &amp;&amp; c &gt; d &quot;e&quot;", 'a < b && c > d "e"', []),
        ("&eacute; &nbsp; R&D &", "&eacute; &nbsp; R&D &", []),
        ("&#233;&#xe9;&#128512;", "éé😀", []),
        ("<b>a</>", "a", [("bold", "a")]),
        ("  <b>a</b>\n ", "a", [("bold", "a")]),
        ("<b> </b>", "", []),
        ("<code>a <b>b</b></code>", "a b", [("code", "a b")]),
    ],
)
def test_html_becomes_text_and_entities(html: str, text: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        with pytest.raises(ApiError, match="Unmatched end tag"):
            parse_html(html)
        return
    found, entities = settle(*parse_html(html))
    assert found == text
    assert kinds(found, entities) == expected


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("été </b>", "Unexpected end tag at byte offset 6"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x <br> y", 'Unsupported start tag "br" at byte offset 2'),
        ("3 < 4", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href=", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a "x">', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_what_cannot_be_parsed_is_said_in_telegram_s_words(html: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(html)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://exemple.org", "https://exemple.org/"),
        ("exemple.org/don?a=1&amp;b=2", "http://exemple.org/don?a=1&b=2"),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[", None),
    ],
)
def test_a_link_keeps_only_an_address_that_telegram_opens(address: str, kept: str | None) -> None:
    _, entities = parse_html(f'<a href="{address}">ici</a>')
    assert [one["url"] for one in entities] == ([kept] if kept else [])


def test_a_link_to_a_known_person_mentions_her() -> None:
    marie = {"id": 7, "is_bot": False, "first_name": "Marie"}
    html = '<a href="tg://user?id=7">Marie</a> <a href="tg://user?id=8">Luc</a>'
    _, entities = parse_html(html, {7: marie}.get)
    assert [(one["type"], one["user"]) for one in entities] == [("text_mention", marie)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start budget", [("bot_command", "/start")]),
        ("/aide@orgbot_bot svp", [("bot_command", "/aide@orgbot_bot")]),
        ("24/7 et/ou", []),
        ("dis /aide", [("bot_command", "/aide")]),
        ("écris à info@exemple.org!", [("email", "info@exemple.org")]),
        ("va sur https://exemple.org/a?b=c.", [("url", "https://exemple.org/a?b=c")]),
        ("notre page exemple.ca", [("url", "exemple.ca")]),
        ("merci @camille_pigiste #obnl", [("mention", "@camille_pigiste"), ("hashtag", "#obnl")]),
    ],
)
def test_entities_are_found_in_what_people_type(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(*typed(text)) == expected


def test_nothing_is_found_inside_code_or_links() -> None:
    html = '<code>/start</code> <a href="https://a.org">b.org</a>'
    assert [one["type"] for one in settle(*parse_html(html))[1]] == ["code", "text_link"]


marks = "<>=\"'&#;/ xab9é😀\0\r\n["
words = [
    "</",
    "href",
    "lt",
    "pre",
    "code",
    "span",
    "class",
    "tg-",
    "language-",
    "tg-emoji",
    "emoji-id",
    "://",
]
pieces = st.sampled_from([*marks, *words, "tg://user?id=", "blockquote"])


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
def test_the_parser_refuses_or_gives_entities_that_fit(html: str) -> None:
    try:
        text, entities = settle(*parse_html(html))
    except ApiError:
        return
    for one in entities:
        assert 0 <= one["offset"] < one["offset"] + one["length"] <= units(text)


@given(st.text())
def test_escaped_text_comes_back_as_typed(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert settle(*parse_html(escaped)) == typed(text)
