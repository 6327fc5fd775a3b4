"""The comparison of two apps sees every kind of change, and nothing where there is none."""

from __future__ import annotations

import logging
import warnings
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click
import pytest
from flask import Blueprint, Flask, request_finished
from flask.cli import AppGroup
from flask.json.provider import DefaultJSONProvider
from jinja2 import DictLoader

from tests.support.answers import ask
from tests.support.app_variants import APPS, VARIANTS, build_orders
from tests.support.building import build_elsewhere
from tests.support.described import Describer
from tests.support.sameness import ABSENT, Difference, describe_app, find_differences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Wrapper:
    """A WSGI middleware that does nothing."""

    def __init__(self, wsgi_app: object) -> None:
        """Wrap ``wsgi_app``."""
        self.wsgi_app = wsgi_app


class SpacedJson(DefaultJSONProvider):
    """A provider of another class, with another option."""

    compact = False


def view() -> Any:  # noqa: ANN401 - a filter, a test and a view at once
    """Answer."""
    return "an answer"


def hook(*_: object) -> Any:  # noqa: ANN401 - every kind of hook at once
    """Be registered somewhere."""


def listen(*_: object, **__: object) -> None:
    """Be connected to a signal."""


def add_blueprint(app: Flask, *, nested: bool = False) -> None:
    """Register a blueprint that has a hook, a rule and a command, below another if asked to."""
    blueprint = Blueprint("pages", __name__, url_prefix="/pages")
    blueprint.before_request(hook)
    blueprint.add_url_rule("/", "index", view)
    blueprint.cli.add_command(click.Command("count", callback=hook))
    if nested:
        outer = Blueprint("outer", __name__)
        outer.register_blueprint(blueprint)
        app.register_blueprint(outer)
    else:
        app.register_blueprint(blueprint)


def add_group(app: Flask) -> None:
    """Add a group with a command in it."""
    group = AppGroup("things")
    group.add_command(click.Command("list", params=[click.Option(["--all"])]))
    app.cli.add_command(group)


def wrap(app: Flask) -> None:
    """Wrap the app twice."""
    app.wsgi_app = Wrapper(Wrapper(app.wsgi_app))  # type: ignore[method-assign, assignment]  # Flask's own way to wrap


def set_attribute(app: Flask, path: str, value: object) -> None:
    """Set an attribute of the app, or of what it has."""
    *parents, last = path.split(".")
    target: object = app
    for name in parents:
        target = getattr(target, name)
    setattr(target, last, value)


# What is changed, and where that is seen.
CHANGES: list[tuple[Callable[[Flask], object], list[str]]] = [
    (lambda app: app.config.update(SIZE=1), ["config.SIZE"]),
    (
        lambda app: app.config.update(PERMANENT_SESSION_LIFETIME=timedelta(1)),
        ["config.PERMANENT_SESSION_LIFETIME"],
    ),
    (
        lambda app: app.add_url_rule("/more", "more", view),
        ["url_map.rules[]", "views.more"],
    ),
    (lambda app: app.add_url_rule("/more", endpoint="front"), ["url_map.rules[]"]),
    (
        lambda app: set_attribute(app, "url_map.strict_slashes", value=False),
        ["url_map.strict_slashes"],
    ),
    (
        lambda app: app.url_map.converters.update(kind=app.url_map.converters["int"]),
        ["url_map.converters.kind"],
    ),
    (lambda app: app.view_functions.update(front=hook), ["views.front"]),
    (
        lambda app: app.view_functions.update(front=partial(view)),
        ["views.front"],
    ),
    (lambda app: app.before_request(hook), ["hooks.before_request_funcs.(app)"]),
    (lambda app: app.after_request(hook), ["hooks.after_request_funcs.(app)"]),
    (lambda app: app.teardown_request(hook), ["hooks.teardown_request_funcs.(app)"]),
    (lambda app: app.teardown_appcontext(hook), ["hooks.teardown_appcontext_funcs[]"]),
    (
        lambda app: app.context_processor(hook),
        ["hooks.template_context_processors.(app)[]"],
    ),
    (
        lambda app: app.url_value_preprocessor(hook),
        ["hooks.url_value_preprocessors.(app)"],
    ),
    (lambda app: app.url_defaults(hook), ["hooks.url_default_functions.(app)"]),
    (
        lambda app: app.shell_context_processor(dict),
        ["hooks.shell_context_processors[]"],
    ),
    (
        lambda app: app.shell_context_processor(partial(dict, size=1)),
        ["hooks.shell_context_processors[]", "shell.size"],
    ),
    (lambda app: app.register_error_handler(404, hook), ["error_handlers.(app)"]),
    (lambda app: app.register_error_handler(KeyError, hook), ["error_handlers.(app)"]),
    (lambda app: request_finished.connect(listen, app), ["signals.request-finished"]),
    (
        add_blueprint,
        [
            "url_map.rules[]",
            "views.pages.index",
            "hooks.before_request_funcs.pages",
            "hooks.template_context_processors.pages",
            "blueprints[]",
            "commands.pages",
        ],
    ),
    (lambda app: app.cli.add_command(click.Command("count")), ["commands.count"]),
    (add_group, ["commands.things"]),
    (lambda app: app.add_template_filter(view, "loud"), ["templates.filters.loud"]),
    (lambda app: app.add_template_test(view, "loud"), ["templates.tests.loud"]),
    (lambda app: app.add_template_global(view, "loud"), ["templates.globals.loud"]),
    (
        lambda app: set_attribute(app, "jinja_env.trim_blocks", value=True),
        ["templates.options.trim_blocks"],
    ),
    (
        lambda app: app.jinja_env.add_extension("jinja2.ext.do"),
        ["templates.options.extensions.jinja2.ext.ExprStmtExtension"],
    ),
    (
        lambda app: set_attribute(app, "jinja_loader", DictLoader({"a": "b"})),
        ["templates.loader.type", "templates.loader.attributes.searchpath"]
        + [f"templates.loader.attributes.{name}" for name in ("encoding", "followlinks")]
        + ["templates.loader.attributes.mapping"],
    ),
    (
        lambda app: set_attribute(app, "json", SpacedJson(app)),
        ["json.class", "json.options.compact"],
    ),
    (lambda app: set_attribute(app, "json.sort_keys", value=False), ["json.options.sort_keys"]),
    (lambda app: app.extensions.update(cache={"size": 1}), ["extensions[]"]),
    (lambda app: app.extensions.update(assembler=object()), []),
    (lambda app: set_attribute(app, "redis", {"port": 1}), ["attributes.redis"]),
    (
        lambda app: set_attribute(app, "static_folder", "assets"),
        ["app.static_folder", "app.static_url_path"],
    ),
    (lambda app: set_attribute(app, "instance_path", "/x"), ["attributes.instance_path"]),
    (wrap, ["wsgi.method", "wsgi.of", "wsgi.type", "wsgi.attributes"]),
    (
        lambda app: app.logger.addHandler(logging.NullHandler()),
        ["logging.app.handlers[]", "logging.process.tests.sameness"],
    ),
    (
        lambda app: app.logger.setLevel("INFO"),
        ["logging.app.level", "logging.app.effective_level", "logging.process.tests.sameness"],
    ),
    (
        lambda _: warnings.filterwarnings("ignore", category=BytesWarning),
        ["warnings[]"],
    ),
]


@pytest.fixture
def app() -> Iterator[Flask]:
    """Return a small app; its logger and the warnings are put back afterwards."""
    app = Flask("tests.sameness")
    app.add_url_rule("/", "front", view, methods=["GET"])
    logger = logging.getLogger(app.name)
    handlers, level = list(logger.handlers), logger.level
    with warnings.catch_warnings():
        yield app
    logger.handlers[:], logger.level = handlers, level


@pytest.mark.parametrize(
    ("change", "paths"), CHANGES, ids=[paths[0] if paths else "own" for _, paths in CHANGES]
)
def test_a_change_is_seen_where_it_was_made(
    app: Flask, change: Callable[[Flask], object], paths: list[str]
) -> None:
    """And nowhere else."""
    before = describe_app(app)
    change(app)

    found = find_differences(before, describe_app(app))

    assert sorted({difference.path for difference in found}) == sorted(set(paths))


@pytest.mark.parametrize("name", ["debug", "testing"])
def test_a_flag_is_seen_in_the_app_and_in_its_config(app: Flask, name: str) -> None:
    """Debug reloads templates as well."""
    before = describe_app(app)
    setattr(app, name, True)

    found = {difference.path for difference in find_differences(before, describe_app(app))}

    reloads = {"templates.options.auto_reload"} if name == "debug" else set()
    assert found == {f"app.{name}", f"config.{name.upper()}", *reloads}


def test_the_order_of_hooks_and_of_extensions_is_seen() -> None:
    """Flask runs them in that order, or in its reverse."""
    apps = [Flask("tests.sameness"), Flask("tests.sameness")]
    for app, hooks in zip(apps, [(hook, listen), (listen, hook)], strict=True):
        for one in hooks:
            app.before_request(one)
            app.extensions[one.__name__] = one

    found = find_differences(describe_app(apps[0]), describe_app(apps[1]))

    assert [difference.path for difference in found] == [
        "hooks.before_request_funcs.(app)[0]",
        "hooks.before_request_funcs.(app)[1]",
        *(f"extensions[{index}][{part}]" for index in (0, 1) for part in (0, 2)),
    ]


def test_a_nested_blueprint_is_seen_below_the_outer_one(app: Flask) -> None:
    """By its full name, and with the options it was nested with."""
    add_blueprint(app, nested=True)

    described: Any = describe_app(app)

    assert [one["registered_as"] for one in described["blueprints"]] == ["outer", "outer.pages"]
    assert described["blueprints"][0]["nested"] == [["pages", {}]]
    assert described["hooks"]["before_request_funcs"] == {"outer.pages": [f"{__name__}:hook"]}


def test_a_description_is_the_same_again_and_in_another_process(tmp_path: Path) -> None:
    """No address, number or time gets into it: the largest app is described alike twice over."""
    key = ("big28.factory:create_app", "big28_web.yaml")
    orders, _ = build_orders(*key, VARIANTS[key][:1], tmp_path)
    for order in orders:
        order["conversation"] = []  # what is asked leaves traces

    first, again = build_elsewhere([*orders, *orders], APPS)
    (elsewhere,) = build_elsewhere(orders, APPS)

    assert find_differences(first["description"], elsewhere["description"]) == []
    paths = [
        difference.path
        for difference in find_differences(first["description"], again["description"])
    ]
    assert paths == []


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1, []),
        (1, True, [Difference("", 1, right=True)]),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        (
            {"a": 1, "b": None},
            {"b": 2, "c": 3},
            [
                Difference("a", 1, ABSENT),
                Difference("b", None, 2),
                Difference("c", ABSENT, 3),
            ],
        ),
        ([1, {"a": 2}], [1, {"a": 3}], [Difference("[1].a", 2, 3)]),
        (
            [1, 2, 2],
            [2, 3],
            [
                Difference("[]", 1, ABSENT),
                Difference("[]", 2, ABSENT),
                Difference("[]", ABSENT, 3),
            ],
        ),
        ({"a": [1]}, {"a": {}}, [Difference("a", [1], {})]),
    ],
)  # fmt: skip
def test_every_difference_has_its_path(left: Any, right: Any, expected: list[Difference]) -> None:  # noqa: ANN401 - any JSON
    """Mappings by key, lists by position, else what only one side has."""
    assert find_differences(left, right) == expected


def test_values_are_told_apart_by_more_than_what_json_has() -> None:
    """A tuple is no list, a text of another class no text, and a loop comes to an end."""
    loop: list[object] = [1]
    loop.append(loop)
    wrapper = Wrapper(Wrapper(view))
    describe: Callable[..., Any] = Describer().describe

    assert describe([(1, "a"), {2, 1}, b"\x01", None]) == [
        {"tuple": [1, "a"]},
        {"set": [1, 2]},
        {"bytes": "01"},
        None,
    ]
    assert describe(loop) == [1, "<what holds it>"]
    assert describe({404: timedelta(0), ("a",): print}) == {
        "404": "datetime:timedelta datetime.timedelta(0)",
        '{"tuple": ["a"]}': "builtins:print",
    }
    named = f"{__name__}:Wrapper"
    assert describe(wrapper, 0) == named
    assert describe(wrapper, 1) == {"type": named, "attributes": {"wsgi_app": named}}
    assert describe(wrapper.__init__)["method"] == f"{named}.__init__"  # type: ignore[misc]  # of an instance


def test_an_app_is_asked_with_one_client_and_without_what_changes_by_itself() -> None:
    """Cookies stay, times and signatures go; what is raised is an answer too."""
    app = Flask("tests.sameness")
    app.config.update(SECRET_KEY="k", TESTING=True)  # noqa: S106 - of this test alone

    @app.route("/")
    def count() -> dict[str, int]:
        from flask import session  # noqa: PLC0415 - a name for this view alone

        session["visits"] = session.get("visits", 0) + 1
        return dict(session)

    @app.route("/fail")
    def fail() -> str:
        message = "broken"
        raise LookupError(message)

    requests = [{"request": f"GET {path}"} for path in ("/", "/", "/fail")]
    answers: list[Any] = ask(app, [*requests, {"command": ["nothing"]}])

    first, second, failed, missing = answers
    assert (first["body"], second["body"]) == ('{"visits":1}\n', '{"visits":2}\n')
    assert ["Set-Cookie", "session=eyJ2aXNpdHMiOjJ9; HttpOnly; Path=/"] in second["headers"]
    assert failed == {"raised": "builtins:LookupError: broken"}
    assert missing["status"] == 2
