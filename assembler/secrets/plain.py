"""Mask the secrets in plain JSON types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["mask_plain"]


def mask_plain(value: Any, scrub: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON holds anything
    """Mask the secrets in every string of ``value``, in its keys as well.

    Args:
        value: What JSON has.
        scrub: Masks the secrets that are known.
    """
    if isinstance(value, str):
        return mask_text(scrub(value))
    if isinstance(value, dict):
        return {mask_plain(key, scrub): mask_plain(item, scrub) for key, item in value.items()}
    return [mask_plain(item, scrub) for item in value] if isinstance(value, list) else value
