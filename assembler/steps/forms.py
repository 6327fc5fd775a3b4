"""Give the one form of each thing that a step may name: a patch, a config source, a catalogue step.

Each is a value in a file of its own, listed in the table of its package (`patches`, `sources`,
`catalog`). Those files import the library they use inside the
function that uses it: declaring a step must never load Flask, gevent or a driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema

from assembler.language.model import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask import Flask

    from assembler.report import Report

__all__ = [
    "NAMES_CODE",
    "CatalogEntry",
    "CatalogStep",
    "Options",
    "Patch",
    "ReferredObject",
    "Source",
    "SourceContext",
    "StepContext",
]

# Marks an option that names a Python object: the environment must have no say in it.
NAMES_CODE: dict[str, Any] = {"x-names-code": True}


def _refuse_literal(value: object) -> object:
    if not isinstance(value, (str, int, float, list, dict)):
        return value
    message = 'expected an object, as {$import: "module:attribute"}'
    raise ValueError(message)


# An option that only a reference can give: what YAML itself can write is none.
ReferredObject = Annotated[Any, BeforeValidator(_refuse_literal), WithJsonSchema({"type": "null"})]


class Options(Model):
    """The typed options of one step: unknown keys are refused, defaults are checked as well.

    Every field needs a ``description``; it is what `assembler catalog NAME` and the schema print.
    """

    model_config = ConfigDict(validate_default=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Patch:
    """A change to the running process that must come before anything that keeps what it changes."""

    name: str
    summary: str
    options: type[Options]
    apply: Callable[[Any], None]  # given the options
    find_proof: Callable[[Any], str | None]  # what shows that it is live; None: it is not
    packages: tuple[str, ...] = ()  # top-level modules that it imports
    needs: tuple[str, ...] = ()  # patches that must stand before it
    first: bool = False  # it must stand before every other patch


class SourceContext(Protocol):
    """What a config source may look at."""

    @property
    def app(self) -> Flask:
        """The Flask object."""

    @property
    def env(self) -> Mapping[str, str]:
        """What stands in for the environment."""

    @property
    def folder(self) -> Path:
        """The folder of the profile's file that says the source."""

    @property
    def root(self) -> Path:
        """The project's root."""

    @property
    def argument(self) -> object | None:
        """What the caller passed as ``create_app(…, config=)``; ``None``: nothing."""

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the policy's allow list."""

    def check_file(self, path: Path, *, is_code: bool = False) -> None:
        """Refuse a file outside the policy's ``allow_files``; ``is_code``: one to be executed."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that puts values into ``app.config``."""

    name: str
    summary: str
    options: type[Options] | None  # None: the mapping as it is
    load: Callable[[SourceContext, Any], Mapping[str, Any]]  # gives the keys it sets
    secret: bool = False  # its values never reach output


class StepContext(Protocol):
    """What a catalogue step may use while it is carried out."""

    @property
    def app(self) -> Flask:
        """The Flask object."""

    @property
    def env(self) -> Mapping[str, str]:
        """What stands in for the environment."""

    @property
    def root(self) -> Path:
        """The project's root."""

    @property
    def report(self) -> Report:
        """What was done so far."""

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the policy's allow list."""

    def on_close(self, close: Callable[[], object]) -> None:
        """Call ``close`` when the process ends, in reverse order of the steps."""

    def on_assembled(self, call: Callable[[Report], object]) -> None:
        """Call ``call`` with the finished report, before the app is handed out."""

    def mark_partial(self, reason: str) -> None:
        """Say that the step works only in part: "partial" in the report, degraded in readiness."""


class CatalogEntry(NamedTuple):
    """A row of the catalogue: what is known of a step without loading it.

    ``after`` and ``before`` name rows, adapters, or top-level modules. Where both are catalogue
    steps, another order is an error; otherwise it is a warning of the rule `usual-order`.
    """

    module: str | None = None  # holds the ``STEP``; None: a library that has no step here
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    # How a project's own version is called: its step, its module without `ext_`, or its package.
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogStep:
    """An extension that assembler knows: typed options, and how it is given to the app."""

    name: str
    summary: str
    options: type[Options]
    apply: Callable[[StepContext, Any], object]  # gives the object that ``{$step: name}`` means
    packages: tuple[str, ...] = ()  # top-level modules that it imports
    extra: str | None = None  # the extra of this distribution that installs them; None: the core
    never_skip: bool = False  # ``on_error: skip`` is refused
    once: bool = False  # an app takes only one
