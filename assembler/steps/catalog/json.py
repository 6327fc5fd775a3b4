"""Say how the app writes and reads JSON, and with which library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable

if TYPE_CHECKING:
    from flask.json.provider import JSONProvider

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "JsonOptions"]


class JsonOptions(FrozenOptions):
    """The library, and how it writes what JSON does not know; defaults are Flask's."""

    library: Literal["standard", "orjson"] = Field(
        "standard", description="Python's own, or orjson, which is faster."
    )
    dates: Literal["http", "iso"] = Field(
        "http", description="`Thu, 02 Jan 2020 00:00:00 GMT`, or ISO 8601 as `2020-01-02`."
    )
    decimals: Literal["string", "number"] = Field(
        "string", description='`"1.10"`, or the nearest number, `1.1`.'
    )
    sort_keys: Flag = Field(default=True, description="Whether keys are sorted.")
    compact: Flag | None = Field(
        None, description="Whether answers are on one line; default: unless debug is on."
    )
    ensure_ascii: Flag | None = Field(
        None,
        description="Whether all but ASCII is escaped; default: true. orjson escapes nothing.",
    )
    default: ReferredCallable = Field(
        None,
        description="A function, as {$import: …}, that returns what is written for an object, or "
        "raises TypeError; default: the library's.",
    )


def apply_json(context: StepContext, options: JsonOptions) -> JSONProvider:
    """Give the app its JSON provider, and return it."""
    from assembler.steps.json_providers import JsonForms, StandardProvider, build_orjson_provider

    app = context.app
    forms = JsonForms(options.dates == "iso", options.decimals == "number", options.default)
    if options.library == "standard":
        provider = StandardProvider(app, forms)
    elif options.ensure_ascii:
        message = "orjson writes UTF-8, and cannot escape all but ASCII"
        hint = "Remove `ensure_ascii`, or use the standard library."
        raise StepFault(message, hint=hint, option=("ensure_ascii",))
    else:
        try:
            provider = build_orjson_provider(app, forms)
        except ModuleNotFoundError as error:
            message = "the package orjson is not installed"
            hint = 'Run `pip install "flask-assembler[json]"`.'
            fault = StepFault(message, hint=hint, option=("library",), code=codes.EXTRA_MISSING)
            raise fault from error
    provider.sort_keys, provider.compact = options.sort_keys, options.compact
    if options.ensure_ascii is not None:
        provider.ensure_ascii = options.ensure_ascii
    app.json = provider
    if "jinja_env" in vars(app):  # it was made with the former one
        app.jinja_env.policies["json.dumps_function"] = provider.dumps
    return provider


STEP = CatalogStep(
    name="json",
    group="app",
    summary="Write and read JSON with forms of your own, or with orjson.",
    options=JsonOptions,
    apply=apply_json,
    extra="json",
    once=True,
)
