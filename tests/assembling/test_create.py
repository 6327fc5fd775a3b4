"""Test that what the profile says is what runs: order, references, failures and what is closed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.assembling.create import assemble as assemble_plan
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan
from assembler.report import Patched
from tests.support.projects import HEAD, assemble_text, get_diagnostics, in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

MODULES = {
    "parts.py": '''\
"""Steps that leave traces."""
import contextlib
from flask import Flask, current_app

trace = []


class Shop(Flask):
    pass


def make(import_name, **options):
    return Shop(import_name, **options)


def make_nothing():
    return object()


def step(app, name="step"):
    trace.append(name)
    return name


def fail(app, word="it broke"):
    raise RuntimeError(word)


def note_app():
    trace.append(f"closed with {current_app.name}")


def in_context(app):
    return current_app.name


class Pool:
    def __init__(self, name="pool"):
        self.name = name

    def stop(self):
        trace.append(f"stop {self.name}")


def make_pool(app, name="pool"):
    return Pool(name)


@contextlib.contextmanager
def opened(name):
    trace.append(f"open {name}")
    try:
        yield f"inside {name}"
    finally:
        trace.append(f"close {name}")


def settings(word="x"):
    return {"WORD": word}


def no_settings():
    return 3


def join(*parts, sep="-"):
    return sep.join(parts)


class Production:
    LEVEL = "production"


class Testing:
    LEVEL = "testing"


LEVELS = {"production": Production, "testing": Testing}
''',
}


def assemble(folder: Path, text: str, **options: object) -> Flask:
    """Assemble ``text`` beside the parts."""
    return assemble_text(folder, text, MODULES, **options)  # type: ignore[arg-type]  # passed through


def get_faults(folder: Path, text: str, **options: object) -> list[tuple[str, str, int]]:
    """Return code, message and line of what is said of ``text``; its first line is 3."""
    found = get_diagnostics(folder, text, MODULES, **options)  # type: ignore[arg-type]  # passed through
    return [(one.code, one.message, one.place.span.line) for one in found]


def test_steps_run_in_the_written_order(tmp_path: Path) -> None:
    """And the report tells each with its outcome."""
    text = """\
extensions:
  - {use: "parts:step", name: b, with: {name: b}}
  - {use: "parts:step", name: a, with: {name: a}}
  - {use: attributes, with: {trace: {$import: "parts:trace"}}}
"""
    app = assemble(tmp_path, text)
    assert app.trace == ["b", "a"]  # type: ignore[attr-defined]  # set by the step
    report = app.extensions["assembler"]
    assert [(step.name, str(step.outcome)) for step in report.steps] == [
        ("b", "done"),
        ("a", "done"),
        ("attributes", "done"),
    ]
    assert report.to_dict()["outcome"] == "done"


def test_every_reference_gives_what_it_names(tmp_path: Path) -> None:
    """At any depth, when its step is reached."""
    (tmp_path / "word.txt").write_text("  from a file \n")
    text = """\
config:
  - {use: values, with: {HOST: mail.example.org, TEXT: {$file: word.txt}}}
extensions:
  - {use: "parts:step", name: made, with: {name: made}}
  - use: attributes
    with:
      all:
        - {$import: "parts:LEVELS"}
        - {$step: made}
        - {$config: HOST}
        - {$app: url_map.strict_slashes}
        - {$file: word.txt}
        - {$call: "parts:join", args: [a, {$config: HOST}], with: {sep: "+"}}
        - {$format: "no-reply@{host}", with: {host: {$config: HOST}}}
        - {plain: {deep: [{$config: TEXT}]}}
"""
    app = assemble(tmp_path, text)
    assert app.all[1:] == [  # type: ignore[attr-defined]  # set by the step
        "made",
        "mail.example.org",
        True,
        "from a file",
        "a+mail.example.org",
        "no-reply@mail.example.org",
        {"plain": {"deep": ["from a file"]}},
    ]


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ("{$step: later}", "ASM510", "no earlier extension step is called 'later'"),
        ("{$step: 'off'}", "ASM509", "the step 'off' was skipped: when: false"),
        ("{$config: HOTS}", "ASM604", 'config has no key "HOTS"'),
        ("{$app: nam}", "ASM511", 'the app has no attribute "nam"'),
        (
            "{$file: none.txt}",
            "ASM518",
            'the file "none.txt" cannot be read: no such file or directory',
        ),
        ("{$import: 'parts:stp'}", "ASM504", 'the module "parts" has no attribute "stp"'),
        ("{$call: 'parts:trace'}", "ASM514", '"parts:trace" cannot be called'),
        (
            "{$call: 'parts:join', args: [1]}",
            "ASM514",
            (
                'calling "parts:join" failed: TypeError: '
                "sequence item 0: expected str instance, int found"
            ),
        ),
        ("{$call: 'parts:join', with: {sp: x}}", "ASM508", 'unknown option "sp"'),
        ("{$format: '{a}'}", "ASM517", 'the format names "a", which `with` does not set'),
        ("{$format: '{a.b}', with: {a: x}}", "ASM517", '"{a.b}" is not a plain name in braces'),
        (
            "{$format: '{', with: {a: x}}",
            "ASM517",
            "the format is broken: Single '{' encountered in format string",
        ),
    ],
)  # fmt: skip
def test_a_reference_that_cannot_be_resolved_is_said_where_it_stands(
    tmp_path: Path, value: str, code: str, message: str
) -> None:
    """A key that is absent is an error here, though it is only false in `when`."""
    text = f"""\
config: [{{use: values, with: {{HOST: x}}}}]
extensions:
  - {{use: "parts:step", name: "off", when: false}}
  - {{use: attributes, with: {{here: {value}}}}}
  - {{use: "parts:step", name: later}}
"""
    assert get_faults(tmp_path, text) == [(code, message, 6)]


def test_what_a_reference_gives_is_checked_as_what_is_written(tmp_path: Path) -> None:
    """An option's type is no less in force for a value that comes from elsewhere."""
    text = """\
config: [{use: values, with: {SIZE: ten}}]
extensions:
  - use: database
    with: {url: "sqlite://", pool_size: {$config: SIZE}}
  - use: migrate
    with: {db: {$import: "parts:trace"}}
"""
    message = "expected an integer, got another type from $config"
    assert get_faults(tmp_path, text) == [("ASM202", message, 6)]

    message = 'expected an object, as {$import: "module:attribute"}, got another type from $import'
    sized = text.replace("SIZE: ten", "SIZE: 5")
    assert get_faults(tmp_path, sized) == [("ASM205", message, 8)]


def test_conditions_on_config_are_asked_when_the_step_is_reached(tmp_path: Path) -> None:
    """So an earlier step may still change the answer."""
    text = """\
config: [{use: values, with: {MAIL: ""}}]
extensions:
  - {use: attributes, with: {config.MAIL: x}}
  - {use: "parts:step", when: {$config: MAIL}}
  - {use: "parts:step", name: other, when: {$config: NEVER_SET}}
"""
    report = assemble(tmp_path, text.replace("config.MAIL: x", "word: x")).extensions["assembler"]
    assert [(step.name, step.reason) for step in report.steps[-2:]] == [
        ("parts:step", "config MAIL is false, empty or absent"),
        ("other", "config NEVER_SET is false, empty or absent"),
    ]


def test_a_step_that_fails_is_told_with_the_frame_that_raised(tmp_path: Path) -> None:
    """The last frame is the project's; ours are left out."""
    found = get_diagnostics(tmp_path, 'extensions: ["parts:fail"]\n', MODULES)
    (one,) = found
    assert one.message == "extension 'parts:fail' failed: RuntimeError: it broke"
    assert one.related[0].place.path == "parts.py"


def test_a_step_that_may_fail_is_partial_and_the_rest_goes_on(tmp_path: Path) -> None:
    """The report says so, and so does a reference to what it did not give."""
    text = """\
extensions:
  - {use: "parts:fail", on_error: skip}
  - {use: "parts:step"}
"""
    report = assemble(tmp_path, text).extensions["assembler"]
    assert report.to_dict()["outcome"] == "partial"
    assert [(step.name, step.reason) for step in report.find_degraded()] == [
        ("parts:fail", "extension 'parts:fail' failed: RuntimeError: it broke")
    ]
    assert str(report.steps[-1].outcome) == "done"


def test_a_step_may_run_in_an_app_context(tmp_path: Path) -> None:
    """And does not without."""
    text = 'extensions: [{use: "parts:in_context", app_context: true}]\n'
    assert assemble(tmp_path, text).name == "project"
    assert get_faults(tmp_path, text.replace("true", "false"))[0][0] == "ASM506"


CLOSING = """\
extensions:
  - {use: "parts:make_pool", name: first, close: stop, with: {name: first}}
  - {use: "parts:opened", name: second, as: function, with: {name: second}}
  - {use: "parts:make_pool", name: third, close: stop, with: {name: third}}
  - {use: attributes, with: {inside: {$step: second}, trace: {$import: "parts:trace"}}}
"""


def test_what_was_opened_is_closed_in_reverse_order(tmp_path: Path) -> None:
    """Once, however often it is asked for."""
    app = assemble(tmp_path, CLOSING)
    trace = app.trace  # type: ignore[attr-defined]  # set by the step
    assert trace == ["open second"]
    assert app.inside == "inside second"  # type: ignore[attr-defined]  # set by the step
    app.extensions["assembler"].close()
    app.extensions["assembler"].close()
    assert trace == ["open second", "stop third", "close second", "stop first"]


def test_reference_closes_in_an_app_context(tmp_path: Path) -> None:
    """In its place among the others; it is called without arguments."""
    last = '  - {use: "parts:step", name: last, close: "parts:note_app"}\n'
    app = assemble(tmp_path, CLOSING + last)
    app.extensions["assembler"].close()
    trace = app.trace  # type: ignore[attr-defined]  # set by the step
    assert trace[2:4] == ["closed with project", "stop third"]


@pytest.mark.parametrize(
    ("close", "code"),
    [
        ("parts:absent", "ASM504"),
        ("parts:trace", "ASM514"),
        ("absent:close", "ASM503"),
        ("parts:", "ASM514"),
        ("parts:a:b", "ASM211"),
        ("absent", "ASM504"),
    ],
)
def test_close_that_cannot_be_called_is_reported_at_its_place(
    tmp_path: Path, close: str, code: str
) -> None:
    """When the step is carried out, not when it is too late."""
    text = f'extensions:\n  - {{use: "parts:make_pool", close: "{close}"}}\n'
    (found,) = get_diagnostics(tmp_path, text, MODULES)
    assert (found.code, str(found.place)) == (code, "profile.yaml:4:37")


def test_what_was_opened_is_closed_when_assembling_fails_half_way(tmp_path: Path) -> None:
    """Also in reverse order."""
    text = CLOSING + '  - {use: "parts:fail"}\n'
    write_files(tmp_path, {"profile.yaml": HEAD + text, "project.py": "", **MODULES})
    with in_folder(tmp_path):
        import parts  # type: ignore[import-not-found]  # noqa: PLC0415 - written above

        with pytest.raises(ProfileError, match="it broke"):
            create_app("profile.yaml", env={})
        assert parts.trace == ["open second", "stop third", "close second", "stop first"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('app: {use: "parts:Shop", with: {import_name: project}}\n', "Shop"),
        ('app: {use: "parts:make", with: {import_name: project, static_folder: null}}\n', "Shop"),
        ("", "Flask"),
    ],
)
def test_the_app_is_a_subclass_or_what_a_callable_gives(
    tmp_path: Path, text: str, kind: str
) -> None:
    """With Flask's own arguments."""
    write_files(
        tmp_path, {"p.yaml": (text or "app: {with: {import_name: project}}\n") + "version: 1\n"}
    )
    write_files(tmp_path, {"project.py": "", **MODULES})
    with in_folder(tmp_path):
        assert type(create_app("p.yaml", env={})).__name__ == kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('app: {use: "parts:make_nothing"}\n', "ASM512"),
        ('app: {use: "parts:make", with: {import_nam: x}}\n', "ASM508"),
        ('app: {use: "parts:Shop", with: {import_name: project, statc: x}}\n', "ASM508"),
        ("extensions: []\n", "ASM513"),
    ],
)
def test_an_app_that_cannot_be_made_is_said(tmp_path: Path, text: str, code: str) -> None:
    """A callable that gives none, options that do not fit, and no import_name."""
    write_files(tmp_path, {"p.yaml": "version: 1\n" + text, "project.py": "", **MODULES})
    with in_folder(tmp_path), pytest.raises(ProfileError) as caught:
        create_app("p.yaml", env={})
    assert [one.code for one in caught.value.diagnostics] == [code]


def test_the_history_of_every_config_key_is_known(tmp_path: Path) -> None:
    """Which source set it, which overrode it, and the caller last."""
    text = """\
config:
  - {use: values, with: {WORD: one, LEVEL: none, ONLY: 1}}
  - {use: "parts:settings", with: {word: two}}
  - {use: object, with: {target: "parts:Production"}}
"""
    app = assemble(tmp_path, text, config={"WORD": "three"})
    report = app.extensions["assembler"]
    assert (app.config["WORD"], app.config["LEVEL"]) == ("three", "production")
    assert report.get_history("WORD") == ["values", "parts:settings", "caller"]
    assert report.get_history("LEVEL") == ["values", "object"]
    assert report.get_history("ONLY") == ["values"]
    assert report.get_history("NOT_SET") == []


@pytest.mark.parametrize(
    ("config", "level"),
    [
        (None, "production"),
        ({"LEVEL": "mapping"}, "mapping"),
        ("testing", "testing"),
    ],
)
def test_the_caller_s_config_goes_where_the_profile_says(
    tmp_path: Path, config: object, level: str
) -> None:
    """A name is looked up, a mapping taken, and the default used when nothing is passed."""
    text = """\
config:
  - {use: argument, with: {default: "parts:Production", choose: "parts:LEVELS"}}
"""
    assert assemble(tmp_path, text, config=config).config["LEVEL"] == level


def test_a_config_source_must_give_a_mapping(tmp_path: Path) -> None:
    """And be called with what it takes."""
    assert get_faults(tmp_path, 'config: ["parts:no_settings"]\n') == [
        ("ASM608", '"parts:no_settings" gave a int, not a mapping', 3)
    ]
    assert get_faults(tmp_path, 'config: [{use: "parts:settings", with: {wrd: x}}]\n') == [
        ("ASM508", 'unknown option "wrd"', 3)
    ]


def test_debug_declared_is_the_flag_and_a_source_against_it_is_named(tmp_path: Path) -> None:
    """Left out, sources may set it as in Flask."""
    text = "config: [{use: values, with: {DEBUG: true}}]\n"
    assert assemble(tmp_path, text).debug is True
    assert assemble(tmp_path, "debug: true\n" + text).debug is True
    assert get_faults(tmp_path, "debug: false\n" + text) == [
        ("ASM603", "config source 'values' sets DEBUG to True, but the profile's debug is False", 4)
    ]
    assert assemble(tmp_path, "debug: false\n", env={"FLASK_DEBUG": "1"}).debug is False


def test_debug_does_not_make_the_jinja_environment(tmp_path: Path) -> None:
    """What a step sets for it is in force, and templates are read anew under debug."""
    app = assemble_text(
        tmp_path,
        "debug: true\nextensions:\n"
        "  - {use: attributes, with: {jinja_options: {trim_blocks: true}}}\n",
    )

    assert app.jinja_env.trim_blocks
    assert app.jinja_env.auto_reload


def test_debug_reaches_a_jinja_environment_that_the_app_made_itself(tmp_path: Path) -> None:
    """Flask made it with the flag of before."""
    eager = """
from flask import Flask


def make():
    app = Flask("project")
    app.jinja_env.trim_blocks = True
    return app
"""
    write_files(tmp_path, {"p.yaml": 'version: 1\ndebug: true\napp: {use: "eager:make"}\n'})
    write_files(tmp_path, {"project.py": "", "eager.py": eager})
    with in_folder(tmp_path):
        app = create_app("p.yaml", env={})

    assert app.debug
    assert app.jinja_env.auto_reload


def test_the_environment_is_never_changed_and_env_stands_in_for_it(tmp_path: Path) -> None:
    """Also in the source `env`."""
    before = dict(os.environ)
    text = """\
config:
  - {use: values, with: {WORD: "${WORD}"}}
  - {use: env, with: {prefix: SHOP}}
"""
    app = assemble(tmp_path, text, env={"WORD": "given", "SHOP_A__B": "3"})
    assert (app.config["WORD"], app.config["A"]) == ("given", {"B": 3})
    assert dict(os.environ) == before


def test_many_apps_live_in_one_process(tmp_path: Path) -> None:
    """Each with its own config and report; an edit of the file is seen by the next."""
    text = "config: [{use: values, with: {N: %d}}]\n"
    apps = [assemble(tmp_path, text % number) for number in (1, 22)]
    assert [app.config["N"] for app in apps] == [1, 22]
    assert apps[0].extensions["assembler"] is not apps[1].extensions["assembler"]


def test_no_secret_reaches_what_is_said_or_reported(tmp_path: Path) -> None:
    """From a file, under a secret's name, or in a URL: not in messages, not in the report."""
    (tmp_path / "token.txt").write_text("tok-from-file-12345\n")
    text = """\
config:
  - use: values
    with:
      API_TOKEN: key-from-profile-123
      URL: postgresql://u:url-password-1@h/db
      LATER: {$file: token.txt}
extensions:
  - {use: "parts:fail", name: f1, on_error: skip, with: {word: {$config: API_TOKEN}}}
  - {use: "parts:fail", name: f2, on_error: skip, with: {word: {$config: URL}}}
  - {use: "parts:fail", name: f3, on_error: skip, with: {word: {$config: LATER}}}
"""
    report = assemble(tmp_path, text).extensions["assembler"]
    said = json.dumps(report.to_dict())
    for secret in ("tok-from-file-12345", "key-from-profile-123", "url-password-1"):
        assert secret not in said
    assert [step.reason for step in report.find_degraded()] == [
        f"extension 'f{number}' failed: RuntimeError: {rest}"
        for number, rest in ((1, "***"), (2, "postgresql://u:***@h/db"), (3, "***"))
    ]
    failing = text.replace("on_error: skip, ", "")
    assert "key-from-profile-123" not in str(get_faults(tmp_path, failing))


def test_patches_may_be_assumed_and_the_report_says_so(tmp_path: Path) -> None:
    """For test suites: the process is taken as it is."""
    write_files(tmp_path, {"p.yaml": HEAD + "patches: [gevent]\n", "project.py": ""})
    with in_folder(tmp_path):
        report = create_app("p.yaml", env={}, patches="assume").extensions["assembler"]
    assert report.patches_mode == "assume"
    assert [(proof.name, proof.proof) for proof in report.patches] == [
        ("gevent", "not live (assumed)")
    ]


def test_options_without_a_type_are_typed_by_the_core_rules(tmp_path: Path) -> None:
    """Exactly one plain variable is; quoted or mixed it stays a text."""
    text = """\
extensions:
  - use: attributes
    with:
      number: ${N:-5}
      quoted: "${N:-5}"
      mixed: n${N:-5}
      empty: ${E:-}
"""
    app = assemble(tmp_path, text)
    got = [getattr(app, name) for name in ("number", "quoted", "mixed", "empty")]
    assert got == [5, "5", "n5", ""]


@pytest.mark.parametrize(
    ("config", "options", "secret"),
    [
        ("", "{word: {api_key: key-in-options-1}}", "key-in-options-1"),
        ("", '{word: "${API_TOKEN}"}', "tok-of-environment-1"),
        ("{MAIL: {password: pw-nested-123}}", "{word: {$config: MAIL}}", "pw-nested-123"),
        ("{ACCESS_TOKENS: [tok-listed-123]}", "{word: {$config: ACCESS_TOKENS}}", "tok-listed-123"),
        ("{URL: 'postgresql://u:url-password-2@h/d'}", "{word: url-password-2}", "url-password-2"),
    ],
)
def test_no_secret_of_options_or_nested_config_is_said(
    tmp_path: Path, config: str, options: str, secret: str
) -> None:
    """Under a secret's name in options, from a variable so named, nested, or out of its URL."""
    text = f"""\
config: [{{use: values, with: {config or "{}"}}}]
extensions: [{{use: "parts:fail", with: {options}}}]
"""
    env = {"API_TOKEN": "tok-of-environment-1"}
    found = get_diagnostics(tmp_path, text, MODULES, env=env)
    said = str(found)
    assert "RuntimeError" in said
    assert "***" in said
    assert secret not in said


def test_no_secret_is_said_where_the_app_itself_fails(tmp_path: Path) -> None:
    """Before there is a config, the profile's own secrets are known."""
    modules = {"app_parts.py": "def make(import_name, token):\n    raise RuntimeError(token)\n"}
    write_files(
        tmp_path,
        {
            **modules,
            "p.yaml": "version: 1\napp: {use: 'app_parts:make',"
            " with: {import_name: x, token: tok-of-app-123}}\n",
        },
    )
    with in_folder(tmp_path), pytest.raises(ProfileError) as raised:
        create_app("p.yaml", env={})
    assert raised.value.diagnostics[0].message.endswith("failed: RuntimeError: ***")


@pytest.mark.parametrize("error", ["Cancelled('stop')", "GeneratorExit('stop')", "Mute('stop')"])
@pytest.mark.parametrize("on_error", ["abort", "skip"])
def test_whatever_a_step_raises_is_a_failure(tmp_path: Path, error: str, on_error: str) -> None:
    """Such as a timeout of gevent's, which is no `Exception`, or one that cannot even be shown."""
    source = (
        "class Cancelled(BaseException): ...\n\n\nclass Mute(Exception):\n"
        "    def __str__(self):\n        return 1 + 'x'\n\n\n"
        f"def step(app):\n    raise {error}\n"
    )
    steps = f"extensions: [{{use: 'raising:step', on_error: {on_error}}}]\n"
    write_files(tmp_path, {"raising.py": source, "p.yaml": f"{HEAD}{steps}"})
    with in_folder(tmp_path):
        if on_error == "skip":
            report = create_app("p.yaml").extensions["assembler"]
            assert report.steps[0].outcome == "partial"
            return
        with pytest.raises(ProfileError) as raised:
            create_app("p.yaml")
    (found,) = raised.value.diagnostics
    assert found.code == "ASM506"
    assert found.related[0].place.span.line == 10


def test_a_condition_s_value_that_cannot_be_asked_is_a_failure(tmp_path: Path) -> None:
    """It is an object of the project."""
    modules = {
        "odd.py": "class A:\n    def __bool__(self):\n        raise OSError('no')\nA = A()\n"
    }
    text = (
        "config: [{use: values, with: {A: {$import: 'odd:A'}}}]\n"
        "extensions: [{use: proxy_fix, when: {$config: A}}]\n"
    )
    (found,) = get_diagnostics(tmp_path, text, modules)
    assert found.message == "extension 'proxy_fix' failed: OSError: no"


def test_the_policy_s_pythonpath_is_where_modules_are_found(tmp_path: Path) -> None:
    """As it is for the commands."""
    files = {
        "pyproject.toml": "[tool.assembler]\npythonpath = ['src']\n",
        "src/only_below_src.py": "def step(app): ...\n",
        "p.yaml": f"{HEAD}extensions: ['only_below_src:step']\n",
    }
    write_files(tmp_path, files)
    with in_folder(tmp_path):
        assert create_app("p.yaml").extensions["assembler"].steps[0].outcome == "done"


@pytest.mark.parametrize("use", ["leaves_early:step", "leaves:step"])
def test_a_module_or_step_that_exits_is_a_failure_with_its_place(tmp_path: Path, use: str) -> None:
    """It would end the process without a word, with a status that is its own."""
    modules = {
        "leaves_early.py": "raise SystemExit(4)\n",
        "leaves.py": "import sys\n\n\ndef step(app):\n    sys.exit(4)\n",
    }
    (found,) = get_diagnostics(tmp_path, f"extensions: ['{use}']\n", modules)
    assert found.message.endswith("failed: SystemExit: 4")
    assert found.related[0].place.path.endswith(f"{use.partition(':')[0]}.py")


def test_a_mounted_profile_is_under_the_policy_that_was_named(tmp_path: Path) -> None:
    """`--policy` names it for the whole of what runs."""
    write_files(
        tmp_path,
        {
            "named.toml": "[tool.assembler]\nallow = ['flask']\npackage = 'project'\n",
            "outer.yaml": "version: 1\n"
            "extensions: [{use: inner.yaml, as: mount, with: {path: /in}}]\n",
            "inner.yaml": "version: 1\nextensions: ['parts:step']\n",
            **MODULES,
        },
    )
    with in_folder(tmp_path), pytest.raises(ProfileError, match="does not allow"):
        assemble_plan(load_plan("outer.yaml", env={}, policy_file="named.toml"), Patched())


def test_a_stand_in_for_the_environment_does_not_lift_the_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is for the profile's values; the policy is the real environment's."""
    write_files(
        tmp_path,
        {
            "named.toml": "[tool.assembler]\nallow = ['flask']\n",
            "p.yaml": HEAD + "extensions: ['parts:step']\n",
            **MODULES,
        },
    )
    monkeypatch.setenv("ASSEMBLER_POLICY", "named.toml")
    with in_folder(tmp_path), pytest.raises(ProfileError, match="does not allow"):
        create_app("p.yaml", env={})


def test_a_word_for_patches_that_is_neither_is_refused(tmp_path: Path) -> None:
    """A slip must not patch the process of a test suite."""
    write_files(tmp_path, {"p.yaml": HEAD, "project.py": ""})
    with pytest.raises(ValueError, match="'apply' or 'assume', got 'assumed'"):
        create_app(tmp_path / "p.yaml", patches="assumed")  # type: ignore[arg-type]  # on purpose


def test_a_file_that_is_executed_does_not_get_round_the_allow_list(tmp_path: Path) -> None:
    """`allow_files` must name its folder, wherever it is; what is only read is data."""
    outside = tmp_path / "outside"
    project = tmp_path / "project"
    write_files(outside, {"evil.py": "import pathlib; pathlib.Path('ran').touch()\nA = 1\n"})
    write_files(outside, {"data.json": '{"A": 2}\n'})
    write_files(project, {"own.py": "A = 3\n", "pyproject.toml": "[tool.assembler]\nallow = []\n"})
    text = "config: [{use: file, with: {path: %s}}]\n"
    assert get_faults(project, text % "../outside/evil.py")[0][0] == "ASM702"
    assert not (project / "ran").exists()
    assert assemble(project, text % "../outside/data.json").config["A"] == 2
    assert get_faults(project, text % "own.py")[0][0] == "ASM702"
    allowed = "[tool.assembler]\nallow = []\nallow_files = ['../outside', '.']\n"
    write_files(project, {"pyproject.toml": allowed})
    assert assemble(project, text % "../outside/evil.py").config["A"] == 1
    assert assemble(project, text % "own.py").config["A"] == 3


def test_a_config_object_that_cannot_be_imported_says_what_was_met(tmp_path: Path) -> None:
    """And not a page of guesses."""
    ((code, message, _),) = get_faults(tmp_path, "", config="nomod:x")
    assert code == "ASM505"
    assert message.endswith("ModuleNotFoundError: No module named 'nomod'")
