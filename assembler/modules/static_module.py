"""Read what a module binds and imports from its source, without running it."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from assembler.modules.bindings import Binding, BindingKind, collect_bindings
from assembler.modules.import_scan import find_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.modules.import_scan import Import
    from assembler.modules.module_search import Location

__all__ = ["StaticModule"]

# Whatever binds names in ways that a syntax tree does not show.
# The last: a statement that hands the module's name to something else.
DYNAMIC = (
    rb"(?m)\b(?:globals|vars|locals)\(\)|\b(?:exec|eval)\(|\bsys\.modules\b"
    rb"|^[\w.]+\(__name__(?!\)\.)"
)
# What ``name == "x"`` and ``name in ("x", "y")`` are made of, besides the name.
PLAIN = (ast.Compare, ast.Eq, ast.In, ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Load)
SET = rb"\.([^\W\d]\w*)\s*[:=]"
MOVES_IMPORTS = re.compile(
    rb"\b__path__\b|\bsys\.(?:modules|path|meta_path|path_hooks)\b|\bfrom\s+sys\s+import\b"
    rb"|\baddsitedir\b|\bdeclare_namespace\b|\bextend_path\b|\bexec\s*\(|\brunpy\b"
)


@dataclass(frozen=True, eq=False, repr=False)
class StaticModule:
    """A module's source; of what cannot be read (compiled, zipped) only that it exists."""

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
        """Whether it may not even exist: nobody knows what the package above it does."""
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
            warnings.simplefilter("ignore")  # of its strings: they are not ours to fix
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
        for node in chain.from_iterable(map(ast.walk, self._iter_binding_anywhere())):
            names = node.names if isinstance(node, ast.Global) else []
            if isinstance(node, ast.NamedExpr):
                names = [node.target.id]
            for name in names:
                line = getattr(node, "lineno", 1)
                found[name] = Binding(BindingKind.UNKNOWN, line)
        return found

    def assigns(self, name: str) -> bool:
        """Return whether ``name`` is the value of an expression, and bound by nothing else."""
        binding = self.bindings.get(name)
        return binding is not None and binding.kind is BindingKind.ASSIGNED

    def _iter_binding_anywhere(self) -> Iterator[ast.stmt]:
        """Iterate over the statements that hold a ``global`` or a ``:=``.

        Looking at every node of a large module takes longer than parsing it.
        """
        lines = enumerate(self.source.splitlines(), 1)
        marked = [number for number, line in lines if b"global " in line or b":=" in line]
        start = 1  # decorators stand above the line of their function
        for statement in self.body if marked else []:
            end = statement.end_lineno or start
            if bisect_left(marked, start) < bisect_right(marked, end):
                yield statement
            start = end

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of which it imports everything."""
        return tuple(one.module for one in self._stars)

    @property
    def last_star_line(self) -> int:
        """The line of the last `from … import *`; 0 if there is none."""
        return max((one.line for one in self._stars), default=0)

    @cached_property
    def _stars(self) -> list[Import]:
        if b"*" not in self.source:
            return []
        return [one for one in self.imports if "*" in one.names and not one.is_type_checking]

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
        """Return whether the module may hold ``name`` although its source binds no such name."""
        return self.has_dynamic_names or self._hooked_names is None or name in self._hooked_names

    @cached_property
    def has_dynamic_names(self) -> bool:
        """Whether it may hold any name; then none is missing."""
        if self.location.is_namespace:
            return False
        return self._parsed is None or re.search(DYNAMIC, self.source) is not None

    @cached_property
    def _hooked_names(self) -> frozenset[str] | None:
        """The names for which its ``__getattr__`` returns something; ``None``: any."""
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
        """The names that it may set on something: ``.name =``."""
        return frozenset(one.decode("utf-8", "replace") for one in re.findall(SET, self.source))

    def confirms(self, one: Import) -> bool:
        """Return whether an import that was seen in the text is one that runs in any case."""
        classes = (node.body for node in self.body if isinstance(node, ast.ClassDef))
        names = set(one.names or (one.module,))
        return any(
            node.lineno == one.line and names <= {alias.name for alias in node.names}
            for node in chain(self.body, *classes)
            if isinstance(node, (ast.Import, ast.ImportFrom))
        )

    def iter_own_names(self) -> Iterator[str]:
        """Iterate over the names that it binds, without those from another package."""
        package = self.name.partition(".")[0]
        for name, binding in self.bindings.items():
            is_import = binding.kind is BindingKind.IMPORT
            if not is_import or binding.module.partition(".")[0] == package:
                yield name


def _find_hooked_names(hook: ast.FunctionDef) -> frozenset[str] | None:
    """Return the names for which a module's ``__getattr__`` returns something; ``None``: any.

    They are known where it only compares its parameter with strings, and raises at its end.
    """
    given = [*hook.args.posonlyargs, *hook.args.args]
    if len(given) != 1 or hook.args.vararg or not isinstance(hook.body[-1], ast.Raise):
        return None
    nodes = [node for statement in hook.body[:-1] for node in ast.walk(statement)]
    uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == given[0].arg]
    compares = [node for node in nodes if isinstance(node, ast.Compare) and node.left in uses]
    parts = [part for compare in compares for part in ast.walk(compare) if part not in uses]
    if len(uses) != len(compares) or not all(isinstance(part, PLAIN) for part in parts):
        return None
    return frozenset(str(part.value) for part in parts if isinstance(part, ast.Constant))
