"""Validate the shape of a composed profile, and build the typed one."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, Severity
from assembler.document.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    find_place,
    remove_all,
)
from assembler.language.condition import parse_condition
from assembler.language.interpolation import interpolate
from assembler.language.profile import (
    AppSpec,
    Profile,
    ReloadSpec,
    ServerSpec,
    Step,
    WorkerSpec,
)
from assembler.language.shape import LATEST_VERSION, ProfileShape
from assembler.language.validation import iter_diagnostics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Collector
    from assembler.document.nodes import Node
    from assembler.language.composition import Composed
    from assembler.language.condition import Condition
    from assembler.language.shape import ServerShape, StepShape, WorkerShape

__all__ = ["validate_profile"]

EXTENSIONS_ONLY = ("init", "as", "close", "app_context")
OPAQUE = frozenset({"with", "init", "when"})
WORKERS = ("worker", "beat")  # the roles of Celery's processes
# Keys of `worker`, and what Celery calls them.
CELERY_NAMES = {
    "prefetch_multiplier": "worker_prefetch_multiplier",
    "max_tasks_per_child": "worker_max_tasks_per_child",
    "time_limit": "task_time_limit",
    "soft_time_limit": "task_soft_time_limit",
}


def validate_profile(
    composed: Composed, env: Mapping[str, str] | None, found: Collector
) -> Profile | None:
    """Interpolate and validate a composed profile.

    Args:
        composed: The profile.
        env: The environment; ``None`` leaves variables without a default unknown.
        found: Gets every diagnostic.

    Returns:
        ``None`` where the shape is wrong.
    """
    root = interpolate(composed.root, env, found)
    sound, without_use = root, set[Place]()
    try:
        shape = ProfileShape.model_validate(_build_plain(root))
    except ValidationError as error:
        _add_faults(error, root, found)
        # The rest is typed for the stages that follow: they may find more.
        sound, without_use = _remove_wrong(root, error)
        shape = ProfileShape.model_validate(_build_plain(sound))
    _check_version(shape, composed, found)
    _check_worker(shape, root, found)
    # The root has what is not known yet as well, which `show` shows.
    return _build_profile(shape, composed, (root, sound), found, without_use)


def _add_faults(error: ValidationError, root: MappingNode, found: Collector) -> None:
    """Add what is wrong with the shape, unless an earlier error explains it."""
    errors = [one for one in found.found if one.severity is Severity.ERROR]
    places = sorted({one.place for one in errors})  # there may be thousands
    spaces = sorted({one.place for one in errors if one.code == codes.MISSING_SPACE.number})
    same = set(places)
    for fault in iter_diagnostics(error, root, ProfileShape, has_references=False):
        # An invisible character in a key, or `key:value` where a mapping belongs.
        inner = places if fault.code == codes.UNKNOWN_KEY.number else spaces
        if fault.place not in same and not _has_inside(inner, fault.place):
            found.add(fault)


def _has_inside(places: list[Place], outer: Place) -> bool:
    """Return whether one of ``places``, which are sorted and do not overlap, is inside."""
    path, (line, column, *end) = outer
    first = bisect_left(places, Place.in_line(path, line, column))
    return any(one.path == path and [*one.span[2:]] <= end for one in places[first : first + 1])


def _remove_wrong(root: MappingNode, error: ValidationError) -> tuple[MappingNode, set[Place]]:
    """Remove what is wrong; also return the places of the steps that lose their ``use``."""
    locations = [details["loc"] for details in error.errors(include_input=False, include_url=False)]
    lost = {
        find_place(root, where[:-1])[0]
        for where in locations
        if where[-1] == "use" or str(where[-1]).startswith("$")
    }
    return remove_all(root, locations), lost


def _build_plain(node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return the plain value of ``node``, without what its shape does not govern: options."""
    if isinstance(node, ScalarNode):
        return node.for_schema()
    if isinstance(node, MappingNode):
        return {
            key: {} if key in OPAQUE and isinstance(value, MappingNode) else _build_plain(value)
            for key, (_, value) in node.entries.items()
        }
    assert isinstance(node, SequenceNode)
    return [_build_plain(item) for item in node.items]


def _build_profile(
    shape: ProfileShape,
    composed: Composed,
    roots: tuple[MappingNode, MappingNode],
    found: Collector,
    without_use: set[Place],
) -> Profile:
    root, sound = roots
    app, server = (_get_mapping(sound, key) for key in ("app", "server"))
    steps = {
        key: tuple(
            _build_step(
                one, node, key, found, has_use=not without_use or node.place not in without_use
            )
            for one, node in zip(getattr(shape, key), _get_items(sound, key), strict=True)
        )
        for key in ("patches", "config", "extensions")
    }
    return Profile(
        node=root,
        composed=composed,
        name=shape.given_name or composed.file.stem,
        role=shape.role,
        abstract=shape.abstract,
        debug=shape.debug,
        app=AppSpec(app, shape.app.use, _get_mapping(app, "with")),
        server=ServerSpec(
            server,
            shape.server.use,
            tuple(shape.server.bind),
            shape.server.workers,
            shape.server.boot_timeout,
            shape.server.drain_seconds,
            shape.server.management_bind,
            _get_mapping(server, "with"),
            _build_reload(shape.server),
        ),
        worker=_build_worker(shape.worker, _get_mapping(sound, "worker")),
        **steps,
    )


def _build_reload(shape: ServerShape) -> ReloadSpec:
    canary = shape.canary
    return ReloadSpec(
        watch=shape.watch,
        canary=bool(canary),
        canary_path=canary if isinstance(canary, str) else None,
        probation_seconds=shape.probation.seconds,
        max_errors=shape.probation.max_errors,
        rolling=shape.rolling,
        control=shape.control,
        state=shape.state,
    )


def _build_worker(shape: WorkerShape, node: MappingNode) -> WorkerSpec:
    settings = {
        name: value
        for key, name in CELERY_NAMES.items()
        if (value := getattr(shape, key)) is not None
    }
    queues = None if shape.queues is None else tuple(shape.queues)
    options = _get_mapping(node, "with")
    return WorkerSpec(
        node, shape.pool, shape.concurrency, queues, settings, shape.health_file, options
    )


def _check_worker(shape: ProfileShape, root: MappingNode, found: Collector) -> None:
    if "worker" in root.entries and shape.role not in WORKERS:
        message = f'"worker" is only allowed with the roles {" and ".join(WORKERS)}'
        hint = f"Remove it: the role is {shape.role}."
        place = root.entries["worker"].key.place
        found.add(codes.WORKER_KEY_NOT_ALLOWED.at(place, message, hint=hint))


def _get_mapping(node: MappingNode, key: str) -> MappingNode:
    value = node.get(key)
    if isinstance(value, MappingNode):
        return value
    empty = MappingNode(node.path, node.start, node.end, {})
    empty.has_dollar = False
    return empty


def _get_items(root: MappingNode, key: str) -> list[MappingNode]:
    node = root.get(key)
    items = node.items if isinstance(node, SequenceNode) else []
    return [item for item in items if isinstance(item, MappingNode)]


def _check_version(shape: ProfileShape, composed: Composed, found: Collector) -> None:
    hint = f"Write `version: {LATEST_VERSION}`."
    written = composed.root.get("version")
    if written is None or (isinstance(written, ScalarNode) and written.value is None):
        place = Place(composed.path) if written is None else written.place
        found.add(codes.MISSING_KEY.at(place, 'the key "version" is missing', hint=hint))
    elif shape.version is not None and shape.version != LATEST_VERSION:
        message = f"unknown version {shape.version}, expected {LATEST_VERSION}"
        found.add(codes.UNKNOWN_VERSION.at(written.place, message, hint=hint))


def _build_step(
    shape: StepShape, node: MappingNode, kind: str, found: Collector, *, has_use: bool
) -> Step:
    is_missing = has_use and not shape.use and shape.as_ != "add_url_rule"
    if is_missing and not _is_reported(node, found):
        message = 'the key "use" is missing'
        found.add(codes.MISSING_KEY.at(node.place, message, hint="Write what the step uses."))
    if kind != "extensions":
        for key in EXTENSIONS_ONLY:
            if key in node.entries:
                message = f'"{key}" is only allowed in extensions, not in {kind}'
                place = node.entries[key].key.place
                found.add(codes.UNKNOWN_KEY.at(place, message, hint=f"Remove `{key}`."))
    return Step(
        node=node,
        use=shape.use,
        name=shape.given_name or shape.use,
        options=_get_mapping(node, "with"),
        init=_get_mapping(node, "init"),
        has_init=isinstance(node.get("init"), MappingNode),
        condition=_parse_when(node.get("when"), kind, found),
        as_=shape.as_,
        after=tuple(shape.after),
        before=tuple(shape.before),
        on_error=shape.on_error,
        app_context=shape.app_context,
        close=shape.close,
    )


def _is_reported(node: MappingNode, found: Collector) -> bool:
    """Return whether something is wrong with the very start of ``node``."""
    path, (line, column, *_) = node.place
    return any(
        one.place.path == path and one.place.span[:2] == (line, column) for one in found.found
    )


def _parse_when(when: Node | None, kind: str, found: Collector) -> Condition | None:
    is_empty = isinstance(when, ScalarNode) and when.value is None and when.written is None
    if when is None or is_empty:
        return None
    return parse_condition(when, found, config_allowed=kind != "patches")
