"""What a message sets aside before it says what matters.

« C’est pas l’argent, c’est qu’on a personne » is about people; « on a du budget, mais… » is not about money.
Denied and conceded parts share every word with the entry that they are not about: they are left out before
the rest is scored. In French, and in English where the turn is the same.
"""

import re

# « c’est pas l’argent », « ce n’est pas qu’on veut pas », « it’s not the money ».
_DENIED = re.compile(
    r"\b(?:c['’]est|ce n['’]est|s['’]est|it['’]s|it is) (?:pas|not)"
    r"(?: tant| vraiment| so much)? (?=l['’]|le |la |les |qu['’]|que |une question|un manque|par manque"
    r"|d['’]|de |du |des |the |that |a lack)",
    re.IGNORECASE,
)
# What follows such a denial is what the message is about.
_ASSERTED = re.compile(
    r"\b(?:mais|but|plutôt|(?<!que )(?<!ni )c['’]est(?! pas)|it['’]s(?! not)|ce serait"
    r"|le vrai problème|the problem)\b",
    re.IGNORECASE,
)
# It says nothing: « mais bon, merci », « c’est tout ».
_EMPTY = re.compile(
    r"(?:\b(?:mais|but|plutôt|c['’]est|bon|bref|merci|thanks|tout|ça|beaucoup|bien|quand|même|pareil|à|vous|toi"
    r"|là)\b|[\W_])*",
    re.IGNORECASE,
)
# A denial that needs nothing after it: « ce n’est pas une question d’argent ».
_ASIDE = re.compile(r"\b(?:une question|un manque|par manque)\b", re.IGNORECASE)
_END = re.compile(r"[.!?;…\n]+")
_STOP = re.compile(rf"{_END.pattern}|\b(?:mais|sauf qu[e'’]|par contre|but)\b", re.IGNORECASE)
# Words of the next sentence before it says what it is: « Le problème, c’est qu’on est deux. »
BEFORE = 3
# « on a le temps », « de l’argent, on en a », « le financement va bien ».
_CONCEDED = re.compile(
    r"\b(?:j['’]ai|on a|nous avons|i have|we have)"
    r"(?: même| tout| bien| assez d[e'’]| du| de l['’]| le| la| les| l['’]| des)*[ '’]?"
    r"(?:temps|argent|sous|budget|moyens|fonds|goût|volonté|énergie|bras|monde|time|money|budget)\b"
    r"|\b(?:on en a|j['’]en ai|il y en a|on l['’]a|on les a)\b(?! pas| plus| pus| jamais)"
    r"|\b(?:va|vont|irait) bien\b|\b(?:est|serait) pas (?:un|le) problème\b|\bpas de problème\b"
    r"|\bon (?:le|la|les) (?:trouve|trouvera|trouverait)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:pas|plus|pus|jamais|rien|aucun|aucune|ni|peu|not|no)\b", re.IGNORECASE)
SHORTEST = 2


def kept(text: str) -> str:
    """`text` without what it denies or concedes; as it was when nothing would be left."""
    told = _told(_affirmed(text))
    return told if told != text and len(told.split()) >= SHORTEST else text


def _affirmed(text: str) -> str:
    """Without « c’est pas… », up to where it says what it is."""
    parts, at = [], 0
    for denied in _DENIED.finditer(text):
        if denied.start() < at:
            continue
        end = _end_of_denial(text, denied)
        if end is not None:
            parts.append(text[at : denied.start()])
            at = end
    return "".join((*parts, text[at:])).strip() if parts else text


def _end_of_denial(text: str, denied: "re.Match[str]") -> int | None:
    """Where its sentence, or the start of the next one, says what it is."""
    end = _END.search(text, denied.end())
    here, there = (len(text), len(text)) if end is None else (end.start(), end.end())
    asserted = _ASSERTED.search(text, denied.end(), here) or _soon(text, there)
    if asserted is not None and _EMPTY.fullmatch(text, asserted.start()) is None:
        return asserted.start()
    if _ASIDE.match(text, denied.end()) is None:
        return None
    stop = _STOP.search(text, denied.end())
    return len(text) if stop is None else stop.end()


def _soon(text: str, start: int) -> "re.Match[str] | None":
    asserted = _ASSERTED.search(text, start)
    near = asserted is not None and len(text[start : asserted.start()].split()) <= BEFORE
    return asserted if near else None


def _told(text: str) -> str:
    """Without the sentences that concede, when a later one says what is wrong."""
    starts, ends = [0], []
    for stop in _STOP.finditer(text):
        ends.append(stop.start())
        starts.append(stop.end())
    ends.append(len(text))
    told = [
        text[start:following]
        for start, end, following in zip(starts, ends, [*starts[1:], len(text)], strict=True)
        if not (following < len(text) and _turns(text, end, following) and _concedes(text[start:end]))
    ]
    return text if len(told) == len(starts) else "".join(told).strip(" ,;:.")


def _turns(text: str, end: int, following: int) -> bool:
    """Whether what follows is told against what precedes."""
    if any(character.isalpha() for character in text[end:following]):
        return True
    return _ASSERTED.search(text, following) is not None


def _concedes(part: str) -> bool:
    found = _CONCEDED.search(part)
    return found is not None and _NEGATED.search(part, 0, found.end()) is None
