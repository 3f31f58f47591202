"""One entry file of a whole knowledge base."""

from pathlib import Path

import pytest
import yaml

from orgbot.knowledge.entries import ID_BYTES
from orgbot.knowledge.model import Entry, EntryId
from tests.knowledge.shelf import DELAI, PRIX, entry, good, said, whole

AT = "questions/prix.yml"


def prix(**changed: object) -> str:
    fields = {**yaml.safe_load(PRIX), **changed}
    kept = {key: value for key, value in fields.items() if value is not None}
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)


def only(tmp_path: Path, text: str) -> str:
    told = said(tmp_path, whole(prix=text))
    assert len(told) == 1, told
    return told[0]


def read(tmp_path: Path, text: str) -> Entry:
    return good(tmp_path, whole(prix=text)).entries[EntryId("prix")]


def test_an_entry_is_read_with_what_it_leaves_out(tmp_path: Path) -> None:
    one = read(tmp_path, PRIX)
    assert (one.id, one.kind, one.title, one.answer) == ("prix", "question", "Le prix", "Ça dépend.")
    assert one.phrasings == ("combien ça coûte",)
    assert (one.button, one.short, one.next, one.sources) == ("Le prix", "Ça dépend.", ("delai",), ())


def test_an_entry_is_read_with_all_it_may_hold(tmp_path: Path) -> None:
    sources = [{"link": "https://exemple.quebec/a", "verified": "2026-11-23"}]
    one = read(tmp_path, prix(button="💸 Prix", short="En <b>bref</b>, {promesse}.", sources=sources))
    assert (one.button, one.short) == ("💸 Prix", "En <b>bref</b>, {promesse}.")
    assert [(source.link, str(source.verified)) for source in one.sources] == [
        ("https://exemple.quebec/a", "2026-11-23")
    ]


def test_an_id_fits_in_a_button(tmp_path: Path) -> None:
    def told(name: str) -> list[str]:
        files = {**whole(), f"questions/{name}.yml": prix(next=None, phrasings=["encore autre chose"])}
        return [line for line in said(tmp_path / name, files) if "octets" in line]

    assert told("x" * ID_BYTES) == []
    assert told("x" * (ID_BYTES + 1)) == [
        f"questions/{'x' * 36}.yml:1: identifiant de plus de 35 octets; raccourcis le nom du fichier"
    ]


@pytest.mark.parametrize(
    ("answer", "short"),
    [
        ("Un.\n\nDeux.", "Un."),
        (f"Un mot. {'Long ' * 50}", "Un mot."),
        ("<b>Un\nDeux</b>", "Le prix"),
        ("long " * 60, "Le prix"),
    ],
)
def test_a_missing_short_is_the_beginning_of_the_answer_when_it_stands_alone(
    tmp_path: Path, answer: str, short: str
) -> None:
    assert read(tmp_path, prix(answer=answer)).short == short


@pytest.mark.parametrize("key", ["title", "answer", "phrasings"])
def test_what_an_entry_cannot_do_without(tmp_path: Path, key: str) -> None:
    told = only(tmp_path, prix(**{key: None}))
    assert told == f"{AT}:1: il manque la clé « {key} »; ajoute « {key}: … »"


def test_an_unknown_key_is_said_with_the_one_that_was_meant(tmp_path: Path) -> None:
    assert only(tmp_path, PRIX + "anwser: x\n") == (
        f"{AT}:8: clé inconnue « anwser »; voulais-tu dire « answer »?"
    )


def test_an_empty_title_is_said_once(tmp_path: Path) -> None:
    assert only(tmp_path, prix(title=" ")) == f"{AT}:1: texte vide; écris-le ou retire la ligne"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": "x" * 61}, "« title » a 61 caractères, au-delà de 60"),
        ({"button": "x" * 25}, "« button » a 25 caractères, au-delà de 24"),
        ({"short": "x" * 221}, "« short » a 221 caractères, au-delà de 220"),
        ({"answer": "x" * 901}, "« answer » a 901 caractères, au-delà de 900"),
        ({"phrasings": ["x" * 1001]}, "formulation de plus de 1000 caractères"),
        ({"title": "Le <b>prix</b>"}, "« title » est montré tel quel"),
        ({"button": "{pigiste}"}, "« button » est montré tel quel"),
        ({"answer": "<b>x"}, "<b> n’est pas fermée"),
        ({"short": "toi & moi"}, "« & » seul"),
        ({"answer": "{prenom}"}, "« {prenom} » ne veut rien dire ici"),
        ({"answer": ["x"]}, "ici, il faut un texte"),
        ({"phrasings": "x"}, "ici, il faut une liste"),
        ({"phrasings": []}, "liste vide"),
        ({"phrasings": ["x", ""]}, "texte vide"),
        ({"phrasings": ["x", {"y": "z"}]}, "ici, il faut un texte"),
        ({"next": ["delais"]}, "identifiant inconnu « delais »; voulais-tu dire « delai »?"),
        ({"sources": "x"}, "« sources » est une liste"),
    ],
)
def test_what_an_entry_may_not_hold(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    assert told in only(tmp_path, prix(**changed))


@pytest.mark.parametrize(
    ("changed", "fine"),
    [
        ({"title": "x" * 60, "button": "x" * 24}, True),
        ({"short": f"<b>{'x' * 216}</b>&amp;&lt;&gt;{{{{"}, False),
        ({"short": f"<b>{'x' * 217}</b>&amp;&lt;&gt;"}, True),
        ({"answer": "🙂" * 900}, True),
    ],
)
def test_limits_count_what_is_shown(tmp_path: Path, changed: dict[str, object], fine: bool) -> None:
    assert (said(tmp_path, whole(prix=prix(**changed))) == []) == fine


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            {"link": "exemple.quebec", "verified": "2026-01-01"},
            "« exemple.quebec » n’est pas une adresse web",
        ),
        ({"link": "ftp://exemple.quebec", "verified": "2026-01-01"}, "n’est pas une adresse web"),
        (
            {"link": "https://exemple.quebec", "verified": "2026-11-24"},
            "vérifié le 2026-11-24, dans l’avenir",
        ),
        ({"link": "https://exemple.quebec", "verified": "hier"}, "« hier » n’est pas une date"),
        ({"link": "https://exemple.quebec"}, "il manque la clé « verified »"),
    ],
)
def test_a_source_has_a_link_and_a_day_gone_by(tmp_path: Path, source: dict[str, str], told: str) -> None:
    assert told in only(tmp_path, prix(sources=[source]))


def test_a_file_bigger_than_a_person_writes_is_refused(tmp_path: Path) -> None:
    told = said(tmp_path, whole(prix=PRIX + "#" * (1 << 20)))
    assert [line.partition(", ")[2] for line in told] == ["au-delà de 1048576; répartis-le en plusieurs"]


def test_an_id_is_a_slug(tmp_path: Path) -> None:
    files = {**whole(), "questions/Le Prix.yml": entry("autre", title="T", answer="A")}
    assert said(tmp_path, files)[0].startswith("questions/Le Prix.yml:1: « Le Prix » ne peut pas être un")


def test_the_folder_gives_the_kind(tmp_path: Path) -> None:
    files = whole(delai=DELAI)
    files["objections/prix.yml"] = files.pop("questions/prix.yml")
    files["politesses/sous/delai.yml"] = files.pop("questions/delai.yml")
    kinds = {one.id: one.kind for one in good(tmp_path, files).entries.values()}
    assert kinds == {"prix": "objection", "delai": "politesse"}
