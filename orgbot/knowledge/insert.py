"""Items put into a YAML list right after its last one. The rest of the file is not written again: what a
person wrote around the list, comments and blank lines too, stays where it stood."""

import io
import re
from collections.abc import Sequence
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

# What only quotes can hold: YAML refuses it bare, or takes it for the end of a line.
_QUOTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def appended(text: str, key: str, items: Sequence[str]) -> str:
    """`text`: a file that the loader takes. Unchanged where `key` is not there."""
    found = _list(text, key)
    if found is None:
        return text
    # A block of text ends past the blank lines that follow it.
    end = len(text[: found.value[-1].end_mark.index].rstrip(" \t\r\n"))
    if found.flow_style:
        return f"{text[:end]}, {_row(items)}{text[end:]}"
    # A comment on the last item's own line stays with it.
    end += len(text[end:].partition("\n")[0].rstrip("\r"))
    after = "\r\n" if "\r\n" in text else "\n"
    margin = " " * found.start_mark.column
    lines = "".join(f"{after}{margin}{_line(item)}" for item in items)
    return text[:end] + lines + text[end:]


def dumped(content: Any) -> str:
    """As faq/ is written."""
    writer = YAML()
    writer.width = 1_000_000
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(content, stream)
    return stream.getvalue()


def scalar(text: str) -> str:
    """On one line, whatever it holds."""
    quoted: str = DoubleQuotedScalarString(text)
    return text if text.splitlines() == [text] else quoted


def block(text: str) -> str:
    """On as many lines as it has."""
    lines: str = LiteralScalarString(f"{text}\n")
    return DoubleQuotedScalarString(text) if _QUOTED.search(text) else lines


def _line(item: str) -> str:
    return dumped([scalar(item)]).strip()


def _row(items: Sequence[str]) -> str:
    # In quotes: the writer and the loader disagree on what may stand bare between brackets.
    row = CommentedSeq(map(DoubleQuotedScalarString, items))
    row.fa.set_flow_style()
    return dumped(row).strip()[1:-1]


def _list(text: str, key: str) -> yaml.SequenceNode | None:
    # Not libyaml, whose places count bytes at times.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    found = (value for name, value in pairs if name.value == key)
    return next((one for one in found if isinstance(one, yaml.SequenceNode) and one.value), None)
