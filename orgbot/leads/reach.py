"""An address or a number in what a person typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import phonenumbers
from email_validator import validate_email
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase
from orgbot.knowledge.sentences import clip, words_of
from orgbot.knowledge.visible import visible
from orgbot.leads.dates import NO_BREAK
from orgbot.leads.model import Reach

Cause = Literal[
    "email_no_at", "email_domain", "phone_area_code", "phone_too_short", "phone_too_long", "nothing_found"
]

REGION = "CA"
LONGEST = 1000
FEWEST_DIGITS = 5
# Words that say more than « mon cell c'est le… », and how much of them is kept, in UTF-16 units.
MORE, NOTE = 2, 100
# What people write around an address, and that says nothing of it.
AROUND = ("joindre", "avant_ligne", "remplissage", "avant_prenom", "autour_joindre")

# Where most addresses in Québec live: a domain one slip away from one of them is probably that one.
USUAL_DOMAINS = (
    *("gmail.com", "hotmail.com", "hotmail.ca", "outlook.com", "icloud.com", "yahoo.ca", "yahoo.com"),
    *("videotron.ca", "sympatico.ca", "cgocable.ca"),
)
# One slip away too, and real.
OTHER_DOMAINS = ("mail.com", "ymail.com", "email.com")
# More than one slip away, and never meant.
MISTAKEN_DOMAINS = {
    "gmail.ca": "gmail.com",
    "videotron.com": "videotron.ca",
    "sympatico.com": "sympatico.ca",
    **{domain.rpartition(".")[0]: domain for domain in reversed(USUAL_DOMAINS)},
}

_ADDRESS = re.compile(r"[^\s<>()\[\]«»,;:!?\"“”|/=@]*@[^\s<>()\[\]«»,;:!?\"“”|/=]*")
_AT = re.compile(r"\s?(?:\(at\)|\[at\]|\barobase\b|@)\s?", re.IGNORECASE)
_DOT = re.compile(r"\s?(?:,|\bpoint\b)\s?(?=[\w-]+(?:[.,\s]|$))", re.IGNORECASE)
# Before the « @ », a comma is one: « oui, lucie arobase… ».
_SPOKEN_DOT = re.compile(r"(?<=\w)\s{1,3}point\s{1,3}(?=\w)", re.IGNORECASE)
_DOMAIN = re.compile(r"[\w.-]+\.(?:com|ca|org|net|info|coop|quebec)", re.IGNORECASE)

_POSTAL_CODE = re.compile(r"\b[a-z][0-9][a-z][\s-]?[0-9][a-z][0-9]\b", re.IGNORECASE)
# The library knows « ext. »; people here write « poste », « p. » or « local ».
_EXTENSION = re.compile(
    r"(?<=[0-9])[\s,;(–-]{0,4}(?:postes?|post|p|local|ext|extension)[\s.:#]{0,3}"
    r"(?:(?:no|n[°º]|num[ée]ro)[\s.:]{0,3})?(?=[0-9])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\+?\d[\d\s().+/–-]*")
_CAUSES: dict[int, Cause] = {
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


def read_reach(text: str, *, sure: bool = False) -> Reach | ReachProblem:
    """The first usable address, else the first usable number, else what is wrong with the best try.

    `sure`: she was asked about an unusual domain, and meant it.
    """
    text = _bounded(text)
    found = [*_addresses(text, sure=sure), *_numbers(text)]
    reaches = (each for each in found if isinstance(each, Reach))
    doubts = (each for each in found if isinstance(each, ReachProblem) and each.suggestion)
    return next(reaches, None) or next(doubts, None) or _repaired(text) or _first_problem(found, text)


def _bounded(text: str) -> str:
    """Cut between words: half an address would be another one."""
    seen = visible(text[: LONGEST + 1])
    return seen if len(text) <= LONGEST else seen.rpartition(" ")[0]


def _first_problem(found: list[Reach | ReachProblem], text: str) -> ReachProblem:
    problems = (each for each in found if isinstance(each, ReachProblem))
    return next(problems, None) or ReachProblem("email_no_at" if _names_a_domain(text) else "nothing_found")


def _names_a_domain(text: str) -> bool:
    words = (word.strip("<>()[]«»,;:!?\"'’.").lower() for word in text.split())
    return any(_DOMAIN.fullmatch(word) and not word.startswith("www.") for word in words)


def _addresses(text: str, *, sure: bool) -> Iterator[Reach | ReachProblem]:
    for typed in _ADDRESS.findall(text):
        address = _valid(typed)
        meant = _meant(address or typed)
        if meant and not (sure and address):
            yield ReachProblem("email_domain", meant)
        else:
            yield Reach("email", address) if address else ReachProblem("email_domain")


def _valid(typed: str) -> str:
    """The address, normalised; "" when it is none."""
    try:
        return validate_email(typed.strip("'’.-"), check_deliverability=False).normalized
    except ValueError:  # EmailNotValidError is one, and so is what a strange domain gets from idna
        return ""


def _meant(address: str) -> str:
    """The same address at the usual domain that this one resembles; "" when it resembles none."""
    local, _, typed = address.strip("'’.-").rpartition("@")
    domain = typed.lower()
    if domain in USUAL_DOMAINS or domain in OTHER_DOMAINS:
        return ""
    near = process.extractOne(domain, USUAL_DOMAINS, scorer=DamerauLevenshtein.distance, score_cutoff=1)
    meant = MISTAKEN_DOMAINS.get(domain) or (near[0] if near else "")
    return _valid(f"{local}@{meant}") if meant else ""


def _repaired(text: str) -> ReachProblem | None:
    """« lucie point roy arobase maison point org », « lucie @ maison,org »: a guess, for her to confirm."""
    if len(_AT.findall(text)) != 1:
        return None
    local, domain = _AT.split(text)
    local = _SPOKEN_DOT.sub(".", local)
    for typed in _ADDRESS.findall(f"{local}@{_DOT.sub('.', domain)}"):
        address = _meant(typed) or _valid(typed)
        if address:
            return ReachProblem("email_domain", address)
    return None


def _numbers(text: str) -> Iterator[Reach | ReachProblem]:
    text = _EXTENSION.sub(" ext. ", _POSTAL_CODE.sub(" ", text))
    matches = list(phonenumbers.PhoneNumberMatcher(text, REGION, phonenumbers.Leniency.POSSIBLE))
    for match in matches:
        yield _judged(match.number)
    runs = [] if matches else _DIGITS.findall(text)
    longest = max(("".join(filter(_dials, run)) for run in runs), key=len, default="")
    if len(longest) >= FEWEST_DIGITS:
        yield _parsed(longest)


def _dials(character: str) -> bool:
    return character.isdecimal() or character == "+"


def _parsed(digits: str) -> Reach | ReachProblem:
    try:
        return _judged(phonenumbers.parse(digits, REGION))
    except NumberParseException as error:
        too_long = error.error_type == NumberParseException.TOO_LONG
        return ReachProblem("phone_too_long" if too_long else "phone_too_short")


def _judged(number: PhoneNumber) -> Reach | ReachProblem:
    # Possible is enough: a new area code is not known to the library before its next version.
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        return ReachProblem(_CAUSES.get(reason, "nothing_found"))
    if number.country_code == 1 and phonenumbers.national_significant_number(number)[0] in "01":
        return ReachProblem("phone_area_code")
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Reach("phone", f"{plain};ext={number.extension}" if number.extension else plain)


def with_note(reach: Reach, text: str, kb: KnowledgeBase) -> Reach:
    """What `text` says besides the address goes with it, in her words: when to call, or another number."""
    text = _bounded(text)
    words = [word for word in fold(_ADDRESS.sub(" ", text)).split() if word.isalpha()]
    more = sum(word not in words_of(kb, AROUND) for word in words) >= MORE
    others = [one for one in (*_addresses(text, sure=True), *_numbers(text)) if isinstance(one, Reach)]
    return replace(reach, note=clip(text, NOTE)) if more or len(others) > 1 else reach


def show_reach(reach: Reach, kb: KnowledgeBase, *, dialled: bool = False) -> str:
    """« 514 555-1234, poste 22 »; an address as it is; for this chat, a sentence that says so; then what she
    said with it. `dialled`: with the country's code, which is what makes Telegram offer to call it."""
    shown = _shown(reach, kb, dialled=dialled)
    return kb.sentences["joindre.precision"].format(joindre=shown, mots=reach.note) if reach.note else shown


def _shown(reach: Reach, kb: KnowledgeBase, *, dialled: bool) -> str:
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
        area = f"+1 {digits[:3]}-" if dialled else f"{digits[:3]}{NO_BREAK}"
        shown = f"{area}{digits[3:6]}-{digits[6:]}"
    return kb.sentences["joindre.poste"].format(numero=shown, poste=extension) if extension else shown
