"""The Bot API's methods that send a file: uploaded, or already known by its file_id."""

from collections.abc import Callable
from typing import Any

from orgbot.sandbox.entities import units
from orgbot.sandbox.errors import bad
from orgbot.sandbox.keyboard import inline_keyboard
from orgbot.sandbox.media import FILES, sample
from orgbot.sandbox.model import File, Json
from orgbot.sandbox.params import Params, Upload
from orgbot.sandbox.sending import post
from orgbot.sandbox.text import LONGEST_CAPTION, formatted
from orgbot.sandbox.world import Telegram

KINDS = ("photo", "document", "voice", "video", "audio")
TIMED = ("voice", "video", "audio")


def sender(kind: str) -> Callable[[Telegram, Params], object]:
    """`kind` is one of KINDS."""

    def send(world: Telegram, params: Params) -> object:
        content = {kind: _shape(world, params, kind), **_caption(world, params)}
        return post(world, params, content, inline_keyboard(params))

    return send


def _shape(world: Telegram, params: Params, kind: str) -> Any:
    given = params.text(kind)
    upload = params.uploads.get(given.removeprefix("attach://") if given else kind)
    if upload is not None:
        return _uploaded(world, params, kind, upload)
    if not given or given.startswith("attach://"):
        raise bad(f"there is no {kind} in the request")
    return _known(world, kind, given)


def _known(world: Telegram, kind: str, given: str) -> Any:
    """By its file_id, or by a URL that is never fetched."""
    kept = world.files.get(given.removesuffix("-s"))
    if kept is not None:
        if kept.kind != kind:
            raise bad(f"can't use file of type {FILES[kept.kind]} as {FILES[kind]}")
        return kept.shape
    if not given.startswith(("http://", "https://")) and not world.is_older(given):
        raise bad("wrong file identifier/HTTP URL specified")
    return sample(kind, given)


def _uploaded(world: Telegram, params: Params, kind: str, upload: Upload) -> Any:
    if not upload.content:
        raise bad("file must be non-empty")
    file_id = world.new_file()
    file: Json = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(upload.content)}
    if kind in {"photo", "video"}:
        file |= {"width": params.number("width", 1280), "height": params.number("height", 853)}
    if kind in TIMED:
        file["duration"] = params.number("duration")
    if kind != "photo":
        file["mime_type"] = upload.mime_type
    if kind not in {"photo", "voice"}:
        file["file_name"] = upload.name
    shape = [file] if kind == "photo" else file
    world.keep_file(file_id, File(kind, shape, upload.content))
    return shape


def _caption(world: Telegram, params: Params) -> Json:
    caption, entities = formatted(params, "caption", world.find_user)
    if units(caption) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    if not caption:
        return {}
    return {"caption": caption, **({"caption_entities": entities} if entities else {})}
