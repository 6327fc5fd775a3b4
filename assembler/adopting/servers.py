"""Find how a project is served: the patches of its entry module, gunicorn's file, the Procfile."""

from __future__ import annotations

import ast
import re
import shlex
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.adopting.evaluating import EXPRESSIONS
from assembler.adopting.reading import LAMBDA, Reading
from assembler.adopting.sayings import CannotSayError, Text, Value, Variable, find_plain
from assembler.adopting.scopes import Scope
from assembler.adopting.texts import Interpolated, Typed
from assembler.modules.module_search import Location
from assembler.modules.static_module import StaticModule
from assembler.serving.gunicorn_source import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.adopting.observed import Observed
    from assembler.adopting.scopes import Names

__all__ = ["Served", "find_served"]

PATCHES = {
    "patch_all": "gevent",
    "init_gevent": "grpc",
    "patch_psycopg": "psycopg2",
}
ENTRY = re.compile(r"(?:^|\s)([^\W\d][\w.]*):[^\W\d]\w*(?:\(\))?(?:\s|$)")  # no address
VARIABLE = re.compile(r"\$(\w+)")  # of a shell, where a profile has braces
CELERY_ROLES = frozenset({"worker", "beat"})
# Options of gunicorn's command line, by its settings.
SHORT = {"-w": "workers", "-b": "bind", "-k": "worker_class", "-t": "timeout"}
ALL = "0.0.0.0"  # noqa: S104 - what gunicorn takes an address without a host for
CPUS = ("cpu_count", "process_cpu_count", "sched_getaffinity")
# What assembler decides by itself, or serves in another way.
LEFT_OUT = frozenset({"preload_app", "reload", "daemon", "chdir", "wsgi_app", "pidfile"})
# Those that take no value on its command line.
FLAGS = frozenset({"capture_output", "daemon", "reload", "reuse_port"})
THREADS = frozenset({"sync", "gthread"})
ENTRY_NAMES = ("wsgi.py", "app.py", "main.py", "run.py", "manage.py", "server.py", "asgi.py")


@dataclass(slots=True)
class Served:
    """What a profile says of patches and the server, and where it is from."""

    patches: list[Any] = field(default_factory=list)
    server: dict[str, Any] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)


def find_served(names: Names, observed: Observed, root: Path) -> Served:
    """Read what is beside the package: `gunicorn.conf.py`, the Procfile, the entry module."""
    found = Served()
    command = _find_command(root, found)
    settings = _read_command(command) if command else {}
    conf = root / str(settings.pop("config", "gunicorn.conf.py"))
    if conf.is_file():
        settings = {**_read_settings(names, observed, conf, found), **settings}
    entry = ENTRY.search(command) if command else None
    _find_patches(root, entry[1] if entry else None, found)
    worker_class = find_plain_text(settings.pop("worker_class", None))
    if worker_class == "gevent" and "gevent" not in found.patches:
        found.patches.insert(0, "gevent")
    _write_server(settings, worker_class, found)
    return found


def find_plain_text(value: object) -> str | None:
    """Return a text; ``None``: it is none."""
    return value if isinstance(value, str) else None


def _find_command(root: Path, found: Served) -> str | None:
    """Return the command of the Procfile's `web` process, if that is gunicorn."""
    served = None
    with suppress(OSError, UnicodeError):
        lines = (root / "Procfile").read_text("utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            kind, _, command = line.partition(":")
            words = command.split()
            role = next(filter(CELERY_ROLES.__contains__, words), None)
            if role is not None and "celery" in words:
                found.comments.append(
                    f"TODO Procfile:{number}: `{kind.strip()}` is a profile of the role {role}, "
                    "see docs/celery.md"
                )
            elif kind.strip() == "web" and "gunicorn" in command and served is None:
                found.comments.append("The server is the Procfile's `web`.")
                served = command.rpartition("gunicorn ")[2]
    return served


def _read_command(command: str) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    known, words = load_settings(), _split(command)
    for word, after in zip(words, [*words[1:], ""], strict=True):
        name, is_same, value = word.partition("=")
        setting = SHORT.get(name) or name.removeprefix("--").replace("-", "_")
        if name in {"-c", "--config"}:
            settings["config"] = value or after
        elif name.startswith("-") and setting in known and setting not in LEFT_OUT:
            settings[setting] = setting in FLAGS or _read_scalar(value if is_same else after)
    return settings


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a quotation mark that nothing closes
        return command.split()


def _read_scalar(text: str) -> object:
    if "$" in text:
        return Typed(VARIABLE.sub(r"${\1}", text))
    return int(text) if text.isdecimal() else text


def _read_settings(names: Names, observed: Observed, conf: Path, found: Served) -> dict[str, Any]:
    """Return the settings of a gunicorn file that a profile can say."""
    module = StaticModule(
        "gunicorn_conf", Location(str(conf)), is_opaque=False, source=conf.read_bytes()
    )
    reading = Reading(names, observed, Scope(module, LAMBDA), EXPRESSIONS)
    settings: dict[str, Any] = {}
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(node, ast.FunctionDef) and node.name in load_settings():
            found.comments.append(f"TODO {conf.name}:{node.lineno}: the hook `{node.name}`")
        if not isinstance(target, ast.Name) or not isinstance(node, ast.Assign):
            continue
        value = reading.evaluate_alone(node.value)
        reading.scope.names[target.id] = value
        if target.id not in load_settings() or target.id in LEFT_OUT:
            continue
        try:
            settings[target.id] = _say_setting(target.id, node.value, value)
        except CannotSayError as reason:
            found.comments.append(f"TODO {conf.name}:{node.lineno}: `{target.id}`, {reason}")
    if settings:
        found.comments.append(f"The server's settings are those of {conf.name}.")
    return settings


def _say_setting(name: str, node: ast.expr, value: Value) -> object:
    if name == "workers" and any(one in ast.unparse(node) for one in CPUS):
        variables = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
        named = [one for one in variables if isinstance(one, str) and one.isupper()]
        return Typed(f"${{{named[0]}:-auto}}") if named else "auto"
    if isinstance(value, Text):
        return Interpolated("".join(_render_part(one) for one in value.parts))
    return value.say()


def _render_part(part: Value) -> str:
    if isinstance(part, Variable):
        return part.render()
    plain = find_plain(part)
    if plain is None:
        raise CannotSayError("it is made of more than constants and variables")
    return str(plain.value)


def _find_patches(root: Path, entry: str | None, found: Served) -> None:
    """Find the patches that a module applies before it imports the app."""
    files = [root / f"{entry.replace('.', '/')}.py"] if entry else []
    files += [root / name for name in ENTRY_NAMES]
    for file in dict.fromkeys(files):
        try:
            tree = ast.parse(file.read_bytes())
        except (OSError, SyntaxError, ValueError):
            continue
        calls = [n.value for n in tree.body if isinstance(n, ast.Expr)]
        names = [
            PATCHES[last]
            for one in calls
            if isinstance(one, ast.Call) and (last := _get_last(one.func)) in PATCHES
        ]
        if names:
            found.patches += [one for one in PATCHES.values() if one in names]
            found.comments.append(f"The patches are those of {file.name}.")
            return


def _get_last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _write_server(settings: dict[str, Any], worker_class: str | None, found: Served) -> None:
    server = found.server
    if worker_class in THREADS:
        found.comments.append(
            f"gunicorn's worker class '{worker_class}' is left out: `assembler run` has threads, "
            "or greenlets with the patch `gevent`."
        )
    elif worker_class not in {None, "gevent"}:
        settings["worker_class"] = worker_class
    if settings:
        server["use"] = "gunicorn"
    for key in ("bind", "workers"):
        if key in settings:
            server[key] = settings.pop(key)
    if isinstance(server.get("bind"), str) and server["bind"].startswith(":"):
        server["bind"] = f"{ALL}{server['bind']}"
    if settings:
        server["with"] = settings
