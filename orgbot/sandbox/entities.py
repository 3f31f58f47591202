"""Telegram's HTML → plain text and entities; offsets and lengths count UTF-16 units.

The grammar, its leniencies and its errors are those of Telegram's own parser: `<` always opens a tag,
an unknown `&name;` stays as it is, an end tag closes the innermost one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from orgbot.sandbox.errors import ApiError, bad
from orgbot.sandbox.model import Json

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = {*STYLES, "a", "tg-emoji", "pre", "code", "blockquote"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SCHEMES = ("http", "https", "tg", "ton", "tonsite")

REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-zA-Z]+));?")
SPACES = re.compile(r"[ \n]*")
TAG_NAME = re.compile(r"[^ \n>\0]*")
ATTRIBUTE = re.compile(r"[^ \n=>/\"'\0]*")
TOKEN = re.compile(r"[a-zA-Z0-9.-]*")

FindUser = Callable[[int], Json | None]


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """As Telegram stores text: no carriage return, no other control character but the line feed."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"[\0-\x09\x0b-\x1f]", " ", re.sub(r"[\r\u2028-\u202e]", "", text))


def parse_html(html: str, find_user: FindUser = lambda _: None) -> tuple[str, list[Json]]:
    """Raises ApiError, and nothing else, for what Telegram refuses."""
    parser = _Parser(clean(html), find_user)
    parser.run()
    return "".join(parser.out), parser.entities


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


class _Parser:
    """One pass over `text`, which ends with a NUL as no cleaned text can hold one."""

    def __init__(self, text: str, find_user: FindUser) -> None:
        self.text = text + "\0"
        self.find_user = find_user
        self.pos = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def run(self) -> None:
        while self.here != "\0":
            if self.here == "<":
                if self.text[self.pos + 1] == "/":
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._emit(self._character())
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    @property
    def here(self) -> str:
        return self.text[self.pos]

    def _emit(self, character: str) -> None:
        self.out.append(character)
        self.offset += 1 + (ord(character) > 0xFFFF)

    def _character(self) -> str:
        """The next one, a reference decoded."""
        if self.here == "&" and (found := REFERENCE.match(self.text, self.pos)):
            decoded = _decode(found)
            if decoded:
                self.pos = found.end()
                return decoded
        self.pos += 1
        return self.text[self.pos - 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.pos)
        assert found  # every pattern here matches the empty string
        self.pos = found.end()
        return found.group()

    def _error(self, reason: str, begin: int) -> ApiError:
        return _unparsable(f"{reason} at byte offset {self._bytes(begin)}")

    def _bytes(self, begin: int) -> int:
        return len(self.text[:begin].encode())

    def _start_tag(self) -> None:
        begin = self.pos
        self.pos += 1
        tag = self._take(TAG_NAME).lower()
        if self.here == "\0":
            raise self._error("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self._error(f'Unsupported start tag "{tag}"', begin)
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, argument, self.offset, len(self.out)))

    def _attributes(self, tag: str, begin: int) -> str:
        """The one attribute that counts for this tag, or ""."""
        argument = ""
        while self.here != ">":
            self._take(SPACES)
            if self.here == ">":
                break
            name = self._take(ATTRIBUTE)
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            self._take(SPACES)
            if self.here == "\0":
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            value = ""
            if self.here == "=":
                self.pos += 1
                value = self._value(begin)
            argument = _argument(tag, name, value) or argument
        self.pos += 1
        return argument

    def _value(self, begin: int) -> str:
        self._take(SPACES)
        if self.here in "\"'":
            value = self._quoted()
        else:
            start = self.pos
            value = self._take(TOKEN).lower()
            if self.here not in " \n>\0":
                raise self._error("Unexpected end of name token", start)
        if self.here == "\0":
            raise self._error("Unclosed start tag", begin)
        return value

    def _quoted(self) -> str:
        quote = self.here
        self.pos += 1
        value: list[str] = []
        while self.here not in (quote, "\0"):
            value.append(self._character())
        if self.here == quote:
            self.pos += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.pos
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        self.pos += 2
        name = self._take(TAG_NAME)
        self._take(SPACES)
        if self.here != ">":
            raise self._error("Unclosed end tag", begin)
        self.pos += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise _unparsable(
                f"Unmatched end tag at byte offset {self._bytes(begin)}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.offset - opened.offset
        if not length:
            return
        entity: Json | None = {"type": STYLES.get(opened.tag, opened.tag)}
        match opened.tag:
            case "a":
                entity = self._link(opened.argument or "".join(self.out[opened.start :]))
            case "tg-emoji":
                if not (opened.argument.isascii() and opened.argument.isdigit() and int(opened.argument)):
                    raise bad("Invalid custom emoji identifier specified")
                entity = {"type": "custom_emoji", "custom_emoji_id": opened.argument}
            case "blockquote" if opened.argument:
                entity = {"type": "expandable_blockquote"}
            case "pre" | "code":
                if self._merge_code(opened, length):
                    return
                language = {"language": opened.argument} if opened.argument else {}
                entity = {"type": opened.tag, **language}
            case _:
                pass
        if entity is not None:
            self.entities.append({**entity, "offset": opened.offset, "length": length})

    def _merge_code(self, opened: _Open, length: int) -> bool:
        """<pre><code class="language-…"> is one block with a language."""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (opened.offset, length)
        inner = last.get("language", "")
        if same and opened.tag == "pre" and last["type"] == "code" and inner:
            self.entities[-1] = {**last, "type": "pre"}
            return True
        return False

    def _link(self, url: str) -> Json | None:
        link = checked_link(url)
        if link is None:
            return None
        if link.startswith("tg://user?"):
            number = parse_qs(urlsplit(link).query).get("id", [""])[0]
            user = self.find_user(int(number)) if re.fullmatch(r"[0-9]{1,18}", number) else None
            return {"type": "text_mention", "user": user} if user else None
        return {"type": "text_link", "url": link}


def _unparsable(reason: str) -> ApiError:
    return bad(f"can't parse entities: {reason}")


def _decode(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED.get(name, "")
    if len(found.group().rstrip(";")) >= 10:
        return ""
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    # Telegram lets control characters and halves of surrogate pairs through here; a database would not.
    usable = code < 0x10FFFF and not 0xD800 <= code < 0xE000 and (code >= 32 or code == 10)
    return chr(code) if usable else ""


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case "a", "href":
            return value
        case "tg-emoji", "emoji-id":
            return value
        case "code", "class":
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span", "class":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        case "blockquote", "expandable":
            return "1"
        case _:
            return ""


def checked_link(url: str) -> str | None:
    """The address as Telegram keeps it, or None for one that it silently drops."""
    url = url.strip()
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in SCHEMES or not host or re.search(r"\s", url):
        return None
    if parts.scheme in ("http", "https"):
        return parts._replace(path=parts.path or "/").geturl() if "." in host or host == "localhost" else None
    return url
