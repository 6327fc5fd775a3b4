"""Provide the app to Celery's commands."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from celery import signals

from assembler.assembling.create import assemble
from assembler.assembling.process import find_runner
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, ProfileError
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import find_place
from assembler.entry.celery_children import prepare_children
from assembler.entry.celery_command import CeleryCommand, parse_celery_command
from assembler.entry.celery_status import Status
from assembler.entry.process_app import assemble_for_process
from assembler.entry.profile_choice import choose_profile
from assembler.entry.wsgi import find_env_notes
from assembler.planning.loading import load_plan, prepare_path
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.references.reference import resolve_reference
from assembler.references.values import Scope, resolve_options
from assembler.rendering.console import write_diagnostics
from assembler.report import Patched
from assembler.secrets.memory import Secrets
from assembler.serving.celery_pool import GREENLETS, find_pool_fault
from assembler.serving.celery_step import STEP, build_step_fault, find_celery_step
from assembler.serving.cpus import count_cpus
from assembler.serving.role import find_celery_role_fault
from assembler.steps.celery_code import resolve_code
from assembler.steps.celery_instance import share
from assembler.steps.celery_settings import read_settings
from assembler.steps.named_places import Asker

if TYPE_CHECKING:
    import os

    from celery import Celery
    from celery.worker import WorkController

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import PlannedStep

__all__ = ["load_celery"]

# The steps that run where only Celery's settings are needed: how its lines look is one of them.
SETTING_STEPS = frozenset({STEP, "logging"})
COMMANDS = frozenset({"worker", "beat"})  # that need the app; all others ask a running worker
STATUS_FAULT = 1


def load_celery(default: str | os.PathLike[str] | None = None) -> Celery:
    """Return the Celery instance of the profile that ``ASSEMBLER_PROFILE`` names.

    A worker whose pool has processes assembles the app in each of them, another one and beat do
    here. Every other command of Celery's gets the settings, and no app. What is wrong is printed to
    standard error and ends the process with 1.

    Args:
        default: The profile where the variable is not set.
    """
    command = parse_celery_command(sys.argv[1:])
    try:
        notes = find_env_notes(find_runner())  # `.env` is read before the profile needs it
        loaded = load_plan(choose_profile(default), pool=command.pool)
        prepare_path(loaded.policy)
        step = _find_step(loaded)
        if command.name not in COMMANDS:
            return _load_settings(loaded)
        _check(command, loaded)
        write_diagnostics([*loaded.warnings, *notes])
        return _load_for(command, loaded, step)
    except ProfileError as error:
        write_diagnostics(error.diagnostics)
        raise SystemExit(STATUS_FAULT) from None


def _find_step(loaded: Loaded) -> PlannedStep:
    step = find_celery_step(loaded.plan)
    if step is None:
        raise ProfileError([build_step_fault(loaded.plan.profile)])
    return step


def _check(command: CeleryCommand, loaded: Loaded) -> None:
    """Refuse a profile of another role, a pool that is not as the patches say, and a file."""
    plan = loaded.plan
    faults = [find_celery_role_fault(plan.profile, command.name), find_pool_fault(plan)]
    found = [fault for fault in faults if fault is not None]
    asker = Asker(loaded.policy, loaded.root)
    for fault in asker.iter_place_faults(plan.profile.find_worker_places()):
        place = plan.profile.worker.place_of("health_file")
        code = fault.code or codes.FILE_NOT_ALLOWED
        found.append(code.at(place, fault.message, hint=fault.hint))
    if found:
        raise ProfileError(found)


def _load_settings(loaded: Loaded) -> Celery:
    """Carry out the config sources and the step `celery` alone, and patch nothing."""
    plan = loaded.plan
    kept = tuple(one for one in plan.extensions if one.step.use in SETTING_STEPS)
    only = loaded._replace(plan=plan._replace(extensions=kept))
    app = assemble(only, Patched("assume", (), find_runner().name))
    celery: Celery = app.extensions[STEP]
    return celery


def _load_for(command: CeleryCommand, loaded: Loaded, step: PlannedStep) -> Celery:
    status = Status(loaded, command.name)
    if command.name == "worker" and loaded.plan.pool == "prefork":
        celery = _load_settings(loaded)
        share(celery)
        prepare_children(loaded, status)
    else:
        app = assemble_for_process(loaded)
        status.take_report(app.extensions["assembler"])
        celery = app.extensions[STEP]
    _configure(celery, command, loaded)
    status.watch(celery)
    _import_tasks(celery, loaded, step)
    return celery


def _configure(celery: Celery, command: CeleryCommand, loaded: Loaded) -> None:
    """Put what `worker` says into Celery's settings; its command line wins over them."""
    plan, conf = loaded.plan, celery.conf
    spec = plan.profile.worker
    conf.worker_pool = plan.pool or "prefork"
    conf.worker_concurrency = _count_tasks(spec.concurrency, plan.pool)
    for name, value in {**spec.settings, **_read_worker_settings(loaded)}.items():
        setattr(conf, name, value)
    if conf.get("worker_pool_start_method", "fork") != "fork":  # Celery 5.4 has no such setting
        message = "worker_pool_start_method: expected fork: another child would have no app"
        raise ProfileError(
            [codes.WORKER_SETTING.at(spec.place_of("with"), message, hint="Remove it.")]
        )
    boot_timeout = plan.profile.server.boot_timeout
    # Celery kills a child that is not up by then, and makes a new one.
    conf.worker_proc_alive_timeout = max(conf.worker_proc_alive_timeout, boot_timeout)
    if conf.broker_connection_retry_on_startup is None:
        conf.broker_connection_retry_on_startup = conf.broker_connection_retry
    if spec.queues is not None and not command.has_queues:
        select = partial(_select_queues, spec.queues)
        signals.celeryd_after_setup.connect(select, weak=False)
    steps = (one.step for one in plan.extensions if one.decision is not Decision.SKIPPED)
    if any(step.use == "logging" for step in steps):
        signals.setup_logging.connect(_leave_logging, weak=False)  # to the step


def _read_worker_settings(loaded: Loaded) -> dict[str, Any]:
    """Return what `worker.with` says, with the objects that it names.

    Raises:
        ProfileError: at what Celery does not accept, or the policy does not allow.
    """
    profile = loaded.plan.profile
    options = profile.worker.options
    scope = Scope(loaded.policy, profile.get_folder, Secrets())
    try:
        settings = read_settings(resolve_options(options, scope))
        resolve = partial(resolve_reference, policy=loaded.policy)
        resolve_code(settings, resolve, is_worker=True)
    except StepFault as fault:
        found = [_place_setting(one, options) for one in (fault, *fault.more)]
        raise ProfileError(found) from fault
    return settings


def _place_setting(fault: StepFault, options: MappingNode) -> Diagnostic:
    code = fault.code
    if code is None or code is codes.WRONG_OPTION:
        code = codes.WORKER_SETTING
    place, _ = find_place(options, fault.option)
    return code.at(place, fault.message, hint=fault.hint, related=fault.related)


def _count_tasks(concurrency: int | str, pool: str | None) -> int:
    if concurrency != "auto":
        return int(concurrency)
    return GREENLETS if pool == "gevent" else count_cpus()


def _select_queues(queues: tuple[str, ...], *, instance: WorkController, **_: Any) -> None:  # noqa: ANN401 - whatever the signal sends
    instance.app.amqp.queues.select(queues)


def _leave_logging(**_: Any) -> None:  # noqa: ANN401 - as above
    """Keep Celery from configuring logging, which it does unless a receiver is there."""


def _import_tasks(celery: Celery, loaded: Loaded, planned: PlannedStep) -> None:
    """Import the modules with tasks, within the allow list; Celery would end with a traceback.

    Raises:
        ProfileError: at each that cannot be imported.
    """
    found = Collector()
    for position, name in enumerate([*celery.conf.include, *celery.conf.imports]):
        try:
            # With the colon it is a module even if the name has no dot.
            resolve_reference(f"{name}:", loaded.policy)
        except StepFault as fault:
            is_written = "include" in planned.step.options.entries
            fault.option = ("include", position) if is_written else ()
            found.add(place_fault(fault, planned.step, planned.kind))
    found.raise_errors()
