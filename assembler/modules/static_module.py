"""Read what a module binds and imports from its source, without running it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assembler.modules.bindings import Binding, BindingKind, collect_bindings, iter_statements
from assembler.modules.import_scan import find_imports, make_absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.modules.import_scan import Import
    from assembler.modules.module_search import Location

__all__ = ["StaticModule"]

# Whatever binds names in ways that a syntax tree does not show.
# The last: a statement that hands the module's name to something else.
DYNAMIC = re.compile(
    rb"\b(?:globals|vars|locals)\(\)|\b(?:exec|eval)\(|\bsys\.modules\b"
    rb"|^[\w.]+\(__name__(?!\)\.)",
    re.MULTILINE,
)
SET = re.compile(rb"\.([^\W\d]\w*)\s*[:=]")
MOVES_IMPORTS = re.compile(
    rb"\b__path__\b|\bsys\.(?:modules|path|meta_path|path_hooks)\b|\bfrom\s+sys\s+import\b"
    rb"|\baddsitedir\b|\bdeclare_namespace\b|\bextend_path\b|\bexec\s*\(|\brunpy\b"
)


@dataclass(frozen=True)
class StaticModule:
    """A module's source; of what cannot be read (compiled, zipped) only that it is there."""

    name: str
    location: Location
    is_opaque: bool
    source: bytes = b""

    @property
    def file(self) -> str | None:
        """The file of its source."""
        return self.location.file

    @property
    def is_conjectured(self) -> bool:
        """Whether it may not even be there: nobody knows what the package above it does."""
        return self.is_opaque and self.location.below is None

    @property
    def is_package(self) -> bool:
        """Whether modules can be below it."""
        return bool(self.location.folders)

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def error(self) -> SyntaxError | None:
        """Why the source is no Python; importing it then fails."""
        parsed = self._parsed
        return parsed if isinstance(parsed, SyntaxError) else None

    @property
    def body(self) -> list[ast.stmt]:
        """The module's statements; none where they cannot be read."""
        parsed = self._parsed
        return [] if parsed is None or isinstance(parsed, SyntaxError) else parsed.body

    @cached_property
    def _parsed(self) -> ast.Module | SyntaxError | None:
        if self.is_opaque or self.file is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its strings: they are not ours to mend
            try:
                return ast.parse(self.source, self.file or "<unknown>")
            except SyntaxError as error:
                return error.with_traceback(None)
            except (ValueError, RecursionError, MemoryError):
                return None

    @cached_property
    def bindings(self) -> dict[str, Binding]:
        """What the module binds, but for what `from … import *` brings."""
        found = collect_bindings(self.body, self.package)
        if b"global " in self.source or b":=" in self.source:
            for node in self._walk():
                names = node.names if isinstance(node, ast.Global) else []
                if isinstance(node, ast.NamedExpr):
                    names = [node.target.id]
                for name in names:
                    line = getattr(node, "lineno", 1)
                    found[name] = Binding(BindingKind.UNKNOWN, line)
        return found

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of which it imports everything."""
        return tuple(
            make_absolute(one.level, one.module or "", self.package) for one in self._stars
        )

    @property
    def last_star_line(self) -> int:
        """The line of the last `from … import *`; 0: there is none."""
        return max((one.lineno for one in self._stars), default=0)

    @cached_property
    def _stars(self) -> tuple[ast.ImportFrom, ...]:
        if b"*" not in self.source:
            return ()
        return tuple(
            statement
            for statement in iter_statements(self.body)
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        )

    @cached_property
    def exported(self) -> frozenset[str] | None:
        """The names of ``__all__``, where they can be told: those that ``*`` means."""
        binding = self.bindings.get("__all__")
        if binding is None or not isinstance(binding.node, (ast.List, ast.Tuple)):
            return None
        if re.search(rb"\b__all__\s*[.\[]", self.source):  # it grows
            return None
        values = [one.value for one in binding.node.elts if isinstance(one, ast.Constant)]
        if len(values) != len(binding.node.elts):
            return None
        return frozenset(value for value in values if isinstance(value, str))

    def may_hold(self, name: str) -> bool:
        """Tell whether the module may hold ``name`` although its source binds no such name."""
        return self.has_dynamic_names or self._hooked_names is None or name in self._hooked_names

    @cached_property
    def has_dynamic_names(self) -> bool:
        """Whether it may hold any name; then none is missing."""
        if self.location.is_namespace:
            return False
        return self._parsed is None or DYNAMIC.search(self.source) is not None

    @cached_property
    def _hooked_names(self) -> frozenset[str] | None:
        """The names that its ``__getattr__`` gives; ``None``: it may give any."""
        if b"__getattr__" not in self.source or "__getattr__" not in self.bindings:
            return frozenset()
        node = self.bindings["__getattr__"].node
        return _find_hooked_names(node) if isinstance(node, ast.FunctionDef) else None

    @cached_property
    def has_dynamic_modules(self) -> bool:
        """Whether modules may be below it that its folders do not show."""
        return self.is_opaque or MOVES_IMPORTS.search(self.source) is not None

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import of the source, those inside functions too, in its order."""
        return () if self.is_opaque else find_imports(self.source, self.package)

    @cached_property
    def attributes_set(self) -> frozenset[str]:
        """The names that it may set on something: what stands behind a dot and before ``=``."""
        return frozenset(one.decode("utf-8", "replace") for one in SET.findall(self.source))

    def confirms(self, one: Import) -> bool:
        """Tell whether an import that was seen in the text is one, and carried out in any case."""
        return any(
            (one.module, set(one.names)) == imported
            for statement in _iter_certain(self.body)
            for imported in _read_import(statement, self.package)
        )

    def iter_own_names(self) -> Iterator[str]:
        """Give the names that it binds, but for those that it takes from another package."""
        package = self.name.partition(".")[0]
        for name, binding in self.bindings.items():
            is_import = binding.kind is BindingKind.IMPORT
            if not is_import or binding.module.partition(".")[0] == package:
                yield name

    def _walk(self) -> Iterator[ast.AST]:
        for statement in self.body:
            yield from ast.walk(statement)


def _iter_certain(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that are carried out with ``body`` in any case."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from _iter_certain(statement.body)


def _read_import(statement: ast.stmt, package: str) -> Iterator[tuple[str, set[str]]]:
    """Give each module that a statement imports, and which names of it."""
    if isinstance(statement, ast.Import):
        yield from ((alias.name, set()) for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom):
        module = make_absolute(statement.level, statement.module or "", package)
        yield module, {alias.name for alias in statement.names}


def _find_hooked_names(hook: ast.FunctionDef) -> frozenset[str] | None:
    """Give the texts that a module's ``__getattr__`` gives something for.

    ``None`` where it may give any: it does more than to compare its one parameter with them, and
    to raise an error at its end.
    """
    given = [*hook.args.posonlyargs, *hook.args.args]
    body = hook.body[1:] if ast.get_docstring(hook) is not None else hook.body
    if len(given) != 1 or hook.args.vararg or not body or not isinstance(body[-1], ast.Raise):
        return None
    names: set[str] = set()
    for statement in body[:-1]:
        compared = _read_comparison(statement, given[0].arg)
        if compared is None:
            return None
        names |= compared
    return frozenset(names)


def _read_comparison(statement: ast.stmt, argument: str) -> set[str] | None:
    """Give the texts of `if argument == "text":` or `if argument in ("text", …):`."""
    test = statement.test if isinstance(statement, ast.If) and not statement.orelse else None
    if not isinstance(test, ast.Compare) or getattr(test.left, "id", None) != argument:
        return None
    (operator, *_), (right, *_) = test.ops, test.comparators
    if len(test.ops) > 1 or not isinstance(operator, (ast.Eq, ast.In)):
        return None
    texts = [right] if isinstance(operator, ast.Eq) else getattr(right, "elts", [right])
    values = [one.value for one in texts if isinstance(one, ast.Constant)]
    is_told = len(values) == len(texts) and isinstance(operator, ast.Eq) == (texts == [right])
    return {str(value) for value in values} if is_told else None
