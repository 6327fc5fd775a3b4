"""The profiles of `tests/apps`: each makes the very app that the hand-written factory makes."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.app_variants import APPS, VARIANTS, Variant, build_orders
from tests.support.building import build_elsewhere
from tests.support.sameness import find_differences

if TYPE_CHECKING:
    from pathlib import Path

BY_APP = [
    pytest.param(factory, profile, variants, id=profile.removesuffix(".yaml"))
    for (factory, profile), variants in VARIANTS.items()
]


def start_anew(folder: Path, variants: tuple[Variant, ...]) -> None:
    """Leave nothing in the folder but the files of the variants."""
    shutil.rmtree(folder, ignore_errors=True)
    for variant in variants:
        for name, text in variant.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("factory", "profile", "variants"), BY_APP)
def test_a_profile_makes_the_app_of_the_factory(
    factory: str, profile: str, variants: tuple[Variant, ...], tmp_path: Path
) -> None:
    """In every variant: of the same parts, with the same answers to the same requests."""
    folder = tmp_path / "state"
    orders_by_hand, orders_by_profile = build_orders(factory, profile, variants, folder)

    start_anew(folder, variants)
    by_hand = build_elsewhere(orders_by_hand, APPS)
    start_anew(folder, variants)
    by_profile = build_elsewhere(orders_by_profile, APPS)

    for variant, left, right in zip(variants, by_hand, by_profile, strict=True):
        for part in ("description", "answers"):
            assert (variant.name, find_differences(left[part], right[part])) == (variant.name, [])
        steps = right["report"]["steps"]
        outcomes = {step["name"]: step["outcome"] for step in steps if step["kind"] == "extension"}
        skipped = frozenset(name for name, outcome in outcomes.items() if outcome == "skipped")
        assert (variant.name, skipped) == (variant.name, variant.skipped)
        assert set(outcomes.values()) <= {"done", "skipped"}
