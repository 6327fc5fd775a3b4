"""Know the settings of the servers that run in one process: gevent's pywsgi, and Werkzeug's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from assembler import codes
from assembler.forms import Flag, Options
from assembler.runners.settings import build_unknown_fault
from assembler.validation import iter_diagnostics

if TYPE_CHECKING:
    from assembler.diagnostics import Diagnostic
    from assembler.nodes import Mapping
    from assembler.plan import Plan

__all__ = ["MODELS", "GeventSettings", "WerkzeugSettings", "check_settings"]


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


def check_settings(
    server: str,
    options: Mapping,
    values: dict[str, Any],
    plan: Plan,  # noqa: ARG001 - the form of a settings module
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give the settings, and what is wrong with them."""
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
