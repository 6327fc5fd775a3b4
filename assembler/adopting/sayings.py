"""Define what a factory's expressions may mean, and how a profile says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.adopting.texts import Interpolated, Typed, escape_dollars

if TYPE_CHECKING:
    import ast

    from assembler.modules.static_object import StaticObject

__all__ = [
    "AppItem",
    "AppPart",
    "CannotSayError",
    "Config",
    "Enabled",
    "Given",
    "Hidden",
    "Literal",
    "Made",
    "Mapped",
    "Named",
    "OnStep",
    "Passed",
    "Several",
    "Text",
    "Value",
    "Variable",
    "find_plain",
]


class CannotSayError(Exception):
    """Something that a profile has no words for; ``str()`` is the reason."""


class Value:
    """What an expression means."""

    def say(self) -> Any:  # noqa: ANN401 - YAML holds anything
        """Return it as plain data of a profile.

        Raises:
            CannotSayError: if a profile has no words for it.
        """
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Literal(Value):
    """A constant."""

    value: object

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        if isinstance(self.value, str):
            return escape_dollars(self.value)
        if self.value is None or isinstance(self.value, (bool, int, float)):
            return self.value
        raise CannotSayError(f"a {type(self.value).__name__} cannot be written in YAML")


@dataclass(frozen=True, eq=False)
class Named(Value):
    """An object that a reference names."""

    module: str
    path: str
    target: StaticObject
    needs: str | None = None  # an optional top-level module: without it the object is None

    @property
    def reference(self) -> str:
        """The reference, as a profile writes it."""
        if self.path:
            return f"{self.module}:{self.path}"
        return self.module if "." in self.module else f"{self.module}:"

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        return {"$import": self.reference}


@dataclass(frozen=True, eq=False)
class AppPart(Value):
    """The app, or an attribute of it."""

    path: str = ""

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        return {"$app": self.path or "."}


@dataclass(frozen=True, eq=False)
class AppItem(AppPart):
    """What a mapping of the app has under a key, or an attribute of that."""

    owner: AppPart = field(kw_only=True)
    name: object = field(kw_only=True)
    is_key: bool = field(kw_only=True)

    @property
    def is_plain(self) -> bool:
        """Whether a dotted path leads to it."""
        is_plain = not isinstance(self.owner, AppItem) or self.owner.is_plain
        return is_plain and isinstance(self.name, str) and "." not in self.name

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        get = "operator:getitem" if self.is_key else "builtins:getattr"
        return {"$call": get, "args": [self.owner.say(), Literal(self.name).say()]}


@dataclass(frozen=True, eq=False)
class Config(Value):
    """A value of the app's config."""

    key: str
    default: Value | None = None

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        said: dict[str, object] = {"$config": self.key}
        if self.default is not None:
            said["default"] = self.default.say()
        return said


@dataclass(frozen=True, eq=False)
class Variable(Value):
    """A variable of the environment."""

    name: str
    default: Value | None = None  # ``None``: it must be set
    replaces_empty: bool = False
    is_cast: bool = False  # the factory makes a number of it

    def render(self) -> str:
        """Return it as a profile interpolates it."""
        if self.default is None:
            return f"${{{self.name}}}"
        if isinstance(self.default, Variable):
            default = self.default.render()
        elif isinstance(self.default, Literal):
            default = "null" if self.default.value is None else str(self.default.value)
            if set(default) & set("${}\n\\"):
                raise CannotSayError(f"the default of {self.name} has characters of `${{…}}` in it")
        else:
            raise CannotSayError(f"the default of {self.name} is no constant")
        return f"${{{self.name}{':-' if self.replaces_empty else '-'}{default}}}"

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        is_none = isinstance(self.default, Literal) and self.default.value is None
        return (Typed if is_none or self.is_cast else Interpolated)(self.render())


@dataclass(frozen=True, eq=False)
class Given(Value):
    """A parameter of the factory, with the value that this variant has for it."""

    name: str
    value: Value | None  # ``None``: the caller must pass it
    is_fixed: bool = False  # a condition of the factory is about it: a profile has one value

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        if self.is_fixed and self.value is not None:
            return self.value.say()
        said: dict[str, object] = {"$argument": self.name}
        if self.value is not None:
            said["default"] = self.value.say()
        return said


@dataclass(frozen=True, eq=False)
class Passed(Value):
    """Whatever a caller passes, other than the default."""

    name: str

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        return {"$argument": self.name}


@dataclass(frozen=True, eq=False)
class Made(Value):
    """What a call returns."""

    called: Named
    args: tuple[Value, ...] = ()
    options: dict[str, Value] = field(default_factory=dict)
    text: str = ""  # what is called, as it is written, and in which line
    line: int = 0

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        said: dict[str, object] = {"$call": self.called.reference}
        if self.args:
            said["args"] = [one.say() for one in self.args]
        if self.options:
            said["with"] = {name: one.say() for name, one in self.options.items()}
        return said


@dataclass(frozen=True, eq=False)
class Several(Value):
    """A list, tuple or set."""

    kind: str
    items: tuple[Value, ...]

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        said = [one.say() for one in self.items]
        return said if self.kind == "list" else {"$call": f"builtins:{self.kind}", "args": [said]}


@dataclass(frozen=True, eq=False)
class Mapped(Value):
    """A dict."""

    items: tuple[tuple[Value, Value], ...]

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        keys = [key.value if isinstance(key, Literal) else None for key, _ in self.items]
        if all(isinstance(key, str) and not key.startswith("$") for key in keys):
            return {key: one.say() for key, (_, one) in zip(keys, self.items, strict=True)}
        pairs = [[key.say(), one.say()] for key, one in self.items]
        return {"$call": "builtins:dict", "args": [pairs]}


@dataclass(frozen=True, eq=False)
class Text(Value):
    """A text made of values."""

    parts: tuple[Value, ...]

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        text, values = "", dict[str, Any]()
        for part in self.parts:
            if isinstance(part, Literal):
                text += str(part.value).replace("{", "{{").replace("}", "}}")
            else:
                name = _find_name(part, len(values))
                text += f"{{{name}}}"
                values[name] = part.say()
        return {"$format": escape_dollars(text), "with": values}


@dataclass(frozen=True, eq=False)
class OnStep(Value):
    """The object that an earlier step made, or an attribute of it."""

    step: str
    path: str = ""
    made: Made | None = None

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        said: dict[str, object] = {"$step": self.step}
        for name in filter(None, self.path.split(".")):
            said = {"$call": "builtins:getattr", "args": [said, name]}
        return said


class Enabled(Value):
    """The `is_enabled` of a module, or None where it has none; the adapter asks it by itself."""

    def __init__(self, owner: Named) -> None:
        """Keep the module."""
        self.owner = owner

    def say(self) -> object:
        """Say that only the adapter asks it."""
        raise CannotSayError("only the adapter asks for `is_enabled`")


@dataclass(frozen=True, eq=False)
class Hidden(Value):
    """What cannot be told, or is nested in the factory and has no name."""

    reason: str
    statements: tuple[ast.stmt, ...] = ()  # what makes it, if they can be moved

    def say(self) -> Any:  # noqa: ANN401, D102 - as above
        raise CannotSayError(self.reason)


class Plain(NamedTuple):
    """A constant, found behind what gives it."""

    value: object


def find_plain(value: Value) -> Plain | None:
    """Return the constant that a value is; ``None``: it is none."""
    if isinstance(value, Given) and value.value is not None:
        return find_plain(value.value)
    if isinstance(value, Literal):
        return Plain(value.value)
    return None


def _find_name(part: Value, number: int) -> str:
    if isinstance(part, Config):
        return part.key.lower().replace(".", "_")
    if isinstance(part, AppPart) and part.path.isidentifier():
        return part.path
    return part.name.lower() if isinstance(part, (Given, Variable)) else f"part_{number + 1}"
