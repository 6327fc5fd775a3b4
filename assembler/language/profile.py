"""Give the types of a profile's language, each value with its place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from assembler.document.nodes import MappingNode, Node
from assembler.language.flags import Flag
from assembler.language.model import Model

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Place
    from assembler.language.composition import Composed
    from assembler.language.condition import Condition

__all__ = ["LATEST_VERSION", "AppSpec", "Profile", "Role", "ServerSpec", "Step"]

LATEST_VERSION = 1  # of the profile language
Role = Literal["web", "migrations", "worker", "beat", "job", "test"]


def _none_as_empty(value: object) -> object:
    """Take a key with nothing behind it (``with:``) as an empty mapping, as it reads."""
    return {} if value is None else value


def _none_as_empty_list(value: object) -> object:
    return [] if value is None else value


def _as_list(value: object) -> object:
    return value if value is None or isinstance(value, (list, dict)) else [value]


def _parse_address(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    message = "expected an address such as 127.0.0.1:5001"
    raise ValueError(message)


def _parse_workers(value: object) -> int | str:
    text = str(value).strip()
    if text == "auto" or (text.isdecimal() and int(text) >= 1 and not isinstance(value, bool)):
        return text if text == "auto" else int(text)
    message = "expected a number of processes from 1, or auto"
    raise ValueError(message)


Workers = Annotated[
    Any,
    PlainValidator(_parse_workers),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "auto"}]}),
]
OptionsMapping = Annotated[dict[str, Any], BeforeValidator(_none_as_empty)]
Address = Annotated[
    Any, PlainValidator(_parse_address), WithJsonSchema({"type": "string", "minLength": 1})
]
NameList = Annotated[list[str], BeforeValidator(_none_as_empty_list)]


class _Part(Model):
    """A piece of a profile, typed.

    What is not of the language is told by `attach`: pydantic's own private attributes cost more
    than all the rest of a step.
    """

    def attach(self, **facts: object) -> None:
        """Tell what was found out about the part, by the names of the properties below."""
        self.__dict__.update(facts)

    @cached_property
    def node(self) -> MappingNode:
        """The mapping that was validated."""
        raise AttributeError("node was not attached")

    def get_options(self, key: Literal["with", "init"] = "with") -> MappingNode:
        """Give the options as nodes, so that each keeps its place; empty where there are none."""
        known: MappingNode | None = self.__dict__.get(f"{key} options")  # asked for again and again
        if known is None:
            node = self.node
            options = node.get(key)
            if not isinstance(options, MappingNode):
                options = MappingNode(node.path, node.start, node.end, {}, has_dollar=False)
            known = self.__dict__[f"{key} options"] = options
        return known

    def place_of(self, key: str) -> Place:
        """Give the place of the value of ``key``, or of the whole part if it is not written."""
        node = self.node.get(key)
        return self.place if node is None else node.place

    @cached_property
    def place(self) -> Place:
        """Where to point at for the part as a whole: its ``use``, else its ``name``."""
        for key in ("use", "name"):
            node = self.node.get(key)
            if node is not None:
                return node.place
        return self.node.place


class Step(_Part):
    """One entry of ``patches``, ``config`` or ``extensions``."""

    use: str = Field("", min_length=1, description="A catalogue name, or an object reference.")
    given_name: str | None = Field(
        None,
        alias="name",
        min_length=1,
        description="Unique in its list; the `use` text if left out.",
    )
    with_: OptionsMapping = Field(default_factory=dict, alias="with", description="Options.")
    init: OptionsMapping = Field(
        default_factory=dict,
        description="For a class: options of its `init_app`, where `with` goes to its constructor.",
    )
    when: Any = Field(None, description="The step runs if this is true.")
    as_: str | None = Field(
        None,
        alias="as",
        min_length=1,
        description="Which adapter to use; told from the object if left out.",
    )
    after: NameList = Field(
        default_factory=list, description="Names of steps that must stand before this one."
    )
    before: NameList = Field(
        default_factory=list, description="Names of steps that must stand after this one."
    )
    on_error: Literal["abort", "skip"] = Field("abort", description="What a failure means.")
    app_context: Flag = Field(default=False, description="Run the step inside an app context.")
    close: str | None = Field(
        None,
        min_length=1,
        description="The method of the object to call when the process ends.",
    )

    @cached_property
    def name(self) -> str:
        """The step's name: as given, else its ``use``."""
        return self.given_name or self.use

    @cached_property
    def condition(self) -> Condition | None:
        """The parsed ``when``; ``None``: the step always runs."""
        return None


class AppSpec(_Part):
    """What makes the Flask object."""

    use: str = Field(
        "flask:Flask",
        min_length=1,
        description="A Flask subclass, or a callable that returns a Flask.",
    )
    with_: OptionsMapping = Field(default_factory=dict, alias="with", description="Its arguments.")


class ServerSpec(_Part):
    """What serves the app."""

    use: Literal["gunicorn", "gevent", "werkzeug"] | None = Field(
        None, description="Which server; werkzeug when debug, else gunicorn, if left out."
    )
    bind: Annotated[list[Address], BeforeValidator(_as_list)] = Field(
        default_factory=lambda: ["127.0.0.1:5000"],
        min_length=1,
        description="An address, or a list of them.",
    )
    workers: Workers = Field(
        1, description="Processes; `auto`: what affinity and the cgroup's quota allow."
    )
    with_: OptionsMapping = Field(
        default_factory=dict, alias="with", description="The server's own settings."
    )


class Profile(_Part):
    """How to assemble one Flask app for one role."""

    version: int | None = Field(
        None, strict=True, description="The version of the profile language: 1."
    )
    given_name: str | None = Field(
        None, alias="name", min_length=1, description="The file's stem if left out."
    )
    role: Role = Field("web", description="What the process is for.")
    description: str | None = Field(None, description="For people.")
    extends: Any = Field(None, description="A path relative to this file, or a list of them.")
    abstract: Flag = Field(default=False, description="A base: it cannot be run.")
    debug: Flag | None = Field(None, description="Debug; FLASK_DEBUG if left out.")
    app: Annotated[AppSpec, BeforeValidator(_none_as_empty)] = Field(
        default_factory=AppSpec, description="What makes the Flask object."
    )
    patches: Annotated[list[Step], BeforeValidator(_none_as_empty_list)] = Field(
        default_factory=list,
        description="What changes the process before anything else is imported.",
    )
    config: Annotated[list[Step], BeforeValidator(_none_as_empty_list)] = Field(
        default_factory=list, description="Config sources in order; the later wins."
    )
    extensions: Annotated[list[Step], BeforeValidator(_none_as_empty_list)] = Field(
        default_factory=list, description="What is given the app, in order."
    )
    server: Annotated[ServerSpec, BeforeValidator(_none_as_empty)] = Field(
        default_factory=ServerSpec, description="What serves the app."
    )

    @property
    def name(self) -> str:
        """The profile's name: as given, else the file's stem."""
        return self.given_name or self.file.stem

    @property
    def file(self) -> Path:
        """The profile's file, absolute."""
        return self.composed.file

    @cached_property
    def composed(self) -> Composed:
        """What it was validated from, not interpolated."""
        raise AttributeError("composed was not attached")

    def get_folder(self, node: Node) -> Path:
        """Give the folder of the file that says ``node``: what relative paths in it mean."""
        return self.composed.files.get(node.path, self.file).parent

    def get_source_folder(self, step: Step) -> Path:
        """Give the folder that the ``path`` of a config source is relative to.

        An overlay in another folder may change the rest of the step: the path still means what it
        meant to the file that says it.
        """
        said = step.get_options().get("path") or step.node.get("use") or step.node
        return self.get_folder(said)
