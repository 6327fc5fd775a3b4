"""Test that what wraps the app outside of the proxy fix is found, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "proxy-fix-inside"
LIMIT = "use: 'shop.limits:RateLimit', as: middleware"
SAID = "'{0}' wraps the app outside 'proxy_fix' and gets the proxy's address, not the client's"


def build(*steps: str) -> str:
    """Return a profile with these extension steps."""
    return "version: 1\nextensions:\n" + "".join(f"  - {{{step}}}\n" for step in steps)


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (LIMIT, "shop.limits:RateLimit"),
        (f"{LIMIT}, name: limit", "limit"),
        (f"{LIMIT}, name: limit, on_error: skip", "limit"),
        (f"{LIMIT}, name: limit, when: '${{LIMIT:-true}}'", "limit"),
        (f"{LIMIT}, name: limit, when: {{$config: LIMIT}}", "limit"),
        ("use: 'shop.admin:app', as: mount, with: {path: /admin}", "shop.admin:app"),
        ("use: mounts, with: {paths: {/admin: profiles/admin.yaml}}", "mounts"),
        ("use: profiles/admin.yaml, as: mount, with: {path: /admin}", "profiles/admin.yaml"),
    ],
)
def test_what_wraps_the_fix_is_found(tmp_path: Path, step: str, name: str) -> None:
    """Middleware and mounted apps, of which each is asked before what stood there."""
    steps = ("use: proxy_fix", "use: health", step)
    assert lint_profile(tmp_path, build(*steps), RULE) == [f"5:11 {SAID.format(name)}"]


@pytest.mark.parametrize("use", ["shop.ext_proxy_fix", "'shop.proxy_fix:init_app'"])
def test_the_fix_of_the_project_counts(tmp_path: Path, use: str) -> None:
    """By the name of its module."""
    name = use.strip("'")
    said = SAID.format("shop.limits:RateLimit").replace("'proxy_fix'", f"'{name}'")
    assert lint_profile(tmp_path, build(f"use: {use}", LIMIT), RULE) == [f"4:11 {said}"]


def test_each_is_found_and_the_fix_is_pointed_at(tmp_path: Path) -> None:
    """The hint says where the fix belongs."""
    text = build("use: proxy_fix", LIMIT, "use: 'shop.admin:app', as: mount, with: {path: /a}")
    first, second = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert (first.severity, first.hint) == (
        "warning",
        "Move 'proxy_fix' after 'shop.limits:RateLimit'.",
    )
    assert [str(one.related[0].place) for one in (first, second)] == ["web.yaml:3:11"] * 2
    assert second.message == SAID.format("shop.admin:app")


@pytest.mark.parametrize(
    "steps",
    [
        (LIMIT, "use: proxy_fix"),
        (LIMIT, "use: health"),
        ("use: proxy_fix", "use: 'shop.limits:RateLimit'"),
        ("use: proxy_fix", "use: 'shop.limits:check', as: before_request"),
        ("use: proxy_fix", "use: 'werkzeug.middleware.proxy_fix:ProxyFix', as: middleware"),
        ("use: proxy_fix", "use: 'shop.proxies:ShopProxyFix', as: middleware"),
        ("use: proxy_fix", f"{LIMIT}, when: false"),
        ("use: proxy_fix", f"{LIMIT}, when: {{installed: no_such_package}}"),
        ("use: proxy_fix, when: {installed: no_such_package}", LIMIT),
    ],
)
def test_what_is_given_the_right_address_is_left_alone(
    tmp_path: Path, steps: tuple[str, ...]
) -> None:
    """Inside of the fix, or not around the app at all, or it does not run."""
    assert lint_profile(tmp_path, build(*steps), RULE) == []
