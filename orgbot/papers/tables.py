"""The leads as a table: for a spreadsheet, and for what reads nothing else than text."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from orgbot.knowledge.model import KnowledgeBase
from orgbot.papers.cells import guarded, plain, shown_reach
from orgbot.papers.figures import LeadRow
from orgbot.papers.saying import title_of

Cell = str | datetime | None

# Each column, and about how many characters wide it is read well.
COLUMNS: Mapping[str, int] = {
    "reference": 11,
    "recue": 17,
    "statut": 14,
    "prenom": 16,
    "organisation": 30,
    "moyen": 12,
    "joindre": 30,
    "message": 50,
    "objections": 40,
    "premiere_reponse": 17,
    "probable": 17,
    "au_plus_tard": 17,
    "raison": 40,
}
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def csv_of(rows: Iterable[LeadRow], kb: KnowledgeBase) -> bytes:
    """UTF-8 with its mark, semicolons and CRLF: what a French Excel opens as it is. Times in the profile's
    zone; no cell can be taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_headers(kb))
    for row in rows:
        writer.writerow([_written(cell) for cell in _cells(row, kb)])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(rows: Iterable[LeadRow], kb: KnowledgeBase) -> bytes:
    """One sheet: dates are dates, in the profile's zone, and every text stays a text when it is edited."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {**_AS_TEXT, "in_memory": True}) as book:
        sheet = book.add_worksheet(_NOT_IN_A_NAME.sub(" ", kb.sentences["tableau.feuille"])[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "valign": "vcenter"})
        for column, (width, header) in enumerate(zip(COLUMNS.values(), _headers(kb), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, header, bold)
        last = _fill(book, sheet, (_cells(row, kb) for row in rows))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    return file.getvalue()


def _fill(book: Any, sheet: Any, rows: Iterable[Iterable[Cell]]) -> int:
    """The last line's number."""
    # With the prefix, a text that begins like a formula stays a text when someone edits it.
    text = book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
    last = 0
    for last, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, column, cell, moment)
            elif cell:
                sheet.write_string(last, column, cell, text)
    return last


def _headers(kb: KnowledgeBase) -> list[str]:
    return [kb.sentences[f"tableau.{column}"] for column in COLUMNS]


def _cells(row: LeadRow, kb: KnowledgeBase) -> Iterator[Cell]:
    """In the order of COLUMNS. Times have lost their zone: spreadsheets know none."""
    zone = ZoneInfo(kb.profile.time_zone)

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    yield plain(row.reference)
    yield local(row.at)
    yield _label(kb, "statut", row.status)
    yield plain(row.first_name)
    yield plain(row.organisation)
    yield _label(kb, "moyen", row.reach_kind)
    yield shown_reach(row.reach_kind, row.reach, kb)
    yield plain(row.subject)
    yield plain(", ".join(title_of(kb, objection) for objection in row.objections))
    yield None if row.first_answer is None else local(row.first_answer)
    yield local(row.probable)
    yield local(row.latest)
    yield plain(row.won_or_lost_why)


def _label(kb: KnowledgeBase, column: str, value: str) -> str:
    """A value that interface.yml does not know is shown as it is."""
    return kb.sentences.get(f"tableau.{column}_{value}", plain(value))


def _written(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    return guarded(cell or "")
