"""Shorten long texts so that it still shows in what they differ."""

from __future__ import annotations

import re

from assembler.secrets.fingerprints import LIMIT_SHOWN

__all__ = ["shorten"]

ATTRIBUTE = re.compile(r"[(\[{,] ?")  # what stands before an attribute, an entry or an item


def shorten(left: str | None, right: str | None) -> tuple[str | None, str | None]:
    """Return both texts, which are masked, from the first attribute on that differs.

    Those that are short enough stay whole.
    """
    texts = [one for one in (left, right) if one is not None]
    if all(len(one) <= LIMIT_SHOWN for one in texts):
        return left, right
    start = 0
    if len(texts) == 2 and left != right:  # noqa: PLR2004 - both
        start = _find_start(*texts)
    return _cut(left, start), _cut(right, start)


def _find_start(left: str, right: str) -> int:
    """Return where the first attribute that differs begins; 0 if one sees it from there."""
    pairs = enumerate(zip(left, right, strict=False))
    same = next(
        (index for index, (one, other) in pairs if one != other), min(map(len, (left, right)))
    )
    if same < LIMIT_SHOWN // 2:
        return 0
    return max((one.end() for one in ATTRIBUTE.finditer(left[:same])), default=0)


def _cut(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    end = start + LIMIT_SHOWN
    return f"{'… ' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
