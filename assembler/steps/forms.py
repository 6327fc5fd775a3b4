"""Define the form of each thing that a step may name: a patch, a config source, a catalogue step.

Each is a value in a file of its own, listed in the table of its package (`patches`, `sources`,
`catalog`). Those files import the library they use inside the function that uses it: declaring a
step must never load Flask, gevent or a driver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Protocol

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema

from assembler.language.model import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from flask import Flask

    from assembler.diagnostics.faults import StepFault
    from assembler.document.nodes import MappingNode
    from assembler.policy import Use
    from assembler.report import Patched, Report
    from assembler.steps.key_kinds import KeyKind

__all__ = [
    "NAMES_CODE",
    "CatalogEntry",
    "CatalogStep",
    "FrozenOptions",
    "Group",
    "Inherent",
    "Options",
    "Patch",
    "ReferredCallable",
    "ReferredObject",
    "Replaced",
    "Source",
    "SourceContext",
    "StepContext",
]

# Marks an option that names a Python object: `${…}` is not allowed in it.
NAMES_CODE: dict[str, Any] = {"x-names-code": True}


def _refuse_literal(value: object) -> object:
    if not isinstance(value, (str, int, float, list, dict)):
        return value
    message = 'expected an object, as {$import: "module:attribute"}'
    raise ValueError(message)


# What extensions are for, in the order in which they are listed.
Group = Literal["app", "data", "tasks", "requests", "security", "observability", "pages", "other"]

# An option that only a reference can set, never a literal.
ReferredObject = Annotated[Any, BeforeValidator(_refuse_literal), WithJsonSchema({"type": "null"})]


def _refuse_uncallable(value: object) -> object:
    if value is None or callable(value):
        return value
    message = 'expected a callable, as {$import: "module:attribute"}'
    raise ValueError(message)


# The same, for what is called later.
ReferredCallable = Annotated[
    Any, BeforeValidator(_refuse_uncallable), WithJsonSchema({"type": "null"})
]


class Options(Model):
    """The typed options of one step: unknown keys are rejected, defaults are checked as well.

    Every field needs a ``description``, which `assembler catalog NAME` and the schema print.
    """

    model_config = ConfigDict(validate_default=True, arbitrary_types_allowed=True)


class FrozenOptions(Options):
    """Options that do not change: where no reference is in them, all apps of a plan share them.

    Those of every step of ours. What their validators say depends on the values alone.
    """

    model_config = ConfigDict(frozen=True)


class Replaced(NamedTuple):
    """An object that a patch replaces: whoever is loaded already may keep the original."""

    name: str  # such as ``time.sleep``
    original: Any
    in_libraries: bool = False  # not only a module of the project must not keep it


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Patch:
    """A change to the running process that must come before anything that keeps what it changes."""

    name: str
    summary: str
    options: type[Options]
    apply: Callable[[Any], None]  # takes the options
    find_proof: Callable[[Any], str | None]  # what shows that it is live, if it is
    packages: tuple[str, ...] = ()  # top-level modules that it imports
    needs: tuple[str, ...] = ()  # patches that must come before it
    first: bool = False  # it must come before every other patch
    # Given the options and the server whose task it is: who has applied it already; None: nobody.
    # Raises a `StepFault` where the process cannot be patched.
    prepare: Callable[[Any, str | None], str | None] = lambda _options, _found_by: None
    find_replaced: Callable[[Any], Iterable[Replaced]] = lambda _options: ()
    find_trace: Callable[[], str | None] = lambda: None  # what shows that anybody has applied it


class Context(Protocol):
    """What every step may use while it runs."""

    @property
    def app(self) -> Flask:
        """The Flask object."""

    @property
    def env(self) -> Mapping[str, str]:
        """The environment, or what replaces it."""

    @property
    def root(self) -> Path:
        """The project's root."""

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import the object that ``reference`` names, within the policy's allow list."""


class SourceContext(Context, Protocol):
    """What a config source may use."""

    @property
    def folder(self) -> Path:
        """The folder of the file that the source is written in."""

    @property
    def argument(self) -> object | None:
        """What the caller passed as ``create_app(…, config=)``; ``None``: nothing."""

    def check_file(self, path: Path, use: Use) -> None:
        """Reject a file that the policy does not allow."""

    def note(self, text: str) -> None:
        """Add a note about this source to the report."""

    def warn(self, fault: StepFault) -> None:
        """Tell of a fault whose code is a warning; the source goes on."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Source:
    """Something that puts values into ``app.config``."""

    name: str
    summary: str
    options: type[Options] | None  # None: the mapping as it is
    load: Callable[[SourceContext, Any], Mapping[str, Any]]  # returns the keys it sets
    secret: bool = False  # its values never reach output


class StepContext(Context, Protocol):
    """What a catalogue step may use."""

    @property
    def report(self) -> Report:
        """What was done so far."""

    @property
    def patched(self) -> Patched:
        """How this process is patched, and who runs it."""

    @property
    def loaded(self) -> Any:  # noqa: ANN401 - an `assembler.planning.loading.Loaded`, from above
        """The plan that is carried out, and what it was made from."""

    @property
    def watcher(self) -> Any:  # noqa: ANN401 - of above
        """Who looks at the app after each step; ``None``: nobody."""

    def mount(self, *option: str) -> Flask:
        """Assemble the profile whose path ``option`` leads to; it closes with this app.

        Raises:
            ProfileError: at that path, or in that profile.
        """

    def on_close(self, close: Callable[[], object]) -> None:
        """Call ``close`` when the process ends, in reverse order of the steps."""

    def on_ending(self, call: Callable[[], object]) -> None:
        """Call ``call`` beside the requests once a server of ours has begun to end, before close.

        For connections that would stay open: the process waits for them as for any request.
        """

    def on_assembled(self, call: Callable[[Report], object]) -> None:
        """Call ``call`` with the finished report, before the app is returned.

        It may raise a `StepFault`, for what only shows once all steps are done.
        """

    def mark_partial(self, reason: str) -> None:
        """Record that the step works only in part: the app is partial, readiness degraded."""


class CatalogEntry(NamedTuple):
    """A row of the catalogue: what is known of a step without loading it.

    ``after`` and ``before`` name rows, adapters, or top-level modules. Where both are catalogue
    steps, another order is an error; otherwise it is a warning of the rule `usual-order`.
    """

    module: str | None = None  # holds the ``STEP``; None: a library that has no step here
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # rows of catalogue steps without which it does not work
    # How a project's own version is called: its step, its module without `ext_`, or its package.
    known_as: tuple[str, ...] = ()
    # The config keys that its library reads; ``None``: one that takes several kinds of values.
    config_keys: Mapping[str, KeyKind | None] = {}


class Inherent(NamedTuple):
    """A part of an app that a step makes otherwise than its library does when called by hand.

    `assembler verify` does not count it as a difference.
    """

    kind: str  # as `assembler inspect` has it
    key: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CatalogStep:
    """An extension that assembler knows: typed options, and how the app gets it."""

    name: str
    summary: str
    options: type[Options]
    apply: Callable[[StepContext, Any], object]  # returns what ``{$step: name}`` means
    # Return what is certainly wrong with the options as they are written, besides their types.
    find_faults: Callable[[MappingNode], Iterable[StepFault]] | None = None
    # Given the options as they are written and the plan, both before any step: returns who looks at
    # the app after each step, a context manager that gives itself; ``None``: nobody needs to.
    find_watcher: Callable[[MappingNode, Any], Any] | None = None
    packages: tuple[str, ...] = ()  # top-level modules that it imports
    extra: str | None = None  # the extra of its distribution that installs them; None: the core
    never_skip: bool = False  # ``on_error: skip`` is refused
    once: bool = False  # an app takes only one
    group: Group = "other"  # what it is for; `assembler catalog` lists the steps by it
    inherent: tuple[Inherent, ...] = ()  # in what its app differs from one made by hand
    # Of another distribution's step, as in a row of the catalogue, which has those of ours:
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
