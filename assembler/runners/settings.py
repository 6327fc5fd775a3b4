"""Turn ``server.with`` into the settings of the server that runs."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.document.nodes import find_place
from assembler.references.values import Scope, resolve_options
from assembler.secrets.memory import Secrets
from assembler.serving.server_options import select_options
from assembler.serving.settings import build_value_fault, check_plain_settings, find_gunicorn_faults
from assembler.steps.named_places import Asker

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import Plan

__all__ = ["build_settings"]


def build_settings(server: str, loaded: Loaded) -> dict[str, Any]:
    """Build the settings of ``server`` by its own names.

    Imports what the settings name and reads their files; for gunicorn, imports gunicorn.

    Raises:
        ProfileError: with each setting that the server does not know or does not accept.
    """
    profile = loaded.plan.profile
    options = select_options(profile.server, server)
    secrets = Secrets()
    values = resolve_options(options, Scope(loaded.policy, profile.get_folder, secrets))
    _check_named(loaded, options, values)
    if server == "gunicorn":
        faults = _find_gunicorn_faults(loaded.plan, options, values)
    else:
        values, faults = check_plain_settings(server, options, values)
    if faults:
        raise ProfileError(secrets.mask_diagnostics(faults))
    return values


def _check_named(loaded: Loaded, options: MappingNode, values: dict[str, Any]) -> None:
    """Refuse what the settings name that the policy does not allow, before anything opens it."""
    found = [
        (fault.code or codes.WRONG_SERVER_SETTING).at(
            find_place(options, fault.option)[0], fault.message, hint=fault.hint
        )
        for fault in Asker(loaded.policy, loaded.root, may_import=True).iter_server_faults(values)
    ]
    profile = loaded.plan.profile
    found += [
        (fault.code or codes.WRONG_SERVER_SETTING).at(
            profile.server.place_of(str(fault.option[0])), fault.message, hint=fault.hint
        )
        for fault in Asker(loaded.policy, loaded.root).iter_place_faults(
            profile.find_server_places()
        )
    ]
    if found:
        raise ProfileError(found)


def _find_gunicorn_faults(
    plan: Plan, options: MappingNode, values: dict[str, Any]
) -> list[Diagnostic]:
    from gunicorn.config import Config  # noqa: PLC0415 - not for the other servers

    from assembler.runners.gunicorn_workers import find_worker_refusal  # noqa: PLC0415 - as above

    config = Config()

    def find_refusal(key: str, value: object) -> Exception | None:
        try:
            config.set(key, value)
        except Exception as error:  # noqa: BLE001 - its validators raise whatever they meet
            return error
        return None

    is_patched = "gevent" in plan.patch_names
    faults = find_gunicorn_faults(plan, options, values, config.settings, find_refusal)
    kind = values.get("worker_class")
    refusal = find_worker_refusal(kind, is_patched=is_patched) if isinstance(kind, type) else None
    if refusal is not None:
        faults.append(build_value_fault("gunicorn", options, "worker_class", refusal))
    if is_patched and find_spec("packaging") is None:
        # gunicorn itself only says "class uri invalid".
        message = "gunicorn's gevent worker needs the package 'packaging', which is not installed"
        place = plan.profile.place_of("patches")
        faults.append(codes.PACKAGE_MISSING.at(place, message, hint="Run `pip install packaging`."))
    return faults
