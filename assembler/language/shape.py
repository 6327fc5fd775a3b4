"""Define the shape of a profile: its keys and their types, as pydantic checks them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from assembler.language.flags import FLAG_SCHEMA, Flag, parse_flag
from assembler.language.model import Model

__all__ = [
    "LATEST_VERSION",
    "AppShape",
    "Pool",
    "ProbationShape",
    "ProfileShape",
    "Role",
    "ServerShape",
    "StepShape",
    "WorkerShape",
]

LATEST_VERSION = 1  # of the profile language
Pool = Literal["prefork", "gevent", "threads", "solo"]
Role = Literal["web", "migrations", "worker", "beat", "job", "test"]


def _none_as_empty(value: object) -> object:
    """Read a key without a value (``with:``) as an empty mapping."""
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


def _parse_canary(value: object) -> bool | str:
    """Read whether a reload tries the app first, and the path that it asks for."""
    if isinstance(value, dict) and [*value] == ["path"]:
        path = value["path"]
        if isinstance(path, str) and path.startswith("/"):
            return path
        message = "expected `path` to be a path such as /health/ready"
        raise ValueError(message)
    try:
        return parse_flag(value)
    except ValueError:
        message = "expected false, or a mapping with `path`"
        raise ValueError(message) from None


def _parse_place(value: object) -> str:
    """Read a path, or one of the words `auto` and `off`."""
    if value is False:
        return "off"
    if isinstance(value, str) and value:
        return value
    message = "expected a path, auto or off"
    raise ValueError(message)


Workers = Annotated[
    Any,
    PlainValidator(_parse_workers),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"const": "auto"}]}),
]
Canary = Annotated[
    Any,
    PlainValidator(_parse_canary),
    WithJsonSchema(
        {
            "anyOf": [
                FLAG_SCHEMA,
                {
                    "type": "object",
                    "properties": {"path": {"type": "string", "pattern": "^/"}},
                    "required": ["path"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
PlaceOrWord = Annotated[
    Any,
    PlainValidator(_parse_place),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, {"const": False}]}),
]
OptionsMapping = Annotated[dict[str, Any], BeforeValidator(_none_as_empty)]
Address = Annotated[
    Any, PlainValidator(_parse_address), WithJsonSchema({"type": "string", "minLength": 1})
]
NameList = Annotated[list[str], BeforeValidator(_none_as_empty_list)]
NO_NAMES: Any = ()  # of a list, pydantic makes a deep copy for every step


class StepShape(Model):
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
        description="For what a class or function makes: options of its registration, such as its "
        "`init_app`; `with` goes to the maker.",
    )
    when: Any = Field(None, description="The step runs if this is true.")
    as_: str | None = Field(
        None,
        alias="as",
        min_length=1,
        description="Which adapter to use; told from the object if left out.",
    )
    after: NameList = Field(NO_NAMES, description="Names of steps that must come before this one.")
    before: NameList = Field(NO_NAMES, description="Names of steps that must come after this one.")
    on_error: Literal["abort", "skip"] = Field("abort", description="What a failure means.")
    app_context: Flag = Field(default=False, description="Run the step inside an app context.")
    close: str | None = Field(
        None,
        min_length=1,
        description="What to call when the process ends: a method of the object, or an object "
        "reference.",
    )


class AppShape(Model):
    """What makes the Flask object."""

    use: str = Field(
        "flask:Flask",
        min_length=1,
        description="A Flask subclass, or a callable that returns a Flask.",
    )
    with_: OptionsMapping = Field(default_factory=dict, alias="with", description="Its arguments.")


class ProbationShape(Model):
    """How long the workers before a reload are kept, and what brings them back."""

    seconds: float = Field(
        10, ge=0, le=3600, description="How long the new workers are watched; 0: not at all."
    )
    max_errors: float = Field(
        0.05, ge=0, le=1, description="The highest share of answers with a status from 500."
    )


class ServerShape(Model):
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
    boot_timeout: float = Field(
        60, gt=0, description="Seconds that assembling the app may take before it is ended."
    )
    watch: Flag = Field(
        default=False, description="Reload when the profile, or what it reads, changes."
    )
    canary: Canary = Field(
        default=True,
        description="Whether a reload tries the app first, and the path that it asks for.",
    )
    probation: ProbationShape = Field(
        default_factory=ProbationShape,
        description="How a reload is watched, and when the workers before it come back.",
    )
    rolling: Flag = Field(
        default=False, description="Replace one worker at a time on a reload, not all at once."
    )
    control: PlaceOrWord = Field(
        "auto", description="The socket of `status`, `reload` and `rollback`: a path, or `off`."
    )
    state: PlaceOrWord = Field(
        "auto", description="The folder of the last good profile: a path, or `off`."
    )
    drain_seconds: float = Field(
        0,
        ge=0,
        le=3600,
        description="How long readiness is 503 after SIGTERM before the server stops accepting.",
    )
    management_bind: Address | None = Field(
        None, description="An address at which only health and metrics answer, without the app."
    )
    with_: OptionsMapping = Field(
        default_factory=dict, alias="with", description="The server's own settings."
    )


class WorkerShape(Model):
    """What carries out Celery's tasks, for the roles `worker` and `beat` alone."""

    pool: Pool = Field(
        "prefork", description="Celery's pool; `gevent` goes with the patch, the others without."
    )
    concurrency: Workers = Field(
        "auto",
        description="Tasks at once; `auto`: what affinity and the cgroup's quota allow, and 100 "
        "with `gevent`.",
    )
    queues: NameList | None = Field(
        None, description="The queues to take tasks from; Celery's default queue if left out."
    )
    prefetch_multiplier: int | None = Field(
        None, ge=0, description="Messages to fetch at a time for each of them; Celery's default: 4."
    )
    max_tasks_per_child: int | None = Field(
        None, ge=1, description="Tasks after which a child of `prefork` is replaced."
    )
    time_limit: float | None = Field(
        None, gt=0, description="Seconds after which a task's process is killed."
    )
    soft_time_limit: float | None = Field(
        None, gt=0, description="Seconds after which a task gets `SoftTimeLimitExceeded`."
    )
    health_file: str | None = Field(
        None,
        min_length=1,
        description="A file that is touched while the process is connected to its broker.",
    )
    with_: OptionsMapping = Field(
        default_factory=dict,
        alias="with",
        description="Celery's own settings of a worker by their names, `worker_…`.",
    )


class ProfileShape(Model):
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
    app: Annotated[AppShape, BeforeValidator(_none_as_empty)] = Field(
        default_factory=AppShape, description="What makes the Flask object."
    )
    patches: Annotated[list[StepShape], BeforeValidator(_none_as_empty_list)] = Field(
        [],
        description="What changes the process before anything else is imported.",
    )
    config: Annotated[list[StepShape], BeforeValidator(_none_as_empty_list)] = Field(
        [], description="Config sources in order; the later wins."
    )
    extensions: Annotated[list[StepShape], BeforeValidator(_none_as_empty_list)] = Field(
        [], description="What is given the app, in order."
    )
    server: Annotated[ServerShape, BeforeValidator(_none_as_empty)] = Field(
        default_factory=ServerShape, description="What serves the app."
    )
    worker: Annotated[WorkerShape, BeforeValidator(_none_as_empty)] = Field(
        default_factory=WorkerShape,
        description="What carries out Celery's tasks, for the roles `worker` and `beat` alone.",
    )
