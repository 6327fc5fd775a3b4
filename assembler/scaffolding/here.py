"""Work out what a project that is there already lacks for profiles; nothing is written."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from assembler.files import PROFILE_SUFFIXES
from assembler.policy import find_policy
from assembler.scaffolding.project import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Preparation", "find_factory", "prepare_project"]

HOOK = """\
  - repo: local
    hooks:
      - id: assembler-lint
        name: assembler lint
        entry: assembler lint
        language: system
        types: [yaml]
        files: ^profiles/
        require_serial: true
"""
WORKFLOW = """\
name: profiles
on: [push, pull_request]
permissions:
  contents: read
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-python@v6
        with:
          python-version: "3.13"
      # As your other workflows install the project.
      - run: {install}
      - run: assembler lint --output-format github
"""
GITLAB_JOB = """\
profiles:
  image: python:3.13
  script:
    - {install}
    - assembler lint
"""
SCHEMA = "profile.schema.json"
MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"
RUNS_LINT = re.compile(r"assembler(-lint|\s+lint)")
FACTORY = re.compile(r"(create|make|build|get)_(flask_)?app(lication)?|app_factory|create")
UNCLEAR = "create"  # it may make anything: another name wins
NOT_PACKAGES = frozenset({*FOLDERS, "docs", "build", "dist", "venv", "node_modules", "scripts"})


class Preparation(NamedTuple):
    """What is to be written, by its path in the project, and what people add by themselves."""

    new: dict[str, str]
    changed: dict[str, str]
    by_hand: dict[str, str]  # a file, and the text to add to it


def prepare_project(root: Path, schema: str) -> Preparation:
    """Work out what to add to the project in ``root``.

    Raises:
        ProfileError: if its ``pyproject.toml`` cannot be read as such.
    """
    found = Preparation({}, {}, {})
    _add_table(root, found)
    profiles = find_policy({}, root).settings.profiles
    _add_schema(root, profiles, schema, found)
    _add_hook(root, profiles, found)
    _add_job(root, found)
    return found


def find_factory(root: Path) -> str | None:
    """Return the object reference of what looks like the project's factory."""
    unclear = None
    for folder in (root, root / "src"):
        for package in _iter_packages(folder):
            files = [package] if package.is_file() else sorted(package.rglob("*.py"))
            for file in files:
                for name in _iter_factories(file):
                    parts = file.relative_to(folder).with_suffix("").parts
                    found = f"{'.'.join(parts).removesuffix('.__init__')}:{name}"
                    if name != UNCLEAR:
                        return found
                    unclear = unclear or found
    return unclear


def _add_table(root: Path, found: Preparation) -> None:
    file = root / "pyproject.toml"
    if find_policy({}, root).path == file.absolute():
        return
    factory = find_factory(root)
    package = None if factory is None else factory.partition(":")[0].partition(".")[0]
    table = "[tool.assembler]\n"
    table += f'package = "{package}"\n' if package else '# package = "the package of the app"\n'
    table += 'profiles = "profiles"\n'
    if package and not any(one.stem == package for one in _iter_packages(root)):
        table += 'pythonpath = ["src"]\n'
    if not file.is_file():
        found.new["pyproject.toml"] = table
        return
    text = _read(file)
    changed = _append(text, f"\n{table}" if text.strip() else table)
    try:
        tomllib.loads(changed)
        found.changed["pyproject.toml"] = changed
    except tomllib.TOMLDecodeError:  # `tool` is written in a form that takes no further table
        found.by_hand["pyproject.toml"] = table


def _add_schema(root: Path, profiles: str, schema: str, found: Preparation) -> None:
    if not (root / profiles / SCHEMA).exists():
        found.new[f"{profiles}/{SCHEMA}"] = schema
    for file in sorted((root / profiles).glob("*")):
        if file.suffix in PROFILE_SUFFIXES and file.is_file():
            text = _read(file)
            if "yaml-language-server:" not in text:
                found.changed[f"{profiles}/{file.name}"] = _append(MODELINE, text)


def _add_hook(root: Path, profiles: str, found: Preparation) -> None:
    name = ".pre-commit-config.yaml"
    hook = HOOK.replace("^profiles/", f"^{profiles}/")
    if not (root / name).exists():
        found.new[name] = f"repos:\n{hook}"
        return
    text = _read(root / name)
    if RUNS_LINT.search(text):
        return
    keys = re.findall(r"^(\w+):[ \t]*([^\r\n]*)", text, re.MULTILINE)
    items = re.findall(r"^( *)- repo:", text, re.MULTILINE)
    if keys and keys[-1] == ("repos", "") and items:  # the list ends with the file
        hook = re.sub("^  ", items[0], hook, flags=re.MULTILINE)
        found.changed[name] = _append(text, hook)
    else:
        found.by_hand[name] = hook


def _add_job(root: Path, found: Preparation) -> None:
    gitlab, workflows = root / ".gitlab-ci.yml", root / ".github" / "workflows"
    files = [gitlab, *workflows.glob("*.y*ml")]
    if any(RUNS_LINT.search(_read(file)) for file in files if file.is_file()):
        return
    if gitlab.is_file():
        found.by_hand[gitlab.name] = GITLAB_JOB.format(install=_find_install(root))
    elif not (workflows / "profiles.yml").exists():
        found.new[".github/workflows/profiles.yml"] = WORKFLOW.format(install=_find_install(root))


def _find_install(root: Path) -> str:
    """Return the command that installs the project as it is, and this package if it lacks it."""
    pip = "python -m pip install"
    if (root / "requirements.txt").is_file():
        return f"{pip} -r requirements.txt flask-assembler"
    file = root / "pyproject.toml"
    text = _read(file) if file.is_file() else ""
    is_package = (root / "setup.py").is_file() or re.search(r"^\[project\]", text, re.MULTILINE)
    return f"{pip} . flask-assembler" if is_package else f"{pip} flask-assembler"


def _read(file: Path) -> str:
    """Return the text of a file, with the ends of its lines as they are."""
    return file.read_bytes().decode()


def _append(text: str, more: str) -> str:
    """Return both, with the ends of lines that are in use."""
    joined = f"{text.rstrip()}\n{more}" if text.strip() else more
    return re.sub("\r?\n", "\r\n", joined) if "\r\n" in joined else joined


def _iter_packages(folder: Path) -> Iterator[Path]:
    """Yield the packages and modules of a folder, as they may be imported."""
    for entry in sorted(folder.glob("*")):
        if entry.name in NOT_PACKAGES or not entry.stem.isidentifier():
            continue
        if entry.suffix == ".py" or (entry / "__init__.py").is_file():
            yield entry


def _iter_factories(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and FACTORY.fullmatch(node.name):
            if node.name == UNCLEAR and node.decorator_list:
                continue  # a route
            yield node.name
