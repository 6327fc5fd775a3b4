"""Give pytest the assembled app of a profile, its client and its command runner.

Whatever takes time to import is imported by the first test that asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask
    from flask.testing import FlaskClient, FlaskCliRunner

    from assembler.testing.isolation import Isolation

__all__ = [
    "assemble_app",
    "assembled_app",
    "assembled_client",
    "assembled_profile",
    "assembled_runner",
    "assembler_config",
]

MARKER = (
    "profiles(name, ..., config=None, arguments=None, env=None, patches='apply', database=None): "
    "run the test with the app of each of these profiles"
)
KEY: pytest.StashKey[Isolation] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and settings."""
    group = parser.getgroup("assembler")
    group.addoption(
        "--assembler-profile",
        metavar="PROFILE",
        help="The profile of tests that name none; wins over the setting assembler_profile.",
    )
    group.addoption(
        "--assembler-lint", action="store_true", help="Lint the project's profiles, a test each."
    )
    parser.addini(
        "assembler_profile",
        "The profile of tests that name none: a path, or a name in the profiles folder.",
        default="test",
    )
    parser.addini(
        "assembler_database",
        "What becomes of the database after each test: keep, or savepoint to roll it back.",
        default="keep",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each profile of its marker."""
    mark = metafunc.definition.get_closest_marker("profiles")
    if mark is not None and mark.args and "assembled_profile" in metafunc.fixturenames:
        metafunc.parametrize("assembled_profile", mark.args, ids=map(str, mark.args), indirect=True)


@pytest.hookimpl(tryfirst=True)  # before -k and -m choose
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for each profile, if profiles are linted."""
    if config.getoption("assembler_lint"):
        from assembler.testing.lint_items import collect_profiles  # noqa: PLC0415 - see above

        items += collect_profiles(session)


@pytest.hookimpl(wrapper=True, trylast=True)  # inside of what measures coverage
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    """End the processes of patched profiles after the last test."""
    try:
        return (yield)
    finally:
        isolation = session.config.stash.get(KEY, None)
        if isolation is not None:
            isolation.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run the test of a patched profile in a process that is patched before all else."""
    if "assembled_profile" not in getattr(item, "fixturenames", ()):
        return None
    from assembler.testing.isolation import Isolation  # noqa: PLC0415 - see above

    if KEY not in item.config.stash:
        item.config.stash[KEY] = Isolation(item.config)
    return item.config.stash[KEY].run(item, nextitem) or None


@pytest.fixture
def assembled_profile(request: pytest.FixtureRequest) -> str:
    """Return the profile of this test, as its marker, the command line or the settings name it."""
    from assembler.testing.asking import get_profile  # noqa: PLC0415 - see above

    return get_profile(request.node)


@pytest.fixture
def assembler_config() -> Mapping[str, Any]:
    """Return the config that tests lay over their profile's; override it in a ``conftest.py``."""
    return {}


@pytest.fixture
def assemble_app(
    request: pytest.FixtureRequest, assembler_config: Mapping[str, Any]
) -> Iterator[Callable[..., Flask]]:
    """Return a function that assembles a profile; its apps are closed after the test.

    It takes a profile, and what the marker takes, by name.
    """
    from assembler.testing.asking import Asked  # noqa: PLC0415 - see above
    from assembler.testing.opening import AppOpener  # noqa: PLC0415 - see above

    with AppOpener(request.config) as opener:
        yield lambda profile, **given: opener.open(Asked.build(profile, assembler_config, given))


@pytest.fixture
def assembled_app(
    request: pytest.FixtureRequest,
    assembled_profile: str,
    assemble_app: Callable[..., Flask],
) -> Flask:
    """Return the app of this test's profile."""
    mark = request.node.get_closest_marker("profiles")
    return assemble_app(assembled_profile, **(mark.kwargs if mark else {}))


@pytest.fixture
def assembled_client(assembled_app: Flask) -> FlaskClient:
    """Return a test client of the app."""
    return assembled_app.test_client()


@pytest.fixture
def assembled_runner(assembled_app: Flask) -> FlaskCliRunner:
    """Return a runner of the app's commands."""
    return assembled_app.test_cli_runner()
