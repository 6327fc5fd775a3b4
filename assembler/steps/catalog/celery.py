"""Give the app Celery: its broker, its tasks, which run in the app's context, its schedule."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, at_option, raise_faults
from assembler.document.nodes import MappingNode, ScalarNode, is_reference
from assembler.steps.celery_code import find_url_fault, resolve_code
from assembler.steps.celery_settings import find_setting_faults, read_settings
from assembler.steps.celery_urls import find_scheme_fault
from assembler.steps.crontabs import check_crontab
from assembler.steps.forms import NAMES_CODE, CatalogStep, FrozenOptions, ReferredObject
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery import Celery

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "CeleryOptions", "ScheduleEntry"]

CONFIG_KEY = "CELERY"  # as Flask's documentation has it
# By which options, and which variable in their place, the command `celery` sets a URL's key.
COMMAND_GIVES = {
    "broker_url": (("--broker", "-b"), "BROKER_URL"),
    "result_backend": (("--result-backend",), "RESULT_BACKEND"),
}
URL_KEYS = {"broker_url": "CELERY_BROKER_URL", "result_backend": "CELERY_RESULT_BACKEND"}
CHECK_SECONDS = 1.0
# URLs, which may name code as well.
URL_SETTINGS = (
    *URL_KEYS,
    "broker_read_url",
    "broker_write_url",
    "broker_transport",
    "cache_backend",
)


class ScheduleEntry(FrozenOptions):
    """A task that beat sends, and when."""

    task: str = Field(min_length=1, description="The task's name.")
    every_seconds: float | None = Field(None, gt=0, description="How often it is sent.")
    crontab: Annotated[str, AfterValidator(check_crontab)] | None = Field(
        None, description='When it is sent: five fields, as "0 3 * * *".'
    )
    schedule: ReferredObject = Field(
        None, description="A schedule object of Celery's, as {$import: …}, in place of the two."
    )
    args: list[Any] = Field([], description="Its positional arguments.")
    kwargs: dict[str, Any] = Field({}, description="Its keyword arguments.")
    options: dict[str, Any] = Field(
        {}, description="Options of `apply_async`, such as `queue` and `expires`."
    )

    @model_validator(mode="after")
    def _check_when(self) -> ScheduleEntry:
        given = [self.every_seconds, self.crontab, self.schedule]
        if sum(one is not None for one in given) != 1:
            message = "expected one of `every_seconds`, `crontab` and `schedule`"
            raise ValueError(message)
        return self


class CeleryOptions(FrozenOptions):
    """Celery's settings; what is left out is read from the config's mapping CELERY."""

    app: ReferredObject = Field(
        None,
        description="The project's own Celery instance, as {$import: …}; default: a new one for "
        "each app, which `shared_task` finds.",
    )
    broker_url: str | None = Field(
        None,
        repr=False,
        description="The broker's URL; default: the config's CELERY, or CELERY_BROKER_URL.",
    )
    result_backend: str | None = Field(
        None,
        repr=False,
        description="The URL of what keeps results; default: the config's CELERY, or "
        "CELERY_RESULT_BACKEND.",
    )
    include: list[str] = Field(
        [],
        description="Modules with tasks, imported by workers.",
        json_schema_extra=NAMES_CODE,
    )
    task_routes: dict[str, str | dict[str, Any]] | None = Field(
        None,
        description="By a task's name or a pattern: its queue, or its routing options; default: the"
        " config's, else Celery's own queue for all.",
    )
    beat_schedule: dict[str, ScheduleEntry] = Field(
        {}, description="What `assembler beat` sends, by a name for each."
    )
    settings: dict[str, Any] = Field(
        {}, description="Further settings of Celery's, by their names in lower case."
    )
    check_broker: bool = Field(default=True, description="Whether readiness asks for the broker.")


def apply_celery(context: StepContext, options: CeleryOptions) -> Celery:
    """Configure the instance, and let its tasks run in the app's context; connects to nothing.

    Keeps it as ``app.extensions["celery"]``.
    """
    from assembler.steps.celery_instance import run_tasks_in

    app = context.app
    settings = _build_settings(context, options)
    celery = _get_instance(options.app, app.import_name)
    for name, value in settings.items():
        setattr(celery.conf, name, value)
    _check_urls(celery, settings)
    celery.set_default()
    run_tasks_in(app, celery)
    app.extensions["celery"] = celery
    if options.check_broker:
        context.report.add_check("celery", partial(_check_broker, celery))
    return celery


def _get_instance(given: object, name: str) -> Celery:
    from celery import Celery

    from assembler.steps.celery_instance import find_shared

    return get_instance(given, Celery, "app", make=lambda: find_shared() or Celery(name))


def _build_settings(context: StepContext, options: CeleryOptions) -> dict[str, Any]:
    """Return what the profile sets, by Celery's own names."""
    config = context.app.config
    given = config.get(CONFIG_KEY) or {}
    if not isinstance(given, dict):
        message = f"{CONFIG_KEY} is a mapping of Celery's settings, got {type(given).__name__}"
        raise StepFault(message, hint="Write the settings below it, each with its value.")
    settings = {str(key).lower(): value for key, value in given.items()}
    for name, key in URL_KEYS.items():
        value = getattr(options, name) or settings.get(name) or config.get(key)
        if value:
            settings[name] = value
    with at_option("settings"):
        settings |= _read_own(options.settings)
    if options.include:
        settings["include"] = options.include
    if options.task_routes is not None:
        settings["task_routes"] = {
            name: {"queue": route} if isinstance(route, str) else route
            for name, route in options.task_routes.items()
        }
    if options.beat_schedule:
        settings["beat_schedule"] = {
            name: _build_entry(entry) for name, entry in options.beat_schedule.items()
        }
    raise_faults(fault for name in URL_SETTINGS if (fault := _find_fault(name, settings.get(name))))
    is_worker = context.report.role in {"worker", "beat"}
    resolve_code(settings, context.resolve, is_worker=is_worker, above=("settings",))
    return settings


def _find_fault(name: str, value: object) -> StepFault | None:
    return find_url_fault(name, value) or find_scheme_fault(name, value)


def _read_own(settings: dict[str, Any]) -> dict[str, Any]:
    try:
        return read_settings(settings)
    except StepFault as fault:
        for one in (fault, *fault.more):
            one.option = ("settings", *one.option)
        raise


def _build_entry(entry: ScheduleEntry) -> dict[str, Any]:
    from celery.schedules import crontab

    when = entry.schedule or entry.every_seconds
    if entry.crontab is not None:
        when = crontab.from_string(entry.crontab)
    return {
        "task": entry.task,
        "schedule": when,
        "args": tuple(entry.args),
        "kwargs": entry.kwargs,
        "options": entry.options,
    }


def _check_urls(celery: Celery, settings: dict[str, Any]) -> None:
    """Refuse a broker that is missing, or that Celery takes from the environment instead."""
    if not celery.conf.broker_url and not settings.get("broker_url"):
        message = "no broker is configured"
        hint = "Set `broker_url` in this step, or CELERY_BROKER_URL in a step of `config`."
        raise StepFault(message, hint=hint, code=codes.CONFIG_KEY_MISSING)
    for name, key in URL_KEYS.items():
        if name in settings and getattr(celery.conf, name) != settings[name]:
            giver = _find_giver(name, key)
            message = f"{name} is not in force: Celery prefers the environment variable {giver}"
            hint = f"Unset {giver}, or write `{name}: ${{{giver}}}`."
            if giver.startswith("-"):
                message = f"{name} is not in force: Celery prefers its option {giver}"
                hint = f"Leave {giver} out, or write in `{name}` what it says."
            raise StepFault(message, hint=hint, option=(name,))


def _find_giver(name: str, key: str) -> str:
    """Return the variable, or the option of the command `celery`, that gives a URL its value.

    The command sets the variable that Celery reads to its option, which it takes from another
    variable where it is not given: `envvar` in `celery.bin.celery`, Celery 5.7.
    """
    if "celery.bin.celery" not in sys.modules:
        return key
    options, variable = COMMAND_GIVES[name]
    if any(one.partition("=")[0] in options for one in sys.argv):
        return options[0]
    taken = os.environ.get(variable)
    return variable if taken and taken == os.environ.get(key) else key


def _check_broker(celery: Celery) -> None:
    """Connect to the broker; raises what the connection raises."""
    with celery.connection_for_write(connect_timeout=CHECK_SECONDS) as connection:
        connection.ensure_connection(max_retries=1, timeout=CHECK_SECONDS)


def find_celery_faults(options: MappingNode) -> Iterator[StepFault]:
    """Yield what is wrong with URLs and `settings` as they are written."""
    for name in URL_KEYS:
        node = options.get(name)
        if isinstance(node, ScalarNode) and not node.unknown:
            fault = _find_fault(name, node.value)
            if fault is not None:
                yield fault
    settings = options.get("settings")
    if isinstance(settings, MappingNode) and not is_reference(settings):
        for fault in find_setting_faults(settings):
            fault.option = ("settings", *fault.option)
            yield fault


STEP = CatalogStep(
    name="celery",
    group="tasks",
    summary="Give the app Celery, whose tasks run in its context.",
    options=CeleryOptions,
    apply=apply_celery,
    find_faults=find_celery_faults,
    packages=("celery",),
    extra="celery",
    once=True,
)
