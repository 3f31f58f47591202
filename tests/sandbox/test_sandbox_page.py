"""The page, its guard, and what it reads."""

import re
from pathlib import Path

import httpx
import pytest

from orgbot.sandbox import page
from orgbot.sandbox.app import create
from tests.sandbox.town import TOKEN, Town

pytestmark = pytest.mark.anyio

NO_BREAK = "\u00a0"


async def test_the_page_and_all_that_it_names_are_served(town: Town) -> None:
    answer = await town.web.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="(/[^"]+)"', answer.text)
    assert len(named) >= 5
    for path in named:
        assert (await town.web.get(path)).status_code == 200, path


async def test_the_policy_allows_nothing_from_elsewhere(town: Town) -> None:
    for path in ("/", "/static/main.js", "/sandbox/state"):
        headers = (await town.web.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_files_name_no_other_host_and_never_parse_what_people_wrote() -> None:
    for path in Path(page.STATIC).iterdir():
        text = path.read_text()
        assert not re.search(r"(?:src|href|url\()\W{0,2}https?:", text), path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), (
            path.name
        )
        assert not re.search(r"\sstyle=|\son\w+=\"", text), path.name


def test_every_module_of_the_page_is_there() -> None:
    folder = Path(page.STATIC)
    named = {
        module
        for path in folder.glob("*.js")
        for module in re.findall(r"from '\./([\w.]+)'", path.read_text())
    }
    assert {"answering.js", "clock.js", "people.js"} <= named
    assert {path.name for path in folder.glob("*.js")} == {*named, "main.js"}


def test_every_part_that_a_module_looks_for_is_on_the_page() -> None:
    html = (page.STATIC / "index.html").read_text()
    ids = set(re.findall(r'id="([\w-]+)"', html))
    known = set(re.findall(r'(?:class|name|data-jump)="([^"]+)"', html))
    words = {word for classes in known for word in classes.split()}
    for path in Path(page.STATIC).glob("*.js"):
        text = path.read_text()
        named = re.findall(r"(?:byId|getElementById)\('([\w-]+)'\)", text)
        assert set(named) <= ids, path.name
        parts = re.findall(r"part\('\.([\w-]+)", text)
        assert set(parts) <= words, path.name
    assert {"hour", "day", "monday"} <= words


def test_what_the_modules_say_in_french_is_set_with_care() -> None:
    for path in Path(page.STATIC).glob("*.js"):
        text = re.sub(r"//.*", "", path.read_text())
        assert not re.search(r"« | »|\w'\w+ \w+[.…]'", text), path.name


def test_the_page_s_french_is_set_with_care() -> None:
    for path in Path(page.STATIC).glob("*.html"):
        text = path.read_text()
        assert f" {NO_BREAK}" not in text
        assert not re.search(r"« | »|\w'\w|\w [!?;]", text)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("exemple.org", 403),
        ("127.0.0.1.exemple.org", 403),
        ("localhost.exemple.org:8080", 403),
        ("[::2]", 403),
        ("", 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/sandbox/state", f"/bot{TOKEN}/getMe"])
async def test_only_this_machine_s_names_are_answered(town: Town, host: str, status: int, path: str) -> None:
    assert (await town.web.get(path, headers={"host": host})).status_code == status


async def test_other_hosts_can_be_allowed() -> None:
    app = create(TOKEN, hosts=frozenset({"testserver"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as web:
        assert (await web.get("/")).status_code == 200


async def test_the_state_tells_what_the_page_shows(town: Town) -> None:
    await town.bot.set_my_description("Je réponds.")
    await town.say("a")
    state = (await town.web.get("/sandbox/state")).json()
    assert state["bot"]["description"] == "Je réponds."
    assert [one["name"] for one in state["chats"]] == ["Lucie", "Camille"]
    assert (state["pending"], state["listening"], state["explains"]) == (1, "none", False)


async def test_a_newcomer_is_among_those_who_can_hold_a_phone(town: Town) -> None:
    added = (await town.post("people", first_name="Noé"))["chat"]
    state = (await town.web.get("/sandbox/state")).json()
    assert [(one["name"], one["type"]) for one in state["chats"]][-1] == ("Noé", "private")
    shown = (await town.web.get(f"/sandbox/chats/{added['id']}")).json()
    assert (shown["messages"], shown["standing"]) == ([], "never")


async def test_no_explanation_without_an_explainer(town: Town) -> None:
    assert (await town.web.get("/sandbox/why", params={"text": "a"})).status_code == 404


@pytest.mark.parametrize(
    "town", [{"explain": lambda text: {"action": "answer", "text": text}}], indirect=True
)
async def test_the_explainer_is_asked(town: Town) -> None:
    answer = await town.web.get("/sandbox/why", params={"text": "pas le temps"})
    assert answer.json() == {"action": "answer", "text": "pas le temps"}


@pytest.mark.parametrize("chat", ["3", "abc", "9" * 40])
async def test_an_unknown_chat_is_not_shown(town: Town, chat: str) -> None:
    assert (await town.web.get(f"/sandbox/chats/{chat}")).status_code == 404
