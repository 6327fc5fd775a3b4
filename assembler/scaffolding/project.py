"""Render the files of a new project from a template."""

from __future__ import annotations

import keyword
import re
import secrets
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from assembler.version import __version__

__all__ = ["TEMPLATES", "Template", "build_names", "render_project"]

FOLDER = Path(__file__).parent / "templates"
SUFFIX = ".tpl"  # so that no tool takes a template for what it becomes
DOT = "dot."  # what a hidden file starts with here
FOLDERS = frozenset({"migrations", "profiles", "tests"})  # of every project


class Template(NamedTuple):
    """A kind of project: whose files it has, the later in place of the earlier."""

    summary: str
    layers: tuple[str, ...]


TEMPLATES = {
    "api": Template("a JSON API with a database", ("every", "database", "api")),
    "web": Template("pages, forms and sessions, with a database", ("every", "database", "web")),
    "minimal": Template("one view, without a database", ("every", "minimal")),
    "worker": Template("the API, with a Celery worker", ("every", "database", "api", "worker")),
}


def build_names(folder: Path) -> dict[str, str]:
    """Return what a project is called after its folder: its distribution, package and prefix.

    The package never has the name of another module, which it would hide.
    """
    words = re.findall(r"[a-z0-9]+", folder.name.lower()) or ["app"]
    package = "_".join(words)
    if package[0].isdigit() or keyword.iskeyword(package):
        package = f"app_{package}"
    if package in FOLDERS or _is_taken(package):
        package = f"{package}_app"
    return {"name": "-".join(words), "package": package, "PACKAGE": package.upper()}


def render_project(template: str, names: dict[str, str]) -> dict[str, str]:
    """Return the files of a project, by their path in it."""
    values = {**names, "version": __version__, "secret": secrets.token_urlsafe(48)}
    files = {}
    for layer in TEMPLATES[template].layers:
        for file in sorted((FOLDER / layer).rglob(f"*{SUFFIX}")):
            path = file.relative_to(FOLDER / layer).as_posix().removesuffix(SUFFIX)
            hidden = re.sub(rf"(^|/){re.escape(DOT)}", r"\1.", path)
            files[_fill_in(hidden, values)] = _fill_in(file.read_text("utf-8"), values)
    return dict(sorted(files.items()))


def _fill_in(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _is_taken(module: str) -> bool:
    if module in sys.stdlib_module_names:
        return True
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None  # None: a folder, such as the project's own
