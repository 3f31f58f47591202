"""What a person can send that is not text, as the Bot API shows it."""

from orgbot.sandbox.model import Json, Person
from orgbot.sandbox.world import Telegram

KINDS = (
    "photo",
    "voice",
    "sticker",
    "video",
    "document",
    "location",
    "audio",
    "animation",
    "video_note",
    "contact",
    "dice",
)


def media(world: Telegram, person: Person, kind: str) -> Json:
    """`kind` is one of KINDS."""
    number = world.next_id()
    file: Json = {"file_id": f"fichier-{number}", "file_unique_id": f"u{number}", "file_size": 52_480}
    frame = {**file, "width": 1280, "height": 720}
    looks = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
    shapes: dict[str, object] = {
        "photo": [{**frame, "width": 90, "height": 51, "file_size": 1_200}, frame],
        "voice": {**file, "duration": 7, "mime_type": "audio/ogg"},
        "sticker": {**frame, "width": 512, "height": 512, **looks},
        "video": {**frame, "duration": 12, "mime_type": "video/mp4"},
        "document": {**file, "file_name": "Plan de communication.pdf", "mime_type": "application/pdf"},
        "location": {"latitude": 48.4489, "longitude": -68.5235},
        "audio": {**file, "duration": 95, "mime_type": "audio/mpeg"},
        "animation": {**frame, "duration": 3},
        "video_note": {**file, "length": 240, "duration": 9},
        "contact": {"phone_number": "+14185550123", "first_name": person.first_name, "user_id": person.id},
        "dice": {"emoji": "🎲", "value": 4},
    }
    return {kind: shapes[kind]}
