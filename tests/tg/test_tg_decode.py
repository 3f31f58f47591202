"""What an update is, once it is understood."""

from datetime import timedelta

from telegram import Update

from orgbot.chat.events import Sent
from orgbot.desk.state import DeskState
from orgbot.tg.decode import incoming
from tests.conftest import MONDAY


def picture(group: str) -> Update:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    person = {"id": 7, "is_bot": False, "first_name": "Camille"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person}
    update = Update.de_json({"update_id": 1, "message": {**message, "photo": photo, "media_group_id": group}})
    assert update is not None
    return update


def test_the_pictures_of_an_album_go_where_the_first_one_went() -> None:
    known = incoming(picture("album-1"), "1:token")
    assert known is not None
    assert isinstance(known.event, Sent)
    state = DeskState(sent="AAA-111", group=known.event.group)
    assert state.goes_on("album-1", MONDAY) == "AAA-111"
    assert state.goes_on("album-2", MONDAY) == ""
    assert state.goes_on("", MONDAY) == ""


def test_the_rest_of_a_long_text_follows_it_at_once_or_not_at_all() -> None:
    state = DeskState(sent="AAA-111", sent_at=MONDAY)
    assert state.goes_on("", MONDAY + timedelta(seconds=2)) == "AAA-111"
    assert state.goes_on("", MONDAY + timedelta(minutes=1)) == ""
