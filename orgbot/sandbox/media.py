"""What can be sent that is not text, as the Bot API shows it."""

from typing import Any

from orgbot.sandbox.model import File, Json, Person
from orgbot.sandbox.world import Telegram

# What is a file, with Telegram's own name for its type.
FILES = {
    "photo": "Photo",
    "voice": "VoiceNote",
    "video": "Video",
    "document": "Document",
    "audio": "Audio",
    "sticker": "Sticker",
    "animation": "Animation",
    "video_note": "VideoNote",
}
# What a person can send.
KINDS = (*FILES, "location", "contact", "dice")


def attachment(world: Telegram, person: Person, kind: str) -> Json:
    """A sample of her own. `kind` is one of KINDS."""
    if kind not in FILES:
        return {kind: _fact(person, kind)}
    file_id = world.new_file()
    shape = sample(kind, file_id)
    world.keep_file(file_id, File(kind, shape))
    return {kind: shape}


def sample(kind: str, file_id: str) -> Any:
    """The file as it is when no more is known. `kind` is one of FILES."""
    file: Json = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": 52_480}
    frame = {**file, "width": 1280, "height": 720}
    looks = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
    # Telegram has an id for each size of a photo.
    small = {**frame, "file_id": f"{file_id}-s", "file_unique_id": f"u{file_id}-s", "width": 90, "height": 51}
    shapes: dict[str, object] = {
        "photo": [{**small, "file_size": 1_200}, frame],
        "voice": {**file, "duration": 7, "mime_type": "audio/ogg"},
        "video": {**frame, "duration": 12, "file_name": "Visite de nos locaux.mp4", "mime_type": "video/mp4"},
        "document": {**file, "file_name": "Plan de communication.pdf", "mime_type": "application/pdf"},
        "audio": {**file, "duration": 95, "file_name": "Entrevue à la radio.mp3", "mime_type": "audio/mpeg"},
        "sticker": {**frame, "width": 512, "height": 512, **looks},
        "animation": {**frame, "duration": 3},
        "video_note": {**file, "length": 240, "duration": 9},
    }
    return shapes[kind]


def _fact(person: Person, kind: str) -> Json:
    facts: dict[str, Json] = {
        "location": {"latitude": 48.4489, "longitude": -68.5235},
        "contact": {"phone_number": "+14185550123", "first_name": person.first_name, "user_id": person.id},
        "dice": {"emoji": "🎲", "value": 4},
    }
    return facts[kind]
