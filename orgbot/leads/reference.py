"""A reference that people can read out on the phone."""

import hashlib

# Crockford's: no I, L, O or U to mistake for something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(bot_id: int, update_id: int) -> str:
    """Such as « 7KQ-2M4 »: the same event, handled again, gives the same one."""
    digest = hashlib.blake2b(f"{bot_id}:{update_id}".encode(), digest_size=6).digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digest)
    return f"{letters[:3]}-{letters[3:]}"
