"""Know the servers' settings: which a profile may set, and what is wrong with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import render_suggestion
from assembler.language.flags import Flag
from assembler.language.validation import iter_diagnostics
from assembler.steps.forms import Options

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode

__all__ = [
    "MODELS",
    "OURS",
    "GeventSettings",
    "WerkzeugSettings",
    "build_ours_fault",
    "build_preload_fault",
    "build_text_fault",
    "build_unknown_fault",
    "build_value_fault",
    "check_plain_settings",
    "describe_refusal",
]

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
    "dirty_apps": "Leave it out: what runs beside the app is no part of a profile.",
    "daemon": "Let a service manager keep the process.",
    "spew": "Use Python's own `-X` options and tracers.",
}


class GeventSettings(Options):
    """Arguments and attributes of `gevent.pywsgi.WSGIServer`."""

    spawn: int = Field(1000, ge=1, description="The most connections at once.")
    stop_timeout: float = Field(
        30, ge=0, description="The seconds that requests in flight get when the server stops."
    )
    log: Flag = Field(default=False, description="Write a line for each request.")
    keyfile: str | None = Field(None, description="The key for TLS.")
    certfile: str | None = Field(None, description="The certificate for TLS.")


class WerkzeugSettings(Options):
    """Arguments of `werkzeug.serving.run_simple`, and how long it waits when it stops."""

    threaded: Flag = Field(default=True, description="Answer each request in a thread of its own.")
    use_evalex: Flag = Field(
        default=True, description="Let the debugger run code, after its PIN was given."
    )
    reloader_interval: float = Field(
        1, gt=0, description="How often to look for edits, in seconds."
    )
    extra_files: list[str] = Field(
        [], description="More files to watch, from the working directory."
    )
    exclude_patterns: list[str] = Field(
        [], description="Files that are not watched, as `fnmatch` has it."
    )
    ssl_context: Literal["adhoc"] | tuple[str, str] | None = Field(
        None, description="`adhoc`, or a certificate and its key, for TLS."
    )


MODELS: dict[str, type[Options]] = {"gevent": GeventSettings, "werkzeug": WerkzeugSettings}


def check_plain_settings(
    server: str, options: MappingNode, values: dict[str, Any]
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give the settings of a server that runs in one process, and what is wrong with them; pure."""
    model = MODELS[server]
    known = list(model.model_fields)
    unknown = [key for key in values if key not in known]
    faults = [build_unknown_fault(server, options, key, known) for key in unknown]
    given = {key: value for key, value in values.items() if key in known}
    try:
        return model.model_validate(given).model_dump(), faults
    except ValidationError as error:
        faults += [
            codes.WRONG_SERVER_SETTING.at(found.place, found.message, hint=found.hint)
            for found in iter_diagnostics(error, options, model)
            if found.code != codes.UNKNOWN_KEY.number
        ]
    return {}, faults


def build_unknown_fault(
    server: str, options: MappingNode, key: str, known: list[str]
) -> Diagnostic:
    """Say at its key that ``server`` has no such setting."""
    hint = render_suggestion(key, known, f"See {server}'s own list of settings.")
    place = options.entries[key].key.place
    return codes.UNKNOWN_SERVER_SETTING.at(place, f'{server} has no setting "{key}"', hint=hint)


def build_value_fault(server: str, options: MappingNode, key: str, reason: str) -> Diagnostic:
    """Say at its value that ``server`` does not take it."""
    place = options.entries[key].value.place
    return codes.WRONG_SERVER_SETTING.at(
        place,
        f'{server} does not take this "{key}": {reason}',
        hint=f"Write a value that {server} takes, or remove `{key}`.",
    )


def build_ours_fault(options: MappingNode, key: str) -> Diagnostic:
    """Say at its key that a setting of gunicorn's has another place in a profile, or none."""
    place = options.entries[key].key.place
    message = f'"{key}" cannot be set among gunicorn\'s settings here'
    return codes.WRONG_SERVER_SETTING.at(place, message, hint=OURS[key])


def build_text_fault(options: MappingNode, key: str, text: str) -> Diagnostic:
    """Say at its value that a text cannot name code: the policy would not be asked about it."""
    module, _, name = text.rpartition(".")
    meant = f"{module}:{name}" if module else "module:attribute"
    return codes.WRONG_SERVER_SETTING.at(
        options.entries[key].value.place,
        f'"{key}" names an object, and a text cannot do that here',
        hint=f'Write it as `{{$import: "{meant}"}}`.',
    )


def build_preload_fault(options: MappingNode) -> Diagnostic:
    """Say at its value that ``preload_app`` cannot be with gevent."""
    return codes.PRELOAD_WITH_GEVENT.at(
        options.entries["preload_app"].value.place,
        "gevent would patch each worker after the app is loaded, too late for ssl",
        hint="Remove `preload_app`, or the patch 'gevent'.",
    )


def describe_refusal(error: Exception) -> str:
    """Give, in one line, why gunicorn does not take a value."""
    text = (str(error).splitlines() or [""])[0]
    return f"{text[:1].lower()}{text[1:]}" or type(error).__name__
