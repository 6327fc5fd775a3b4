"""Tell whether the app of a profile is the one that a hand-written factory makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.ledger.apart import (
    COMPARED,
    LIMIT_SECONDS,
    FactorySide,
    ProfileSide,
    record_apart,
)
from assembler.ledger.comparing import compare_ledgers
from assembler.ledger.expectations import find_expected_file, load_expectations, sort_out
from assembler.ledger.inherent import sort_out_inherent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Ledger

__all__ = ["Verdict", "find_differences", "verify_profile"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the profile's app differs from the factory's, which is the left one."""

    unexpected: list[Difference]
    expected: list[tuple[Difference, str]]  # with the reasons of the file
    unused: list[Diagnostic]  # expectations that fit nothing
    factory: Ledger
    profile: Ledger
    # What a step of the catalogue makes otherwise than its library by hand, with the reasons.
    inherent: list[tuple[Difference, str]] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether nothing differs that is not expected."""
        return not self.unexpected


def verify_profile(
    profile: ProfileSide,
    factory: FactorySide,
    *,
    expected_file: str | None = None,
    limit_seconds: float = LIMIT_SECONDS,
) -> Verdict:
    """Make both apps at once, each in a process of its own, and compare them.

    The factory's process gets the profile's patches as well.

    Args:
        profile: The profile, with what its caller passes.
        factory: The factory, with its arguments.
        expected_file: The differences that are expected; ``None``: the file beside the profile,
            such as ``web.differences.yaml``, if there is one.
        limit_seconds: How long making one of them may take.

    Raises:
        ProfileError: if one cannot be made, or the file is wrong.
        RuntimeError: at a defect of ours.
    """
    file = expected_file or find_expected_file(profile.profile)
    expected = [] if file is None else load_expectations(file)
    by_hand = factory._replace(patched_as=profile.profile)
    by_factory, by_profile = record_apart([by_hand, profile], limit_seconds, more=COMPARED)
    found = compare_ledgers(by_factory, by_profile)
    counted, inherent = sort_out_inherent(found, by_profile)
    return Verdict(*sort_out(counted, expected), by_factory, by_profile, inherent)


def find_differences(  # noqa: PLR0913 - what the two are called with, all but two by name
    profile: str,
    against: str,
    *,
    args: Sequence[Any] = (),
    options: Mapping[str, Any] | None = None,
    config: Any = None,  # noqa: ANN401 - any JSON
    arguments: Mapping[str, Any] | None = None,
    policy_file: str | None = None,
) -> list[Difference]:
    """Return how the app of ``profile`` differs from that of the factory ``against``, for tests.

    Both are made in processes of their own, so that values are what JSON has, and
    ``{"$import": "module:attribute"}`` is that object. What the file beside the profile expects is
    left out.

    Args:
        profile: The profile's file, relative to the current directory.
        against: The factory, ``module:function``.
        args: The factory's positional arguments.
        options: Its keyword arguments.
        config: What `assembler.create_app` would be given as ``config``.
        arguments: What it would be given as ``arguments``.
        policy_file: The file with ``[tool.assembler]``.

    Raises:
        ProfileError: if one of them cannot be made.
    """
    ours = ProfileSide(profile, policy_file, config, arguments)
    return verify_profile(ours, FactorySide(against, policy_file, args, options)).unexpected
