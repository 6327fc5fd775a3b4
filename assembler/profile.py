"""Give a composed profile its types."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationError,
    WithJsonSchema,
)

from assembler import codes
from assembler.condition import Condition, parse_condition
from assembler.diagnostics import Place, Severity
from assembler.forms import Flag  # noqa: TC001 - pydantic reads the annotations
from assembler.interpolation import interpolate
from assembler.nodes import Mapping, Node, Scalar, Sequence, find_place, remove_at, to_plain
from assembler.validation import iter_diagnostics

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf
    from pathlib import Path

    from assembler.composition import Composed
    from assembler.diagnostics import Collector

__all__ = ["AppSpec", "Profile", "Role", "ServerSpec", "Step", "validate_profile"]

LATEST_VERSION = 1
LIMIT_ATTEMPTS = 10  # at typing what is left of a profile; a list may be wrong once it is shorter
Role = Literal["web", "migrations", "worker", "beat", "job", "test"]


def _none_as_empty(value: object) -> object:
    """Take a key with nothing behind it (``with:``) as an empty mapping, as it reads."""
    return {} if value is None else value


def _none_as_empty_list(value: object) -> object:
    return [] if value is None else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


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
Address = Annotated[str, Field(min_length=1)]
NameList = Annotated[list[str], BeforeValidator(_none_as_empty_list)]


class _Part(BaseModel):
    """A piece of a profile; `node` is where it stands."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, populate_by_name=False)
    _node: Node | None = PrivateAttr(None)

    @cached_property
    def node(self) -> Mapping:
        """The mapping that was validated."""
        assert isinstance(self._node, Mapping)
        return self._node

    def get_options(self, key: Literal["with", "init"] = "with") -> Mapping:
        """Give the options as nodes, so that each keeps its place; empty where there are none."""
        options = self.node.get(key)
        if isinstance(options, Mapping):
            return options
        return Mapping(self.node.path, self.node.start, self.node.end, {})

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
    with_: OptionsMapping = Field({}, alias="with", description="Options.")
    init: OptionsMapping = Field(
        {},
        description="For a class: options of its `init_app`, where `with` goes to its constructor.",
    )
    when: Any = Field(None, description="The step runs if this is true.")
    as_: str | None = Field(
        None,
        alias="as",
        min_length=1,
        description="Which adapter to use; told from the object if left out.",
    )
    after: NameList = Field([], description="Names of steps that must stand before this one.")
    before: NameList = Field([], description="Names of steps that must stand after this one.")
    on_error: Literal["abort", "skip"] = Field("abort", description="What a failure means.")
    app_context: Flag = Field(default=False, description="Run the step inside an app context.")
    close: str | None = Field(
        None,
        min_length=1,
        description="The method of the object to call when the process ends.",
    )
    _condition: Condition | None = PrivateAttr(None)

    @cached_property
    def name(self) -> str:
        """The step's name: as given, else its ``use``."""
        return self.given_name or self.use

    @cached_property
    def condition(self) -> Condition | None:
        """The parsed ``when``; ``None``: the step always runs."""
        return self._condition


class AppSpec(_Part):
    """What makes the Flask object."""

    use: str = Field(
        "flask:Flask",
        min_length=1,
        description="A Flask subclass, or a callable that returns a Flask.",
    )
    with_: OptionsMapping = Field({}, alias="with", description="Its arguments.")


class ServerSpec(_Part):
    """What serves the app."""

    use: Literal["gunicorn", "gevent", "werkzeug"] | None = Field(
        None, description="Which server; werkzeug when debug, else gunicorn, if left out."
    )
    bind: Annotated[list[Address], BeforeValidator(_as_list)] = Field(
        ["127.0.0.1:5000"], min_length=1, description="An address, or a list of them."
    )
    workers: Workers = Field(
        1, description="Processes; `auto`: what affinity and the cgroup's quota allow."
    )
    with_: OptionsMapping = Field({}, alias="with", description="The server's own settings.")


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
        [], description="What changes the process before anything else is imported."
    )
    config: Annotated[list[Step], BeforeValidator(_none_as_empty_list)] = Field(
        [], description="Config sources in order; the later wins."
    )
    extensions: Annotated[list[Step], BeforeValidator(_none_as_empty_list)] = Field(
        [], description="What is given the app, in order."
    )
    server: Annotated[ServerSpec, BeforeValidator(_none_as_empty)] = Field(
        default_factory=ServerSpec, description="What serves the app."
    )
    _composed: Composed = PrivateAttr()

    @property
    def name(self) -> str:
        """The profile's name: as given, else the file's stem."""
        return self.given_name or self.file.stem

    @property
    def file(self) -> Path:
        """The profile's file, absolute."""
        return self._composed.file

    @cached_property
    def composed(self) -> Composed:
        """What it was validated from, not interpolated."""
        return self._composed

    def get_folder(self, node: Node) -> Path:
        """Give the folder of the file that says ``node``: what relative paths in it mean."""
        return self._composed.files.get(node.path, self.file).parent


def validate_profile(
    composed: Composed, env: MappingOf[str, str] | None, found: Collector
) -> Profile | None:
    """Interpolate and type a composed profile.

    Args:
        composed: The profile.
        env: Stands in for the environment; ``None`` leaves variables without a default unknown.
        found: Gets every diagnostic.

    Returns:
        ``None`` where the shape is wrong.
    """
    root = interpolate(composed.root, env, found)
    sound, without_use = root, set[Place]()
    for attempt in range(LIMIT_ATTEMPTS):
        try:
            profile = Profile.model_validate(to_plain(sound, as_text=True))
            break
        except ValidationError as error:
            if not attempt:  # what is wrong later comes of what was taken out
                _add_faults(error, root, found)
            sound, lost = _remove_wrong(sound, error)
            without_use |= lost
    else:
        return None
    profile._composed = composed  # noqa: SLF001 - the builder of the value
    _attach_nodes(profile, sound)
    profile._node = root  # noqa: SLF001 - with what is not known yet, which `show` shows
    _check_version(profile, found)
    for kind in ("patches", "config", "extensions"):
        for step in getattr(profile, kind):
            _check_step(step, kind, found, has_use=step.node.place not in without_use)
    return profile


def _add_faults(error: ValidationError, root: Mapping, found: Collector) -> None:
    said = [one.place for one in found.found if one.severity is Severity.ERROR]
    for fault in iter_diagnostics(error, root, Profile, has_references=False):
        is_key = fault.code == codes.UNKNOWN_KEY.number
        # What is wrong inside of a key, as with a character that cannot be seen, explains it.
        if not any(_is_inside(one, fault.place) if is_key else one == fault.place for one in said):
            found.add(fault)


def _is_inside(inner: Place, outer: Place) -> bool:
    starts, ends = outer.span[:2], outer.span[2:]
    return inner.path == outer.path and starts <= inner.span[:2] and inner.span[2:] <= ends


def _remove_wrong(root: Mapping, error: ValidationError) -> tuple[Mapping, set[Place]]:
    """Take out what is wrong, since the rest may hold more; give the steps that lose their use."""
    locations = [details["loc"] for details in error.errors(include_input=False, include_url=False)]
    lost = {
        find_place(root, where[:-1])[0]
        for where in locations
        if where[-1] == "use" or str(where[-1]).startswith("$")
    }
    # The last of a list first, or the others would change their numbers.
    for location in reversed(locations):
        root = remove_at(root, location)
    return root, lost


def _attach_nodes(profile: Profile, root: Mapping) -> None:
    """Tell every part where it stands."""
    for key, part in (("app", profile.app), ("server", profile.server)):
        node = root.get(key)
        part._node = (  # noqa: SLF001 - the builder of the value
            node if isinstance(node, Mapping) else Mapping(root.path, root.start, root.start, {})
        )
    for key in ("patches", "config", "extensions"):
        node = root.get(key)
        items = node.items if isinstance(node, Sequence) else []
        for step, item in zip(getattr(profile, key), items, strict=True):
            step._node = item  # noqa: SLF001 - the builder of the value


def _check_version(profile: Profile, found: Collector) -> None:
    hint = f"Write `version: {LATEST_VERSION}`."
    written = profile.composed.root.get("version")
    if written is None or (isinstance(written, Scalar) and written.value is None):
        place = Place(profile.composed.path) if written is None else written.place
        found.add(codes.MISSING_KEY.at(place, 'the key "version" is missing', hint=hint))
    elif profile.version is not None and profile.version != LATEST_VERSION:
        message = f"unknown version {profile.version}, expected {LATEST_VERSION}"
        found.add(codes.UNKNOWN_VERSION.at(profile.place_of("version"), message, hint=hint))


EXTENSIONS_ONLY = ("init", "as", "close", "app_context")


def _check_step(step: Step, kind: str, found: Collector, *, has_use: bool) -> None:
    if has_use and not step.use and step.as_ != "add_url_rule":
        place = step.node.place
        found.add(
            codes.MISSING_KEY.at(place, 'the key "use" is missing', hint="Say what the step uses.")
        )
    if kind != "extensions":
        for key in EXTENSIONS_ONLY:
            if key in step.node.entries:
                place = step.node.entries[key].key.place
                message = f'"{key}" is for extensions, and this is a step of {kind}'
                found.add(codes.UNKNOWN_KEY.at(place, message, hint=f"Remove `{key}`."))
    when = step.node.get("when")
    if isinstance(when, Scalar) and when.value is None and when.written is None:
        when = None
    if when is not None:
        step._condition = parse_condition(when, found, config_allowed=kind != "patches")  # noqa: SLF001 - the builder of the value
