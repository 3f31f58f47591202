"""bot.yml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orgbot.knowledge.model import Costs, Holidays, OfficeHours, PrivacyOfficer, Profile
from orgbot.knowledge.nodes import Node, read
from orgbot.knowledge.problems import Report, meant, quoted
from orgbot.knowledge.reading import Line, Reading

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_REQUIRED = ("nom", "formulaire", "promesse", "heures", "fuseau", "vie_privee")
# The host that the example content names, in a link or in an email address.
_EXAMPLE = re.compile(r"(?:^|[@./])example\.org(?![\w.-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    profile: Profile
    entries: tuple[Line, ...] = field(default=())


def read_profile(path: Path, report: Report) -> Declared | None:
    root = read(path, report)
    if root is None:
        return None
    reading = Reading(path, report)
    fields = reading.fields(root, _REQUIRED, ("feries", "couts", "relais", "entrees"))
    promise = reading.fields(fields.get("promesse"), ("heures_ouvrables", "jours_ouvrables"))
    closing = reading.fields(fields.get("feries"), (), ("fermes", "ouverts", "construction"))
    relay = reading.fields(fields.get("relais"), (), ("silence_heures",))
    costs = reading.fields(fields.get("couts"), (), ("erreur", "question", "oubli"))
    defaults, usual = OfficeHours(), Costs()
    profile = Profile(
        name=reading.text(fields.get("nom")).text,
        form_url=_form(reading, fields.get("formulaire")),
        privacy_officer=_officer(reading, fields.get("vie_privee")),
        probable_office_hours=reading.number(promise.get("heures_ouvrables"), 8),
        latest_business_days=reading.number(promise.get("jours_ouvrables"), 2),
        office_hours=_hours(reading, fields.get("heures"), defaults),
        time_zone=_zone(reading, fields.get("fuseau")),
        holidays=Holidays(
            reading.dates(closing.get("fermes")),
            reading.dates(closing.get("ouverts")),
            reading.yes(closing.get("construction"), otherwise=True),
        ),
        costs=Costs(
            wrong=reading.number(costs.get("erreur"), usual.wrong),
            asking=reading.number(costs.get("question"), usual.asking),
            missing=reading.number(costs.get("oubli"), usual.missing),
        ),
        quiet_hours=reading.number(relay.get("silence_heures"), 12),
    )
    return Declared(profile, reading.texts(fields.get("entrees")))


def _form(reading: Reading, node: Node | None) -> str:
    line = reading.address(node)
    _still_example(reading, line)
    return line.text


def _still_example(reading: Reading, line: Line) -> None:
    if _EXAMPLE.search(line.text):
        what = f"{quoted(line.text)} est encore l’exemple"
        reading.warning(line.line, what, "mets la tienne avant d’ouvrir le bot")


def _officer(reading: Reading, node: Node | None) -> PrivacyOfficer:
    fields = reading.fields(node, ("titre", "contact"))
    contact = reading.text(fields.get("contact"))
    _still_example(reading, contact)
    return PrivacyOfficer(reading.text(fields.get("titre")).text, contact.text)


def _hours(reading: Reading, node: Node | None, defaults: OfficeHours) -> OfficeHours:
    fields: Mapping[str, Node] = reading.fields(node, ("ouverture", "fermeture", "jours"))
    opens: time = reading.moment(fields.get("ouverture"), defaults.opens)
    closes: time = reading.moment(fields.get("fermeture"), defaults.closes)
    if node is not None and opens >= closes:
        reading.error(node, "la fermeture n’est pas après l’ouverture", "corrige l’une des deux heures")
    days = frozenset(_weekday(reading, line) for line in reading.texts(fields.get("jours")))
    return OfficeHours(opens, closes, days - {-1} or defaults.weekdays)


def _weekday(reading: Reading, line: Line) -> int:
    if line.text.lower() in WEEKDAYS:
        return WEEKDAYS.index(line.text.lower())
    if line.text:
        fix = meant(line.text.lower(), WEEKDAYS, "écris lundi, mardi…")
        reading.error(line.line, f"{quoted(line.text)} n’est pas un jour", fix)
    return -1


def _zone(reading: Reading, node: Node | None) -> str:
    line = reading.text(node)
    try:
        ZoneInfo(line.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if line.text:
            what = f"fuseau horaire inconnu {quoted(line.text)}"
            reading.error(line.line, what, "au Québec, c’est America/Montreal")
        return "America/Montreal"
    return line.text
