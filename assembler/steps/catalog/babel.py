"""Speak the visitor's language, with Flask-Babel."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable, ReferredObject
from assembler.steps.named_places import NamesFile
from assembler.steps.own_instance import get_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_babel import Babel

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "BabelOptions"]

CONFIG_KEYS = {  # by the option
    "default_locale": "BABEL_DEFAULT_LOCALE",
    "default_timezone": "BABEL_DEFAULT_TIMEZONE",
    "domain": "BABEL_DOMAIN",
}


class BabelOptions(FrozenOptions):
    """Languages and time zones; what is left out is the config's, `BABEL_…`."""

    babel: ReferredObject = Field(
        None,
        description="The project's own Babel instance, as {$import: …}; default: a new one for "
        "each app.",
    )
    default_locale: str | None = Field(
        None, description="The locale of whoever has none; default: the config's, else en."
    )
    default_timezone: str | None = Field(
        None, description="The time zone of whoever has none; default: the config's, else UTC."
    )
    locales: list[str] | None = Field(
        None,
        min_length=1,
        description="Locales of which a request gets the one that its browser prefers; default: "
        "`locale_selector`'s, else the default locale.",
    )
    locale_selector: ReferredCallable = Field(
        None,
        description="A callable, as {$import: …}, that returns the request's locale, or None for "
        "the default; default: what `locales` says.",
    )
    timezone_selector: ReferredCallable = Field(
        None,
        description="A callable that returns the request's time zone, or None; default: "
        "`default_timezone` for everybody.",
    )
    directories: Annotated[list[str] | None, NamesFile("root")] = Field(
        None,
        min_length=1,
        description="Folders with translations, relative to the project's root; default: the "
        "config's, else `translations` beside the app's package.",
    )
    domain: str | None = Field(
        None, min_length=1, description="The name of their files; default: the config's, else "
        "messages.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _check_selector(self) -> BabelOptions:
        if self.locales is not None and self.locale_selector is not None:
            message = "expected one of `locales` and `locale_selector`"
            raise ValueError(message)
        return self


def apply_babel(context: StepContext, options: BabelOptions) -> Babel:
    """Put the options into the config, and set Flask-Babel up."""
    from flask_babel import Babel

    app = context.app
    _check_names(options)
    for option, key in CONFIG_KEYS.items():
        value = getattr(options, option)
        if value is not None:
            app.config[key] = value
    if options.directories is not None:
        folders = [str(context.root / folder) for folder in options.directories]
        app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    babel = get_instance(options.babel, Babel, "babel")
    selector = options.locale_selector
    if options.locales is not None:
        selector = _build_selector(options.locales)
    babel.init_app(app, locale_selector=selector, timezone_selector=options.timezone_selector)
    return babel


def _build_selector(locales: list[str]) -> Callable[[], str | None]:
    from babel import negotiate_locale
    from flask import request

    def select_locale() -> str | None:
        # Browsers write `pt-BR`, and Babel `pt_BR`.
        wanted = [name.replace("-", "_") for name, quality in request.accept_languages if quality]
        return negotiate_locale(wanted, locales)

    return select_locale


def _check_names(options: BabelOptions) -> None:
    """Reject a locale and a time zone that only a request would find unknown."""
    from babel.dates import get_timezone

    places = [(("locales", number), name) for number, name in enumerate(options.locales or ())]
    for option, name in [(("default_locale",), options.default_locale), *places]:
        if name is not None and not _is_locale(name):
            message = f'"{name}" is not a locale that Babel knows'
            hint = "Write it as `de` or `pt_BR`."
            raise StepFault(message, hint=hint, option=option)
    try:
        get_timezone(options.default_timezone)
    except LookupError as error:
        message = f'"{options.default_timezone}" is not a time zone that this machine knows'
        hint = "Write a name such as `Europe/Berlin`."
        raise StepFault(message, hint=hint, option=("default_timezone",)) from error


@cache  # asked for every app, and Babel comes with what it knows
def _is_locale(name: str) -> bool:
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True


STEP = CatalogStep(
    name="babel",
    summary="Speak the visitor's language, through Flask-Babel.",
    options=BabelOptions,
    apply=apply_babel,
    packages=("flask_babel", "babel"),
    extra="babel",
    group="pages",
    once=True,
)
