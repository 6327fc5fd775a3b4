"""A fingerprint says whether a secret is the same, and nothing else of it."""

from __future__ import annotations

from assembler.secrets.fingerprints import LIMIT_SHOWN, Fingerprints, make_key
from assembler.secrets.memory import Secrets


def test_only_the_same_key_gives_the_same_fingerprint() -> None:
    """Without the key nobody can try which secret has which."""
    key = make_key()

    assert Fingerprints(key).hide("geheim-1") == Fingerprints(key).hide("geheim-1")
    assert Fingerprints(key).hide("geheim-1") != Fingerprints(key).hide("geheim-2")
    assert Fingerprints().hide("geheim-1") != Fingerprints().hide("geheim-1")


def test_fingerprints_never_show_their_key_or_what_they_were_asked() -> None:
    """In a debugger or a log, as the memory of secrets."""
    fingerprints = Fingerprints(b"geheim-key")
    fingerprints.show("geheim-1")

    assert "geheim" not in repr(fingerprints)


def test_text_is_masked_before_it_is_cut() -> None:
    """Or what is left of a secret at the end would be shown."""
    secrets = Secrets()
    secrets.add("geheim-and-long")
    fingerprints = Fingerprints(scrub=secrets.scrub)

    before = "x " * (LIMIT_SHOWN // 2 - 2)

    assert fingerprints.show(f"{before}geheim-and-long").startswith(f"{before}***#")
    assert fingerprints.show("plain") == "plain"
