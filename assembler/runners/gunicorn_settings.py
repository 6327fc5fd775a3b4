"""Have gunicorn itself check the settings that a profile gives it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gunicorn.config import Config

from assembler.diagnostics import codes
from assembler.language.flags import is_true
from assembler.serving.gunicorn_source import load_imported_settings
from assembler.serving.settings import (
    OURS,
    build_ours_fault,
    build_preload_fault,
    build_text_fault,
    build_unknown_fault,
    build_value_fault,
    describe_refusal,
)

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.plan import Plan

__all__ = ["check_settings"]


def check_settings(
    server: str, options: MappingNode, values: dict[str, Any], plan: Plan
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give the settings that gunicorn takes, and what is wrong with the others."""
    config = Config()
    faults: list[Diagnostic] = []
    for key, value in values.items():
        if key in OURS:
            faults.append(build_ours_fault(options, key))
        elif key not in config.settings:
            known = [name for name in config.settings if name not in OURS]
            faults.append(build_unknown_fault(server, options, key, known))
        elif isinstance(value, str) and key in load_imported_settings():
            faults.append(build_text_fault(options, key, value))
        else:
            try:
                config.set(key, value)
                if key == "threads" and config.threads < 1:
                    faults.append(build_value_fault(server, options, key, "expected 1 or more"))
            except Exception as error:  # noqa: BLE001 - its validators raise whatever they meet
                faults.append(build_value_fault(server, options, key, describe_refusal(error)))
    if "gevent" in plan.patch_names and find_spec("packaging") is None:
        faults.append(_build_package_fault(plan))
    if is_true(values.get("preload_app")) and "gevent" in plan.patch_names:
        faults.append(build_preload_fault(options))
    return values, faults


def _build_package_fault(plan: Plan) -> Diagnostic:
    """Say what gunicorn itself only calls "class uri invalid"."""
    message = "gunicorn's gevent worker needs the package 'packaging', which is not installed"
    place = plan.profile.place_of("patches")
    return codes.PACKAGE_MISSING.at(place, message, hint="Run `pip install packaging`.")
