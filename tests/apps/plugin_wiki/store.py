"""The pages, each a list of its revisions."""

from __future__ import annotations

__all__ = ["PAGES"]

PAGES: dict[str, list[str]] = {
    "Ash": ["What is left."],
    "Bread": ["Flour and water.", "Flour, water and salt; see [[Oven]]."],
    "Oven": ["A hot box. It wants an hour before the loaf goes in, and patience after."],
}
