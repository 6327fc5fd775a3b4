"""Make the mutants of a module: its syntax tree, each time with one small change.

Tables count as much as functions do: entries of tuples, lists, sets and mappings are removed, and
numbers, booleans and words are changed wherever they are. Left alone is what no test should depend
on: docstrings, annotations, assertions, imports, ``__all__``, and prose, which is any string with a
space in it.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

__all__ = ["Mutant", "iter_mutants"]

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_OPERATOR: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NOT_RUN = frozenset({"annotation", "returns", "decorator_list", "format_spec", "ctx"})


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: str
    function: str | None  # the outermost function around the change; `None` at module level
    line: int
    kind: str
    change: str  # what was there, and what is there instead
    code: CodeType  # of the whole module
    number: int = 0


class _Site(NamedTuple):
    owner: ast.AST
    field: str
    position: int | None  # in a list of nodes
    new: ast.AST | None  # `None` removes the node
    kind: str
    function: str | None


def iter_mutants(module: str, source: str, filename: str) -> Iterator[Mutant]:
    """Return every mutant of a module's ``source``, in the order in which it is written."""
    tree = ast.parse(source, filename)
    for site in list(_iter_sites(tree, (), None)):
        value = getattr(site.owner, site.field)
        old = value if site.position is None else value[site.position]
        change = f"{_render(old)} -> {_render(site.new)}"
        if site.new is not None:
            ast.copy_location(site.new, old)
        with _changed(site):
            code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)
        line = next(node.lineno for node in ast.walk(old) if hasattr(node, "lineno"))
        yield Mutant(module, site.function, line, site.kind, change, code)


def _render(node: ast.AST | None) -> str:
    if node is None or isinstance(node, ast.Pass):
        return "nothing"
    text = ast.unparse(ast.fix_missing_locations(node)).strip()
    return text.partition("\n")[0]


@contextmanager
def _changed(site: _Site) -> Iterator[None]:
    """Put the new node in place while the block runs."""
    fields = vars(site.owner)
    before = {name: list(value) for name, value in fields.items() if isinstance(value, list)}
    single = fields[site.field]
    if site.position is None:
        fields[site.field] = site.new
    elif site.new is not None:
        fields[site.field][site.position] = site.new
    else:
        del fields[site.field][site.position]
        if isinstance(site.owner, ast.Dict):
            del site.owner.values[site.position]
    try:
        yield
    finally:
        fields[site.field] = single
        for name, value in before.items():
            fields[name][:] = value


def _iter_sites(node: ast.AST, names: tuple[str, ...], function: str | None) -> Iterator[_Site]:
    """Return where something can be changed in ``node``, which lies in ``names``."""
    for field, value in ast.iter_fields(node):
        if field in NOT_RUN:
            continue
        is_body = isinstance(node, FUNCTIONS) and field == "body"  # defaults run earlier
        inside = function or (".".join(names) if is_body else None)
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _is_no_behaviour(child):
                continue
            position = index if isinstance(value, list) else None
            for new, kind in _iter_changes(node, field, child):
                yield _Site(node, field, position, new, kind, inside)
            is_named = isinstance(child, (ast.ClassDef, *FUNCTIONS))
            path = (*names, child.name) if isinstance(child, (ast.ClassDef, *FUNCTIONS)) else names
            yield from _iter_sites(child, path if is_named else names, inside)


def _is_no_behaviour(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case _:
            return isinstance(node, (ast.Import, ast.ImportFrom, ast.Assert, ast.Pass))


def _iter_changes(  # noqa: C901, PLR0912 - a case for each kind of node
    owner: ast.AST, field: str, node: ast.AST
) -> Iterator[tuple[ast.AST | None, str]]:
    match node:
        case ast.Compare(left, [operator], right) if type(operator) in OTHER_COMPARISON:
            yield ast.Compare(left, [OTHER_COMPARISON[type(operator)]()], right), "comparison"
        case ast.BoolOp(operator, values):
            for index in range(len(values)):
                kept = values[:index] + values[index + 1 :]
                yield kept[0] if len(kept) == 1 else ast.BoolOp(operator, kept), "operand"
        case ast.UnaryOp(ast.Not(), operand):
            yield operand, "condition"
        case ast.BinOp(left, operator, right) if type(operator) in OTHER_OPERATOR:
            yield ast.BinOp(left, OTHER_OPERATOR[type(operator)](), right), "operator"
        case ast.IfExp(_, body, orelse):
            yield body, "condition"
            yield orelse, "condition"
        case ast.Constant(bool(value)):
            yield ast.Constant(not value), "constant"
        case ast.Constant(int(value)):
            yield ast.Constant(value + 1), "constant"
        case ast.Constant(str(value)) if not (_is_prose(node) or _is_in_text(owner)):
            yield ast.Constant(f"x{value}"), "word"
        case ast.comprehension(target, iterated, [_, *_], is_async):
            yield ast.comprehension(target, iterated, [], is_async), "condition"
        case ast.If(test, body, orelse) if not isinstance(test, (ast.Compare, ast.UnaryOp)):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse), "condition"
        case ast.Return(ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None)), "return"
        case ast.Break():
            yield ast.Continue(), "loop"
        case ast.Continue():
            yield ast.Break(), "loop"
        case ast.Expr() | ast.AugAssign() | ast.Raise() | ast.Delete():
            yield ast.Pass(), "statement"
        case ast.Assign([ast.Subscript() | ast.Attribute()]):
            yield ast.Pass(), "statement"
    if isinstance(owner, (ast.Tuple, ast.List, ast.Set)) and field == "elts":
        if not isinstance(getattr(owner, "ctx", None), ast.Store):
            yield None, "entry"
    elif isinstance(owner, ast.Dict) and field == "keys":
        yield None, "entry"
    elif isinstance(node, ast.keyword) and not _is_prose(node.value):
        yield None, "argument"


def _is_prose(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def _is_in_text(owner: ast.AST) -> bool:
    return isinstance(owner, ast.JoinedStr)
