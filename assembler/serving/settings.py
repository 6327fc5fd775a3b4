"""Define which settings of a server a profile may set, and report those that are wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.ends import BLANK_ENDS, has_blank_ends
from assembler.document.nodes import find_text
from assembler.document.scalars import parse_scalar
from assembler.language.flags import Flag, is_true
from assembler.language.validation import describe_node, iter_diagnostics
from assembler.serving.gunicorn_source import is_imported
from assembler.steps.forms import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.planning.plan import Plan

__all__ = [
    "MODELS",
    "OURS",
    "GeventSettings",
    "WerkzeugSettings",
    "build_value_fault",
    "check_plain_settings",
    "find_gunicorn_faults",
]

# What belongs elsewhere in a profile, or means nothing in one; with the remedy.
OURS = {
    "bind": "Write it as `server.bind`.",
    "workers": "Write it as `server.workers`.",
    "wsgi_app": "Remove it: the app is the profile's.",
    "paste": "Remove it: the app is the profile's.",
    "config": "Remove it: the profile is the configuration.",
    "check_config": "Use `assembler lint`.",
    "print_config": "Use `assembler show`.",
    "chdir": "Remove it: a profile means the same from every working directory.",
    "pythonpath": "Write it as `pythonpath` in [tool.assembler].",
    "dirty_apps": "Remove it: a profile describes only the app.",
    "daemon": "Run it under a service manager.",
    "spew": "Use Python's `-X` options and tracers.",
}


class GeventSettings(Options):
    """Arguments and attributes of `gevent.pywsgi.WSGIServer`."""

    spawn: int = Field(1000, ge=1, description="The maximum number of connections at once.")
    stop_timeout: float = Field(
        30,
        ge=0,
        description="Seconds that requests in flight get when the server stops.",
    )
    log: Flag = Field(default=False, description="Log each request.")
    keyfile: str | None = Field(None, description="The private key for TLS.")
    certfile: str | None = Field(None, description="The certificate for TLS.")


class WerkzeugSettings(Options):
    """Arguments of `werkzeug.serving.run_simple`."""

    threaded: Flag = Field(default=True, description="Handle each request in its own thread.")
    use_evalex: Flag = Field(
        default=True, description="Allow the debugger to run code once its PIN is entered."
    )
    reloader_interval: float = Field(
        1, gt=0, description="How often to look for edits, in seconds."
    )
    extra_files: list[str] = Field(
        [], description="More files to watch, relative to the working directory."
    )
    exclude_patterns: list[str] = Field(
        [], description="`fnmatch` patterns of files that are not watched."
    )
    ssl_context: Literal["adhoc"] | tuple[str, str] | None = Field(
        None, description="`adhoc`, or a certificate and its key, for TLS."
    )


NOT_A_NUMBER = "invalid literal for int()"  # what Python says, and gunicorn passes on
SECONDS = r"(?i)(\d{1,9}) ?(s|sec|m|min|h)"
UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
MODELS: dict[str, type[Options]] = {"gevent": GeventSettings, "werkzeug": WerkzeugSettings}


def check_plain_settings(
    server: str, options: MappingNode, values: dict[str, Any]
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Check the settings of a server that runs in one process.

    Args:
        server: A key of `MODELS`.
        options: ``server.with``.
        values: The values that are known.

    Returns:
        The settings with their defaults, and a diagnostic for each that is wrong.
    """
    model = MODELS[server]
    known = list(model.model_fields)
    unknown = [key for key in options.entries if key not in known]
    faults = [_build_unknown_fault(server, options, key, known) for key in unknown]
    given = {key: value for key, value in values.items() if key in known}
    try:
        return model.model_validate(given).model_dump(), faults
    except ValidationError as error:
        return {}, faults + [
            codes.WRONG_SERVER_SETTING.at(found.place, found.message, hint=found.hint)
            for found in iter_diagnostics(error, options, model)
        ]


def find_gunicorn_faults(
    plan: Plan,
    options: MappingNode,
    values: dict[str, Any],
    known: Iterable[str],
    find_refusal: Callable[[str, Any], Exception | None],
) -> list[Diagnostic]:
    """Report what is wrong with the settings that a profile gives gunicorn.

    Args:
        plan: The plan of the profile.
        options: The settings as they are written.
        values: The values that are known.
        known: The settings of gunicorn's; none where they cannot be read.
        find_refusal: Returns what gunicorn raises at a value for a setting.
    """
    names = [name for name in known if name not in OURS]
    faults = []
    for key, entry in options.entries.items():
        value = values.get(key)
        if key in OURS:
            message = f'"{key}" cannot be set among gunicorn\'s settings here'
            faults.append(codes.WRONG_SERVER_SETTING.at(entry.key.place, message, hint=OURS[key]))
        elif names and key not in names:
            faults.append(_build_unknown_fault("gunicorn", options, key, names))
        elif key not in values:
            continue
        elif isinstance(value, str) and is_imported(key):
            # The policy is asked only about references.
            module, _, name = value.rpartition(".")
            meant = f"{module}:{name}" if module else "module:attribute"
            message = f'"{key}" expects an object, got a string'
            hint = f'Write it as `{{$import: "{meant}"}}`.'
            if key == "worker_class" and not module:  # one of gunicorn's own kinds
                hint = "Remove it: gunicorn's own worker follows from `patches`."
            faults.append(codes.WRONG_SERVER_SETTING.at(entry.value.place, message, hint=hint))
        elif (reason := _find_reason(key, value) or find_refusal(key, value)) is not None:
            faults.append(build_value_fault("gunicorn", options, key, reason))
    if is_true(values.get("preload_app")) and "gevent" in plan.patch_names:
        place = options.entries["preload_app"].value.place
        message = "gevent would patch each worker after the app is loaded, too late for ssl"
        hint = "Remove `preload_app`, or the patch 'gevent'."
        faults.append(codes.PRELOAD_WITH_GEVENT.at(place, message, hint=hint))
    return faults


def build_value_fault(
    server: str, options: MappingNode, key: str, reason: str | Exception
) -> Diagnostic:
    """Report at its value that ``server`` does not accept a setting."""
    node = options.entries[key].value
    if isinstance(reason, Exception) and NOT_A_NUMBER in str(reason):
        seconds = re.fullmatch(SECONDS, find_text(node) or "")
        number = f": {int(seconds[1]) * UNITS[seconds[2].lower()]}" if seconds else ""
        return codes.WRONG_SERVER_SETTING.at(
            node.place,
            f'"{key}" expects {"seconds, " if seconds else ""}a number, got {describe_node(node)}',
            hint=f"Write the number alone{number}.",
        )
    if isinstance(reason, Exception):
        text = (str(reason).splitlines() or [""])[0]
        reason = f"{text[:1].lower()}{text[1:]}" or type(reason).__name__
    return codes.WRONG_SERVER_SETTING.at(
        node.place,
        f'{server} does not accept this "{key}": {reason}',
        hint=f"Write a value that {server} accepts, or remove `{key}`.",
    )


def _find_reason(key: str, value: object) -> str | None:
    """Return why a value is refused that gunicorn itself takes."""
    if key == "threads" and value in (0, "0"):  # it then answers nothing
        return "expected 1 or more"
    is_number = isinstance(value, str) and isinstance(parse_scalar(value.strip()), (int, float))
    is_padded = isinstance(value, str) and has_blank_ends(value, is_typed=is_number)
    return BLANK_ENDS if is_padded else None


def _build_unknown_fault(
    server: str, options: MappingNode, key: str, known: list[str]
) -> Diagnostic:
    hint = render_suggestion(key, known, f"See {server}'s own list of settings.")
    place = options.entries[key].key.place
    return codes.UNKNOWN_SERVER_SETTING.at(place, f'{server} has no setting "{key}"', hint=hint)
