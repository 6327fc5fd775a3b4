"""Make the Flask object that a profile's ``app`` describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.language.flags import parse_flag
from assembler.planning.placed_faults import place_fault
from assembler.references.reference import resolve_reference
from assembler.references.signature import call_checked
from assembler.references.values import resolve_options
from assembler.steps.named_places import Asker
from assembler.steps.step_faults import build_import_name_fault

if TYPE_CHECKING:
    from flask import Flask

    from assembler.assembling.assembly import Assembly

__all__ = ["build_app"]

FLAGS = frozenset({"host_matching", "instance_relative_config", "subdomain_matching"})
HINT = "Fix it where it was raised."


def build_app(assembly: Assembly) -> Flask:
    """Call what ``app.use`` names with the options of ``app.with``.

    Raises:
        ProfileError: if it cannot be resolved or called, or does not return a Flask.
    """
    from flask import Flask  # noqa: PLC0415 - only now: patches come first

    spec = assembly.loaded.plan.profile.app
    try:
        # The default is ours to name, and needs no place on the project's allow list.
        is_default = "use" not in spec.node.entries
        target: Any = Flask if is_default else resolve_reference(spec.use, assembly.loaded.policy)
        options = resolve_options(spec.options, assembly.scope)
        if isinstance(target, type) and issubclass(target, Flask):
            _read_flags(options)
            if "import_name" not in options:
                options["import_name"] = _find_import_name(assembly)
        asker = Asker(assembly.loaded.policy, assembly.loaded.root)
        raise_faults(asker.iter_flask_faults(options))
        app = call_checked(target, options=options)
    except ProfileError:
        raise
    except StepFault as fault:
        faults = (fault, *fault.more)
        raise ProfileError([place_fault(one, spec, "app") for one in faults]) from fault
    except Exception as error:
        failure = describe_failure(error)
        message = f"making the app with {spec.use} failed: {failure.text}"
        found = codes.NOT_A_FLASK.at(spec.place, message, hint=HINT, related=failure.related)
        raise ProfileError([found]) from error
    if isinstance(app, Flask):
        return app
    message = f"{spec.use} gave a {type(app).__name__}, not a Flask"
    hint = "Name a Flask subclass, or a callable that returns a Flask."
    raise ProfileError([codes.NOT_A_FLASK.at(spec.place, message, hint=hint)])


def _read_flags(options: dict[str, Any]) -> None:
    """Read Flask's own flags, which a quoted `${…}` leaves strings: "false" would be true."""
    for name in FLAGS & options.keys():
        if isinstance(options[name], str):
            try:
                options[name] = parse_flag(options[name])
            except ValueError as error:
                hint = "Write true or false."
                raise StepFault(
                    f"{name}: {error}", hint=hint, option=(name,), code=codes.WRONG_OPTION
                ) from error


def _find_import_name(assembly: Assembly) -> str:
    package = assembly.loaded.policy.settings.package
    if package is None:
        raise build_import_name_fault()
    return package
