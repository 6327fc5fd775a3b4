"""Say of a secret only whether it is the same: a keyed fingerprint, and masked texts."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from assembler.secrets.known import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["LIMIT_SHOWN", "Fingerprints", "get_server_key", "make_key"]

DIGEST_BYTES = 6
KEY_BYTES = 32
LIMIT_SHOWN = 240  # characters of a detail


def make_key() -> bytes:
    """Return a new key; only ledgers with the same key can be compared in what is secret."""
    return os.urandom(KEY_BYTES)


@cache
def get_server_key() -> bytes:
    """Return the key of this server: the first call makes it, and forked processes share it."""
    return make_key()


@lru_cache(maxsize=1)  # the key is worked in once, and not for each text
def _begin(key: bytes) -> hashlib.blake2b:
    return hashlib.blake2b(key=key, digest_size=DIGEST_BYTES)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Fingerprints of one key; without it nobody can try which secret has which."""

    key: bytes = field(default_factory=make_key, repr=False)
    scrub: Callable[[str], str] = str  # masks the secrets that are known
    level: Callable[[str], str] = str  # takes out what differs and counts for nothing
    limit: int = LIMIT_SHOWN
    _shown: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def keyed(self) -> str:
        """Tell this key from others."""
        return self.digest("")

    def digest(self, text: str) -> str:
        """Return the fingerprint of ``text``."""
        hashed = _begin(self.key).copy()
        hashed.update(self.level(text).encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    def hide(self, text: str) -> str:
        """Return what stands in place of a secret; the digest of a detail sees it as well."""
        return f"{MASK}#{self.digest(text)}"

    def show(self, text: str) -> str:
        """Return ``text`` for people: masked first, then cut; what is lost has its fingerprint."""
        if text not in self._shown:
            self.learn([text])
        return self._shown[text]

    def learn(self, texts: Sequence[str]) -> None:
        """Mask many texts at once: there is nothing to mask in nearly all of them."""
        leveled = [self.level(text) for text in texts]
        joined = "\n".join(leveled)
        scrubbed = self.scrub(joined)
        if scrubbed == joined:
            shown = {
                text: self.mark(plain, plain) for text, plain in zip(texts, leveled, strict=True)
            }
            self._shown.update(shown)
        elif len(texts) == 1:
            self._shown[texts[0]] = self.mark(joined, scrubbed)
        else:
            middle = len(texts) // 2
            self.learn(texts[:middle])
            self.learn(texts[middle:])

    def mark(self, text: str, shown: str) -> str:
        """Return ``shown``, which is ``text`` masked, as `show` does."""
        is_whole = shown == text and len(shown) <= self.limit
        if len(shown) > self.limit:
            shown = f"{shown[: self.limit]}…"
        return shown if is_whole else f"{shown}#{self.digest(text)}"
