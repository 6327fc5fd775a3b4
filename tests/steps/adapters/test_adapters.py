"""Test every kind of extension step: what it is told from, and how it is carried out."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING

import flask
import pytest
from werkzeug.utils import import_string

from assembler.steps.adapters import ADAPTER_NAMES, get_adapter
from assembler.steps.adapters.registration import METHODS
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

MODULES = {
    "kinds.py": '''\
"""One object of every kind."""
import logging

import click
from flask import Blueprint, jsonify, request

calls = []


class Extension:
    def __init__(self, size=1):
        self.size = size

    def init_app(self, app, mode="plain"):
        app.extensions["kinds"] = (self.size, mode)


extension = Extension(size=7)
handler = logging.NullHandler()


def make_extension(size):
    return Extension(size)


def make_nothing():
    return 3


def make_blueprint(name):
    made = Blueprint(name, __name__)
    made.get("/made")(lambda: name)
    return made


def make_for_app(app):
    return make_blueprint(app.name)


def make_command(name):
    return click.Command(name, callback=lambda: click.echo(f"made {name}"))


def make_handler(name):
    made = logging.NullHandler()
    made.made_for = name
    return made


def make_wrapper(header):
    def wrap(wsgi_app, value="made"):
        def call(environ, start_response):
            def start(status, headers, exc_info=None):
                return start_response(status, [*headers, (header, value)], exc_info)

            return wsgi_app(environ, start)

        return call

    return wrap


class NeedsApp:
    def __init__(self, app, size=1):
        app.sized = size

    def init_app(self, app): ...


blueprint = Blueprint("pages", __name__)


@blueprint.get("/hello")
def hello():
    return "hello"


@click.command("greet")
def greet():
    click.echo("good day")


def setup(app, greeting="hi"):
    app.greeting = greeting
    return f"{greeting}!"


class Called:
    def __init__(self, app, *, flag=False):
        app.called = flag


def plain(word):
    calls.append(word)
    return word.upper()


class Wrapper:
    def __init__(self, wsgi_app, header="X-Kind"):
        self.wsgi_app, self.header = wsgi_app, header

    def __call__(self, environ, start_response):
        def start(status, headers, exc_info=None):
            return start_response(status, [*headers, (self.header, "wrapped")], exc_info)

        return self.wsgi_app(environ, start)


class Outer(Wrapper):
    def __init__(self, wsgi_app):
        super().__init__(wsgi_app, "X-Outer")


class OutOfStock(Exception):
    pass


def on_error(error):
    return f"handled {type(error).__name__}", 418


def view():
    return request.url_rule.endpoint if request.args else "view"


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"mounted {environ['PATH_INFO']}".encode()]


def hook(*args):
    calls.append(args)
    return args[0] if args and hasattr(args[0], "headers") else None


def processor():
    return {"shop": "ours"}


def shout(text):
    return text.upper()
''',
    "moduled.py": """\
def init_app(app, level=1):
    app.level = level
""",
    "asked.py": """\
def is_enabled():
    return False


def init_app(app):
    raise AssertionError("never called")
""",
    "nothing.py": "value = 3\n",
}


def assemble(folder: Path, *extensions: str) -> Flask:
    """Assemble the steps, one to a line."""
    lines = "".join(f"  - {line}\n" for text in extensions for line in text.strip().splitlines())
    return assemble_text(folder, f"extensions:\n{lines}", MODULES)


def get_fault(folder: Path, extension: str) -> tuple[str, str, str | None]:
    """Return code, message and hint of one step that cannot be carried out."""
    (found,) = get_diagnostics(folder, f"extensions:\n  - {extension}\n", MODULES)
    assert found.place.path == "profile.yaml"
    assert found.place.span.line == 4
    return found.code, found.message, found.hint


@pytest.mark.parametrize("name", ADAPTER_NAMES)
def test_adapter_has_the_name_of_its_row(name: str) -> None:
    """The table and the files agree."""
    assert get_adapter(name).name == name


@pytest.mark.parametrize("name", ADAPTER_NAMES)
def test_classes_are_named_as_python_names_them(name: str) -> None:
    """An object is told by these names; a library that moves a class would not be noticed."""
    for full_name in get_adapter(name).classes:
        found = import_string(full_name)
        assert f"{found.__module__}.{found.__qualname__}" == full_name


@pytest.mark.parametrize("name", METHODS)
def test_registration_methods_take_the_options_of_flask(name: str) -> None:
    """But for the function, which the step names."""
    method = METHODS[name]
    _, _, *options = inspect.signature(getattr(flask.Flask, method.name)).parameters
    assert tuple(options) == method.options


def test_extension_class_takes_with_and_init(tmp_path: Path) -> None:
    """`with` goes to the constructor, `init` to init_app."""
    app = assemble(tmp_path, '{use: "kinds:Extension", with: {size: 3}, init: {mode: fast}}')
    assert app.extensions["kinds"] == (3, "fast")


def test_extension_function_takes_with_and_init(tmp_path: Path) -> None:
    """Only where `as` says so: else it would be given the app."""
    step = '{use: "kinds:make_extension", as: extension, with: {size: 4}, init: {mode: fast}}'
    app = assemble(tmp_path, step)
    assert app.extensions["kinds"] == (4, "fast")


def test_extension_instance_takes_with(tmp_path: Path) -> None:
    """Its init_app gets the options."""
    app = assemble(tmp_path, '{use: "kinds:extension", with: {mode: slow}}')
    assert app.extensions["kinds"] == (7, "slow")


def test_extension_may_be_a_module(tmp_path: Path) -> None:
    """With its init_app, and asked for is_enabled first."""
    app = assemble(tmp_path, '{use: "moduled:", with: {level: 2}}\n"asked:"')
    report = app.extensions["assembler"]
    assert app.level == 2  # type: ignore[attr-defined]  # set by the module
    assert [(step.name, str(step.outcome), step.reason) for step in report.steps] == [
        ("moduled:", "done", None),
        ("asked:", "skipped", "asked.is_enabled() returned false"),
    ]


def test_blueprint_is_registered_with_its_options(tmp_path: Path) -> None:
    """Twice, under another name."""
    app = assemble(
        tmp_path,
        '{use: "kinds:blueprint", with: {url_prefix: /a}}\n'
        '{use: "kinds:blueprint", name: again, with: {url_prefix: /b, name: again}}',
    )
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/a/hello", "/b/hello", "/hello")] == [
        200,
        200,
        404,
    ]


def test_command_is_added_though_callable(tmp_path: Path) -> None:
    """It is asked before `call`."""
    app = assemble(tmp_path, '"kinds:greet"')
    assert app.test_cli_runner().invoke(args=["greet"]).output == "good day\n"


def test_callable_is_called_with_the_app(tmp_path: Path) -> None:
    """A function, and a class without init_app."""
    app = assemble(
        tmp_path,
        '{use: "kinds:setup", with: {greeting: hey}}\n{use: "kinds:Called", with: {flag: true}}',
    )
    assert (app.greeting, app.called) == ("hey", True)  # type: ignore[attr-defined]  # set by the steps


def test_function_result_is_what_step_refers_to(
    tmp_path: Path,
) -> None:
    """So does a `call`; anything else is the object itself."""
    app = assemble(
        tmp_path,
        '{use: "kinds:plain", as: function, with: {word: salt}}\n'
        '{use: "kinds:setup", with: {greeting: {$step: "kinds:plain"}}}\n'
        '{use: "kinds:blueprint"}\n'
        "{use: attributes, with: "
        "{made: {$step: 'kinds:setup'}, pages: {$step: 'kinds:blueprint'}}}",
    )
    assert (app.greeting, app.made) == ("SALT", "SALT!")  # type: ignore[attr-defined]  # set by the steps
    assert app.pages.name == "pages"  # type: ignore[attr-defined]  # set by the step


def test_last_middleware_is_the_outermost(tmp_path: Path) -> None:
    """Each wraps what is there."""
    app = assemble(
        tmp_path,
        '{use: "kinds:Wrapper", as: middleware, with: {header: X-Inner}}\n'
        '{use: "kinds:Outer", as: middleware}',
    )
    headers = app.test_client().get("/").headers
    assert (headers["X-Inner"], headers["X-Outer"]) == ("wrapped", "wrapped")
    assert type(app.wsgi_app).__name__ == "Outer"


@pytest.mark.parametrize(
    "what",
    ["404", '"kinds:OutOfStock"', '[404, "kinds:OutOfStock"]', "{$import: 'kinds:OutOfStock'}"],
)
def test_error_handler_takes_codes_and_classes(tmp_path: Path, what: str) -> None:
    """One of them, or a list."""
    app = assemble(tmp_path, f'{{use: "kinds:on_error", as: error_handler, with: {{for: {what}}}}}')
    handlers = app.error_handler_spec[None]
    known = {code: [kind.__name__ for kind in kinds] for code, kinds in handlers.items() if kinds}
    expected: dict[int | None, list[str]] = {}
    if "404" in what:
        expected[404] = ["NotFound"]
    if "OutOfStock" in what:
        expected[None] = ["OutOfStock"]
    assert known == expected


def test_function_makes_what_as_names(tmp_path: Path) -> None:
    """It gets `with`, and `init` holds the options of the registration, as for a class."""
    app = assemble(
        tmp_path,
        '{use: "kinds:make_blueprint", as: blueprint, with: {name: east}, init: {url_prefix: /e}}',
        '{use: "kinds:make_for_app", as: blueprint, with: {app: {$app: .}}}',
        '{use: "kinds:make_command", as: command, with: {name: seed}, init: {name: sow}}',
        '{use: "kinds:make_handler", as: log_handler, with: {name: x}, init: {level: ERROR}}',
    )
    client = app.test_client()
    assert (client.get("/e/made").text, client.get("/made").text) == ("east", "project")
    assert app.test_cli_runner().invoke(args=["sow"]).output == "made seed\n"
    (handler,) = [one for one in app.logger.handlers if hasattr(one, "made_for")]
    assert (handler.made_for, handler.level) == ("x", logging.ERROR)


def test_class_makes_a_blueprint_where_as_says_so(tmp_path: Path) -> None:
    """Without `as` it is called with the app, as any class is."""
    made = "{name: own, import_name: kinds}"
    app = assemble(
        tmp_path,
        f'{{use: "flask:Blueprint", as: blueprint, with: {made}, init: {{url_prefix: /own}}}}',
    )
    assert list(app.blueprints) == ["own"]


def test_function_makes_middleware_where_init_is_written(tmp_path: Path) -> None:
    """Without it the object is the wrapper itself."""
    app = assemble(
        tmp_path,
        '{use: "kinds:make_wrapper", as: middleware, with: {header: X-A}, init: {}}',
        '{use: "kinds:make_wrapper", name: b, as: middleware, with: {header: X-B}, '
        "init: {value: late}}",
        '{use: "kinds:Wrapper", as: middleware, with: {header: X-C}}',
    )
    headers = app.test_client().get("/").headers
    assert [headers[f"X-{letter}"] for letter in "ABC"] == ["made", "late", "wrapped"]


def test_nothing_else_is_called_to_make_something(tmp_path: Path) -> None:
    """Hooks and handlers are registered as they are, and take no `init`."""
    for adapter in ("before_request", "context_processor", "template_filter", "call", "function"):
        step = f'{{use: "kinds:make_nothing", as: {adapter}, init: {{x: 1}}}}'
        code, message, _ = get_fault(tmp_path, step)
        assert (code, message) == ("ASM508", "`init` is for an object that the step makes first")


def test_log_handler_is_added_with_level_and_format(tmp_path: Path) -> None:
    """Told from the object; its level and format are set on the way."""
    app = assemble(
        tmp_path,
        "{use: attributes, with: {name: handled}}\n"
        '{use: "kinds:handler", with: {level: warning, format: "%(message)s"}}',
    )
    handler = app.logger.handlers[-1]
    assert (type(handler), handler.level) == (logging.NullHandler, logging.WARNING)
    assert handler.format(logging.makeLogRecord({"msg": "only this"})) == "only this"


def test_log_handler_class_replaces_its_earlier_handler(tmp_path: Path) -> None:
    """Apps of one name share their logger: no line is written twice."""
    step = (
        "{use: 'logging:FileHandler', name: lines, with: {filename: app.log, delay: true}, "
        "init: {level: 30}, close: close}"
    )
    steps = f"{{use: attributes, with: {{name: doubled}}}}\n{step}"
    apps = [assemble(tmp_path, steps), assemble(tmp_path, steps)]
    try:
        apps[-1].logger.warning("once")
        assert [handler.name for handler in apps[0].logger.handlers].count("lines") == 1
        assert (tmp_path / "app.log").read_text() == "once\n"
    finally:
        for app in apps:
            app.extensions["assembler"].close()


def test_log_handler_of_an_earlier_app_is_closed(tmp_path: Path) -> None:
    """The file that it had opened is not left open."""
    steps = """\
{use: attributes, with: {name: reopened}}
{use: 'logging:FileHandler', name: lines, with: {filename: app.log}, close: close}"""
    first = assemble(tmp_path, steps)
    (handler,) = (one for one in first.logger.handlers if one.name == "lines")
    assert isinstance(handler, logging.FileHandler)
    stream = handler.stream
    assert stream is not None

    second = assemble(tmp_path, steps)

    assert stream.closed
    for app in (first, second):
        app.extensions["assembler"].close()


def test_wsgi_app_is_mounted_below_its_path(tmp_path: Path) -> None:
    """And everything else is answered as before."""
    app = assemble(
        tmp_path, '"kinds:blueprint"\n{use: "kinds:wsgi", as: mount, with: {path: /below}}'
    )
    client = app.test_client()
    assert client.get("/below/x").text == "mounted /x"
    assert client.get("/hello").text == "hello"


def test_profile_is_mounted_below_its_path(tmp_path: Path) -> None:
    """Assembled from its own file, and closed with the one that mounts it."""
    (tmp_path / "other.yaml").write_text(
        'version: 1\napp: {with: {import_name: project}}\nextensions: ["kinds:blueprint"]\n'
    )
    app = assemble(tmp_path, "{use: other.yaml, as: mount, with: {path: /other}}")
    assert app.test_client().get("/other/hello").text == "hello"


def test_profile_that_mounts_itself_is_rejected(tmp_path: Path) -> None:
    """By whatever way round."""
    code, message, _ = get_fault(tmp_path, "{use: profile.yaml, as: mount, with: {path: /again}}")
    assert (code, message) == ("ASM301", '"profile.yaml" mounts itself')


def test_registration_methods_register_with_flask(tmp_path: Path) -> None:
    """Each by the name that Flask gives it."""
    app = assemble(
        tmp_path,
        "\n".join(
            f'{{use: "kinds:hook", name: {name}, as: {name}}}'
            for name in (
                "before_request",
                "after_request",
                "teardown_request",
                "teardown_appcontext",
                "url_value_preprocessor",
                "url_defaults",
            )
        )
        + '\n{use: "kinds:processor", as: context_processor}'
        '\n{use: "kinds:processor", name: shell, as: shell_context_processor}'
        '\n{use: "kinds:shout", as: template_filter}'
        '\n{use: "kinds:shout", name: named, as: template_filter, with: {name: loud}}'
        '\n{use: "kinds:shout", name: test, as: template_test}'
        '\n{use: "kinds:shout", name: global, as: template_global}',
    )
    assert len(app.before_request_funcs[None]) == 1
    assert len(app.after_request_funcs[None]) == 1
    assert len(app.teardown_request_funcs[None]) == 1
    assert len(app.teardown_appcontext_funcs) == 1
    assert len(app.url_value_preprocessors[None]) == 1
    assert len(app.url_default_functions[None]) == 1
    assert app.make_shell_context()["shop"] == "ours"
    with app.app_context():
        template = app.jinja_env.from_string("{{ shop|shout }} {{ 'a'|loud }} {{ shout('b') }}")
        context: dict[str, object] = {}
        app.update_template_context(context)
        assert template.render(context) == "OURS A B"
    assert "shout" in app.jinja_env.tests


def test_url_rule_takes_a_view_or_an_endpoint_alone(tmp_path: Path) -> None:
    """The options go by Flask's own names."""
    app = assemble(
        tmp_path,
        '{use: "kinds:view", as: add_url_rule, with: {rule: /v, endpoint: v, methods: [GET]}}\n'
        "{name: alias, as: add_url_rule, with: {rule: /w, endpoint: v}}",
    )
    client = app.test_client()
    assert client.get("/w?x=1").text == client.get("/v?x=1").text == "v"


NO_WAY = "it has no init_app and cannot be called"


@pytest.mark.parametrize(
    ("step", "code", "message", "hint"),
    [
        (
            '{use: "nothing:value"}',
            "ASM507",
            f"cannot tell how to attach this int object to the app: {NO_WAY}",
            "Name an object that has an `init_app` or takes the app, or set `as`.",
        ),
        (
            '{use: "nothing:"}',
            "ASM507",
            f"cannot tell how to attach this module to the app: {NO_WAY}",
            "Name an object that has an `init_app` or takes the app, or set `as`.",
        ),
        (
            '{use: "kinds:setup", as: extensoin}',
            "ASM507",
            "no adapter is called 'extensoin'",
            "Did you mean 'extension'?",
        ),
        (
            '{use: "nothing:value", as: extension}',
            "ASM507",
            '"nothing:value" has no init_app',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:make_nothing", as: extension}',
            "ASM507",
            '"kinds:make_nothing" returned a value of type int, which has no init_app',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:make_nothing", as: blueprint}',
            "ASM507",
            '"kinds:make_nothing" returned a value of type int, which is not a blueprint',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:make_nothing", as: middleware, init: {}}',
            "ASM507",
            '"kinds:make_nothing" returned a value of type int, which cannot be called',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:greet", as: blueprint}',
            "ASM507",
            '"kinds:greet" is not a blueprint',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:NeedsApp"}',
            "ASM508",
            "NeedsApp: missing a required argument: 'app'",
            "Write `as: call`, which passes the app to the constructor.",
        ),
        (
            '{use: "kinds:make_for_app", as: blueprint}',
            "ASM508",
            "make_for_app: missing a required argument: 'app'",
            "Write `app: {$app: .}` under `with`.",
        ),
        (
            '{use: "nothing:value", as: log_handler}',
            "ASM507",
            '"nothing:value" is not a log handler',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:handler", with: {level: LOUD}}',
            "ASM508",
            'unknown log level "LOUD"',
            "Write a level such as WARNING, and a format such as `%(message)s`.",
        ),
        (
            '{use: "kinds:handler", with: {levl: INFO}}',
            "ASM508",
            'unknown option "levl"',
            "Did you mean 'level'?",
        ),
        (
            '{use: "nothing:value", as: blueprint}',
            "ASM507",
            '"nothing:value" is not a blueprint',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "nothing:value", as: command}',
            "ASM507",
            '"nothing:value" is not a click command',
            "Remove `as`, or name another adapter.",
        ),
        (
            '{use: "kinds:setup", with: {greting: x}}',
            "ASM508",
            'unknown option "greting"',
            "Did you mean 'greeting'?",
        ),
        (
            '{use: "kinds:plain", as: function}',
            "ASM508",
            "plain: missing a required argument: 'word'",
            "Set what it needs under `with`.",
        ),
        (
            '{use: "kinds:Extension", init: {mod: x}}',
            "ASM508",
            'unknown option "mod"',
            "Did you mean 'mode'?",
        ),
        (
            '{use: "kinds:setup", init: {a: 1}}',
            "ASM508",
            "`init` is for an object that the step makes first",
            "Write the options under `with`.",
        ),
        (
            '{use: "kinds:blueprint", with: {url_prefx: /x}}',
            "ASM508",
            'unknown option "url_prefx"',
            "Did you mean 'url_prefix'?",
        ),
        (
            '{use: "kinds:on_error", as: error_handler}',
            "ASM508",
            'the option "for" is missing: a status code, an exception, or a list',
            "Write `for` under `with`.",
        ),
        (
            '{use: "kinds:on_error", as: error_handler, with: {for: 299}}',
            "ASM508",
            "an error handler is for an HTTP error's status code or a class of exception",
            "Write a code such as 404, or `module:Error`.",
        ),
        (
            '{use: "kinds:wsgi", as: mount, with: {path: below}}',
            "ASM508",
            'expected a path that starts with a slash and does not end in one, got "below"',
            "Write `/below`.",
        ),
        (
            '{use: "kinds:shout", as: template_filter, with: {nam: x}}',
            "ASM508",
            'unknown option "nam"',
            "Did you mean 'name'?",
        ),
        (
            '{use: "nothing:value", as: add_url_rule, with: {rule: /v}}',
            "ASM507",
            '"nothing:value" cannot be called',
            "Remove `as`, or name another adapter.",
        ),
        (
            "{name: alias, as: add_url_rule, with: {endpoint: v}}",
            "ASM508",
            'the option "rule" is missing: the path, such as /about',
            "Write `rule` under `with`.",
        ),
    ],
)
def test_wrong_use_is_reported_with_its_remedy(
    tmp_path: Path, step: str, code: str, message: str, hint: str | None
) -> None:
    """With the option's own place, and what would fit."""
    assert get_fault(tmp_path, step) == (code, message, hint)
