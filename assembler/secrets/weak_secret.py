"""Tell secrets from placeholders that nobody replaced."""

from __future__ import annotations

import hashlib
import re

__all__ = ["FALLBACKS", "HINT", "KEY", "LIMIT_BYTES", "PLACEHOLDER_WORDS", "find_weakness"]

# Where Flask looks for the key that signs its sessions, and for the ones before it.
KEY = "SECRET_KEY"
FALLBACKS = "SECRET_KEY_FALLBACKS"
HINT = f'Set {KEY} to the output of: python -c "import secrets; print(secrets.token_hex(32))"'

LIMIT_BYTES = 16
LIMIT_DISTINCT = 6

# A text made only of these (between anything that is no letter) stands where a secret should:
# "dev", "changeme", "your-secret-key-here", "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET".
PLACEHOLDER_WORDS = frozenset(
    (  # noqa: SIM905 - one word a line would fill the page
        "a an and app be change changed changeme changethis complex default demo dev development "
        "do example fallback fixme flask for guess hard hardcoded here in insecure is it key keys "
        "local me must my never new not of only or passphrase password placeholder please prod "
        "production random real really replace replaceme sample secret secretkey secretly secrets "
        "secure session set some string super supersecret temporary test testing text the this "
        "to todo token too unsafe use value very will with you your"
    ).split()
)

# SHA-256 of keys that samples and docs print, so that they are not printed here again.
PUBLISHED = frozenset(
    {
        "0f44b34c6311bcb547867d393c1c56e6564e03d905fdd023637f549358bf3670",  # Dify's sample
        "2598f7d6adc142d88161630f3db12ab2bd3403521c281811e5e1ce60d4ac5d76",  # Flask, config
        "9d0f4f5072c13dbd970c045ee6196734249b16917e0e8185c5035e0c1dbcde6b",  # Flask, sessions
    }
)


def find_weakness(secret: str | bytes) -> str | None:
    """Describe what is wrong with ``secret``, without showing it; ``None`` if nothing is."""
    raw = secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
    if not raw.strip():
        return "it is empty"
    if _is_placeholder(raw) or hashlib.sha256(raw).hexdigest() in PUBLISHED:
        return "it is a known default"
    if len(raw) < LIMIT_BYTES:
        return f"it is too short: expected {LIMIT_BYTES} bytes or more, got {len(raw)}"
    if len(set(raw)) < LIMIT_DISTINCT:
        return f"it repeats itself: expected {LIMIT_DISTINCT} different bytes, got {len(set(raw))}"
    return None


def _is_placeholder(raw: bytes) -> bool:
    """Return whether all words in ``raw`` are placeholders, and make up a third of it or more."""
    words = re.findall(r"[a-z]+", raw.decode("latin-1").lower())
    # The third: among random bytes a lone "a" may be all the letters there are.
    return PLACEHOLDER_WORDS.issuperset(words) and sum(map(len, words)) * 3 >= len(raw)
