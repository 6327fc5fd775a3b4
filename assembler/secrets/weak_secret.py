"""Tell secrets from placeholders that nobody replaced."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from assembler.secrets.text_secrets import names_variable

__all__ = [
    "FALLBACKS",
    "FILE_HINT",
    "HINT",
    "KEY",
    "LIMIT_BYTES",
    "PLACEHOLDER_WORDS",
    "find_weakness",
    "get_remedy",
    "is_path",
    "is_placeholder",
]

# Where Flask looks for the key that signs its sessions, and for the ones before it.
KEY = "SECRET_KEY"
FALLBACKS = "SECRET_KEY_FALLBACKS"
HINT = f'Set {KEY} to the output of: python -c "import secrets; print(secrets.token_hex(32))"'
FILE_HINT = "Write `{$file: path}`, which reads the secret from that file."

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

PATH = (
    r"(?:file://)?/(?:app|etc|home|mnt|opt|private|root|run|secrets|srv|tmp|usr|var|vault|Users)"
    r"(?:/[\w.@-]+)+"
    r"|(?:~|\.{1,2})(?:/[\w.@-]+)+"
    r"|/?(?:[\w.-]+/)+[\w.-]+\.(?:env|json|key|pem|txt|ya?ml)"
)

# SHA-256 of keys that samples and docs print, so that they are not printed here again.
PUBLISHED = frozenset(
    {
        "0f44b34c6311bcb547867d393c1c56e6564e03d905fdd023637f549358bf3670",  # Dify's sample
        "2598f7d6adc142d88161630f3db12ab2bd3403521c281811e5e1ce60d4ac5d76",  # Flask, config
        "9d0f4f5072c13dbd970c045ee6196734249b16917e0e8185c5035e0c1dbcde6b",  # Flask, sessions
    }
)


@lru_cache(maxsize=16)  # asked for every app, mostly about the same key
def find_weakness(secret: str | bytes) -> str | None:
    """Describe what is wrong with ``secret``, without showing it; ``None`` if nothing is."""
    raw = secret if isinstance(secret, bytes) else secret.encode("utf-8", "surrogatepass")
    if not raw.strip():
        return "it is empty"
    said = _find_misuse(raw.decode("latin-1"))
    if said is not None:
        return said[0]
    if is_placeholder(secret) or hashlib.sha256(raw).hexdigest() in PUBLISHED:
        return "it is a known default"
    if len(raw) < LIMIT_BYTES:
        return f"it is too short: expected {LIMIT_BYTES} bytes or more, got {len(raw)}"
    if len(set(raw)) < LIMIT_DISTINCT:
        return f"it repeats itself: expected {LIMIT_DISTINCT} different bytes, got {len(set(raw))}"
    return None


def get_remedy(secret: object) -> str:
    """Return the hint for a secret that `find_weakness` describes."""
    text = secret.decode("latin-1") if isinstance(secret, bytes) else str(secret)
    said = _find_misuse(text)
    return HINT if said is None else said[1]


def is_path(text: str) -> bool:
    """Return whether a secret looks like the path of the file that holds it.

    Base64 has slashes as well, and hardly ever the name of a folder.
    """
    return re.fullmatch(PATH, text) is not None


def is_placeholder(secret: str | bytes) -> bool:
    """Return whether all words in it are placeholders, and make up a third of it or more."""
    text = secret if isinstance(secret, str) else secret.decode("latin-1")
    words = re.findall(r"[a-z]+", text.lower())
    # The third: among random bytes a lone "a" may be all the letters there are.
    return PLACEHOLDER_WORDS.issuperset(words) and sum(map(len, words)) * 3 >= len(text)


def _find_misuse(text: str) -> tuple[str, str] | None:
    """Return what a text is in place of a secret, and the hint."""
    if names_variable(text):
        return "it is the name of a variable, not its value", "Write the variable as `${NAME}`."
    return ("it is a path, not what the file holds", FILE_HINT) if is_path(text) else None
