import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from orgbot.knowledge.model import KnowledgeBase
from orgbot.papers.figures import LeadRow
from orgbot.papers.tables import COLUMNS, csv_of, xlsx_of
from tests.conftest import MONDAY
from tests.papers.week import row

FORMULAS = (
    *(
        '=HYPERLINK("http://x","y")',
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1",
        "\tcmd",
    ),
    *("  =1+1", "\u00a0=1", "\u200b=1", "\uff1d1+1", "\uff0b1", "\uff0d1", " \uff20SUM(1)", "\u22121"),
)


def read(rows: list[LeadRow], kb: KnowledgeBase) -> list[dict[str, str]]:
    text = csv_of(rows, kb).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def opened(rows: list[LeadRow], kb: KnowledgeBase) -> Any:
    return load_workbook(io.BytesIO(xlsx_of(rows, kb))).active


def cell(sheet: Any, kb: KnowledgeBase, column: str) -> Any:
    headers = [one.value for one in sheet[1]]
    return sheet[2][headers.index(kb.sentences[f"tableau.{column}"])]


def test_a_french_excel_opens_the_text_as_it_is(kb: KnowledgeBase) -> None:
    raw = csv_of([row(subject="Deux\nlignes; « ça »")], kb)
    assert raw.startswith("\ufeffNuméro;Reçue le;Statut;Prénom;".encode())
    assert raw.endswith(b"\r\n")
    assert read([row(subject="Deux\nlignes; « ça »")], kb)[0]["Message"] == "Deux\nlignes; « ça »"


def test_times_are_those_of_montreal(kb: KnowledgeBase) -> None:
    answered = row(first_answer=datetime(2026, 11, 24, 3, 5, 59, tzinfo=UTC))
    line = read([answered], kb)[0]
    assert (line["Reçue le"], line["Première réponse"]) == ("2026-11-23 14:00", "2026-11-23 22:05")
    sheet = opened([answered], kb)
    assert cell(sheet, kb, "recue").value == datetime(2026, 11, 23, 14)  # noqa: DTZ001  # Excel has no zones
    assert cell(sheet, kb, "recue").is_date
    assert cell(opened([row()], kb), kb, "premiere_reponse").value is None


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_of_the_text_can_be_a_formula(kb: KnowledgeBase, typed: str) -> None:
    line = read([row(first_name=typed, organisation=typed, subject=typed, won_or_lost_why=typed)], kb)[0]
    for column in ("Prénom", "Organisme", "Message", "Raison"):
        assert line[column] == f"'{typed}"


@pytest.mark.parametrize("typed", ["Bonjour = merci", "L’Escale", "5 - 3", "", "d'accord", "✨"])
def test_an_ordinary_text_is_not_touched(kb: KnowledgeBase, typed: str) -> None:
    assert read([row(subject=typed)], kb)[0]["Message"] == typed


@pytest.mark.parametrize("typed", FORMULAS)
def test_no_cell_of_the_sheet_can_be_or_become_a_formula(kb: KnowledgeBase, typed: str) -> None:
    found = cell(opened([row(subject=typed)], kb), kb, "message")
    assert found.data_type == "s"
    assert found.value.strip() in (typed.strip(), f"_x000D_{typed.strip()}")
    assert found.quotePrefix


def test_an_address_is_no_link(kb: KnowledgeBase) -> None:
    sheet = opened([row(subject="https://example.org", won_or_lost_why="123")], kb)
    assert cell(sheet, kb, "message").hyperlink is None
    assert cell(sheet, kb, "raison").value == "123"


@pytest.mark.parametrize(
    ("kind", "value", "shown", "means"),
    [
        ("phone", "+15145551234", "514 555-1234", "Téléphone"),
        ("phone", "+15145551234;ext=22", "514 555-1234, poste 22", "Téléphone"),
        ("phone", "+33612345678", "011 33 6 12 34 56 78", "Téléphone"),
        ("phone", "+33612345678;ext=12", "011 33 6 12 34 56 78, poste 12", "Téléphone"),
        ("phone", "= 1", "'= 1", "Téléphone"),
        ("email", "lucie@debrouille.org", "lucie@debrouille.org", "Courriel"),
        ("chat", "", "dans cette conversation Telegram", "Telegram"),
        ("pigeon", "gris", "gris", "pigeon"),
    ],
)
def test_the_way_to_reach_her_can_be_read(
    kb: KnowledgeBase, kind: str, value: str, shown: str, means: str
) -> None:
    line = read([row(reach_kind=kind, reach=value)], kb)[0]
    assert (line["Pour joindre"], line["Moyen"]) == (shown, means)
    # The sheet needs no guard: its cells are texts.
    found = cell(opened([row(reach_kind=kind, reach=value)], kb), kb, "joindre")
    assert found.value == shown.removeprefix("'")


def test_statuses_and_objections_are_in_french(kb: KnowledgeBase) -> None:
    line = read([row(status="won", objections=("temps", "autre chose"))], kb)[0]
    assert line["Statut"] == "Gagnée"
    assert line["Objections"] == "On n’a ni le temps ni l’énergie, autre chose"


def test_the_header_stays_and_filters(kb: KnowledgeBase) -> None:
    sheet = opened([row(), row(MONDAY)], kb)
    assert sheet.title == "Demandes"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:M3"
    assert sheet.column_dimensions["H"].width > 40
    assert sheet.max_row == 3


def test_without_leads_there_are_the_headers(kb: KnowledgeBase) -> None:
    assert len(csv_of([], kb).splitlines()) == 1
    assert opened([], kb).max_row == 1
    assert len(list(opened([], kb)[1])) == len(COLUMNS)


def test_what_no_file_can_hold_is_replaced(kb: KnowledgeBase) -> None:
    broken = row(subject="a\ud800b\uffff\x00", organisation="🙂" * 40_000)
    assert read([broken], kb)[0]["Message"].startswith("a\ufffdb\ufffd")
    assert len(cell(opened([broken], kb), kb, "organisation").value.encode("utf-16-le")) <= 2 * 32_767
