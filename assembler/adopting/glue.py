"""Move what a profile has no words for into a module of its own, as it is written."""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action
from assembler.adopting.config_blocks import sets_only_config
from assembler.adopting.sayings import AppPart, CannotSayError, Hidden
from assembler.modules.bindings import BindingKind

if TYPE_CHECKING:
    from assembler.adopting.actions import Leftover
    from assembler.adopting.scopes import Scope
    from assembler.modules.static_module import StaticModule

__all__ = ["Glue"]

INDENT = "    "
SET_CONFIG = """\
    {before} = dict({app}.config)
{body}    return {{
        key: value
        for key, value in {app}.config.items()
        if key not in {before} or {before}[key] is not value
    }}
"""
NOTHING = "    return None\n"


@dataclass(slots=True)
class Glue:
    """A module of functions, one for each block of statements that was moved."""

    module: str
    blocks: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)  # the statements
    known: dict[tuple[str, int, bool], Action | None] = field(default_factory=dict)

    def move(self, left: Leftover) -> Action | None:
        """Return the step of what was moved; ``None``: it needs what only the factory has.

        What only sets config is a source, as long as no extension has come before it.
        """
        key = (left.file, left.line, left.comes_first)
        if key not in self.known:
            try:
                self.known[key] = self._move(left)
            except CannotSayError:
                self.known[key] = None
        step = self.known[key]
        if step is None:
            return None
        return Action(
            step.kind,
            step.use,
            left.file,
            left.line,
            options=step.options,
            adapter=step.adapter,
            when=left.when,
            is_in_context=left.is_in_context,
            mark=left.mark,
        )

    def _move(self, left: Leftover) -> Action:
        statements = _with_what_they_need(left.statements, left.scope)
        source = left.scope.module.source.decode("utf-8")
        body = _cut(source, statements)
        free = _find_free(body)
        parameters: list[str] = []
        options: dict[str, Any] = {}
        app = None
        for one in sorted(free):
            value = left.scope.names.get(one)
            if isinstance(value, AppPart) and not value.path:
                app = one
                parameters.insert(0, one)
            elif value is not None and not isinstance(value, Hidden):
                parameters.append(one)
                options[one] = value.say()
            elif one in left.scope.module.bindings:
                self.imports.add(_build_import(one, left.scope.module))
        may_be_source = left.comes_first and not left.is_in_context
        if app is not None and may_be_source and sets_only_config(statements, app):
            before = "before" if "before" not in body else "config_before"
            body = SET_CONFIG.format(app=app, body=body, before=before)
            use = self._add(f"config_{left.line}", parameters, body)
            return Action("config", use, options={app: {"$app": "."}, **options})
        use = self._add(f"block_{left.line}", parameters, body if body.strip() else NOTHING)
        return Action("extension", use, options=options, adapter=None if app else "function")

    def _add(self, name: str, parameters: list[str], body: str) -> str:
        """Add a function, and return its reference; one that is there already is the same."""
        block = f"def {name}({', '.join(parameters)}):\n{body}"
        if block not in self.blocks:
            self.blocks.append(block)
        return f"{self.module}:{name}"

    def render(self) -> str:
        """Return the text of the module."""
        lines = [
            '"""What of the factory a profile has no words for, moved here as it was written."""\n'
        ]
        if self.imports:
            lines.append("".join(f"{one}\n" for one in sorted(self.imports)))
        return "\n".join([*lines, *(f"\n{one}" for one in self.blocks)])


def _build_import(name: str, module: StaticModule) -> str:
    """Return the statement that imports a name of the factory's module, from where that has it."""
    binding = module.bindings[name]
    if binding.kind is not BindingKind.IMPORT:
        return f"from {module.name} import {name}"
    bound = binding.attribute or binding.module
    renamed = f" as {name}" if bound != name else ""
    if binding.attribute is None:
        return f"import {binding.module}{renamed}"
    return f"from {binding.module} import {binding.attribute}{renamed}"


def _with_what_they_need(statements: list[ast.stmt], scope: Scope) -> list[ast.stmt]:
    """Return the statements, with those before that make what they read, in their order."""
    needed = {id(one): one for one in statements}
    waiting = list(statements)
    while waiting:
        names = {n.id for n in ast.walk(waiting.pop()) if isinstance(n, ast.Name)}
        for name in names:
            value = scope.names.get(name)
            for one in value.statements if isinstance(value, Hidden) else ():
                if id(one) not in needed:
                    needed[id(one)] = one
                    waiting.append(one)
    # What is inside another of them comes with it.
    inner = {id(n) for one in needed.values() for n in ast.walk(one) if n is not one}
    kept = [one for one in needed.values() if id(one) not in inner]
    return sorted(kept, key=lambda one: one.lineno)


def _cut(source: str, statements: list[ast.stmt]) -> str:
    """Return the lines of the statements, with the comments between neighbours, indented once."""
    lines = source.splitlines(keepends=True)
    parts, end = [], 0
    for one in statements:
        decorators = getattr(one, "decorator_list", [])
        start = min([one.lineno, *(each.lineno for each in decorators)]) - 1
        between = lines[end:start] if end else []
        is_near = all(not line.strip() or line.strip().startswith("#") for line in between)
        parts += [_shift(line, one.col_offset) for line in between] if is_near else ["\n"]
        end = one.end_lineno or one.lineno
        texts = _find_text_lines(one)
        parts += [
            line if number in texts else _shift(line, one.col_offset)
            for number, line in enumerate(lines[start:end], start=start + 1)
        ]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _find_text_lines(statement: ast.stmt) -> set[int]:
    """Return the lines that begin inside of a text: how far they are indented is part of it."""
    return {
        number
        for one in ast.walk(statement)
        if isinstance(one, (ast.Constant, ast.JoinedStr))
        for number in range(one.lineno + 1, (one.end_lineno or one.lineno) + 1)
    }


def _shift(line: str, column: int) -> str:
    """Return a line of a statement that began at a column as one that begins at the fourth."""
    return f"{INDENT}{line[:column].lstrip()}{line[column:]}" if line.strip() else line


def _find_free(body: str) -> set[str]:
    """Return the names that a block reads and does not bind."""
    table = symtable.symtable(f"def block():\n{body}", "<glue>", "exec")
    found: set[str] = set()
    waiting = list(table.get_children())
    while waiting:
        one = waiting.pop()
        waiting += one.get_children()
        found |= {s.get_name() for s in one.get_symbols() if s.is_global() and s.is_referenced()}
    return found
