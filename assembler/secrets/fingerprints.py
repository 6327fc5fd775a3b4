"""Say of a secret only whether it is the same: a keyed fingerprint, and masked texts."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assembler.secrets.known import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Fingerprints", "make_key"]

LENGTH = 12
KEY_BYTES = 32
LIMIT_SHOWN = 240  # characters of a detail


def make_key() -> bytes:
    """Return a new key; only ledgers with the same key can be compared in what is secret."""
    return os.urandom(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints of one key; without it nobody can try which secret has which."""

    key: bytes = field(default_factory=make_key, repr=False)
    scrub: Callable[[str], str] = str  # masks the secrets that are known
    level: Callable[[str], str] = str  # takes out what differs and counts for nothing

    @property
    def keyed(self) -> str:
        """Tell this key from others."""
        return self.digest("")

    def digest(self, text: str) -> str:
        """Return the fingerprint of ``text``."""
        data = self.level(text).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, data, hashlib.sha256).hexdigest()[:LENGTH]

    def hide(self, text: str) -> str:
        """Return what stands in place of a secret; the digest of a detail sees it as well."""
        return f"{MASK}#{self.digest(text)}"

    def show(self, text: str) -> str:
        """Return ``text`` for people: masked first, then cut; what is lost has its fingerprint."""
        text = self.level(text)
        return self.mark(text, self.scrub(text))

    def mark(self, text: str, shown: str) -> str:
        """Return ``shown``, which is ``text`` masked, as `show` does."""
        is_whole = shown == text and len(shown) <= LIMIT_SHOWN
        if len(shown) > LIMIT_SHOWN:
            shown = f"{shown[:LIMIT_SHOWN]}…"
        return shown if is_whole else f"{shown}#{self.digest(text)}"
