"""A reference that people can read out on the phone."""

import hashlib

# Crockford's: no I, L, O or U to mistake for something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


_SAID = str.maketrans("ILOU", "110V")


def typed(text: str) -> str:
    """« 7kq 2m4 » and « 7KQ2M4 » are 7KQ-2M4, and a letter outside the alphabet is the one it is taken for;
    what is no reference stays as it is."""
    letters = "".join(filter(str.isalnum, text.upper())).translate(_SAID)
    known = len(letters) == LENGTH and all(letter in ALPHABET for letter in letters)
    return f"{letters[:3]}-{letters[3:]}" if known else text.strip()


def reference(bot_id: int, update_id: int) -> str:
    """Such as « 7KQ-2M4 »: the same event, handled again, gives the same one."""
    digest = hashlib.blake2b(f"{bot_id}:{update_id}".encode(), digest_size=6).digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digest)
    return f"{letters[:3]}-{letters[3:]}"
