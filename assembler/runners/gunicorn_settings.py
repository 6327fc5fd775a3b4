"""Know gunicorn's settings: which a profile may set, and which follow from other keys of it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gunicorn.config import Config

from assembler import codes
from assembler.runners.settings import build_unknown_fault, build_value_fault

if TYPE_CHECKING:
    from assembler.diagnostics import Diagnostic
    from assembler.nodes import Mapping
    from assembler.plan import Plan

__all__ = ["OURS", "check_settings"]

# What a profile says elsewhere, or what has no meaning where a profile is served: the remedy.
OURS = {
    "bind": "Write it as `server.bind`.",
    "workers": "Write it as `server.workers`.",
    "worker_class": "Leave it out: it follows from `patches`.",
    "wsgi_app": "Leave it out: the app is the profile's.",
    "paste": "Leave it out: the app is the profile's.",
    "config": "Leave it out: the profile is the configuration.",
    "check_config": "Use `assembler lint`.",
    "print_config": "Use `assembler show`.",
    "chdir": "Leave it out: a profile means the same from every working directory.",
    "pythonpath": "Write it as `pythonpath` in [tool.assembler].",
    "daemon": "Let a service manager keep the process.",
    "spew": "Use Python's own `-X` options and tracers.",
}


def check_settings(
    server: str, options: Mapping, values: dict[str, Any], plan: Plan
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give the settings that gunicorn takes, and what is wrong with the others."""
    config = Config()
    faults: list[Diagnostic] = []
    for key, value in values.items():
        if key in OURS:
            faults.append(_build_ours_fault(options, key))
        elif key not in config.settings:
            known = [name for name in config.settings if name not in OURS]
            faults.append(build_unknown_fault(server, options, key, known))
        else:
            try:
                config.set(key, value)
            except Exception as error:  # noqa: BLE001 - its validators raise whatever they meet
                faults.append(build_value_fault(server, options, key, _describe(error)))
    if "gevent" in plan.patch_names and find_spec("packaging") is None:
        faults.append(_build_package_fault(plan))
    if values.get("preload_app") and "gevent" in plan.patch_names and not faults:
        faults.append(_build_preload_fault(options))
    return values, faults


def _describe(error: Exception) -> str:
    text = (str(error).splitlines() or [""])[0]
    return f"{text[:1].lower()}{text[1:]}" or type(error).__name__


def _build_ours_fault(options: Mapping, key: str) -> Diagnostic:
    place = options.entries[key].key.place
    message = f'"{key}" cannot be set among gunicorn\'s settings here'
    return codes.WRONG_SERVER_SETTING.at(place, message, hint=OURS[key])


def _build_package_fault(plan: Plan) -> Diagnostic:
    """Say what gunicorn itself only calls "class uri invalid"."""
    message = "gunicorn's gevent worker needs the package 'packaging', which is not installed"
    place = plan.profile.place_of("patches")
    return codes.PACKAGE_MISSING.at(place, message, hint="Run `pip install packaging`.")


def _build_preload_fault(options: Mapping) -> Diagnostic:
    return codes.PRELOAD_WITH_GEVENT.at(
        options.entries["preload_app"].value.place,
        "gevent would patch each worker after the app is loaded, too late for ssl",
        hint="Remove `preload_app`, or the patch 'gevent'.",
    )
