"""Test that gunicorn's settings, read off its source, are what gunicorn itself has and takes."""

from __future__ import annotations

import pytest
from gunicorn.config import Config

from assembler.serving.gunicorn_source import find_refusal, is_imported, load_settings

VALUES: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 2**40, 1.5),
    *("", "x", "true", "yes", "10", "-3", "v2", "h1,h3", "127.0.0.1", "10.0.0.1/8", "*", "drop"),
    *([], ["a"], [1], {}, {"a": 1}),
)
# What is only known where it runs: files, users, modules, and which reloaders there are.
ONLY_RUN = {
    *("chdir", "group", "reload_engine", "reload_extra_files", "ssl_version", "user"),
}


def ask_gunicorn(name: str, value: object) -> Exception | None:
    """Return what gunicorn raises at ``value``."""
    try:
        Config().set(name, value)
    except Exception as error:  # noqa: BLE001 - its validators raise whatever they meet
        return error
    return None


def test_the_settings_are_gunicorns_in_its_order() -> None:
    """So that what is suggested for a misspelt one is the same, whoever says it."""
    assert list(load_settings()) == list(Config().settings)


@pytest.mark.parametrize("name", sorted(set(Config().settings) - ONLY_RUN))
def test_what_is_refused_is_what_gunicorn_refuses(name: str) -> None:
    """Value by value, in its own words; a text that would be imported is not asked about."""
    for value in VALUES:
        if isinstance(value, str) and is_imported(name) and "." in value:
            continue
        refused, expected = find_refusal(name, value), ask_gunicorn(name, value)
        assert (refused and str(refused)) == (expected and str(expected)), value


@pytest.mark.parametrize("name", ["post_fork", "ssl_context", "logger_class"])
def test_nothing_is_imported_to_check_a_value(name: str) -> None:
    """A hook's text names code, which linting leaves alone."""
    assert is_imported(name)
    assert find_refusal(name, "this_module.is_not.there") is None


def test_an_unknown_setting_is_not_judged() -> None:
    """That it is unknown is said elsewhere."""
    assert find_refusal("no_such_setting", -1) is None
    assert not is_imported("timeout")
