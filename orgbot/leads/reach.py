"""An address or a number in what a person typed."""

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, ValidationResult
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from orgbot.knowledge.model import KnowledgeBase
from orgbot.leads.model import Reach

Cause = Literal[
    "email_no_at", "email_domain", "phone_area_code", "phone_too_short", "phone_too_long", "nothing_found"
]

REGION = "CA"
LONGEST = 400

# Where most addresses in Québec live: a domain one slip away from one of them is probably that one.
USUAL_DOMAINS = (
    *("gmail.com", "hotmail.com", "hotmail.ca", "outlook.com", "live.ca", "live.com", "icloud.com", "me.com"),
    *("yahoo.ca", "yahoo.com", "videotron.ca", "bell.net", "sympatico.ca", "cgocable.ca"),
)

# The library knows « ext. »; people here write « poste ».
_EXTENSION = re.compile(r"\b(?:poste|post|ext)\b[\s.:#]{0,3}(?=[0-9])", re.IGNORECASE)
_DOMAIN_ALONE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|ca|org|net|qc|quebec|info)")
_WHERE_PHONES_END = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_area_code",
    ValidationResult.TOO_SHORT: "phone_too_short",
    ValidationResult.INVALID_LENGTH: "phone_too_short",
    ValidationResult.TOO_LONG: "phone_too_long",
}


@dataclass(frozen=True, slots=True)
class ReachProblem:
    """Why nothing could be read. `suggestion`: the address that was probably meant."""

    cause: Cause
    suggestion: str = ""


def read_reach(text: str) -> Reach | ReachProblem:
    """The first usable address, else the first usable number, else what is wrong with the best try."""
    text = text[:LONGEST]
    words = [word.strip("<>()[]«»,;:!?\"'’. ") for word in text.split()]
    for word in words:
        if "@" in word:
            return _email(word)
    if sum(character.isdigit() for character in text) >= 5:
        return _phone(text)
    if any(_DOMAIN_ALONE.fullmatch(word.lower()) and word.count(".") > 1 for word in words):
        return ReachProblem("email_no_at")
    return ReachProblem("nothing_found")


def _email(word: str) -> Reach | ReachProblem:
    try:
        address = validate_email(word, check_deliverability=False).normalized
    except (EmailNotValidError, ValueError):
        return ReachProblem("email_domain")
    local, _, domain = address.rpartition("@")
    meant = process.extractOne(domain, USUAL_DOMAINS, scorer=DamerauLevenshtein.distance, score_cutoff=1)
    if meant is not None and meant[1] == 1 and domain not in USUAL_DOMAINS:
        return ReachProblem("email_domain", f"{local}@{meant[0]}")
    return Reach("email", address)


def _phone(text: str) -> Reach | ReachProblem:
    text = _EXTENSION.sub("ext. ", text)
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, REGION, phonenumbers.Leniency.POSSIBLE)), None)
    number = found.number if found is not None else _parsed(text)
    if number is None:
        return ReachProblem("nothing_found")
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == ValidationResult.IS_POSSIBLE:
        return Reach("phone", _stored(number))
    cause = _WHERE_PHONES_END.get(reason, "nothing_found")
    return ReachProblem(cause)  # type: ignore[arg-type]  # the table's values are causes


def _parsed(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse("".join(c for c in text if c.isdigit() or c == "+"), REGION)
    except phonenumbers.NumberParseException:
        return None


def _stored(number: PhoneNumber) -> str:
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain};ext={number.extension}" if number.extension else plain


def show_reach(reach: Reach, kb: KnowledgeBase) -> str:
    """« 514 555-1234, poste 22 »; an address as it is; for this chat, a sentence that says so."""
    if reach.kind == "chat":
        return kb.sentences["joindre.ici"]
    if reach.kind != "phone":
        return reach.value
    plain, _, extension = reach.value.partition(";ext=")
    number = phonenumbers.parse(plain)
    if number.country_code != 1:
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    else:
        digits = str(number.national_number)
        shown = f"{digits[:3]} {digits[3:6]}-{digits[6:]}"
    return kb.sentences["joindre.poste"].format(numero=shown, poste=extension) if extension else shown
