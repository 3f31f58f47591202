"""SMTP_URL, MAIL_TO and MAIL_FROM → Smtp. A wrong one raises ValueError: one line, which repeats no value."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from email_validator import validate_email

from orgbot.mail.post import Security, Smtp

FORM = "smtps://utilisateur:secret@serveur:465"
PORTS = {"smtps": 465, "smtp": 587}
_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}|[0-9a-f:.]+")


def read_smtp(url: str | None, to: str | None, sender: str | None) -> Smtp | None:
    """None when mail is not wanted: the three are unset."""
    if url is None:
        if to is None and sender is None:
            return None
        name = "MAIL_FROM" if to is None else "MAIL_TO"
        raise ValueError(
            f"{name} : SMTP_URL manque pour envoyer des courriels; ajoute-la ({FORM}) ou retire {name}"
        )
    if to is None:
        raise ValueError(
            "SMTP_URL : on ne sait pas à qui écrire; mets dans MAIL_TO l’adresse qui reçoit les demandes"
        )
    parts = _parts(url)
    user, password = _user(parts)
    receiver = _mailbox("MAIL_TO", to)
    return Smtp(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        user=user,
        password=password,
        security=_security(parts),
        sender=receiver if sender is None else _mailbox("MAIL_FROM", sender),
        to=receiver,
    )


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in PORTS and parts.port != 0 and bool(_HOST.fullmatch(parts.hostname or ""))
    except ValueError:  # its words may repeat the address
        usable = False
    if not usable or parts.path.strip("/") or parts.fragment:
        raise ValueError(
            f"SMTP_URL : adresse non reconnue; elle a la forme {FORM}, et dans le mot de passe "
            "# s’écrit %23, / s’écrit %2F, ? s’écrit %3F, @ s’écrit %40 et % s’écrit %25"
        )
    return parts


def _user(parts: SplitResult) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        missing = "le mot de passe" if user else "l’utilisateur"
        raise ValueError(f"SMTP_URL : il manque {missing}; écris-la sous la forme {FORM}")
    return user, password


def _security(parts: SplitResult) -> Security:
    match parts.scheme, parts.query:
        case "smtps", "":
            return "tls"
        case "smtp", "":
            return "starttls"
        case "smtp", "security=none" if _loopback(parts.hostname or ""):
            return "none"
        case "smtp", "security=none":
            raise ValueError(
                "SMTP_URL : security=none enverrait tout en clair sur le réseau; "
                "retire-le (il ne vaut que pour localhost)"
            )
    raise ValueError("SMTP_URL : ce qui suit « ? » n’est pas reconnu; retire-le, ou écris « ? » %3F")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _mailbox(name: str, value: str) -> str:
    try:
        address = validate_email(value, check_deliverability=False).ascii_email
    except ValueError:
        address = None
    if address is None:
        raise ValueError(
            f"{name} : ce n’est pas une adresse courriel utilisable; "
            "écris-la seule et sans accent avant le @, comme prenom@organisme.org"
        )
    return address
