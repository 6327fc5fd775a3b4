"""The order of patches, and what each needs, is checked before any is applied."""

from __future__ import annotations

import pytest

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, Span
from assembler.planning.patch_calls import PatchCall, check_patches
from assembler.steps.forms import Options, Patch
from assembler.steps.patches import get_patch


def _check(*names: str) -> list[tuple[str, int, str]]:
    found = Collector()
    calls = []
    for line, name in enumerate(names, start=1):
        patch = get_patch(name)
        calls.append(PatchCall(patch, patch.options(), Place("web.yaml", Span(line))))
    check_patches(calls, found)
    return [(each.code, each.place.span.line, each.message) for each in found.found]


@pytest.mark.parametrize(
    "names",
    [(), ("gevent",), ("gevent", "grpc", "psycopg2"), ("gevent", "psycopg2", "grpc")],
)
def test_a_list_that_keeps_order_and_needs_is_well(names: tuple[str, ...]) -> None:
    """What needs gevent may stand anywhere after it, in any order."""
    assert _check(*names) == []


def test_gevent_after_others_is_refused_once() -> None:
    """That gevent must be first is said where it stands, not at each that needs it."""
    assert _check("psycopg2", "grpc", "gevent") == [
        (
            codes.PATCH_ORDER.number,
            3,
            "patch 'gevent' must be the first, but others come before it",
        )
    ]


def test_a_patch_before_what_it_needs_is_refused() -> None:
    """An order that is broken among the others is said at the one that stands too early."""
    found = Collector()
    acme = Patch("acme", "Test.", Options, print, print, needs=("grpc",))
    calls = [
        PatchCall(patch, patch.options(), Place("web.yaml", Span(line)))
        for line, patch in enumerate([get_patch("gevent"), acme, get_patch("grpc")], start=1)
    ]

    check_patches(calls, found)

    (only,) = found.found
    assert only.code == codes.PATCH_ORDER.number
    assert only.place.span.line == 2
    assert only.message == "patch 'acme' comes before 'grpc', which it needs"


def test_a_need_that_is_missing_is_refused() -> None:
    """GRPC's and psycopg2's patches mean nothing without gevent's."""
    found = _check("grpc", "psycopg2")

    assert [each[0] for each in found] == [codes.PATCH_NEED_MISSING.number] * 2
