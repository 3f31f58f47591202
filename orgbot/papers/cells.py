"""What people typed, made safe for a cell."""

import re
import unicodedata

import phonenumbers

from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.visible import visible
from orgbot.leads.dates import NO_BREAK
from orgbot.leads.model import Reach
from orgbot.leads.reach import REGION, show_reach

# With the minus that is not a hyphen, which some spreadsheets take for one.
_BEGINS_A_FORMULA = frozenset("=+-@\u2212")
_BEGINS_A_CELL = frozenset("\t\r\n")
# No file can hold these: XML forbids them, and UTF-8 the first.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def guarded(text: str) -> str:
    """With an apostrophe in front where a spreadsheet could see a formula, or the beginning of one, behind
    blanks, invisible characters or other widths too."""
    first = unicodedata.normalize("NFKC", visible(text)[:1])
    risky = text[:1] in _BEGINS_A_CELL or first in _BEGINS_A_FORMULA
    return f"'{text}" if risky and text else text


def shown_reach(kind: str, value: str, kb: KnowledgeBase) -> str:
    """As it is dialled from here: « 514 555-1234, poste 22 », « 011 33 6 12 34 56 78, poste 12 »; never
    with a +."""
    if kind == "chat":
        return show_reach(Reach("chat"), kb)
    if kind != "phone":
        return plain(value)
    dialled, _, extension = value.partition(";ext=")
    try:
        number = phonenumbers.parse(dialled)
    except phonenumbers.NumberParseException:
        return plain(value)
    if number.country_code == 1:
        # A number that is copied out of a cell keeps ordinary spaces.
        return show_reach(Reach("phone", value), kb).replace(NO_BREAK, " ")
    abroad = phonenumbers.format_out_of_country_calling_number(number, REGION)
    if not extension:
        return abroad
    return kb.sentences["joindre.poste"].format(numero=abroad, poste=extension).replace(NO_BREAK, " ")
