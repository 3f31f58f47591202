"""The same sentences as a page for a phone, and as plain text."""

import re
from html import unescape

from orgbot.knowledge.sentences import Html

# Nothing from elsewhere, and no colours: a phone in dark mode picks its own.
_PAGE = (
    '<!doctype html>\n<html lang="fr-CA">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n</head>\n'
    '<body style="margin:0;padding:16px;font:17px/1.5 system-ui,Arial,sans-serif">\n'
    '<div style="max-width:36em;overflow-wrap:anywhere">\n{}\n</div>\n</body>\n</html>\n'
)
_LINK = re.compile(r'<a href="(https?://[^"]*)">([^<]*)</a>')
_TAG = re.compile(r"<[^>]*>")


def page(html: Html) -> str:
    paragraphs = (part.replace("\n", "<br>\n") for part in html.split("\n\n"))
    return _PAGE.format("\n".join(f'<p style="margin:0 0 1em">{part}</p>' for part in paragraphs))


def text(html: Html) -> str:
    """Without tags; a link is followed by where it leads."""
    return unescape(_TAG.sub("", _LINK.sub(r"\2 (\1)", html)))
