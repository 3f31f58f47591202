"""A Bot API call's parameters, however they came: query, form, multipart or JSON."""

import json
import re
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from orgbot.sandbox.errors import ApiError, bad

LARGEST = 50 << 20
TRUE = ("true", "yes", "1")


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """Every value is a string, as Telegram reads them; structures are JSON in a string."""

    values: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in TRUE

    def number(self, name: str, default: int = 0) -> int:
        """The default for what is no integer, as Telegram does."""
        value = self.text(name).strip()
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else default

    def json(self, name: str, what: str) -> Any:
        """None when absent. Raises ApiError."""
        value = self.text(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad(f"can't parse {what} JSON object") from None


async def read(request: Request) -> Params:
    """Raises ApiError for a body that cannot be read."""
    values = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind, _, options = request.headers.get("content-type", "").partition(";")
    body = await _body(request)
    match kind.strip().lower():
        case "application/json" if body:
            values |= _from_json(body)
        case "application/x-www-form-urlencoded":
            values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        case "multipart/form-data":
            _split_parts(body, options, values, uploads)
        case _:
            pass
    for value in values.values():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
    return Params(values, uploads)


async def _body(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise ApiError(413, "Request Entity Too Large")
        chunks.append(chunk)
    return b"".join(chunks)


def _from_json(body: bytes) -> dict[str, str]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise bad("can't parse request JSON object") from None
    if not isinstance(given, dict):
        raise bad("can't parse request JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
        if value is not None
    }


def _split_parts(body: bytes, options: str, values: dict[str, str], uploads: dict[str, Upload]) -> None:
    boundary = re.search(r'boundary="?([^";,]+)"?', options)
    if boundary is None:
        raise bad("can't find the boundary of the multipart body")
    mark = b"\r\n--" + boundary.group(1).strip().encode()
    for part in (b"\r\n" + body).split(mark)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")
        disposition = headers["content-disposition"]
        named = disposition.params if disposition is not None else {}
        name = named.get("name", "")
        if "filename" in named:
            uploads[name] = Upload(named["filename"], headers.get_content_type(), content)
        else:
            values[name] = content.decode("utf-8", "replace")
