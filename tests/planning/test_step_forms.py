"""The options of steps that must not be shown."""

from __future__ import annotations

import pytest

from assembler.planning.step_forms import find_secret_options
from assembler.steps.entry_points import FormTable


@pytest.mark.parametrize(("key", "use"), [("extensions", "database"), ("config", "values")])
def test_names_of_ours_are_known_without_other_distributions(
    key: str, use: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their metadata takes tens of milliseconds of each boot."""

    def read_metadata(_table: FormTable[object]) -> None:
        pytest.fail("it read the metadata of what is installed")

    monkeypatch.setattr(FormTable, "_find_entries", read_metadata)

    assert isinstance(find_secret_options(key, use), frozenset)


def test_secret_options_are_found_in_a_wrong_list_too() -> None:
    """What is shown of a profile that is wrong has no secret either."""
    assert find_secret_options("extensions", "console") == {"token"}
    assert find_secret_options("patches", "console") == {"token"}
    assert find_secret_options("extensions", "unheard-of") == frozenset()
