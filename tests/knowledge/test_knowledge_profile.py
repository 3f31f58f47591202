"""bot.yml."""

from datetime import date, time
from pathlib import Path

import pytest

from orgbot.knowledge.model import Holidays, OfficeHours
from tests.knowledge.shelf import BOT, good, said, whole


def test_what_the_freelancer_says_is_read(tmp_path: Path) -> None:
    bot = BOT + "feries: {fermes: [2026-12-24], ouverts: [2026-06-24, 2026-07-01], construction: non}\n"
    bot += "relais: {silence_heures: 5}\n"
    profile = good(tmp_path, whole(bot=bot)).profile
    assert (profile.name, profile.form_url) == ("Camille", "https://exemple.quebec/contact")
    assert (profile.probable_office_hours, profile.latest_business_days) == (8, 2)
    assert profile.office_hours == OfficeHours(time(9), time(17), frozenset({0, 1}))
    assert profile.time_zone == "America/Montreal"
    assert profile.quiet_hours == 5
    assert profile.holidays == Holidays(
        frozenset({date(2026, 12, 24)}),
        frozenset({date(2026, 6, 24), date(2026, 7, 1)}),
        construction=False,
    )
    assert (profile.privacy_officer.title, profile.privacy_officer.contact) == (
        "Responsable",
        "vie@exemple.quebec",
    )


def test_entries_come_in_the_declared_order(tmp_path: Path) -> None:
    assert list(good(tmp_path, whole()).entries) == ["prix", "delai"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nom: Camille\n", "", "bot.yml:1: il manque la clé « nom »"),
        ("nom: Camille", "nom:", "bot.yml:1: texte vide"),
        ("nom:", "nmo: x\nnom:", "bot.yml:1: clé inconnue « nmo »; voulais-tu dire « nom »?"),
        ("https://exemple.quebec/contact", "exemple.quebec", "bot.yml:2: « exemple.quebec » n’est pas une"),
        ("https://exemple.quebec/contact", "https://a b.quebec", "bot.yml:2: « https://a b.quebec » n’est"),
        ("https://exemple.quebec/contact", '"http://["', "bot.yml:2: « http://[ » n’est pas une adresse"),
        ("https://exemple.quebec/contact", "https://a.quebec:99999", "bot.yml:2: « https://a.quebec:99999 »"),
        (
            "nom: Camille",
            "feries: {construction: bof}\nnom: Camille",
            "bot.yml:1: « bof » n’est ni oui ni non; écris oui",
        ),
        ("heures_ouvrables: 8", "heures_ouvrables: 0", "bot.yml:3: « 0 » n’est pas un nombre"),
        ("heures_ouvrables: 8", "heures_ouvrables: -8", "bot.yml:3: « -8 » n’est pas un nombre"),
        ("heures_ouvrables: 8", "heures_ouvrables: huit", "bot.yml:3: « huit » n’est pas un nombre"),
        ("heures_ouvrables: 8", "heures_ouvrables: 99999", "bot.yml:3: « 99999 » n’est pas un nombre"),
        (", jours_ouvrables: 2", "", "bot.yml:3: il manque la clé « jours_ouvrables »"),
        ('"9:00"', "neuf", "bot.yml:4: « neuf » n’est pas une heure"),
        ('"9:00"', '"25:00"', "bot.yml:4: « 25:00 » n’est pas une heure"),
        ('"9:00"', '"17:00"', "bot.yml:4: la fermeture n’est pas après l’ouverture"),
        ("mardi", "mardis", "bot.yml:4: « mardis » n’est pas un jour; voulais-tu dire « mardi »?"),
        ("America/Montreal", "Montréal", "bot.yml:5: fuseau horaire inconnu « Montréal »"),
        ("America/Montreal", "../../etc/passwd", "bot.yml:5: fuseau horaire inconnu"),
        ("America/Montreal", "America", "bot.yml:5: fuseau horaire inconnu « America »"),
        ("titre: Responsable, ", "", "bot.yml:6: il manque la clé « titre »"),
        ("fuseau:", "feries: {fermes: [Noël]}\nfuseau:", "bot.yml:5: « Noël » n’est pas une date"),
        ("fuseau:", "couts: {erreur: 0}\nfuseau:", "bot.yml:5: « 0 » n’est pas un nombre"),
        (
            "fuseau:",
            "couts: {oubi: 2}\nfuseau:",
            "bot.yml:5: clé inconnue « oubi »; voulais-tu dire « oubli »?",
        ),
        ("[prix, delai]", "[prix, prix, delai]", "bot.yml:7: « prix » en double"),
        ("[prix, delai]", "[prix, delai, qui]", "bot.yml:7: « qui » n’a pas de fichier"),
        ("[prix, delai]", "[prix]", "questions/delai.yml:1: « delai » n’est pas dans bot.yml"),
        (
            "promesse: {heures_ouvrables: 8, jours_ouvrables: 2}",
            "promesse: 8",
            "bot.yml:3: ici, il faut des clés",
        ),
    ],
)
def test_a_wrong_value_says_where_and_what(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in BOT
    lines = said(tmp_path, whole(bot=BOT.replace(old, new, 1)))
    assert len(lines) == 1
    assert lines[0].startswith(told)


def test_a_mistyped_declared_id_names_its_file(tmp_path: Path) -> None:
    told = said(tmp_path, whole(bot=BOT.replace("delai]", "delais]")))
    assert "bot.yml:7: « delais » n’a pas de fichier; voulais-tu dire « delai »?" in told


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("https://exemple.quebec/contact", "https://www.example.org/contact", 2),
        ("vie@exemple.quebec", "vie@example.org", 6),
    ],
)
def test_what_is_still_the_example_is_a_warning(tmp_path: Path, old: str, new: str, line: int) -> None:
    files = whole(bot=BOT.replace(old, new))
    assert said(tmp_path, files) == []
    (told,) = said(tmp_path, files, severity="warning")
    assert told.startswith(f"bot.yml:{line}: « {new} » est encore l’exemple; ")


def test_an_address_that_only_looks_like_the_example_is_fine(tmp_path: Path) -> None:
    files = whole(bot=BOT.replace("exemple.quebec/contact", "notexample.org"))
    assert said(tmp_path, files, severity="warning") == []
