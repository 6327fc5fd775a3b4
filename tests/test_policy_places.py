"""The policy decides wherever a profile names code or files: at run, and in lint."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from gunicorn.config import KNOWN_SETTINGS
from pydantic import WithJsonSchema

from assembler.planning.step_forms import find_naming_options, iter_forms
from assembler.serving.gunicorn_source import is_imported
from assembler.serving.settings import MODELS, OURS
from assembler.steps.named_places import (
    FLASK_PATHS,
    SERVER_CODE,
    SERVER_DICT,
    SERVER_FILES,
    find_file_options,
)
from tests.support.commands import run_commands
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.steps.forms import Options

DOCS = Path(__file__).parent.parent / "docs" / "policy-and-secrets.md"
POLICY = '[tool.assembler]\npackage = "shop"\nallow = ["shop"]\n'
MARK = "import pathlib; pathlib.Path('ran').touch()\n"
APP = "app: {with: {import_name: shop}}\n"
# Each ran code or reached files that the policy does not name.
REFUSED = {
    "logconfig": ("server: {with: {logconfig: /etc/logging.ini}}", "ASM702", "/etc"),
    "logconfig in the root": ("server: {with: {logconfig: logging.ini}}", "ASM702", "."),
    "logconfig_json": ("server: {with: {logconfig_json: /etc/log.json}}", "ASM702", "/etc"),
    "logconfig_dict": (
        "server: {with: {logconfig_dict: {version: 1, formatters: {a: {'()': os.system}}}}}",
        "ASM701",
        "os",
    ),
    "logconfig_dict with ext": (
        (
            "server: {with: {logconfig_dict: {version: 1, handlers: {a: {class:"
            " logging.StreamHandler, stream: 'ext://evil.stream'}}}}}"
        ),
        "ASM701",
        "evil",
    ),
    "logconfig_dict with a way through logging": (
        "server: {with: {logconfig_dict: {version: 1, handlers: {a: {class: logging.os.system}}}}}",
        "ASM701",
        "logging.os",
    ),
    "logconfig_dict that writes": (
        (
            "server: {with: {logconfig_dict: {version: 1, handlers: {a: {class:"
            " logging.FileHandler, filename: /etc/a.log}}}}}"
        ),
        "ASM702",
        "/etc",
    ),
    "control socket": ("server: {control: /srv/a.sock}", "ASM702", "/srv"),
    "state folder": ("server: {state: /srv/state}", "ASM702", "/srv/state"),
    "log file": ("server: {with: {errorlog: /var/log/a.log}}", "ASM702", "/var/log"),
    "certificate in a group": (
        "server: {with: {gunicorn: {certfile: /etc/ssl/a.pem}}}",
        "ASM702",
        "/etc/ssl",
    ),
    "certificate": ("server: {with: {certfile: /etc/ssl/a.pem}}", "ASM702", "/etc/ssl"),
    "migrations": (
        (
            "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'sqlite://'}}]\n"
            "extensions: [database, {use: migrate, with: {directory: ../evil}}]"
        ),
        "ASM702",
        "../evil",
    ),
    "python source": ("config: [{use: file, with: {path: conf/a.py}}]", "ASM702", "conf"),
    "cfg source": ("config: [{use: file, with: {path: conf/a.cfg}}]", "ASM702", "conf"),
    "mount": (
        "extensions: [{use: ../evil/web.yaml, as: mount, with: {path: /x}}]",
        "ASM702",
        "../evil",
    ),
    "directories": (
        "extensions: [{use: directories, with: {paths: [/etc/x]}}]",
        "ASM702",
        "/etc/x",
    ),
    "directories by dots": (
        "extensions: [{use: directories, with: {paths: [../../x]}}]",
        "ASM702",
        "../x",
    ),
    "log file of the step": (
        "extensions: [{use: logging, with: {file: /etc/a.log}}]",
        "ASM702",
        "/etc",
    ),
    "celery setting": (
        (
            "extensions: [{use: celery, with: {broker_url: 'memory://', settings:"
            " {task_annotations: ['evilpkg:Notes']}}}]"
        ),
        "ASM701",
        "evilpkg",
    ),
    "storage": ("extensions: [{use: storage, with: {folder: ../../x}}]", "ASM702", "../x"),
    "storage by a URL": (
        "extensions: [{use: storage, with: {url: 'file:///etc/x'}}]",
        "ASM702",
        "/etc/x",
    ),
    "attributes": (
        "extensions: [{use: attributes, with: {static_folder: /etc}}]",
        "ASM702",
        "/etc",
    ),
    "$app": (
        (
            "extensions: [{use: 'shop:take', as: function, with:"
            " {a: {$app: __class__.__init__.__globals__}}}]"
        ),
        "ASM701",
        None,
    ),
    "reference": (
        (
            "extensions: [{use: 'shop:take', as: function, with:"
            " {a: {$import: 'shop:Thing.__init__.__globals__'}}}]"
        ),
        "ASM701",
        None,
    ),
}
APPS = {
    "import_name": ("app: {with: {import_name: evilpkg.sub}}", "ASM701", "evilpkg.sub"),
    "static_folder": ("app: {with: {static_folder: /etc}}", "ASM702", "/etc"),
    "static_folder by dots": ("app: {with: {static_folder: ../../x}}", "ASM702", "../../x"),
    "instance_path": ("app: {with: {instance_path: /etc}}", "ASM702", "/etc"),
}
SHOP = "def take(a=None): ...\nclass Thing:\n    def __init__(self): ...\n"
FILES = {
    "project/pyproject.toml": POLICY,
    "project/shop.py": SHOP,
    "project/conf/a.py": MARK,
    "project/conf/a.cfg": MARK,
    "project/logging.ini": "",
    "project/evilpkg/__init__.py": MARK,
    "project/evilpkg/sub.py": MARK,
    "evil/env.py": MARK,
    "evil/web.yaml": "version: 1\n",
}


@pytest.mark.parametrize("case", [*REFUSED, *APPS])
def test_what_the_policy_does_not_name_is_refused(tmp_path: Path, case: str) -> None:
    """Lint and whatever assembles or serves say the same, with the line to add; nothing runs."""
    text, code, entry = {**REFUSED, **APPS}[case]
    head = "version: 1\n" + (APP if case in REFUSED else "")
    write_files(tmp_path, {**FILES, "project/web.yaml": f"{head}{text}\n"})
    is_server = text.startswith("server:")
    run = (
        ["run", "web.yaml", "--bind", "127.0.0.1:0"]
        if is_server
        else ["flask", "web.yaml", "routes"]
    )

    outcomes = run_commands([["lint", "web.yaml"], run], tmp_path / "project")

    for outcome in outcomes:
        said = outcome.stdout + outcome.stderr
        assert outcome.status == 1, said
        assert f"error[{code}]" in said
        if entry:
            assert f'"{entry}"' in said.partition("hint: Add ")[2].partition("\n")[0], said
    assert not (tmp_path / "project" / "ran").exists()


ALLOWED = """\
version: 1
app: {with: {import_name: shop, static_folder: assets}}
config:
  - {use: file, with: {path: conf/a.py}}
  - {use: values, with: {SQLALCHEMY_DATABASE_URI: 'sqlite://'}}
extensions:
  - {use: directories, with: {paths: [., uploads]}}
  - database
  - migrate
  - {use: attributes, with: {static_folder: other}}
server:
  with:
    errorlog: "-"
    logconfig_dict:
      version: 1
      handlers: {a: {class: logging.StreamHandler, stream: 'ext://sys.stdout'}}
"""


def test_what_is_the_project_s_own_needs_no_line(tmp_path: Path) -> None:
    """Its root, the instance folder, and what `allow_files` names."""
    policy = f'{POLICY}allow_files = ["conf"]\n'
    write_files(tmp_path, {**FILES, "project/web.yaml": ALLOWED, "project/pyproject.toml": policy})

    outcomes = run_commands(
        [["lint", "web.yaml"], ["flask", "web.yaml", "routes"]], tmp_path / "project"
    )

    assert [outcome.status for outcome in outcomes] == [0, 0], outcomes


def test_logging_configuration_reaches_nothing_through_an_alias(tmp_path: Path) -> None:
    """What an allowed module imports is not allowed with it."""
    text = (
        "version: 1\napp: {with: {import_name: shop}}\nserver: {with: {logconfig_dict: {version: 1,"
        " formatters: {a: {'()': shop.os.system, command: touch ran}}}}}\n"
    )
    shop = "import os\n"
    write_files(tmp_path, {"pyproject.toml": POLICY, "shop.py": shop, "web.yaml": text})

    (outcome,) = run_commands([["run", "web.yaml", "--bind", "127.0.0.1:0"]], tmp_path)

    assert 'does not allow the module "posix", which "shop:os.system" leads to' in outcome.stderr
    assert not (tmp_path / "ran").exists()


def test_lint_asks_about_the_settings_of_a_worker(tmp_path: Path) -> None:
    """Where a worker would; Celery's own is left alone, and each refusal is told."""
    names = (
        "worker_agent: 'evil:Agent', worker_timer: 'celery.x:It', worker_consumer: 'evil.one:It'"
    )
    text = f"version: 1\nrole: worker\n{APP}worker: {{with: {{{names}}}}}\n"
    write_files(tmp_path, {"pyproject.toml": POLICY, "shop.py": SHOP, "web.yaml": text})

    (outcome,) = run_commands([["lint", "web.yaml"]], tmp_path)

    assert outcome.status == 1
    assert (outcome.stdout + outcome.stderr).count("error[ASM701]") == 2


def test_without_a_policy_everything_is_allowed(tmp_path: Path) -> None:
    """A profile that ran before runs the same."""
    write_files(tmp_path, {**FILES, "project/web.yaml": ALLOWED, "project/pyproject.toml": ""})

    (outcome,) = run_commands([["flask", "web.yaml", "routes"]], tmp_path / "project")

    assert outcome.status == 0, outcome


# Of a name or a description: the option may name code or a file.
MAY_NAME = re.compile(
    r"(?i)path|file|folder|director|module|reference|class\b|callable|certificate"
)
# What only sounds like it.
NAMES_NOTHING = {
    "admin.url",
    *("babel.domain", "cors.resources", "file.table", "health.url_prefix", "journal.url_prefix"),
    *("metrics.path", "openapi.path", "secret_key.key", "security_headers.redirect_except"),
    *("console.token", "console.url_prefix", "socketio.path"),
}
NOT_GOVERNED = {"reload_extra_files", "extra_files", "exclude_patterns", "control_socket"}


def iter_options(name: str, model: type[Options]) -> Iterator[tuple[str, str]]:
    """Yield each option of a form that may hold a string, with its description."""
    for key, field in model.model_fields.items():
        if WithJsonSchema.__name__ in f"{field.annotation}{field.metadata}":
            continue  # only a reference can set it, which is asked by itself
        if "str" in str(field.annotation) or "Any" in str(field.annotation):
            yield f"{name}.{field.alias or key}", field.description or ""


def test_every_option_that_names_code_or_files_is_in_the_table() -> None:
    """A new one is marked, so that the policy is asked, and documented."""
    table = DOCS.read_text("utf-8")
    for _, form in iter_forms():
        if form.options is None:
            continue
        marked = {*find_file_options(form.options), *find_naming_options(form.options)}
        assert all(f"`{form.name}.{name}`" in table for name in marked), form.name
        for option, description in iter_options(form.name, form.options):
            name = option.partition(".")[2]
            if name not in marked and MAY_NAME.search(f"{name} {description}"):
                assert option in NAMES_NOTHING, (option, description)


def test_every_setting_of_a_server_that_names_code_or_files_is_in_the_table() -> None:
    """By what gunicorn itself says of its settings, and by the names of the others."""
    table = DOCS.read_text("utf-8")
    governed = SERVER_FILES | SERVER_CODE | {SERVER_DICT}
    assert all(f"`{name}`" in table for name in (*governed, *FLASK_PATHS - {"searchpath"}))
    for setting in KNOWN_SETTINGS:
        name = setting.name or ""
        validator = getattr(setting.validator, "__qualname__", "")
        is_file = setting.meta in {"CONFIG", "DIR", "FILE", "FILES", "PATH"} or "dir" in validator
        if is_file or (validator == "validate_dict" and "log" in name):
            assert name in governed | NOT_GOVERNED | set(OURS), name
        elif "callable" in validator or validator in {"validate_class", "validate_post_request"}:
            assert is_imported(name) or name in OURS, name
    for server, model in MODELS.items():
        for option, description in iter_options(server, model):
            name = option.partition(".")[2]
            if MAY_NAME.search(f"{name} {description}"):
                assert name in governed | NOT_GOVERNED, (option, description)
